/** Finds the elements of a data set (PS3.5 7): every length is checked against what holds it, and depth is limited. */
import type { Bytes, Limits } from '../bytes/index.ts';
import { DEFAULT_LIMITS, DecodeError, DicomError } from '../bytes/index.ts';
import type { Headers } from './headers.ts';
import { CutOff, isVR } from './headers.ts';
import { implicitVR, PIXEL_REPRESENTATION } from './implicit-vr.ts';
import { tagText } from './tag-text.ts';

/** Where an element, an item of a sequence or a fragment of pixel data lies. Offsets and lengths are in bytes. */
export interface ElementSpan {
  readonly kind: 'element' | 'item' | 'fragment';
  /** `00100010`, `00081140[0].00081155`; of the item itself `00081140[0]`, of a fragment `7FE00010[0]`. */
  readonly path: string;
  /** Eight upper-case hexadecimal digits; `FFFEE000` of items and fragments. */
  readonly tag: string;
  /** As written, or the dictionary's in implicit VR; '' of items and fragments. */
  readonly vr: string;
  /** From here to `offset + length`: header, value, and delimitation item where there is one. */
  readonly offset: number;
  readonly length: number;
  readonly valueOffset: number;
  /** Without the delimitation item. */
  readonly valueLength: number;
  /** The length is written as FFFFFFFF: sequences, items and encapsulated pixel data only. */
  readonly undefinedLength: boolean;
  /** The number of sequences around it. */
  readonly depth: number;
  /** Byte order of its header and value. */
  readonly littleEndian: boolean;
}

export interface Syntax {
  readonly explicit: boolean;
  readonly encapsulated: boolean;
}

export interface WalkOptions {
  readonly limits?: Limits | undefined;
  /** Stop in front of the first element of the outermost level whose tag is this or a later one. */
  readonly until?: string | undefined;
}

export interface Walked {
  readonly spans: readonly ElementSpan[];
  /** Where the last whole element of the outermost level ends. */
  readonly end: number;
  /** What the bytes after `end` lack; its details hold those of `Cut`. */
  readonly error?: DicomError;
}

/** Details of a fault that more bytes would mend. */
interface Cut {
  /** How many are missing at least, at the end of all bytes. */
  readonly missing?: number;
  /** Sequences around the element that is longer than the bytes; without any, `missing` is exact. */
  readonly depth?: number | undefined;
}

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 'FFFEE000';
const ITEM_DELIMITATION = 'FFFEE00D';
const SEQUENCE_DELIMITATION = 'FFFEE0DD';
const PIXEL_DATA = '7FE00010';

/** Walks the data set by its headers and returns everything in front of the first fault, and the fault. */
export function walk(bytes: Bytes, headers: Headers, syntax: Syntax, options: WalkOptions = {}): Walked {
  const walker = new Walker(bytes, headers, syntax, options);
  try {
    walker.walk();
    return walker.result();
  } catch (thrown) {
    return walker.result(walker.typed(thrown));
  }
}

type Open = { -readonly [K in keyof ElementSpan]: ElementSpan[K] };

interface Header {
  readonly tag: string;
  readonly vr: string;
  /** As written. */
  readonly length: number;
}

/** What elements of one level have in common. */
interface Level {
  readonly prefix: string;
  readonly depth: number;
  readonly end: number;
  readonly explicit: boolean;
  /** An item of undefined length: ends with its delimitation item. */
  readonly delimited: boolean;
  signedPixels: boolean;
}

class Walker {
  readonly #bytes: Bytes;
  readonly #syntax: Syntax;
  readonly #limits: Limits;
  readonly #until: string | undefined;
  readonly #spans: Open[] = [];
  readonly #headers: Headers;
  /** Spans and bytes up to the last whole element of the outermost level. */
  #wholeSpans = 0;
  #wholeEnd = 0;

  constructor(bytes: Bytes, headers: Headers, syntax: Syntax, options: WalkOptions) {
    this.#bytes = bytes;
    this.#headers = headers;
    this.#syntax = syntax;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#until = options.until;
  }

  walk(): void {
    this.#elements({
      prefix: '',
      depth: 0,
      end: this.#bytes.length,
      explicit: this.#syntax.explicit,
      delimited: false,
      signedPixels: false,
    });
  }

  result(error?: DicomError): Walked {
    this.#spans.length = this.#wholeSpans;
    const found = { spans: this.#spans, end: this.#wholeEnd };
    return error === undefined ? found : { ...found, error };
  }

  /** What else is thrown is a mistake of ours. */
  typed(thrown: unknown): DicomError {
    if (thrown instanceof DicomError) return thrown;
    if (!(thrown instanceof CutOff)) throw thrown;
    return this.#fault('a header is cut off', this.#position, { missing: 1 }, thrown);
  }

  #elements(level: Level): void {
    while (this.#position < level.end) {
      const tag = this.#peekTag();
      if (level.delimited && tag === ITEM_DELIMITATION) return;
      if (level.depth === 0 && this.#until !== undefined && tag >= this.#until) return;
      if (tag.startsWith('FFFE')) throw this.#fault(`(FFFE,${tag.slice(4)}) where an element should begin`);
      this.#element(tag, level);
      if (level.depth === 0) {
        this.#wholeSpans = this.#spans.length;
        this.#wholeEnd = this.#position;
      }
    }
    if (level.delimited) throw this.#unended('an item', level.end);
  }

  #element(tag: string, level: Level): void {
    const offset = this.#position;
    const header = level.explicit ? this.#explicitHeader(tag) : this.#implicitHeader(tag, level);
    const span = this.#open('element', level.prefix + tag, header, offset, level.depth);
    if (header.vr === 'SQ') {
      this.#sequence(span, level, level.explicit);
    } else if (header.vr === 'UN' && span.undefinedLength) {
      this.#unknownSequence(span, level);
    } else if (span.undefinedLength) {
      this.#encapsulated(span, level);
    } else {
      this.#skip(this.#endOf(header.length, level.end));
      if (tag === PIXEL_REPRESENTATION)
        level.signedPixels =
          header.length > 0 && this.#bytes[span.valueOffset + (this.#headers.littleEndian ? 0 : 1)] === 1;
    }
    this.#close(span);
  }

  /** UN of undefined length holds a sequence in Implicit VR Little Endian, whatever is around it (PS3.5 6.2.2). */
  #unknownSequence(span: Open, level: Level): void {
    const around = this.#headers.littleEndian;
    // Those who keep big endian begin their item with FFH FEH.
    if (!around) this.#headers.littleEndian = this.#bytes[this.#position] !== 0xff;
    this.#sequence(span, level, false);
    if (!around) this.#headers.littleEndian = around;
  }

  #sequence(span: Open, level: Level, explicit: boolean): void {
    if (level.depth >= this.#limits.nesting) {
      const { nesting } = this.#limits;
      throw new DecodeError('LIMIT_EXCEEDED', `sequences are nested deeper than ${nesting}`, {
        limit: nesting,
      });
    }
    const { signedPixels } = level;
    this.#items(span, level, (item, end) => {
      const { path, undefinedLength: delimited } = item;
      const inner = { prefix: `${path}.`, depth: level.depth + 1, end, explicit, delimited, signedPixels };
      this.#elements(inner);
      item.valueLength = this.#position - item.valueOffset;
      if (delimited) this.#skip(this.#endOf(8, end));
    });
  }

  /** Encapsulated pixel data (PS3.5 A.4): items that hold bytes, the first of them the Basic Offset Table. */
  #encapsulated(span: Open, level: Level): void {
    if (!this.#syntax.encapsulated || span.tag !== PIXEL_DATA) {
      throw this.#fault(`a value of VR ${span.vr} has undefined length`, span.offset);
    }
    this.#items(span, level, (item, end) => {
      if (item.undefinedLength) throw this.#fault('a fragment has undefined length', item.offset);
      item.kind = 'fragment';
      this.#skip(end);
    });
  }

  /** Items up to the sequence's length or its delimitation item, whose own length is not looked at (it should be 0). */
  #items(span: Open, level: Level, body: (item: Open, end: number) => void): void {
    const end = span.undefinedLength ? level.end : this.#endOf(span.valueLength, level.end);
    for (let count = 0; this.#position < end; count++) {
      const offset = this.#position;
      const tag = this.#peekTag();
      const length = this.#headers.implicit();
      if (tag === SEQUENCE_DELIMITATION && span.undefinedLength) {
        this.#endOf(0, end);
        span.valueLength = offset - span.valueOffset;
        return;
      }
      if (tag !== ITEM) throw this.#fault('no item where one should begin', offset);
      const item = this.#open(
        'item',
        `${span.path}[${count}]`,
        { tag, vr: '', length },
        offset,
        level.depth + 1,
      );
      body(item, item.undefinedLength ? end : this.#endOf(length, end));
      this.#close(item);
    }
    if (span.undefinedLength) throw this.#unended('a sequence', end);
  }

  #implicitHeader(tag: string, level: Level): Header {
    return { tag, vr: implicitVR(tag, level.signedPixels), length: this.#headers.implicit() };
  }

  #explicitHeader(tag: string): Header {
    const offset = this.#position;
    const { vr, length } = this.#headers.explicit();
    if (!isVR(vr)) throw this.#fault('the VR is not two letters', offset + 4);
    return { tag, vr, length };
  }

  #open(kind: ElementSpan['kind'], path: string, header: Header, offset: number, depth: number): Open {
    const { elements } = this.#limits;
    if (this.#spans.length >= elements) {
      throw new DecodeError('LIMIT_EXCEEDED', `more than ${elements} elements`, { limit: elements });
    }
    const { tag, vr, length: valueLength } = header;
    const undefinedLength = valueLength === UNDEFINED_LENGTH;
    const valueOffset = this.#position;
    const { littleEndian } = this.#headers;
    const span = {
      kind,
      path,
      tag,
      vr,
      offset,
      length: 0,
      valueOffset,
      valueLength,
      undefinedLength,
      depth,
      littleEndian,
    };
    this.#spans.push(span);
    return span;
  }

  #close(span: Open): void {
    span.length = this.#position - span.offset;
  }

  get #position(): number {
    return this.#headers.position;
  }

  #skip(to: number): void {
    this.#headers.position = to;
  }

  #endOf(length: number, containerEnd: number): number {
    const end = this.#position + length;
    if (end > containerEnd) {
      const left = containerEnd - this.#position;
      // Within an item or sequence that ends earlier the length is wrong, and more bytes would not help.
      const cut =
        containerEnd === this.#bytes.length
          ? { missing: end - containerEnd, depth: this.#spans.at(-1)?.depth }
          : {};
      const what = `a length of ${length} reaches past the end of what holds it (${left} bytes left)`;
      throw this.#fault(what, this.#position, cut);
    }
    return end;
  }

  /** The four bytes that come next as tag. */
  #peekTag(): string {
    const at = this.#position;
    if (at + 4 > this.#bytes.length) throw this.#fault('a tag is cut off', at, { missing: 1 });
    const [a, b, c, d] = [this.#bytes[at]!, this.#bytes[at + 1]!, this.#bytes[at + 2]!, this.#bytes[at + 3]!];
    const [group, element] = this.#headers.littleEndian
      ? [(b << 8) | a, (d << 8) | c]
      : [(a << 8) | b, (c << 8) | d];
    return tagText(((group << 16) | element) >>> 0);
  }

  #unended(what: string, end: number): DecodeError {
    const cut = end === this.#bytes.length ? { missing: 1 } : {};
    return this.#fault(`${what} of undefined length has no end`, this.#position, cut);
  }

  #fault(what: string, offset: number = this.#position, cut: Cut = {}, cause?: unknown): DecodeError {
    const message = `unreadable data set: ${what} at offset ${offset}`;
    return new DecodeError('DATASET_INVALID', message, { offset, ...cut }, cause);
  }
}
