import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Server as TlsAcceptor } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import type { ConnectionError } from '../../core/bytes/index.ts';
import type { Connection, Listener } from '../../core/transport/index.ts';
import { PullQueue, callerTlsFailure, hostAndPort } from '../../core/transport/index.ts';
import type { Dialed } from '../dial.ts';
import { listenError } from '../listen-error.ts';
import { carriedBy } from '../socket-end.ts';
import type { TlsServer } from '../tls.ts';
import { tlsCode, tlsInfo } from '../tls.ts';
import { tcpConnection } from './tcp-connection.ts';

/** Connections waiting to be claimed, or still agreeing on TLS; each may hold 256 KiB of bytes. More are reset. */
const UNCLAIMED = 64;
/** How long a caller may take to agree on TLS, in milliseconds. */
const HANDSHAKE_MS = 10_000;

/** Where to listen, and how. */
export interface ListenOptions {
  /** An address of this machine. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Takes callers by TLS only. */
  readonly tls?: TlsServer | undefined;
  /** Told of each caller that did not manage to agree on TLS. */
  readonly onRefused?: ((error: ConnectionError) => void) | undefined;
}

/**
 * Listens on TCP, or TLS over it. Port 0 takes a free one, told by `port`.
 * @throws DicomError USAGE, `details.reason` the system's code: EADDRINUSE, EACCES, EADDRNOTAVAIL.
 */
export async function listenTcp(options: ListenOptions): Promise<Listener & { readonly port: number }> {
  const queue = new PullQueue<Connection>();
  const take = (dialed: Dialed): void => queue.push(tcpConnection(dialed, caller(dialed.socket)));
  const greeter = options.tls && new Greeter(options.tls, take, options.onRefused);
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    if (queue.length + (greeter?.greeting ?? 0) >= UNCLAIMED) turnAway(socket);
    else if (greeter === undefined) take({ socket, tls: undefined });
    else greeter.greet(socket);
  });
  await listen(server, options.host, options.port);
  server.on('error', () => {}); // a failed accept concerns that caller only
  return {
    incoming: queue.readable,
    port: (server.address() as AddressInfo).port,
    close: () => {
      greeter?.close();
      return stop(server, queue);
    },
  };
}

/** Agrees on TLS with callers. */
class Greeter {
  readonly #server: TlsAcceptor;
  /** Sockets that have called and not agreed yet, by the caller's address and port. */
  readonly #greeting = new Map<string, Socket>();

  constructor(tls: TlsServer, take: (dialed: Dialed) => void, refused?: (error: ConnectionError) => void) {
    this.#server = createTlsServer({ ...tls.options(), handshakeTimeout: HANDSHAKE_MS });
    this.#server.on('secureConnection', (socket) => {
      const carrier = this.#leave(caller(socket));
      if (carrier !== undefined) carriedBy(socket, carrier);
      take({ socket, tls: tlsInfo(socket) });
    });
    this.#server.on('tlsClientError', (error, socket) => {
      socket.destroy();
      refused?.(callerTlsFailure(tlsCode(error), error));
    });
  }

  get greeting(): number {
    return this.#greeting.size;
  }

  greet(socket: Socket): void {
    const name = caller(socket);
    this.#greeting.set(name, socket);
    socket.on('error', () => {}); // told by the socket of TLS above it
    socket.once('close', () => this.#leave(name));
    this.#server.emit('connection', socket);
  }

  close(): void {
    for (const socket of this.#greeting.values()) socket.destroy();
  }

  #leave(name: string): Socket | undefined {
    const socket = this.#greeting.get(name);
    this.#greeting.delete(name);
    return socket;
  }
}

function turnAway(socket: Socket): void {
  socket.on('error', () => {}).resetAndDestroy();
}

function caller(socket: Socket): string {
  return hostAndPort(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

/** The server closes its socket at once, but calls back only when the last connection has ended. */
async function stop(server: Server, queue: PullQueue<Connection>): Promise<void> {
  server.close();
  for (const unclaimed of queue.cut()) unclaimed.abort();
  await new Promise<void>((resolve) => setImmediate(resolve));
}
