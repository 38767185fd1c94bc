/** Element spans to data sets in the DICOM JSON Model (PS3.18 F). */
import type { Bytes, Limits } from '../bytes/index.ts';
import type { CharacterSet } from './charset.ts';
import { ASCII, characterSet } from './charset.ts';
import { decodeAttribute } from './decode.ts';
import { Headers } from './headers.ts';
import { definiteVR, isGroupLength } from './implicit-vr.ts';
import type { ElementSpan, Walked } from './parser.ts';
import { walk } from './parser.ts';
import { writableSyntax } from './syntax.ts';
import type { Attribute, DataSet } from './types.ts';

/** How a data set is read. */
export interface ReadOptions {
  readonly limits?: Limits;
  /** Elements that do not go into the data set, with all they hold. */
  readonly omit?: (span: ElementSpan) => boolean;
  /**
   * Terms as in (0008,0005), `\\` between several, for data sets that name no set and yet hold characters beyond the
   * default repertoire.
   */
  readonly fallbackCharacterSet?: string;
}

/** Elements, and the bytes that they lie in: inflated ones where they were deflated. */
export interface ReadableSpans extends Walked {
  readonly bytes: Bytes;
}

const SPECIFIC_CHARACTER_SET = '00080005';

/**
 * As `readDataSet`, in Implicit and Explicit VR Little Endian alone, in which all identifiers are. Who reads nothing
 * else need not load what inflates.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED for any but those two syntaxes
 * @throws DecodeError DATASET_INVALID, LIMIT_EXCEEDED
 */
export function readNative(bytes: Bytes, transferSyntaxUID: string, options: ReadOptions = {}): DataSet {
  const walked = walk(bytes, new Headers(bytes), writableSyntax(transferSyntaxUID), options);
  return modelOf(wholeOf({ ...walked, bytes }), options);
}

/** @throws DicomError what the spans lack, if anything */
export function wholeOf(found: ReadableSpans): ReadableSpans {
  if (found.error !== undefined) throw found.error;
  return found;
}

/** The data set of as many elements as were found. */
export function modelOf(found: ReadableSpans, options: ReadOptions): DataSet {
  return new ModelReader(found, options).read();
}

type Building = Record<string, Attribute>;

/** Goes through the spans once; they stand in the order of the bytes. */
class ModelReader {
  readonly #bytes: Bytes;
  readonly #spans: readonly ElementSpan[];
  readonly #omit: ((span: ElementSpan) => boolean) | undefined;
  /** For levels that name no set, or the default repertoire alone. */
  readonly #fallback: CharacterSet;
  #at = 0;

  constructor({ bytes, spans }: ReadableSpans, { omit, fallbackCharacterSet }: ReadOptions) {
    this.#bytes = bytes;
    this.#spans = spans;
    this.#omit = omit;
    this.#fallback =
      fallbackCharacterSet === undefined ? ASCII : characterSet(fallbackCharacterSet.split('\\'));
  }

  read(): DataSet {
    return this.#level(this.#bytes.length, 0, this.#fallback);
  }

  #level(end: number, depth: number, inherited: CharacterSet): DataSet {
    const dataSet: Building = {};
    const set = this.#characterSet(end, depth) ?? inherited;
    for (let span = this.#next(end); span !== undefined; span = this.#next(end)) {
      if (isGroupLength(span.tag) || this.#omit?.(span) === true) {
        this.#pass(span);
      } else if (span.vr === 'SQ' || span.undefinedLength) {
        this.#nested(dataSet, span, set);
      } else {
        dataSet[span.tag] = this.#attribute(span, set);
      }
    }
    return dataSet;
  }

  /** The level's own (0008,0005). It may stand anywhere: not all senders sort their elements. */
  #characterSet(end: number, depth: number): CharacterSet | undefined {
    let found: ElementSpan | undefined;
    for (let i = this.#at; i < this.#spans.length && this.#spans[i]!.offset < end; i++) {
      const span = this.#spans[i]!;
      if (span.tag === SPECIFIC_CHARACTER_SET && span.depth === depth) found = span;
    }
    if (found === undefined) return undefined;
    const terms = this.#attribute(found, ASCII).Value ?? [];
    const set = characterSet(terms.map((term) => String(term ?? '')));
    return set === ASCII ? this.#fallback : set;
  }

  /** A value in UN of a known attribute is read as that attribute's: it is too long for its VR (PS3.5 6.2.2). */
  #attribute(span: ElementSpan, set: CharacterSet): Attribute {
    const known = span.vr === 'UN' ? definiteVR(span.tag) : undefined;
    const vr = known === undefined || known === 'SQ' ? span.vr : known;
    const { valueOffset, valueLength } = span;
    // Who writes UN does not know what to turn round: its bytes are little endian (PS3.5 6.2.2).
    const littleEndian = span.littleEndian || span.vr === 'UN';
    const value = this.#bytes.subarray(valueOffset, valueOffset + valueLength);
    return decodeAttribute(vr, value, set, littleEndian);
  }

  /** A sequence, or encapsulated pixel data, which stays out. */
  #nested(dataSet: Building, span: ElementSpan, set: CharacterSet): void {
    const end = span.offset + span.length;
    if (span.vr !== 'SQ' && span.vr !== 'UN') return this.#pass(span);
    const items: DataSet[] = [];
    for (let item = this.#next(end); item !== undefined; item = this.#next(end)) {
      items.push(this.#level(item.offset + item.length, item.depth, set));
    }
    dataSet[span.tag] = items.length === 0 ? { vr: 'SQ' } : { vr: 'SQ', Value: items };
  }

  /** The next span in front of `end`. */
  #next(end: number): ElementSpan | undefined {
    const span = this.#spans[this.#at];
    if (span === undefined || span.offset >= end) return undefined;
    this.#at++;
    return span;
  }

  /** Leaves out what the span holds. */
  #pass(span: ElementSpan): void {
    while (this.#next(span.offset + span.length) !== undefined);
  }
}
