import type { Bytes } from '../bytes/index.ts';
import { concat, EMPTY } from '../bytes/index.ts';

/** A shorter place is not worth growing from. */
const SHORTEST_PLACE = 32 << 10;
/** A longer place is not kept for what comes next: twice what we ask peers to send at most. */
const LONGEST_KEPT = 256 << 10;

/**
 * PDUs out of chunks: a view where one lies in a single chunk, else put together in a place that grows with what came,
 * not with what is to come. So each byte is copied once at most, but for the growing.
 *
 * `lent`: a chunk is the giver's again once `take` has nothing more to give, and what was taken is valid until more is
 * asked for, since the next PDU is put together in the same place. Otherwise what was taken lasts.
 */
export class Gather {
  readonly #lent: boolean;
  /** What came last, and how much of it is taken. */
  #chunk: Bytes = EMPTY;
  #at = 0;
  #place: Bytes = EMPTY;
  #filled = 0;

  constructor(lent: boolean) {
    this.#lent = lent;
  }

  push(chunk: Bytes): void {
    // Who stopped early has left something.
    this.#chunk = this.#rest === 0 ? chunk : concat([this.#chunk.subarray(this.#at), chunk]);
    this.#at = 0;
  }

  /** The first `length` bytes without taking them; undefined while there are fewer. */
  peek(length: number): Bytes | undefined {
    if (this.#filled === 0 && this.#rest >= length) return this.#chunk.subarray(this.#at, this.#at + length);
    this.#fill(length);
    return this.#filled < length ? undefined : this.#place.subarray(0, length);
  }

  /** Takes the first `length` bytes, of which no more than these were peeked. */
  take(length: number): Bytes | undefined {
    const bytes = this.peek(length);
    if (bytes === undefined) return undefined;
    if (this.#filled === 0) this.#at += length;
    else this.#empty();
    return bytes;
  }

  clear(): void {
    this.#chunk = EMPTY;
    this.#at = 0;
    this.#filled = 0;
    this.#place = EMPTY;
  }

  get #rest(): number {
    return this.#chunk.length - this.#at;
  }

  #fill(length: number): void {
    const missing = Math.min(length - this.#filled, this.#rest);
    if (missing <= 0) return;
    this.#reserve(this.#filled + missing, length);
    this.#place.set(this.#chunk.subarray(this.#at, this.#at + missing), this.#filled);
    this.#filled += missing;
    this.#at += missing;
  }

  #reserve(needed: number, most: number): void {
    if (needed <= this.#place.length) return;
    const length = Math.max(needed, Math.min(most, Math.max(SHORTEST_PLACE, 2 * this.#place.length)));
    const larger = new Uint8Array(length);
    larger.set(this.#place.subarray(0, this.#filled));
    this.#place = larger;
  }

  #empty(): void {
    this.#filled = 0;
    if (!this.#lent || this.#place.length > LONGEST_KEPT) this.#place = EMPTY;
  }
}
