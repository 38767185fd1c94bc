import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Connection, Listener } from '../../core/transport/index.ts';
import { PullQueue, hostAndPort } from '../../core/transport/index.ts';
import { listenError } from '../listen-error.ts';
import { tcpConnection } from './tcp-connection.ts';

/** Connections waiting to be claimed; each may hold 256 KiB of bytes. More are reset. */
const UNCLAIMED = 64;

/**
 * Listens on TCP. Port 0 takes a free one, told by `port`.
 * @throws DicomError USAGE, `details.reason` the system's code: EADDRINUSE, EACCES, EADDRNOTAVAIL.
 */
export async function listenTcp(address: {
  readonly host: string;
  readonly port: number;
}): Promise<Listener & { readonly port: number }> {
  const queue = new PullQueue<Connection>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => accept(queue, socket));
  await listen(server, address.host, address.port);
  server.on('error', () => {}); // a failed accept concerns that caller only
  return {
    incoming: queue.readable,
    port: (server.address() as AddressInfo).port,
    close: () => stop(server, queue),
  };
}

function accept(queue: PullQueue<Connection>, socket: Socket): void {
  if (queue.length >= UNCLAIMED) {
    socket.on('error', () => {}).resetAndDestroy();
    return;
  }
  queue.push(tcpConnection(socket, hostAndPort(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0)));
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
