/** A way to a peer that breaks: passes bytes on, and after so many from the peer it is cut off or falls silent. */
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
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
