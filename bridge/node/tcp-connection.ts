import type { OnReadOpts, Socket } from 'node:net';
import type { Bytes, ConnectionError } from '../../core/bytes/index.ts';
import type { Connection, Wire } from '../../core/transport/index.ts';
import { WiredConnection, connectionLost, deferred, hostAndPort } from '../../core/transport/index.ts';
import type { Destination, Dialed } from '../dial/dial.ts';
import { broken, dial } from '../dial/dial.ts';
import { onPeerEnd, resetSocket } from '../dial/socket-end.ts';
import { Landing } from './landing.ts';

/** Unread bytes at which we stop reading from the socket; an end or a reset behind them is not seen then. */
const READ_AHEAD = 256 << 10;

/** Calls a peer. The connection is returned at once, and opens or fails later. */
export function callPeer(to: Destination, signal?: AbortSignal): Connection {
  const attempt = new AbortController();
  const wire = new SocketWire(to.name, { signal, giveUp: () => attempt.abort() });
  dial(to, { signal: attempt.signal, onread: wire.onread }).then(
    (dialed) => wire.open(dialed),
    (error: ConnectionError) => wire.fail(error),
  );
  return wire.connection;
}

/** A connected socket as a Connection, made with `allowHalfOpen`; `name` is the other side in messages. */
export function tcpConnection(dialed: Dialed, name: string): Connection {
  const wire = new SocketWire(name);
  wire.open(dialed);
  return wire.connection;
}

class SocketWire implements Wire {
  readonly connection: WiredConnection;
  /** Where bytes go that come without TLS to a socket that we make. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#landing.room(),
    callback: (length) => this.#landed(length),
  };
  readonly #name: string;
  readonly #calling: Calling | undefined;
  readonly #landing = new Landing();
  readonly #connected = deferred<Socket>();
  #socket: Socket | undefined;
  /** Nothing has come. */
  #silent = true;
  #paused = false;
  #over = false;

  constructor(name: string, calling?: Calling) {
    this.#name = name;
    this.#calling = calling;
    this.connection = new WiredConnection(this, calling?.signal);
  }

  open({ socket, tls }: Dialed): void {
    this.#socket = socket;
    if (this.#over) return resetSocket(socket);
    const remote = hostAndPort(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0);
    this.connection.confirm({ remote, ...(tls && { tls }) });
    socket.on('data', (chunk: Buffer) => {
      this.#silent = false;
      this.connection.receive(plain(chunk));
      if (!this.#goesOn()) socket.pause();
    });
    onPeerEnd(socket, () => this.connection.end());
    socket.on('error', (error) => {
      const silent = this.#silent && this.#calling !== undefined;
      this.fail(broken(this.#name, error, { tls: tls !== undefined, silent }));
    });
    socket.once('close', () => {
      this.#landing.leave();
      if (this.connection.over) return; // an error has its price, and most end in order
      this.connection.fail(connectionLost(this.#name, 'closed'), 'closed');
    });
    this.#connected.resolve(socket);
  }

  fail(error: ConnectionError): void {
    this.connection.fail(error, error.details['reason'] as string);
  }

  async send(chunk: Bytes): Promise<void> {
    const socket = this.#socket ?? (await this.#connected.promise);
    // Resolving at the callback, not at `drain`, gives the chunk back to the writer only when the kernel has it.
    await new Promise<void>((resolve) => socket.write(chunk, () => resolve()));
  }

  finish(): void {
    this.#socket?.end().unref(); // what is to be sent keeps the process, the peer's FIN does not
  }

  reset(): void {
    this.#over = true;
    this.#calling?.giveUp();
    if (this.#socket !== undefined) resetSocket(this.#socket);
  }

  release(): void {
    this.#socket?.destroy();
  }

  taken(chunk: Bytes): void {
    this.#landing.giveBack(chunk);
    if (this.#paused && this.#goesOn()) this.#socket?.resume();
  }

  #landed(length: number): boolean {
    this.#silent = false;
    const { connection } = this;
    connection.receive(connection.consumed ? this.#landing.lend(length) : this.#landing.copy(length));
    return this.#goesOn();
  }

  /** Whether more is read for now. */
  #goesOn(): boolean {
    this.#paused = this.connection.unread >= READ_AHEAD || this.#landing.full;
    return !this.#paused;
  }
}

/** Where it was we who called: what ends the attempt from outside, and how it is ended from here. */
interface Calling {
  readonly signal: AbortSignal | undefined;
  readonly giveUp: () => void;
}

/** The same bytes without Buffer's own `slice`, which shares memory where Uint8Array's copies. */
function plain(chunk: Buffer): Bytes {
  return new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
}
