import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { ConnectionError } from '../../core/bytes/index.ts';
import type { Connection, Listener } from '../../core/transport/index.ts';
import { PullQueue } from '../../core/transport/index.ts';
import type { Dialed } from '../dial/dial.ts';
import { Greeter, callerOf } from '../listening/greeter.ts';
import { listenError } from '../listening/listen-error.ts';
import type { TlsServer } from '../dial/tls.ts';
import { tcpConnection } from './tcp-connection.ts';

/** Connections waiting to be claimed, or still agreeing on TLS; each may hold 256 KiB of bytes. More are reset. */
const UNCLAIMED = 64;

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
  const take = (dialed: Dialed): void => queue.push(tcpConnection(dialed, callerOf(dialed.socket)));
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

function turnAway(socket: Socket): void {
  socket.on('error', () => {}).resetAndDestroy();
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
