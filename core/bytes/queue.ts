import type { Bytes } from './bytes.ts';
import { EMPTY } from './bytes.ts';

/** Chunks shorter than this are gathered in blocks: a PDU sent byte by byte must not cost a view a byte. */
const SHORT = 2048;
const BLOCK = 16_384;

/**
 * Chunks as they arrive, taken as byte strings of any length. Appending costs nothing; taking copies
 * only what spans chunks, and that once. (Joining at every chunk is quadratic: a 32 MiB PDU in 16 KiB
 * chunks then takes seconds instead of milliseconds.)
 */
export class ChunkQueue {
  readonly #chunks: Bytes[] = [];
  #head = 0;
  #length = 0;
  /** The block that short chunks are gathered in, and how much of it is used. */
  #block: Bytes = EMPTY;
  #used = 0;

  /** Bytes waiting. */
  get length(): number {
    return this.#length;
  }

  push(chunk: Bytes): void {
    if (chunk.length === 0) return;
    if (chunk.length < SHORT) this.#gather(chunk);
    else this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The first `length` bytes without taking them; `undefined` while there are fewer. */
  peek(length: number): Bytes | undefined {
    if (length > this.#length) return undefined;
    const first = this.#chunks[this.#head];
    if (first === undefined) return EMPTY;
    return first.length >= length ? first.subarray(0, length) : this.#copy(length);
  }

  /** Takes the first `length` bytes: a view where they lie in one chunk, else a copy. */
  take(length: number): Bytes | undefined {
    const bytes = this.peek(length);
    if (bytes !== undefined) this.#drop(length);
    return bytes;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#head = 0;
    this.#length = 0;
  }

  #gather(chunk: Bytes): void {
    if (this.#block.length - this.#used < chunk.length) {
      this.#block = new Uint8Array(BLOCK);
      this.#used = 0;
    }
    const start = this.#used;
    this.#block.set(chunk, start);
    this.#used += chunk.length;
    const last = this.#chunks.at(-1);
    const follows = last?.buffer === this.#block.buffer && last.byteOffset + last.length === start;
    if (follows && this.#chunks.length > this.#head) {
      this.#chunks[this.#chunks.length - 1] = this.#block.subarray(last.byteOffset, this.#used);
    } else this.#chunks.push(this.#block.subarray(start, this.#used));
  }

  #copy(length: number): Bytes {
    const out = new Uint8Array(length);
    let filled = 0;
    for (let i = this.#head; filled < length; i++) {
      const chunk = this.#chunks[i]!; // within length, so there is one
      const part = chunk.subarray(0, length - filled);
      out.set(part, filled);
      filled += part.length;
    }
    return out;
  }

  #drop(length: number): void {
    this.#length -= length;
    let left = length;
    while (left > 0) {
      const chunk = this.#chunks[this.#head]!; // within length, so there is one
      if (chunk.length > left) {
        this.#chunks[this.#head] = chunk.subarray(left);
        break;
      }
      left -= chunk.length;
      this.#head++;
    }
    // Forget taken chunks now and then: shift() at each would make long queues quadratic.
    if (this.#head > 64 || this.#head === this.#chunks.length) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
