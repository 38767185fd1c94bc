/** A data set byte by byte, from the spans by which core/data reads it (PS3.5 7). */
import type { Bytes } from '../bytes/index.ts';
import type { CharacterSet } from '../data/charset.ts';
import { ASCII, characterSet } from '../data/charset.ts';
import { decodeAttribute } from '../data/decode.ts';
import type { Attribute, ElementSpan, Value } from '../data/index.ts';
import { personNameText, readableSpans, transferSyntax } from '../data/index.ts';
import { attribute, uid } from '../dict/index.ts';
import type { FieldSpan } from '../pdu/index.ts';
import { SpanRecorder } from '../pdu/walk.ts';

/** A data set where its elements lie. */
export interface DescribedDataSet {
  /** What the offsets refer to: the inflated bytes where they were deflated. */
  readonly bytes: Bytes;
  /** They cover the bytes without gap or overlap. */
  readonly fields: readonly FieldSpan[];
  /** Why the rest could not be read, in a sentence; empty where nothing is left. */
  readonly problem: string;
}

/** A longer value is counted, not decoded: nobody reads it in a table. */
const SHOWN = 1024;
const SHORT_HEADER = 8;
const DELIMITATION = 8;
const SPECIFIC_CHARACTER_SET = '00080005';

/**
 * Takes any bytes: what cannot be read, or was cut off, comes as a span named `Not decoded` that says why.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED
 */
export function describeDataSet(bytes: Bytes, transferSyntaxUID: string): DescribedDataSet {
  const found = readableSpans(bytes, transferSyntaxUID);
  const explicit = transferSyntax(transferSyntaxUID)?.explicit ?? true;
  const spans = new SpanRecorder(found.bytes.length);
  new Describer(found.bytes, found.spans, spans).level(found.bytes.length, explicit, ASCII);
  const problem = found.error?.message ?? '';
  spans.giveUp(problem);
  return { bytes: found.bytes, fields: spans.roots, problem };
}

class Describer {
  readonly #bytes: Bytes;
  readonly #elements: readonly ElementSpan[];
  readonly #spans: SpanRecorder;
  #at = 0;

  constructor(bytes: Bytes, elements: readonly ElementSpan[], spans: SpanRecorder) {
    this.#bytes = bytes;
    this.#elements = elements;
    this.#spans = spans;
  }

  /** All elements in front of `end`. */
  level(end: number, explicit: boolean, inherited: CharacterSet): void {
    let set = inherited;
    for (let span = this.#next(end); span !== undefined; span = this.#next(end)) {
      if (span.tag === SPECIFIC_CHARACTER_SET) set = this.#characterSet(span);
      this.#element(span, explicit, set);
    }
  }

  #next(end: number): ElementSpan | undefined {
    const span = this.#elements[this.#at];
    if (span === undefined || span.offset >= end) return undefined;
    this.#at++;
    return span;
  }

  #element(span: ElementSpan, explicit: boolean, set: CharacterSet): void {
    const { offset, length, tag, vr, undefinedLength } = span;
    this.#spans.open(offset, length, nameOf(tag), explicit ? 'PS3.5 7.1.2' : 'PS3.5 7.1.3');
    this.#header(span, explicit);
    // A sequence in UN is in implicit VR, whatever is around it (PS3.5 6.2.2).
    if (vr === 'SQ' || undefinedLength) this.#items(span, explicit && vr !== 'UN', set);
    else this.#value(span, set);
    this.#spans.close();
  }

  #items(span: ElementSpan, explicit: boolean, set: CharacterSet): void {
    const end = span.valueOffset + span.valueLength;
    for (let item = this.#next(end); item !== undefined; item = this.#next(end)) {
      const fragment = item.kind === 'fragment';
      this.#spans.open(
        item.offset,
        item.length,
        fragment ? 'Fragment' : 'Item',
        fragment ? 'PS3.5 A.4' : 'PS3.5 7.5',
      );
      this.#header(item, false);
      if (fragment) this.#bulk(item);
      else this.level(item.valueOffset + item.valueLength, explicit, set);
      this.#delimitation(item, 'Item Delimitation Item');
      this.#spans.close();
    }
    this.#delimitation(span, 'Sequence Delimitation Item');
  }

  #header(
    { offset, tag, vr, valueOffset, valueLength, undefinedLength }: ElementSpan,
    explicit: boolean,
  ): void {
    this.#spans.leaf(offset, 4, 'Tag', `(${tag.slice(0, 4)},${tag.slice(4)})`);
    let at = offset + 4;
    if (explicit) {
      this.#spans.leaf(at, 2, 'VR', vr);
      at += 2;
      if (valueOffset - offset > SHORT_HEADER) {
        this.#spans.leaf(at, 2, 'Reserved');
        at += 2;
      }
    }
    const [length, meaning] = undefinedLength
      ? ['FFFFFFFF', 'undefined: ends with a delimitation item']
      : [valueLength];
    this.#spans.leaf(at, valueOffset - at, 'Length', length, meaning);
  }

  #value(span: ElementSpan, set: CharacterSet): void {
    const { valueOffset, valueLength, vr } = span;
    if (valueLength === 0) return;
    if (valueLength > SHOWN) return this.#bulk(span);
    const { Value: values } = this.#decoded(span, set);
    const text = values?.map(textOf).join('\\');
    const meaning = vr === 'UI' && text !== undefined ? uid(text)?.name : undefined;
    this.#spans.leaf(valueOffset, valueLength, 'Value', text, meaning);
  }

  #bulk({ valueOffset, valueLength }: ElementSpan): void {
    if (valueLength > 0)
      this.#spans.leaf(valueOffset, valueLength, 'Value', undefined, `${valueLength} bytes`);
  }

  #delimitation({ undefinedLength, valueOffset, valueLength }: ElementSpan, name: string): void {
    if (undefinedLength) this.#spans.leaf(valueOffset + valueLength, DELIMITATION, name);
  }

  #characterSet(span: ElementSpan): CharacterSet {
    const { Value: terms = [] } = this.#decoded(span, ASCII);
    return characterSet(terms.map((term) => String(term ?? '')));
  }

  #decoded({ vr, valueOffset, valueLength, littleEndian }: ElementSpan, set: CharacterSet): Attribute {
    const value = this.#bytes.subarray(valueOffset, valueOffset + valueLength);
    return decodeAttribute(vr, value, set, littleEndian || vr === 'UN');
  }
}

function nameOf(tag: string): string {
  return attribute(tag)?.keyword ?? `(${tag.slice(0, 4)},${tag.slice(4)})`;
}

function textOf(value: Value): string {
  if (value === null) return '';
  return typeof value === 'object' ? personNameText(value) : String(value);
}
