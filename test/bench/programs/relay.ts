/** A long way to a server: `relay PORT TARGET-PORT MILLISECONDS`, which pass in each direction. It says `ready`. */
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { holdBack } from '../delay.ts';

const [port = 0, targetPort = 0, milliseconds = 0] = process.argv.slice(2).map(Number);
const HALF_OPEN = { allowHalfOpen: true, noDelay: true } as const;

/** What a caller sends waits for a round trip before it goes on its way: TCP's own, which our accepting it here saved. */
function serve(near: Socket): void {
  near.on('error', () => near.destroy());
  setTimeout(() => {
    const far = connect({ port: targetPort, host: '127.0.0.1', ...HALF_OPEN });
    holdBack(near, far, milliseconds);
    holdBack(far, near, milliseconds);
  }, 2 * milliseconds);
}

createServer(HALF_OPEN, serve).listen(port, '127.0.0.1', () => console.log('ready'));
