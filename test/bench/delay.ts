/** Bytes held back as a long way holds them, where the kernel has no netem: each contestant's pass the same relay. */
import type { Duplex } from 'node:stream';

/** Bytes under way in one direction of one connection; then its sender waits. */
const UNDER_WAY = 64 << 20;

/** What is under way; without bytes it is the end. */
interface Held {
  readonly due: number;
  readonly bytes?: Buffer;
}

/**
 * Passes on what comes from one side to the other, so many milliseconds later and in order; its end too. Nothing limits how
 * fast, but how much is under way is limited: then nothing is read until some of it has arrived.
 */
export function holdBack(from: Duplex, to: Duplex, milliseconds: number, underWay: number = UNDER_WAY): void {
  const held: Held[] = [];
  let heldBytes = 0;
  let isWaiting = false;
  const balance = (): void => {
    if (heldBytes >= underWay || to.writableNeedDrain) from.pause();
    else from.resume();
  };
  const wait = (atLeast: number): void => {
    isWaiting = true;
    // Timers are of whole milliseconds: what is due within half of one is due.
    setTimeout(release, Math.round(atLeast));
  };
  const release = (): void => {
    const now = performance.now() + 0.5;
    const still = held.findIndex(({ due }) => due > now);
    for (const { bytes } of held.splice(0, still === -1 ? held.length : still)) {
      heldBytes -= bytes?.length ?? 0;
      if (bytes === undefined) to.end();
      else to.write(bytes);
    }
    isWaiting = false;
    if (held[0] !== undefined) wait(held[0].due - now + 0.5);
    balance();
  };
  const hold = (bytes?: Buffer): void => {
    held.push({ due: performance.now() + milliseconds, ...(bytes && { bytes }) });
    heldBytes += bytes?.length ?? 0;
    if (!isWaiting) wait(milliseconds);
    balance();
  };
  to.on('drain', balance);
  from.on('data', hold).once('end', () => hold());
  from.once('error', () => setTimeout(() => to.destroy(), milliseconds));
}
