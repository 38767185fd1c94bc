import type { Socket } from 'node:net';
import type { Bytes, ConnectionError } from '../../core/bytes/index.ts';
import type { Connection, Wire } from '../../core/transport/index.ts';
import { WiredConnection, connectionLost, deferred, hostAndPort } from '../../core/transport/index.ts';
import type { Destination, Dialed } from '../dial/dial.ts';
import { broken, dial } from '../dial/dial.ts';
import { onPeerEnd, resetSocket } from '../dial/socket-end.ts';

/** Unread bytes at which we stop reading from the socket; an end or a reset behind them is not seen then. */
const READ_AHEAD = 256 << 10;

/** Calls a peer. The connection is returned at once, and opens or fails later. */
export function callPeer(to: Destination, signal?: AbortSignal): Connection {
  const attempt = new AbortController();
  const wire = new SocketWire(to.name, signal, () => attempt.abort());
  dial(to, { signal: attempt.signal }).then(
    (dialed) => wire.open(dialed, true),
    (error: ConnectionError) => wire.fail(error),
  );
  return wire.connection;
}

/** A connected socket as a Connection, made with `allowHalfOpen`; `name` is the other side in messages. */
export function tcpConnection(dialed: Dialed, name: string): Connection {
  const wire = new SocketWire(name);
  wire.open(dialed, false);
  return wire.connection;
}

class SocketWire implements Wire {
  readonly connection: WiredConnection;
  readonly #name: string;
  readonly #giveUp: () => void;
  readonly #connected = deferred<Socket>();
  #socket: Socket | undefined;
  #over = false;

  constructor(name: string, signal?: AbortSignal, giveUp: () => void = () => {}) {
    this.#name = name;
    this.#giveUp = giveUp;
    this.connection = new WiredConnection(this, signal);
  }

  open({ socket, tls }: Dialed, called: boolean): void {
    let silent = called;
    this.#socket = socket;
    if (this.#over) return resetSocket(socket);
    const remote = hostAndPort(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0);
    this.connection.confirm({ remote, ...(tls && { tls }) });
    socket.on('data', (chunk: Buffer) => {
      silent = false;
      this.connection.receive(plain(chunk));
      if (this.connection.unread >= READ_AHEAD) socket.pause();
    });
    onPeerEnd(socket, () => this.connection.end());
    socket.on('error', (error) => this.fail(broken(this.#name, error, { tls: tls !== undefined, silent })));
    socket.once('close', () => this.connection.fail(connectionLost(this.#name, 'closed'), 'closed'));
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
    this.#giveUp();
    if (this.#socket !== undefined) resetSocket(this.#socket);
  }

  release(): void {
    this.#socket?.destroy();
  }

  taken(): void {
    if (this.connection.unread < READ_AHEAD) this.#socket?.resume();
  }
}

/** The same bytes without Buffer's own `slice`, which shares memory where Uint8Array's copies. */
function plain(chunk: Buffer): Bytes {
  return new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
}
