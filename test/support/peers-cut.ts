/** A way to a peer that breaks: passes bytes on, and after so many from the peer it is cut off or falls silent. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { deferred } from '../../core/transport/index.ts';
import { LOOPBACK, freePort } from './peers-process.ts';

export interface BrokenWay {
  readonly port: number;
  /** Resolves when it has broken. */
  readonly broken: Promise<void>;
  close(): void;
}

export async function breakAfter(bytes: number, peerPort: number, how: 'cut' | 'silent'): Promise<BrokenWay> {
  const port = await freePort();
  let tell = (): void => {};
  const broken = new Promise<void>((resolve) => (tell = resolve));
  const server = createServer((near) => {
    const far = connect(peerPort, LOOPBACK);
    let left = bytes;
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('end', () => near.end());
    near.pipe(far);
    far.on('data', (data: Buffer) => {
      near.write(data.subarray(0, left));
      left -= data.length;
      if (left > 0) return;
      far.removeAllListeners('data').pause();
      if (how === 'cut') cut(near, far);
      tell();
    });
  });
  await new Promise<void>((resolve) => void server.listen(port, LOOPBACK, resolve));
  return { port, broken, close: () => void server.close() };
}

/** Behind what was written: an empty write calls back when it has gone. */
function cut(near: Socket, far: Socket): void {
  near.write('', () => {
    near.resetAndDestroy();
    far.destroy();
  });
}

/** A way on which one connection stands still in the middle: the first that comes so far. Those after it pass. */
export interface StandingWay {
  readonly port: number;
  /** Where connections go, from the next one on. */
  to: number;
  /** Resolves when so many bytes have passed on one connection, and no more do. */
  readonly middle: Promise<void>;
  /** From then on that connection does not even pass an end on. */
  drop(): void;
  /** Resolve when who called there, and who was called, have gone. */
  readonly callerGone: Promise<void>;
  readonly calledGone: Promise<void>;
  close(): void;
}

/** `from`: whose bytes are counted. */
export async function standAfter(bytes: number, to: number, from: 'caller' | 'called'): Promise<StandingWay> {
  const [middle, callerGone, calledGone] = [deferred<void>(), deferred<void>(), deferred<void>()];
  const sockets = new Set<Socket>();
  let standing: Socket | undefined;
  let dropped = false;
  const server = createServer((near) => {
    const far = connect(way.to, LOOPBACK);
    let left = bytes;
    const pass = (own: Socket, other: Socket, counted: boolean, gone: () => void): void => {
      sockets.add(own);
      own
        .on('error', () => {})
        .on('data', (data: Buffer) => {
          if (standing === near) return;
          const stands = counted && standing === undefined && data.length >= left;
          other.write(stands ? data.subarray(0, left) : data);
          if (counted) left -= data.length;
          if (!stands) return;
          standing = near;
          middle.resolve();
        });
      own.on('close', (broken) => {
        sockets.delete(own);
        if (standing === near) gone();
        if (standing === near && dropped) return;
        if (broken) other.resetAndDestroy();
        else other.end();
      });
    };
    pass(near, far, from === 'caller', callerGone.resolve);
    pass(far, near, from === 'called', calledGone.resolve);
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const way: StandingWay = {
    port: (server.address() as AddressInfo).port,
    to,
    middle: middle.promise,
    drop: () => void (dropped = true),
    callerGone: callerGone.promise,
    calledGone: calledGone.promise,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return way;
}
