import type { Socket, TcpNetConnectOpts } from 'node:net';
import { CLOSE_GRACE_MS } from '../../core/transport/index.ts';

/**
 * How peers are called. One of several addresses of a host is tried for so many milliseconds before the next: Node's
 * 250 fail on every link with a long round trip.
 */
export const CALLING: Pick<
  TcpNetConnectOpts,
  'noDelay' | 'allowHalfOpen' | 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout'
> = {
  noDelay: true,
  allowHalfOpen: true,
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: 2000,
};

/**
 * Calls back at the peer's FIN, then sends ours; the socket is made with `allowHalfOpen`. A reset goes to the
 * `error` event: libuv reports one behind unread bytes as an orderly end, but writing nothing then fails.
 */
export function onPeerEnd(socket: Socket, ended: () => void): void {
  const finish = (): void => {
    ended();
    socket.end();
    // What is still to be sent has so long: a peer that closed and does not read must not hold the socket.
    socket.setTimeout(CLOSE_GRACE_MS, () => socket.destroy());
  };
  socket.once('end', () => {
    if (socket.writableLength > 0 || socket.writableEnded) finish();
    else {
      // TLS would not pass the error of an empty write on.
      const carrier = CARRIERS.get(socket);
      (carrier ?? socket).write('', (error) => {
        if (!error) finish();
        else if (carrier !== undefined) socket.destroy(error);
      });
    }
  });
}

/** The TCP sockets below those of TLS: only they can be reset. */
const CARRIERS = new WeakMap<Socket, Socket>();

/** Tells which TCP socket carries one of TLS. */
export function carriedBy(tls: Socket, carrier: Socket): void {
  CARRIERS.set(tls, carrier);
}

/** Drops a socket, visibly to the peer where that is still possible. */
export function resetSocket(socket: Socket): void {
  // Connecting, it would wait for the connection only to reset it. Behind end(), Node 20 neither resets nor closes.
  if (socket.connecting || socket.writableEnded) socket.destroy();
  else (CARRIERS.get(socket) ?? socket).resetAndDestroy();
}

/** The system's code of a socket's error; a write that met the reset is called a reset as well. */
export function errno(error: NodeJS.ErrnoException): string {
  return error.code === 'EPIPE' ? 'ECONNRESET' : (error.code ?? error.name);
}
