import type { Bytes } from '../bytes/index.ts';
import { EMPTY } from '../bytes/index.ts';

const BOARD = 256 << 10;

/** Keeps copies of short pieces side by side in few buffers: a buffer for each costs the collector more than the copying. */
export class Shelf {
  #board: Bytes = EMPTY;
  #used = 0;

  /** A copy of the first `length` bytes. */
  copyOf(bytes: Bytes, length: number): Bytes {
    if (length === 0) return EMPTY;
    if (length > BOARD / 2) return bytes.slice(0, length);
    if (this.#board.length - this.#used < length) {
      this.#board = new Uint8Array(BOARD);
      this.#used = 0;
    }
    const begin = this.#used;
    this.#used += length;
    this.#board.set(length === bytes.length ? bytes : bytes.subarray(0, length), begin);
    return this.#board.subarray(begin, this.#used);
  }
}
