/**
 * Memory that bytes are read into and sent from, shared by all tunnels of the process: a bridge that allocates 256 KiB
 * per frame lives from garbage collection to garbage collection, and one that keeps 256 KiB for each tunnel pays half a
 * gigabyte for two thousand that lie idle.
 */
import { MAX_FRAME } from '../../core/transport/index.ts';

/** Slabs kept for reuse, 16 MiB; what a moment needs beyond it goes back to the system. */
const SPARE_SLABS = 64;
/** Tunnels that the system reads straight into a slab for: where nothing more comes, they hold it, 16 MiB in all. */
const MOST_DIRECT = 64;

/** One piece of memory. */
export interface Slab {
  readonly bytes: Buffer;
  /** Frames of this slab on their way. */
  sending: number;
  /** Whether bytes are still read into it. */
  current: boolean;
}

const spare: Slab[] = [];
let direct = 0;

export function takeSlab(): Slab {
  const slab = spare.pop() ?? { bytes: Buffer.allocUnsafeSlow(MAX_FRAME), sending: 0, current: true };
  slab.current = true;
  return slab;
}

/** Gives a slab back once nothing is read into it or sent from it. */
export function releaseSlab(slab: Slab): void {
  if (slab.sending === 0 && !slab.current && spare.length < SPARE_SLABS) spare.push(slab);
}

/** Whether one tunnel more may be read for straight into a slab, until `endDirect`. */
export function beginDirect(): boolean {
  if (direct >= MOST_DIRECT) return false;
  direct++;
  return true;
}

export function endDirect(): void {
  direct--;
}

/**
 * Where the bytes of every tunnel land that come after a pause; they are copied before another read begins. What is
 * behind them is read straight into a slab.
 */
export const LANDING: Buffer = Buffer.allocUnsafeSlow(16 << 10);
