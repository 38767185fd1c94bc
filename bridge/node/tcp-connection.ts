import type { Socket } from 'node:net';
import type { Bytes } from '../../core/bytes/index.ts';
import type { ConnectionInfo } from '../../core/transport/index.ts';
import { WiredConnection, connectFailure, connectionLost, hostAndPort } from '../../core/transport/index.ts';
import { errno, onPeerEnd, resetSocket } from '../socket-end.ts';

/** Unread bytes at which we stop reading from the socket; an end or a reset behind them is not seen then. */
const READ_AHEAD = 256 << 10;

/**
 * A node:net socket as a Connection; `target` names the other side in messages.
 * It is made with `allowHalfOpen`; one that is connecting opens the connection later, one that is connected at once.
 */
export function tcpConnection(socket: Socket, target: string, signal?: AbortSignal): WiredConnection {
  const connection = new WiredConnection(
    {
      // Resolving at the callback, not at `drain`, gives the chunk back to the writer only when the kernel has it.
      send: (chunk) => new Promise<void>((resolve) => socket.write(chunk, () => resolve())),
      finish: () => socket.end(),
      reset: () => resetSocket(socket),
      release: () => socket.destroy(),
      taken: () => {
        if (connection.unread < READ_AHEAD) socket.resume();
      },
    },
    signal,
  );
  observe(socket, connection, target);
  return connection;
}

function observe(socket: Socket, connection: WiredConnection, target: string): void {
  let connected = !socket.connecting;
  const open = (): void => {
    connected = true;
    connection.confirm(info(socket));
  };
  if (connected) open();
  else socket.once('connect', open);
  socket.on('data', (chunk: Buffer) => {
    connection.receive(plain(chunk));
    if (connection.unread >= READ_AHEAD) socket.pause();
  });
  onPeerEnd(socket, () => connection.end());
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const reason = errno(error);
    connection.fail((connected ? connectionLost : connectFailure)(target, reason, error), reason);
  });
  socket.once('close', () => connection.fail(connectionLost(target, 'closed'), 'closed'));
}

/** The same bytes without Buffer's own `slice`, which shares memory where Uint8Array's copies. */
function plain(chunk: Buffer): Bytes {
  return new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
}

function info(socket: Socket): ConnectionInfo {
  return { remote: hostAndPort(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0) };
}
