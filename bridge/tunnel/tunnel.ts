/** The bridge's end of tunnel v1 (core/transport/TUNNEL.md): one WebSocket, one TCP connection. */
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { ConnectionError } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { Peer, TlsInfo, ToPage } from '../../core/transport/index.ts';
import {
  CLOSE,
  CLOSE_GRACE_MS,
  MAX_FRAME,
  ReceiveCredit,
  SendCredit,
  UP_WINDOW,
  deferred,
  encodeMessage,
  hostAndPort,
  parseToBridge,
  tunnelError,
} from '../../core/transport/index.ts';
import type { Rights } from '../access/access.ts';
import type { CallablePeer, Destination, Dialed } from '../dial/dial.ts';
import { broken, dial, isTlsFailure } from '../dial/dial.ts';
import { Download } from './download.ts';
import type { GateRefusal } from './gate.ts';
import { Gate } from './gate.ts';
import type { BridgeLimits } from '../limits.ts';
import { DEFAULT_BRIDGE_LIMITS } from '../limits.ts';
import type { Titles } from '../peek.ts';
import { onPeerEnd, resetSocket } from '../dial/socket-end.ts';
import type { Pulse } from './stillness.ts';
import { Upload } from './upload.ts';
import type { Cause, Verdict } from '../verdict.ts';

/** A call that a page has taken: the other end of a tunnel that nobody had to dial. */
export interface TakenCall {
  /** Connected, with every byte of the caller still to be read; paused. */
  readonly socket: Socket;
  /** `10.0.0.5:49152`. */
  readonly remote: string;
  readonly titles: Titles;
  readonly tls?: TlsInfo | undefined;
}

/** How a tunnel comes to its peer. */
export interface TunnelWay extends Pick<Destination, 'policy' | 'lookup'> {
  /** The peer called; otherwise it is dialed, where the policy allows. */
  readonly call?: TakenCall | undefined;
  readonly limits?: Pick<BridgeLimits, 'helloTime' | 'connectTime'> | undefined;
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
  /** What it was about, where we refused to go on. */
  readonly cause?: Cause;
}

export class Tunnel {
  readonly #webSocket: WebSocket;
  readonly #peer: string;
  readonly #to: Destination;
  /** Resolves when both connections are gone. */
  readonly ended: Promise<TunnelEnd>;
  readonly #resolveEnded: (end: TunnelEnd) => void;
  /** What the page sends first goes through it; none where the peer called. */
  readonly #gate: Gate | undefined;
  readonly #call: TakenCall | undefined;
  readonly #upCredit = new ReceiveCredit(UP_WINDOW);
  readonly #upload: Upload;
  readonly #connectTime: number;
  #deadline: NodeJS.Timeout;
  readonly #dialing = new AbortController();
  #downCredit: SendCredit | undefined;
  #download: Download | undefined;
  #socket: Socket | undefined;
  #connected = false;
  /** Whether bytes are fetched from the socket; else they come by `onread`. */
  #pulled = false;
  /** How the WebSocket is to be closed once the page has nearly everything. */
  #ending: TunnelEnd | undefined;
  /** How we closed the WebSocket. */
  #closed: TunnelEnd | undefined;
  #end: TunnelEnd | undefined;

  constructor(webSocket: WebSocket, peer: CallablePeer, rights: Rights, way: TunnelWay = {}) {
    const { call, limits = DEFAULT_BRIDGE_LIMITS, ...rules } = way;
    const { name, host, port, tls } = peer;
    this.#webSocket = webSocket;
    this.#peer = name;
    this.#to = { name: targetName(peer), host, port, tls, ...rules };
    this.#call = call;
    this.#gate = call === undefined ? new Gate(rights, peer) : undefined;
    const { promise, resolve } = deferred<TunnelEnd>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#upload = new Upload((bytes) => this.#written(bytes));
    this.#connectTime = limits.connectTime;
    this.#deadline = setTimeout(() => this.#tooLate(), limits.helloTime);
    webSocket.on('message', (data, isBinary) => this.#message(data, isBinary));
    webSocket.on('close', (code) => this.#pageGone(code));
    webSocket.on('error', (error) => this.#malformed(error)); // a close event follows
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

  /** The address that was called, once it answered. */
  get callee(): string | undefined {
    return this.#socket?.remoteAddress;
  }

  /** For whoever watches that it moves. */
  get pulse(): Pulse {
    const { total, held } = this.#download ?? NOTHING;
    return {
      open: this.#connected,
      unasked: this.#call === undefined && this.#upload.total === 0,
      down: { total, held },
      up: this.#upload,
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
      const code = Number(thrown.details['closeCode']);
      const cause = code === CLOSE.LIMIT ? 'overrun' : 'protocol';
      this.refuse({ code, cause, reason: 'protocol error' }, `${thrown.message}.`);
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
    const cause = reason === 'not an association request' ? 'not-an-RQ' : 'title';
    const verdict: Verdict = { code: CLOSE.FORBIDDEN, cause, reason };
    this.refuse(verdict, `The bridge let nothing through to ${this.#peer}: ${reason}.`);
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
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#tooLate(), this.#connectTime);
    const download = new Download(this.#webSocket, this.#downCredit, () => this.#moved());
    this.#download = download;
    if (this.#call !== undefined) {
      const { socket, remote, tls } = this.#call;
      this.#open({ socket, tls }, remote, true);
      return;
    }
    dial(this.#to, { signal: this.#dialing.signal, onread: download.onread }).then(
      (dialed) => this.#dialed(dialed),
      (error: ConnectionError) => this.#failed(error),
    );
  }

  #dialed(dialed: Dialed): void {
    const { socket, tls } = dialed;
    this.#watch(socket);
    const { host, port } = this.#to;
    if (this.#dialing.signal.aborted) this.#reset();
    else this.#open(dialed, hostAndPort(socket.remoteAddress ?? host, port), tls !== undefined);
  }

  #watch(socket: Socket): void {
    this.#socket = socket;
    onPeerEnd(socket, () => this.#finish({ code: CLOSE.NORMAL, reason: 'eof' }));
    socket.on('error', (error) => this.#broke(error));
    socket.once('close', () => {
      this.#download?.close();
      this.#settle();
    });
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

  #open({ socket, tls }: Dialed, remote: string, pulled: boolean): void {
    clearTimeout(this.#deadline);
    this.#connected = true;
    this.#pulled = pulled;
    this.#tell({ t: 'open', remote, tls: tls ?? null, window: UP_WINDOW, maxFrame: MAX_FRAME });
    this.#upload.start(socket);
    if (pulled) socket.on('readable', () => this.#pull());
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
    if (this.#pulled) this.#pull();
    else this.#socket?.resume();
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

  /** No connection came about. */
  #failed(error: ConnectionError): void {
    if (error.code === 'CANCELLED') return; // by us, who told why
    this.refuse(failureOf(closeCode(error), error), error.message);
  }

  #broke(cause: Error): void {
    const tls = this.#to.tls !== undefined && this.#call === undefined;
    const error = broken(this.#to.name, cause, { tls, silent: this.#download?.total === 0 });
    if (!this.#connected) return this.refuse(failureOf(CLOSE.CONNECT_FAILED, error), error.message);
    this.#tell({ t: 'error', code: reasonOf(error), msg: error.message });
    this.#finish({ code: isTlsFailure(error) ? CLOSE.TLS_FAILED : CLOSE.RESET, reason: reasonOf(error) });
  }

  #tooLate(): void {
    if (this.#downCredit === undefined) this.refuse(NO_HELLO, 'hello did not come.');
    else this.#dialing.abort(new DOMException('too late', 'TimeoutError'));
  }

  /** Ends both connections now, and tells the page why. */
  refuse(end: TunnelEnd, msg: string): void {
    clearTimeout(this.#deadline);
    this.#tell({ t: 'error', code: end.reason, msg });
    this.#closeWebSocket(end);
    this.#reset();
  }

  #tell(message: ToPage): void {
    this.#webSocket.send(encodeMessage(message));
  }

  /** TCP is cut off, so that the peer never takes a lost page for an orderly end. */
  #reset(): void {
    this.#dialing.abort();
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

  /** The WebSocket ends for what came over it; its close event would not say by which code. */
  #malformed(error: Error): void {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#closed ??= TOO_BIG;
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

function targetName({ name, host, port }: Peer): string {
  const address = hostAndPort(host, port);
  return name === address ? name : `${name} (${address})`;
}

/** How the WebSocket is closed where no connection came about. */
function closeCode(error: ConnectionError): number {
  if (error.code === 'NOT_ALLOWED') return CLOSE.FORBIDDEN;
  if (isTlsFailure(error)) return CLOSE.TLS_FAILED;
  return reasonOf(error) === 'ETIMEDOUT' ? CLOSE.CONNECT_TIMEOUT : CLOSE.CONNECT_FAILED;
}

/** The system's code, or that of TLS. */
function reasonOf({ details, code }: ConnectionError): string {
  return String(details['reason'] ?? code);
}

const TOO_BIG: Verdict = { code: CLOSE.TOO_BIG, cause: 'protocol', reason: 'frame too long' };
const NO_HELLO: Verdict = { code: CLOSE.PROTOCOL, cause: 'silent', reason: 'no hello' };
const NOTHING = { total: 0, held: 0 };

/** An address that may not be called is a refusal of ours; of other failures the code says all. */
function failureOf(code: number, error: ConnectionError): TunnelEnd {
  const end = { code, reason: reasonOf(error) };
  return code === CLOSE.FORBIDDEN ? { ...end, cause: 'address' } : end;
}
