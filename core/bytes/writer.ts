import type { Bytes } from './bytes.ts';

/** Writes fields one after the other; grows by doubling. Big endian but for the `LE` methods. */
export class Writer {
  #bytes: Bytes;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value);
  }

  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value);
  }

  u16LE(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
  }

  u32LE(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
  }

  put(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
  }

  fill(length: number, byte = 0): void {
    const start = this.#grow(length);
    this.#bytes.fill(byte, start, start + length);
  }

  /** Writes a 16-bit length, then what `body` writes, then puts the number of its bytes into the length. */
  lengthPrefixed16(body: () => void): void {
    const at = this.#grow(2);
    body();
    this.#view.setUint16(at, this.#length - at - 2);
  }

  /** As `lengthPrefixed16`, with 32 bits. */
  lengthPrefixed32(body: () => void): void {
    const at = this.#grow(4);
    body();
    this.#view.setUint32(at, this.#length - at - 4);
  }

  /** Puts a 32-bit little endian value over bytes written before. */
  patchU32LE(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true);
  }

  /** What was written, as a view of exactly that length. Writing on invalidates nothing but may copy. */
  finish(): Bytes {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Call it in a statement of its own: it may replace `#bytes` and `#view`. */
  #grow(length: number): number {
    const start = this.#length;
    const end = start + length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = end;
    return start;
  }
}
