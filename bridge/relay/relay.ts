/** A man in the middle: hands on the bytes of TCP connections as they are, ends and resets too, and shows them to a witness. */
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Bytes } from '../../core/bytes/index.ts';
import { asError, DicomError } from '../../core/bytes/index.ts';
import { CLOSE_GRACE_MS, hostAndPort } from '../../core/transport/index.ts';
import type { Destination } from '../dial/dial.ts';
import { dial } from '../dial/dial.ts';
import { resetSocket } from '../dial/socket-end.ts';
import { listenError } from '../listening/listen-error.ts';

/** Connections at once: each may hold some bytes of either direction. */
const CONNECTIONS = 256;
/** How long the far side may take to answer, in milliseconds. */
const CONNECT_MS = 30_000;

/** Who called, or who was called. */
export type Party = 'caller' | 'called';

/** Sees one connection; it is told before the other side is. */
export interface Witness {
  /** The bytes are valid during the call only. */
  bytes(from: Party, bytes: Bytes): void;
  /** This side sends no more. */
  finished(from: Party): void;
  /** This side cut the connection off. */
  reset(from: Party): void;
  /** Both directions are over; told once, last. */
  closed(): void;
}

export interface RelayOptions {
  /** The address to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly to: Destination;
  /** Told of each connection once the far side has taken it. Addresses are `10.0.0.5:104`. */
  opened(addresses: Readonly<Record<Party, string>>): Witness;
  /** At once, 256 by default; who comes beyond is closed. */
  readonly connections?: number;
  /**
   * Told of each caller that had to be reset since the far side could not be reached, and, once until a caller is taken
   * again, that there are too many of them.
   */
  turnedAway(error: Error): void;
}

export interface Relay {
  readonly port: number;
  /** Cuts all connections off, and listens no more. */
  close(): Promise<void>;
}

/**
 * A caller is taken before the far side is called: where that fails he is reset, since he cannot be refused any more.
 * @throws DicomError USAGE where it cannot listen there, `details.reason` the system's code.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const pairs = new Set<Pair>();
  let full = false;
  let callsItself = false;
  const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (caller) => {
    full = false;
    if (callsItself) return resetSocket(caller); // each call would bring about the next
    const turnedAway = (error: Error): void => {
      if (!callsItself) options.turnedAway(error);
      callsItself ||= error instanceof OwnAddress;
    };
    void new Pair(caller, { ...options, turnedAway }, pairs).open();
  });
  server.maxConnections = options.connections ?? CONNECTIONS;
  server.on('drop', () => {
    if (!full) options.turnedAway(tooMany(server.maxConnections));
    full = true;
  });
  await listen(server, options);
  server.on('error', () => {}); // a failed accept concerns that caller only
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const pair of pairs) pair.cut();
      await closed;
    },
  };
}

function listen(server: Server, { host, port }: RelayOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function tooMany(connections: number): DicomError {
  const message = `more than ${connections} connections at once: who calls now is closed`;
  return new DicomError('LIMIT_EXCEEDED', message, { connections });
}

class OwnAddress extends DicomError {
  constructor(address: string) {
    super('USAGE', `${address} is where this proxy listens: it would call itself, and takes nobody`);
  }
}

/** Both sockets of one connection. */
class Pair {
  readonly #caller: Socket;
  readonly #options: RelayOptions;
  readonly #pairs: Set<Pair>;
  /** To reach the far side. */
  readonly #attempt = new AbortController();
  #called: Socket | undefined;
  #witness: Witness | undefined;
  /** Sockets that are not closed yet. */
  #left = 2;
  #over = false;

  constructor(caller: Socket, options: RelayOptions, pairs: Set<Pair>) {
    this.#caller = caller;
    this.#options = options;
    this.#pairs = pairs;
    pairs.add(this);
  }

  async open(): Promise<void> {
    const giveUp = (): void => this.#attempt.abort();
    const tooLate = new DOMException('the far side did not answer', 'TimeoutError');
    const late = setTimeout(() => this.#attempt.abort(tooLate), CONNECT_MS);
    this.#caller.once('error', giveUp);
    try {
      const { socket } = await dial(this.#options.to, { signal: this.#attempt.signal });
      this.#called = socket;
      if (isOwn(socket, this.#caller)) throw new OwnAddress(addressOf(socket));
    } catch (error) {
      resetSocket(this.#caller);
      if (!this.#over && !this.#caller.errored) this.#options.turnedAway(asError(error));
    } finally {
      clearTimeout(late);
    }
    if (this.#called !== undefined && !this.#over && !this.#caller.destroyed) return this.#join(this.#called);
    this.#pairs.delete(this);
    this.cut();
  }

  /** Resets both sides. */
  cut(): void {
    this.#over = true;
    this.#attempt.abort();
    resetSocket(this.#caller);
    if (this.#called) resetSocket(this.#called);
  }

  #join(called: Socket): void {
    const caller = this.#caller;
    const addresses = { caller: addressOf(caller), called: addressOf(called) };
    this.#witness = this.#options.opened(addresses);
    this.#pass('caller', caller, called);
    this.#pass('called', called, caller);
  }

  #pass(from: Party, source: Socket, target: Socket): void {
    source.on('data', (chunk: Buffer) => {
      this.#witness!.bytes(from, plain(chunk));
      if (!target.write(chunk)) source.pause();
    });
    target.on('drain', () => source.resume());
    source.once('end', () => {
      unlessReset(source, () => {
        if (this.#over) return;
        this.#witness!.finished(from);
        target.end();
      });
    });
    source.on('error', () => this.#cutBy(from, target));
    source.once('close', () => this.#closed(from, target));
    source.resume();
  }

  /** One side cut it off, and so the other one is; it gets what is under way to it, if it takes that. */
  #cutBy(from: Party, target: Socket): void {
    if (this.#over) return;
    this.#over = true;
    this.#witness!.reset(from);
    if (target.writableLength === 0 || target.writableEnded) return resetSocket(target);
    target.setTimeout(CLOSE_GRACE_MS, () => resetSocket(target));
    target.write('', () => resetSocket(target));
  }

  #closed(from: Party, target: Socket): void {
    // Without an end or an error before: nothing more can be handed on.
    if (!this.#over && !target.writableEnded) this.#cutBy(from, target);
    if (--this.#left > 0) return;
    this.#pairs.delete(this);
    this.#witness!.closed();
  }
}

/** libuv tells a reset behind unread bytes as an orderly end; writing nothing then fails, which is told as an error. */
function unlessReset(socket: Socket, ended: () => void): void {
  if (socket.writableLength > 0 || socket.writableEnded || socket.destroyed) ended();
  else
    socket.write('', (error) => {
      if (!error) ended();
    });
}

/** What we called is where we were called. */
function isOwn(called: Socket, caller: Socket): boolean {
  return called.remotePort === caller.localPort && called.remoteAddress === called.localAddress;
}

function addressOf({ remoteAddress = 'unknown', remotePort = 0 }: Socket): string {
  return hostAndPort(remoteAddress, remotePort);
}

/** The same bytes without Buffer's own `slice`, which shares memory where Uint8Array's copies. */
function plain(chunk: Buffer): Bytes {
  return new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
}
