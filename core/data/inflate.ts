/**
 * Inflates raw deflate streams (RFC 1951), the form of deflated data sets (PS3.5 A.5). Written out here, because what
 * the platforms offer is asynchronous, and because a cut stream must give its beginning and a bomb must end at a cap.
 */
import type { Bytes } from '../bytes/index.ts';

export interface Inflated {
  readonly bytes: Bytes;
  /** `cut`: the stream has no end; `broken`: it contradicts itself; `full`: there is more than the cap lets through. */
  readonly state: 'whole' | 'cut' | 'broken' | 'full';
}

/** Lengths 257..285 and distances 0..29: the smallest value, and how many bits are added to it (RFC 1951 3.2.5). */
const LENGTHS = Array.from({ length: 29 }, (_, i) => {
  if (i === 28) return [258, 0] as const;
  const extra = i < 8 ? 0 : (i >> 2) - 1;
  return [i < 8 ? i + 3 : ((4 + (i & 3)) << extra) + 3, extra] as const;
});
const DISTANCES = Array.from({ length: 30 }, (_, i) => {
  const extra = i < 4 ? 0 : (i >> 1) - 1;
  return [i < 4 ? i + 1 : ((2 + (i & 1)) << extra) + 1, extra] as const;
});
/** In which order a dynamic block tells the lengths of its code length codes (RFC 1951 3.2.7). */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The longest code. */
const LONGEST = 15;
/** Codes up to this length are found by table; a larger table would cost hostile streams of tiny blocks too much. */
const TABLE_BITS = 10;

/** A Huffman code (RFC 1951 3.2.2). */
interface Code {
  /** The next TABLE_BITS bits of the stream lead to `symbol << 4 | length`; 0 where the code is longer. */
  readonly table: Uint16Array;
  /** How many codes have each length. */
  readonly counts: readonly number[];
  /** In the order of their codes. */
  readonly symbols: readonly number[];
}

const FIXED_LITERALS = codeOf(
  Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
);
const FIXED_DISTANCES = codeOf(Array.from({ length: 30 }, () => 5));

/** Ends the inflating with what there is so far. */
class Stop {
  readonly state: Inflated['state'];
  constructor(state: Inflated['state']) {
    this.state = state;
  }
}

/**
 * As many bytes as the stream holds, `cap` at most. What follows its end, padding for one, is not looked at. The header
 * of RFC 1950 (zlib), which some senders write in front, is skipped.
 */
export function inflate(bytes: Bytes, cap: number): Inflated {
  return new Inflater(bytes, cap).run();
}

class Inflater {
  readonly #in: Bytes;
  readonly #cap: number;
  #at: number;
  /** Bits read ahead, the next one lowest. */
  #bits = 0;
  #count = 0;
  #out: Bytes;
  #length = 0;

  constructor(bytes: Bytes, cap: number) {
    this.#in = bytes;
    this.#cap = cap;
    this.#at = hasZlibHeader(bytes) ? 2 : 0;
    this.#out = new Uint8Array(Math.min(cap, Math.max(1024, 4 * bytes.length)));
  }

  run(): Inflated {
    let state: Inflated['state'] = 'whole';
    try {
      while (!this.#block());
    } catch (thrown) {
      if (!(thrown instanceof Stop)) throw thrown;
      state = thrown.state;
    }
    return { bytes: this.#out.subarray(0, this.#length), state };
  }

  /** True behind the last block. */
  #block(): boolean {
    const last = this.#take(1) === 1;
    const type = this.#take(2);
    if (type === 0) this.#stored();
    else if (type === 1) this.#compressed(FIXED_LITERALS, FIXED_DISTANCES);
    else if (type === 2) this.#dynamic();
    else throw new Stop('broken');
    return last;
  }

  #stored(): void {
    // From the next whole byte on, though more may have been read ahead.
    this.#at -= this.#count >> 3;
    this.#bits = this.#count = 0;
    const length = this.#take(16);
    if (this.#take(16) !== (~length & 0xffff)) throw new Stop('broken');
    const part = this.#in.subarray(this.#at, this.#at + length);
    const fits = part.subarray(0, this.#room(part.length));
    this.#out.set(fits, this.#length);
    this.#length += fits.length;
    this.#at += part.length;
    if (fits.length < part.length) throw new Stop('full');
    if (part.length < length) throw new Stop('cut');
  }

  #dynamic(): void {
    const literals = this.#take(5) + 257;
    const distances = this.#take(5) + 1;
    const told = this.#take(4) + 4;
    const lengths = CODE_LENGTH_ORDER.map(() => 0);
    for (let i = 0; i < told; i++) lengths[CODE_LENGTH_ORDER[i]!] = this.#take(3);
    const all = this.#codeLengths(codeOf(lengths), literals + distances);
    this.#compressed(codeOf(all.slice(0, literals)), codeOf(all.slice(literals)));
  }

  #codeLengths(code: Code, total: number): number[] {
    const lengths: number[] = [];
    while (lengths.length < total) {
      const symbol = this.#symbol(code);
      if (symbol < 16) lengths.push(symbol);
      else this.#repeat(lengths, symbol);
    }
    if (lengths.length > total) throw new Stop('broken');
    return lengths;
  }

  #repeat(lengths: number[], symbol: number): void {
    if (symbol === 16 && lengths.length === 0) throw new Stop('broken');
    const value = symbol === 16 ? lengths.at(-1)! : 0;
    const times = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
    for (let i = 0; i < times; i++) lengths.push(value);
  }

  #compressed(literals: Code, distances: Code): void {
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol === 256) return;
      if (symbol < 256) {
        if (this.#length === this.#out.length) this.#room(1);
        if (this.#length === this.#cap) throw new Stop('full');
        this.#out[this.#length++] = symbol;
      } else this.#copy(symbol - 257, distances);
    }
  }

  #copy(symbol: number, distances: Code): void {
    const length = this.#value(LENGTHS[symbol]);
    const distance = this.#value(DISTANCES[this.#symbol(distances)]);
    if (distance > this.#length) throw new Stop('broken');
    const end = this.#length + this.#room(length);
    // The source may reach into what is being written: byte by byte.
    for (let to = this.#length; to < end; to++) this.#out[to] = this.#out[to - distance]!;
    const full = end - this.#length < length;
    this.#length = end;
    if (full) throw new Stop('full');
  }

  #value(entry: readonly [base: number, extra: number] | undefined): number {
    if (entry === undefined) throw new Stop('broken');
    return entry[0] + this.#take(entry[1]);
  }

  /** Makes room for `wanted` bytes, and tells how many of them the cap lets through. */
  #room(wanted: number): number {
    const needed = Math.min(this.#cap, this.#length + wanted);
    if (needed > this.#out.length) {
      const larger = new Uint8Array(Math.min(this.#cap, Math.max(needed, 2 * this.#out.length)));
      larger.set(this.#out.subarray(0, this.#length));
      this.#out = larger;
    }
    return needed - this.#length;
  }

  #take(count: number): number {
    while (this.#count < count) {
      if (this.#at >= this.#in.length) throw new Stop('cut');
      this.#bits |= this.#in[this.#at++]! << this.#count;
      this.#count += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#count -= count;
    return value;
  }

  #symbol(code: Code): number {
    while (this.#count < LONGEST && this.#at < this.#in.length) {
      this.#bits |= this.#in[this.#at++]! << this.#count;
      this.#count += 8;
    }
    const found = code.table[this.#bits & (code.table.length - 1)]!;
    const length = found & 15;
    if (found === 0 || length > this.#count) return this.#longSymbol(code);
    this.#bits >>>= length;
    this.#count -= length;
    return found >> 4;
  }

  /** Bit by bit: the codes of one length are consecutive numbers, and follow those of the length before. */
  #longSymbol({ counts, symbols }: Code): number {
    let first = 0;
    let index = 0;
    for (let code = 0, length = 1; length <= LONGEST; length++) {
      code = (code << 1) | this.#take(1);
      const offset = code - first;
      if (offset < counts[length]!) return symbols[index + offset]!;
      index += counts[length]!;
      first = (first + counts[length]!) << 1;
    }
    throw new Stop('broken');
  }
}

/** The canonical code of the given lengths; 0 means that a symbol has none (RFC 1951 3.2.2). */
function codeOf(lengths: readonly number[]): Code {
  const counts = Array.from({ length: LONGEST + 1 }, () => 0);
  for (const length of lengths) if (length > 0) counts[length]!++;
  // Per length: the next code to give, and its place in the order of all codes.
  const codes = [0];
  const places = [0];
  for (let length = 1; length <= LONGEST; length++) {
    codes[length] = (codes[length - 1]! + counts[length - 1]!) << 1;
    places[length] = places[length - 1]! + counts[length - 1]!;
  }
  const symbols: number[] = [];
  const table = new Uint16Array(1 << TABLE_BITS);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const code = codes[length]!++;
    if (code >= 1 << length) throw new Stop('broken');
    symbols[places[length]!++] = symbol;
    fill(table, code, symbol, length);
  });
  return { table, counts, symbols };
}

function fill(table: Uint16Array, code: number, symbol: number, length: number): void {
  if (length > TABLE_BITS) return;
  const entry = (symbol << 4) | length;
  for (let i = reversed(code, length); i < table.length; i += 1 << length) table[i] = entry;
}

/** Codes stand in the stream with their highest bit first. */
function reversed(code: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i++) out |= ((code >> i) & 1) << (length - 1 - i);
  return out;
}

/** As a raw stream these bytes would begin a stored block with bits set where its padding is. */
function hasZlibHeader(bytes: Bytes): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 0x8f) === 0x08 && ((method << 8) | flags) % 31 === 0 && (flags & 0x20) === 0;
}
