/** Buffers in which instances wait to be written by one write: kept for the next, since new memory is slow and piles up. */
import type { Bytes } from '../../core/bytes/index.ts';

/** Up to here an instance is written by one write, into a pack; a longer one gets a file of its own. */
const LIMIT = 4 << 20;
const FIRST = 256 << 10;
/** Four associations, each with one instance under way. */
const KEPT = 4;

export class Stages {
  /** Bytes of an instance that are staged at most. */
  readonly limit: number;
  readonly #free: Bytes[] = [];

  constructor(limit: number = LIMIT) {
    this.limit = limit;
  }

  take(): Bytes {
    return this.#free.pop() ?? new Uint8Array(Math.min(FIRST, this.limit));
  }

  /** Twice as long, or longer, with what it holds. */
  grow(buffer: Bytes, used: number, needed: number): Bytes {
    const larger = new Uint8Array(Math.min(this.limit, Math.max(needed, buffer.length * 2)));
    larger.set(buffer.subarray(0, used));
    return larger;
  }

  give(buffer: Bytes): void {
    if (this.#free.length < KEPT) this.#free.push(buffer);
  }
}
