/** The bridge's end of tunnel v1 (core/transport/TUNNEL.md): one WebSocket, one TCP connection. */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { DicomError } from '../core/bytes/index.ts';
import type { Peer, ToPage } from '../core/transport/index.ts';
import {
  CLOSE,
  CLOSE_GRACE_MS,
  MAX_FRAME,
  ReceiveCredit,
  SendCredit,
  UP_WINDOW,
  closeMeaning,
  connectFailure,
  connectionLost,
  deferred,
  encodeMessage,
  hostAndPort,
  parseToBridge,
  tunnelError,
} from '../core/transport/index.ts';
import type { Rights } from './access.ts';
import { Download } from './download.ts';
import type { GateRefusal } from './gate.ts';
import { Gate } from './gate.ts';
import type { Titles } from './peek.ts';
import { CALLING, errno, onPeerEnd, resetSocket } from './socket-end.ts';
import { Upload } from './upload.ts';

/** How long connecting to a peer may take, in milliseconds. */
const CONNECT_MS = 10_000;

/** A call that a page has taken: the other end of a tunnel that nobody had to dial. */
export interface TakenCall {
  /** Connected, with every byte of the caller still to be read; paused. */
  readonly socket: Socket;
  /** `10.0.0.5:49152`. */
  readonly remote: string;
  readonly titles: Titles;
}

/** What a tunnel has moved, and holds. */
export interface TunnelCounts extends Partial<Titles> {
  /** Bytes from the peer, and from the page. */
  readonly bytesDown: number;
  readonly bytesUp: number;
  /** Bytes read from one side and not passed on to the other. */
  readonly held: number;
}

/** How a tunnel ended: the WebSocket's close code, and our reason or the system's where we closed it. */
export interface TunnelEnd {
  readonly code: number;
  readonly reason: string;
}

export class Tunnel {
  readonly #webSocket: WebSocket;
  readonly #peer: Peer;
  /** Resolves when both connections are gone. */
  readonly ended: Promise<TunnelEnd>;
  readonly #resolveEnded: (end: TunnelEnd) => void;
  /** What the page sends first goes through it; none where the peer called. */
  readonly #gate: Gate | undefined;
  readonly #call: TakenCall | undefined;
  readonly #upCredit = new ReceiveCredit(UP_WINDOW);
  readonly #upload: Upload;
  readonly #deadline: NodeJS.Timeout;
  #downCredit: SendCredit | undefined;
  #download: Download | undefined;
  #socket: Socket | undefined;
  #connected = false;
  /** How the WebSocket is to be closed once the page has nearly everything. */
  #ending: TunnelEnd | undefined;
  /** How we closed the WebSocket. */
  #closed: TunnelEnd | undefined;
  #end: TunnelEnd | undefined;

  /** Dials the peer, or leads to the `call` that it made. */
  constructor(webSocket: WebSocket, peer: Peer, rights: Rights, call?: TakenCall) {
    this.#webSocket = webSocket;
    this.#peer = peer;
    this.#call = call;
    this.#gate = call === undefined ? new Gate(rights, peer) : undefined;
    const { promise, resolve } = deferred<TunnelEnd>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#upload = new Upload((bytes) => this.#written(bytes));
    this.#deadline = setTimeout(() => this.#tooLate(), CONNECT_MS);
    webSocket.on('message', (data, isBinary) => this.#message(data, isBinary));
    webSocket.on('close', (code) => this.#pageGone(code));
    webSocket.on('error', () => {}); // a close event follows
    if (call !== undefined) this.#watch(call.socket);
  }

  get counts(): TunnelCounts {
    return {
      ...(this.#call?.titles ?? this.#gate?.titles),
      bytesDown: this.#download?.total ?? 0,
      bytesUp: this.#upload.total,
      held: this.#upload.held + (this.#download?.held ?? 0),
    };
  }

  #message(data: RawData, isBinary: boolean): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    try {
      // The default binaryType delivers a Buffer per message.
      if (isBinary) this.#bytes(data as Buffer);
      else this.#heard((data as Buffer).toString());
    } catch (thrown) {
      if (!(thrown instanceof DicomError)) throw thrown;
      this.refuse(Number(thrown.details['closeCode']), 'protocol error', `${thrown.message}.`);
    }
  }

  #bytes(frame: Buffer): void {
    if (this.#downCredit === undefined) throw tunnelError('bytes came before hello');
    this.#upCredit.received(frame.length);
    const passed = this.#gate === undefined ? frame : this.#gate.push(frame);
    if (typeof passed === 'string') this.#forbid(passed);
    else if (passed !== undefined && passed.length > 0) this.#upload.push(passed);
  }

  #forbid(reason: GateRefusal): void {
    this.refuse(CLOSE.FORBIDDEN, reason, `The bridge let nothing through to ${this.#peer.name}: ${reason}.`);
  }

  #heard(text: string): void {
    const message = parseToBridge(text);
    if (message.t === 'reset') this.#cutOff();
    else if (message.t === 'hello') this.#dial(message.window);
    else if (this.#downCredit === undefined) throw tunnelError('ack came before hello');
    else {
      this.#downCredit.acknowledge(message.n);
      this.#moved();
    }
  }

  #dial(window: number): void {
    if (this.#downCredit !== undefined) throw tunnelError('hello came twice');
    this.#downCredit = new SendCredit(window);
    this.#download = new Download(this.#webSocket, this.#downCredit, () => this.#moved());
    if (this.#call !== undefined) {
      const { socket, remote } = this.#call;
      this.#open(socket, remote);
      socket.on('readable', () => this.#pull());
      return;
    }
    const { host, port } = this.#peer;
    const socket = connect({ host, port, ...CALLING, onread: this.#download.onread });
    socket.once('connect', () => this.#open(socket, hostAndPort(socket.remoteAddress ?? host, port)));
    this.#watch(socket);
  }

  #watch(socket: Socket): void {
    this.#socket = socket;
    onPeerEnd(socket, () => this.#finish({ code: CLOSE.NORMAL, reason: 'eof' }));
    socket.on('error', (error) => this.#failed(errno(error)));
    socket.once('close', () => this.#settle());
  }

  /** Reads as much as the page's credit allows from a socket that was not made for `onread`. */
  #pull(): void {
    const [socket, download] = [this.#socket, this.#download];
    if (socket === undefined || download === undefined) return;
    for (let goOn = download.allowance > 0; goOn;) {
      const length = Math.min(download.allowance, socket.readableLength);
      // Where nothing is there, reading asks for more, and lets the end be seen.
      const bytes: Buffer | null = length > 0 ? socket.read(length) : socket.read(0);
      goOn = bytes !== null && download.take(bytes);
    }
  }

  #open(socket: Socket, remote: string): void {
    clearTimeout(this.#deadline);
    this.#connected = true;
    this.#tell({
      t: 'open',
      remote,
      window: UP_WINDOW,
      maxFrame: MAX_FRAME,
    });
    this.#upload.start(socket);
  }

  #written(bytes: number): void {
    const total = this.#upCredit.consumed(bytes);
    if (total !== undefined) this.#tell({ t: 'ack', n: total });
  }

  /** Credit came, or bytes left. */
  #moved(): void {
    if (this.#download?.mayResume() === true) this.#resume();
    if (this.#ending !== undefined && this.#delivered()) {
      this.#closeWebSocket(this.#ending);
    }
  }

  #resume(): void {
    if (this.#call === undefined) this.#socket?.resume();
    else this.#pull();
  }

  /**
   * Whether the page has nearly everything: it acknowledges by quarters, so less than one may stay open.
   * Closing earlier would start the two seconds in which the page must answer while it still reads.
   */
  #delivered(): boolean {
    const credit = this.#downCredit;
    return this.#download?.held === 0 && credit !== undefined && credit.underWay < credit.window / 4;
  }

  /** The peer sends no more. */
  #finish(end: TunnelEnd): void {
    this.#download?.flush();
    this.#ending ??= end;
    this.#moved();
  }

  #failed(code: string): void {
    const { name, host, port } = this.#peer;
    const target = `${name} (${hostAndPort(host, port)})`;
    if (!this.#connected) {
      this.refuse(CLOSE.CONNECT_FAILED, code, connectFailure(target, code).message);
    } else {
      this.#tell({ t: 'error', code, msg: connectionLost(target, code).message });
      this.#finish({ code: CLOSE.RESET, reason: code });
    }
  }

  #tooLate(): void {
    if (this.#downCredit === undefined) this.refuse(CLOSE.PROTOCOL, 'no hello', 'hello did not come.');
    else {
      const { sentence } = closeMeaning(CLOSE.CONNECT_TIMEOUT, this.#peer.name);
      this.refuse(CLOSE.CONNECT_TIMEOUT, 'ETIMEDOUT', sentence);
    }
  }

  /** Ends both connections now, and tells the page why. */
  refuse(code: number, reason: string, msg: string): void {
    clearTimeout(this.#deadline);
    this.#tell({ t: 'error', code: reason, msg });
    this.#closeWebSocket({ code, reason });
    this.#reset();
  }

  #tell(message: ToPage): void {
    this.#webSocket.send(encodeMessage(message));
  }

  /** TCP is cut off, so that the peer never takes a lost page for an orderly end. */
  #reset(): void {
    if (this.#socket !== undefined) resetSocket(this.#socket);
  }

  #closeWebSocket(end: TunnelEnd): void {
    this.#closed ??= end;
    this.#webSocket.close(end.code, end.reason);
  }

  /** The page asked for a reset. */
  #cutOff(): void {
    this.#reset();
    this.#closeWebSocket({ code: CLOSE.NORMAL, reason: 'reset' });
  }

  #pageGone(code: number): void {
    clearTimeout(this.#deadline);
    this.#end = this.#closed ?? { code, reason: '' }; // the page's own words stay out of our log
    const connected = this.#connected && this.#socket?.destroyed === false;
    if (code === CLOSE.NORMAL && connected) this.#leave();
    else this.#reset();
    this.#settle();
  }

  /** The page closed: what it sent is written, then FIN; the peer's FIN is awaited for a while. */
  #leave(): void {
    this.#download?.discard();
    this.#upload.end();
    this.#resume();
    const grace = setTimeout(() => this.#socket?.destroy(), CLOSE_GRACE_MS);
    this.#socket?.once('close', () => clearTimeout(grace));
  }

  #settle(): void {
    if (this.#end !== undefined && (this.#socket?.closed ?? true)) this.#resolveEnded(this.#end);
  }
}
