/** Bytes to element spans, and to data sets in the DICOM JSON Model (PS3.5 7, PS3.18 F). */
import type { Bytes, DicomError, Limits } from '../bytes/index.ts';
import type { CharacterSet } from './charset.ts';
import { ASCII, characterSet } from './charset.ts';
import { decodeAttribute } from './decode.ts';
import { definiteVR, isGroupLength } from './implicit-vr.ts';
import type { ElementSpan, Walked, WalkOptions } from './parser.ts';
import { walk } from './parser.ts';
import { plainOf } from './plain.ts';
import { readableSyntax } from './syntax.ts';
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

export interface HeadOptions extends ReadOptions {
  /** Stop in front of the first element of the outermost level whose tag is this or a later one. */
  readonly until?: string;
}

/** What the beginning of a data set holds. */
export interface Head {
  readonly dataSet: DataSet;
  /** Where the last whole element of the outermost level ends, in bytes; in `plainBytes` where they are deflated. */
  readonly end: number;
  /** `until` was reached, or all bytes were read. */
  readonly complete: boolean;
  /** `until` was reached: more bytes would tell nothing more. */
  readonly reached: boolean;
  /** Why reading ended at `end`, where it is not complete. */
  readonly error?: DicomError;
}

const SPECIFIC_CHARACTER_SET = '00080005';

/**
 * Where each element lies, in the order of the bytes, nested ones behind what holds them. The spans of one level
 * cover it without gaps. Offsets are those in `plainBytes`.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED
 * @throws DecodeError DATASET_INVALID, LIMIT_EXCEEDED
 */
export function elementSpans(
  bytes: Bytes,
  transferSyntaxUID: string,
  options: { readonly limits?: Limits } = {},
): readonly ElementSpan[] {
  return wholeOf(walkPlain(bytes, transferSyntaxUID, options)).spans;
}

/**
 * As `elementSpans`, for bytes that may be cut off or broken at any point: the spans in front of the fault.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED, and nothing else.
 */
export function readableSpans(
  bytes: Bytes,
  transferSyntaxUID: string,
  options: { readonly limits?: Limits } = {},
): ReadableSpans {
  return walkPlain(bytes, transferSyntaxUID, options);
}

/**
 * Reads a data set. Group lengths and encapsulated pixel data are left out (PS3.18 F.2.2; the fragments are in
 * the spans); of elements that stand twice the last one counts.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED
 * @throws DecodeError DATASET_INVALID, LIMIT_EXCEEDED
 */
export function readDataSet(bytes: Bytes, transferSyntaxUID: string, options: ReadOptions = {}): DataSet {
  return new ModelReader(wholeOf(walkPlain(bytes, transferSyntaxUID, options)), options).read();
}

/**
 * Reads as much of a data set as there is: bytes may be cut off or broken at any point.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED, and nothing else.
 */
export function readHead(bytes: Bytes, transferSyntaxUID: string, options: HeadOptions = {}): Head {
  const walked = walkPlain(bytes, transferSyntaxUID, options);
  return headOf(walked, new ModelReader(walked, options).read());
}

/** Elements, and the bytes that they lie in: inflated ones where they were deflated. */
export interface ReadableSpans extends Walked {
  readonly bytes: Bytes;
}

function walkPlain(bytes: Bytes, transferSyntaxUID: string, options: WalkOptions): ReadableSpans {
  const plain = plainOf(bytes, transferSyntaxUID, options.limits);
  const walked = walk(plain.bytes, readableSyntax(transferSyntaxUID), options);
  // Where inflating ended early, that is the reason why elements are missing, unless `until` came before.
  const stopped = walked.error === undefined && walked.end < plain.bytes.length;
  const error = stopped ? undefined : (plain.error ?? walked.error);
  const found = { bytes: plain.bytes, spans: walked.spans, end: walked.end };
  return error === undefined ? found : { ...found, error };
}

function wholeOf(found: ReadableSpans): ReadableSpans {
  if (found.error !== undefined) throw found.error;
  return found;
}

function headOf({ bytes, end, error }: ReadableSpans, dataSet: DataSet): Head {
  const complete = error === undefined;
  const head = { dataSet, end, complete, reached: complete && end < bytes.length };
  return error === undefined ? head : { ...head, error };
}

type Building = Record<string, Attribute>;

/** Goes through the spans once; they stand in the order of the bytes. */
class ModelReader {
  readonly #bytes: Bytes;
  readonly #spans: readonly ElementSpan[];
  readonly #omit: (span: ElementSpan) => boolean;
  /** For levels that name no set, or the default repertoire alone. */
  readonly #fallback: CharacterSet;
  #at = 0;

  constructor({ bytes, spans }: ReadableSpans, { omit, fallbackCharacterSet = '' }: ReadOptions) {
    this.#bytes = bytes;
    this.#spans = spans;
    this.#omit = omit ?? (() => false);
    this.#fallback = characterSet(fallbackCharacterSet.split('\\'));
  }

  read(): DataSet {
    return this.#level(this.#bytes.length, 0, this.#fallback);
  }

  #level(end: number, depth: number, inherited: CharacterSet): DataSet {
    const dataSet: Building = {};
    const set = this.#characterSet(end, depth) ?? inherited;
    for (let span = this.#next(end); span !== undefined; span = this.#next(end)) {
      if (isGroupLength(span.tag) || this.#omit(span)) {
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
