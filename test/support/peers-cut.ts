/** A way to a peer that breaks: passes bytes on and cuts the connection after so many from the peer. */
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { LOOPBACK, freePort } from './peers-process.ts';

export async function cutAfter(
  bytes: number,
  peerPort: number,
): Promise<{ readonly port: number; close(): void }> {
  const port = await freePort();
  const server = createServer((near) => {
    const far = connect(peerPort, LOOPBACK);
    let left = bytes;
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far);
    far.on('data', (data: Buffer) => {
      if (left > data.length) near.write(data);
      else cut(near, far, data.subarray(0, left));
      left -= data.length;
    });
    far.on('end', () => near.end());
  });
  await new Promise<void>((resolve) => void server.listen(port, LOOPBACK, resolve));
  return { port, close: () => void server.close() };
}

function cut(near: Socket, far: Socket, last: Buffer): void {
  far.removeAllListeners('data');
  near.write(last, () => {
    near.resetAndDestroy();
    far.destroy();
  });
}
