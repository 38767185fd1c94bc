/** Segmented palettes (PS3.3 C.7.9.2): runs and straight lines instead of every entry. */
import type { Bytes } from '../bytes/index.ts';
import { invalid } from './errors.ts';

const DISCRETE = 0;
const LINEAR = 1;
const INDIRECT = 2;

/**
 * The entries that the segments stand for, `count` of them.
 * @throws DecodeError IMAGE_INVALID
 */
export function segmentEntries(bytes: Bytes, count: number, bits: number): Uint16Array<ArrayBuffer> {
  return new Segments(bytes, count, bits > 8 ? 2 : 1).all();
}

class Segments {
  readonly #view: DataView;
  /** Bytes of an opcode, a length or an entry. */
  readonly #unit: 1 | 2;
  readonly #entries: Uint16Array<ArrayBuffer>;
  #length = 0;
  #at = 0;

  constructor(bytes: Bytes, count: number, unit: 1 | 2) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#entries = new Uint16Array(count);
    this.#unit = unit;
  }

  all(): Uint16Array<ArrayBuffer> {
    // What is left behind the last entry is padding.
    while (this.#at + this.#unit <= this.#view.byteLength && this.#length < this.#entries.length) {
      this.#segment(true);
    }
    if (this.#length < this.#entries.length) {
      throw invalid('its segmented palette has fewer entries than it says', { entries: this.#length });
    }
    return this.#entries;
  }

  #segment(outermost: boolean): void {
    const opcode = this.#next();
    const length = this.#next();
    // Each adds something, so that no table of segments keeps us busy for longer than its entries take.
    if (length === 0) throw invalid('its segmented palette has an empty segment');
    if (opcode === DISCRETE) return this.#discrete(length);
    if (opcode === LINEAR) return this.#linear(length);
    // An indirect segment repeats others, none of them indirect.
    if (opcode === INDIRECT && outermost) return this.#indirect(length);
    throw invalid('its segmented palette has a segment that the standard does not know', { opcode });
  }

  #discrete(length: number): void {
    for (let i = 0; i < length; i++) this.#put(this.#next());
  }

  /** From the entry before, in equal steps, up to the value that follows. */
  #linear(length: number): void {
    if (this.#length === 0) throw invalid('its segmented palette begins with a line from nowhere');
    const from = this.#entries[this.#length - 1]!;
    const to = this.#next();
    for (let i = 1; i <= length; i++) this.#put(Math.round(from + ((to - from) * i) / length));
  }

  #indirect(segments: number): void {
    const width = 8 * this.#unit;
    // The offset in bytes, from the beginning of the table, its lower half first.
    const parts = Array.from({ length: 4 / this.#unit }, () => this.#next());
    const offset = parts.reduceRight((sum, part) => sum * 2 ** width + part, 0);
    const back = this.#at;
    if (offset >= back) throw invalid('its segmented palette repeats what is still to come', { offset });
    this.#at = offset;
    for (let i = 0; i < segments; i++) this.#segment(false);
    this.#at = back;
  }

  #next(): number {
    const at = this.#at;
    if (at + this.#unit > this.#view.byteLength) throw invalid('its segmented palette is cut off');
    this.#at = at + this.#unit;
    return this.#unit === 2 ? this.#view.getUint16(at, true) : this.#view.getUint8(at);
  }

  #put(value: number): void {
    if (this.#length >= this.#entries.length) {
      throw invalid('its segmented palette has more entries than it says', { entries: this.#entries.length });
    }
    this.#entries[this.#length++] = value;
  }
}
