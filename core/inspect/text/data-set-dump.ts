/** A data set as DCMTK dumps it: a line an element, its value padded to 40 columns, then length, multiplicity and keyword. */
import type { Bytes } from '../../bytes/index.ts';
import type { CharacterSet } from '../../data/charset.ts';
import { ASCII, characterSet } from '../../data/charset.ts';
import type { ElementSpan } from '../../data/index.ts';
import { readableSpans, vrEntry } from '../../data/index.ts';
import { attribute } from '../../dict/index.ts';
import { dcmtkKeyword, dcmtkSyntax } from './dcmtk-names.ts';

const VALUE_WIDTH = 40;
const NO_VALUE = '(no value available)';
/** A longer value is cut off, as DCMTK does without +L. */
const LONGEST = 64;
const CHARACTER_SET = '00080005';

export interface DumpOptions {
  /** Shows what patients are called and how they are known; otherwise asterisks stand for it. */
  readonly patients?: boolean;
  /** Shows the spaces that make lengths even, true by default: DCMTK adds them to what it sends when it has printed it. */
  readonly padded?: boolean;
}

/** @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED */
export function dumpDataSet(
  bytes: Bytes,
  transferSyntaxUID: string,
  { patients = false, padded = true }: DumpOptions = {},
): string[] {
  const { bytes: plain, spans } = readableSpans(bytes, transferSyntaxUID);
  const head = ['# Dicom-Data-Set', `# Used TransferSyntax: ${dcmtkSyntax(transferSyntaxUID)}`];
  return [...head, ...new Dump(plain, spans, { patients, padded }).level(plain.length, 0, ASCII)];
}

/** Whether the value tells who the patient is, or names another person. */
function isPersonal({ tag, vr }: ElementSpan): boolean {
  return tag.startsWith('0010') || vr === 'PN' || tag === '00080050';
}

class Dump {
  readonly #bytes: Bytes;
  readonly #spans: readonly ElementSpan[];
  readonly #options: Required<DumpOptions>;
  #at = 0;

  constructor(bytes: Bytes, spans: readonly ElementSpan[], options: Required<DumpOptions>) {
    this.#bytes = bytes;
    this.#spans = spans;
    this.#options = options;
  }

  level(end: number, depth: number, inherited: CharacterSet): string[] {
    const lines: (string | string[])[] = []; // flat in the end: a sequence may have more lines than a call takes arguments
    let set = inherited;
    for (let span = this.#next(end); span !== undefined; span = this.#next(end)) {
      if (span.tag === CHARACTER_SET) set = characterSet(this.#text(span, ASCII).split('\\'));
      if (span.vr === 'SQ' || span.undefinedLength) lines.push(this.#sequence(span, depth, set));
      else lines.push(this.#element(span, depth, set));
    }
    return lines.flat();
  }

  #next(end: number): ElementSpan | undefined {
    const span = this.#spans[this.#at];
    if (span === undefined || span.offset >= end) return undefined;
    this.#at++;
    return span;
  }

  #sequence(span: ElementSpan, depth: number, set: CharacterSet): string[] {
    const end = span.valueOffset + span.valueLength;
    const items: (string | string[])[] = [];
    let count = 0;
    for (let item = this.#next(end); item !== undefined; item = this.#next(end)) {
      count++;
      const first = this.#at;
      const inside = this.level(item.valueOffset + item.valueLength, depth + 2, set);
      const elements = this.#spans
        .slice(first, this.#at)
        .filter(({ kind, depth: d }) => kind === 'element' && d === item.depth);
      items.push(holder(depth + 1, '(fffe,e000)', 'na', 'Item', item, elements.length), inside);
      items.push(
        delimiter(depth + 1, 'e00d', 'ItemDelimitationItem', item.undefinedLength, ' for re-encoding'),
      );
    }
    const { tag, vr } = span;
    const name = nameOf(tag);
    const first = holder(depth, tagText(tag), vr, 'Sequence', span, count, name);
    const last = delimiter(depth, 'e0dd', 'SequenceDelimitationItem', span.undefinedLength, ' for re-encod.');
    return [first, ...items.flat(), last];
  }

  #element(span: ElementSpan, depth: number, set: CharacterSet): string {
    const { tag, vr, valueLength } = span;
    const [value, multiplicity] = valueLength === 0 ? [NO_VALUE, 0] : this.#value(span, set);
    return line(depth, `${tagText(tag)} ${vr}`, value, String(valueLength), multiplicity, nameOf(tag));
  }

  #value(span: ElementSpan, set: CharacterSet): readonly [text: string, multiplicity: number] {
    const { vr } = span;
    const { kind, size, multiple } = vrEntry(vr);
    const bytes = this.#bytes.subarray(span.valueOffset, span.valueOffset + span.valueLength);
    const hidden = !this.#options.patients && isPersonal(span);
    if (hidden && kind === 'bytes') return ['****', 1]; // a name in UN, as of who does not know the tag
    if (kind === 'number') return numbers(bytes, vr, size, span.littleEndian);
    if (kind === 'tag') return tags(bytes, span.littleEndian);
    if (kind === 'bytes')
      return [cut([...bytes.subarray(0, LONGEST)].map(hex).join('\\'), bytes.length * 3 - 1), 1];
    const text = this.#text(span, set);
    const multiplicity = multiple ? text.split('\\').length : 1;
    const known = vr === 'UI' ? dcmtkKeyword(text) : undefined;
    if (known !== undefined) return [`=${known}`, multiplicity];
    return [`[${hidden ? text.replace(/[^\\^= ]/g, '*') : text}]`, multiplicity];
  }

  /** As sent, but for the NUL that makes a UID even. */
  #text({ vr, valueOffset, valueLength }: ElementSpan, set: CharacterSet): string {
    const bytes = this.#bytes.subarray(valueOffset, valueOffset + valueLength);
    const text = (vrEntry(vr).extended ? set : ASCII).decode(bytes, '\\^=');
    if (vr === 'UI') return withoutEnd(text, '\0');
    return this.#options.padded ? text : withoutEnd(text, ' ');
  }
}

/** Linear, unlike a pattern: a value may be all spaces but the last. */
function withoutEnd(text: string, padding: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === padding) end--;
  return text.slice(0, end);
}

function line(
  depth: number,
  start: string,
  value: string,
  length: string,
  multiplicity: number,
  name: string,
): string {
  const behind = `#${length.padStart(4)},${String(multiplicity).padStart(2)} ${name}`;
  return `${'  '.repeat(depth)}${start} ${value.padEnd(VALUE_WIDTH)} ${behind}`;
}

function holder(
  depth: number,
  tag: string,
  vr: string,
  what: string,
  { undefinedLength, valueLength }: ElementSpan,
  count: number,
  name = what,
): string {
  const value = `(${what} with ${undefinedLength ? 'undefined' : 'explicit'} length #=${count})`;
  return line(depth, `${tag} ${vr}`, value, undefinedLength ? 'u/l' : String(valueLength), 1, name);
}

function delimiter(
  depth: number,
  element: string,
  name: string,
  isThere: boolean,
  otherwise: string,
): string {
  return line(depth, `(fffe,${element}) na`, `(${name}${isThere ? '' : otherwise})`, '0', 0, name);
}

function tagText(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`.toLowerCase();
}

function nameOf(tag: string): string {
  return attribute(tag)?.keyword ?? 'Unknown Tag & Data';
}

type NumberReader = (view: DataView, at: number, littleEndian: boolean) => number | bigint;

const READERS: Readonly<Record<string, NumberReader>> = {
  US: (view, at, little) => view.getUint16(at, little),
  SS: (view, at, little) => view.getInt16(at, little),
  UL: (view, at, little) => view.getUint32(at, little),
  SL: (view, at, little) => view.getInt32(at, little),
  FL: (view, at, little) => view.getFloat32(at, little),
  FD: (view, at, little) => view.getFloat64(at, little),
  SV: (view, at, little) => view.getBigInt64(at, little),
  UV: (view, at, little) => view.getBigUint64(at, little),
};

function numbers(bytes: Bytes, vr: string, size: number, littleEndian: boolean): readonly [string, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = Math.floor(bytes.length / size);
  const shown = Array.from({ length: Math.min(count, LONGEST) }, (_, i) =>
    READERS[vr]!(view, i * size, littleEndian),
  );
  const text = shown.join('\\');
  return [cut(text, count > shown.length ? Infinity : text.length), count];
}

function tags(bytes: Bytes, littleEndian: boolean): readonly [string, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = Math.floor(bytes.length / 4);
  const tag = (at: number): string => {
    const [group, element] = [view.getUint16(at, littleEndian), view.getUint16(at + 2, littleEndian)];
    return `(${group.toString(16).padStart(4, '0')},${element.toString(16).padStart(4, '0')})`;
  };
  return [Array.from({ length: count }, (_, i) => tag(4 * i)).join('\\'), count];
}

function cut(text: string, whole: number): string {
  return whole > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
