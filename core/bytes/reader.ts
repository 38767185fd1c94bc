import type { Bytes } from './bytes.ts';
import { toLatin1 } from './bytes.ts';
import { DecodeError } from './errors.ts';

/**
 * Reads fields one after the other from a byte string. Every read names its field, so that an error
 * says which one was cut off, and where. Big endian, as the Upper Layer is (PS3.8 9.3.1); the `LE`
 * methods serve command sets and data sets.
 */
export class Reader {
  readonly bytes: Bytes;
  readonly #what: string;
  /** Offset of `bytes[0]` in the outermost container, for messages and spans. */
  readonly base: number;
  #offset = 0;

  constructor(bytes: Bytes, what: string, base = 0) {
    this.bytes = bytes;
    this.#what = what;
    this.base = base;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.bytes.length - this.#offset;
  }

  u8(field: string): number {
    return this.bytes[this.#advance(1, field)]!;
  }

  u16(field: string): number {
    const at = this.#advance(2, field);
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  u32(field: string): number {
    const at = this.#advance(4, field);
    const { bytes } = this;
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  }

  u16LE(field: string): number {
    const at = this.#advance(2, field);
    return (this.bytes[at + 1]! << 8) | this.bytes[at]!;
  }

  u32LE(field: string): number {
    const at = this.#advance(4, field);
    const { bytes } = this;
    return ((bytes[at + 3]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 1]! << 8) | bytes[at]!) >>> 0;
  }

  /** A view of the next `length` bytes; no copy is made. */
  take(length: number, field: string): Bytes {
    const start = this.#advance(length, field);
    return this.bytes.subarray(start, start + length);
  }

  latin1(length: number, field: string): string {
    return toLatin1(this.take(length, field));
  }

  skip(length: number, field: string): void {
    this.#advance(length, field);
  }

  /** A reader of the next `length` bytes only. */
  within(length: number, field: string): Reader {
    const base = this.base + this.#offset;
    return new Reader(this.take(length, field), field, base);
  }

  #advance(length: number, field: string): number {
    const start = this.#offset;
    if (length > this.bytes.length - start) {
      throw new DecodeError(
        'BYTES_TRUNCATED',
        `${this.#what}: ${field} needs ${length} bytes at offset ${this.base + start}, ${this.remaining} are left`,
        { field, offset: this.base + start, needed: length, left: this.remaining },
      );
    }
    this.#offset = start + length;
    return start;
  }
}
