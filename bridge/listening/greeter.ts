import type { Socket } from 'node:net';
import type { Server as TlsAcceptor } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import type { ConnectionError } from '../../core/bytes/index.ts';
import { callerTlsFailure, hostAndPort } from '../../core/transport/index.ts';
import type { Dialed } from '../dial/dial.ts';
import { carriedBy } from '../dial/socket-end.ts';
import type { TlsServer } from '../dial/tls.ts';
import { tlsCode, tlsInfo } from '../dial/tls.ts';

/** How long a caller may take to agree on TLS, in milliseconds. */
const HANDSHAKE_MS = 10_000;

/** Agrees on TLS with callers. */
export class Greeter {
  #server: TlsAcceptor;
  readonly #take: (dialed: Dialed) => void;
  readonly #refused: ((error: ConnectionError, remote: string) => void) | undefined;
  /** Sockets that have called and not agreed yet, by the caller's address and port. */
  readonly #greeting = new Map<string, Socket>();

  constructor(
    tls: TlsServer,
    take: (dialed: Dialed) => void,
    refused?: (error: ConnectionError, remote: string) => void,
  ) {
    this.#take = take;
    this.#refused = refused;
    this.#server = this.#acceptor(tls);
  }

  /** Agrees with the next callers by these settings; whoever is greeted already by those before. */
  renew(tls: TlsServer): void {
    this.#server = this.#acceptor(tls);
  }

  #acceptor(tls: TlsServer): TlsAcceptor {
    const server = createTlsServer({ ...tls.options(), handshakeTimeout: HANDSHAKE_MS });
    server.on('secureConnection', (socket) => {
      const carrier = this.#leave(callerOf(socket));
      if (carrier === undefined) return void socket.destroy(); // it has left, and its reset came first
      carriedBy(socket, carrier);
      this.#take({ socket, tls: tlsInfo(socket) });
    });
    server.on('tlsClientError', (error, socket) => {
      const remote = callerOf(socket);
      socket.destroy();
      this.#refused?.(callerTlsFailure(tlsCode(error), error), remote);
    });
    return server;
  }

  get greeting(): number {
    return this.#greeting.size;
  }

  /** How many of them call from this address. */
  from(address: string): number {
    return [...this.#greeting.values()].filter((socket) => socket.remoteAddress === address).length;
  }

  greet(socket: Socket): void {
    const name = callerOf(socket);
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

/** Who calls: `10.0.0.5:49152`. */
export function callerOf(socket: Socket): string {
  return hostAndPort(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0);
}
