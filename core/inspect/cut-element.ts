/** The element in which a data set ends that was not kept to its end: its header is there, and tells how long it is. */
import type { Bytes } from '../bytes/index.ts';
import { CutOff, Headers } from '../data/headers.ts';
import { implicitVR } from '../data/implicit-vr.ts';
import { attribute } from '../dict/index.ts';
import type { FieldSpan } from '../pdu/index.ts';

const UNDEFINED_LENGTH = 0xffffffff;

/**
 * What lies from `offset` to the end of a data set of `length` bytes, of which the first are given, in little endian: the
 * fields of an element where its header can be read, in any case without gap or overlap.
 */
export function cutElement(bytes: Bytes, offset: number, length: number, explicit: boolean): FieldSpan[] {
  const header = headerAt(bytes, offset, explicit);
  if (header === undefined) return notKept(offset, length);
  const { tag, vr, valueOffset, valueLength } = header;
  const end = Math.min(length, valueOffset + valueLength);
  const there = Math.max(0, bytes.length - valueOffset);
  const value = { offset: valueOffset, length: end - valueOffset, name: 'Value' };
  const element: FieldSpan = {
    offset,
    length: end - offset,
    name: attribute(tag)?.keyword ?? tagText(tag),
    clause: explicit ? 'PS3.5 7.1.2' : 'PS3.5 7.1.3',
    children: [
      { offset, length: 4, name: 'Tag', value: tagText(tag) },
      ...(explicit ? explicitFields(offset, vr, valueOffset) : []),
      lengthField(valueOffset - (valueOffset - offset === 8 && explicit ? 2 : 4), valueOffset, valueLength),
      { ...value, meaning: `${value.length} bytes, of which ${there} were kept` },
    ],
  };
  return [element, ...notKept(end, length)];
}

/** What nobody can tell of the bytes from `offset` to the end. */
export function notKept(offset: number, length: number): FieldSpan[] {
  return offset < length
    ? [{ offset, length: length - offset, name: 'Not decoded', meaning: 'not kept' }]
    : [];
}

interface Header {
  readonly tag: string;
  readonly vr: string;
  readonly valueOffset: number;
  /** As written. */
  readonly valueLength: number;
}

/** Undefined where it is cut off itself. */
function headerAt(bytes: Bytes, offset: number, explicit: boolean): Header | undefined {
  if (bytes.length < offset + 4) return undefined;
  const byte = (at: number): string => bytes[offset + at]!.toString(16).toUpperCase().padStart(2, '0');
  const tag = byte(1) + byte(0) + byte(3) + byte(2);
  const headers = new Headers(bytes);
  headers.position = offset;
  try {
    const { vr, length } = explicit
      ? headers.explicit()
      : { vr: implicitVR(tag, false), length: headers.implicit() };
    return { tag, vr, valueOffset: headers.position, valueLength: length };
  } catch (error) {
    if (error instanceof CutOff) return undefined;
    throw error;
  }
}

function explicitFields(offset: number, vr: string, valueOffset: number): FieldSpan[] {
  const reserved = { offset: offset + 6, length: 2, name: 'Reserved' };
  return [
    { offset: offset + 4, length: 2, name: 'VR', value: vr },
    ...(valueOffset - offset > 8 ? [reserved] : []),
  ];
}

function lengthField(offset: number, end: number, value: number): FieldSpan {
  const field = { offset, length: end - offset, name: 'Length' };
  if (value !== UNDEFINED_LENGTH) return { ...field, value };
  return { ...field, value: 'FFFFFFFF', meaning: 'undefined: ends with a delimitation item' };
}

function tagText(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`;
}
