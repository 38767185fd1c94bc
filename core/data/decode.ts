/** Bytes of a value field to values of the DICOM JSON Model (PS3.5 6.2, PS3.18 F.2). */
import type { Bytes } from '../bytes/index.ts';
import { concat } from '../bytes/index.ts';
import { toBase64 } from './base64.ts';
import type { CharacterSet } from './charset.ts';
import { ASCII } from './charset.ts';
import { trim } from './padding.ts';
import { parsePersonName } from './person-name.ts';
import type { Attribute, Value } from './types.ts';
import type { VREntry } from './vr.ts';
import { vrEntry } from './vr.ts';

/**
 * An attribute of any VR but SQ. Bytes that do not fill a whole number at the end are left out. InlineBinary is little
 * endian, whatever the bytes are (PS3.18 F.2.7).
 */
export function decodeAttribute(vr: string, bytes: Bytes, set: CharacterSet, littleEndian = true): Attribute {
  if (bytes.length === 0) return { vr };
  const entry = vrEntry(vr);
  if (entry.kind === 'bytes') {
    const whole = even(bytes);
    return { vr, InlineBinary: toBase64(littleEndian ? whole : littleEndianBytes(vr, whole)) };
  }
  const values = decodeValues(vr, entry, bytes, set, littleEndian);
  return values.length === 0 ? { vr } : { vr, Value: values };
}

function decodeValues(
  vr: string,
  entry: VREntry,
  bytes: Bytes,
  set: CharacterSet,
  littleEndian: boolean,
): Value[] {
  if (entry.kind === 'number') return numbers(NUMBER_READERS[vr]!, entry.size, bytes, littleEndian);
  if (entry.kind === 'tag') return tags(bytes, littleEndian);
  const text = (entry.extended ? set : ASCII).decode(bytes, delimiters(entry));
  if (entry.multiple && text.includes('\\')) {
    return text.split('\\').map((value) => fromText(trim(value, true), entry));
  }
  const value = fromText(trim(text, entry.multiple), entry);
  return value === null ? [] : [value];
}

/** A correct sender would have added the byte; with it, what is read does not change when it is written. */
function even(bytes: Bytes): Bytes {
  return bytes.length % 2 === 0 ? bytes : concat([bytes, new Uint8Array(1)]);
}

/** What ends the effect of escape sequences, beside the ends of lines and pages (PS3.5 6.1.2.5.3). */
function delimiters({ kind, multiple }: VREntry): string {
  if (kind === 'person') return '\\^=';
  return multiple ? '\\' : '';
}

/** A big endian value of this VR in little endian (PS3.5 7.3). What is left over at the end stays as it is. */
export function littleEndianBytes(vr: string, bytes: Bytes): Bytes {
  const { size } = vrEntry(vr);
  if (size <= 1) return bytes;
  const out = bytes.slice();
  for (let end = size; end <= out.length; end += size) out.subarray(end - size, end).reverse();
  return out;
}

function fromText(text: string, entry: VREntry): Value {
  if (text === '') return null;
  if (entry.kind === 'person') return parsePersonName(text) ?? null;
  return entry.kind === 'decimal' ? numberOrText(text) : text;
}

/** A Number only where it prints back the same text (PS3.18 F.2.3); NaN and infinities are no JSON. */
export function numberOrText(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : text;
}

type NumberReader = (view: DataView, offset: number, littleEndian: boolean) => Value;

const floating = (value: number): Value => (Number.isFinite(value) ? value : String(value));
const big = (value: bigint): Value => numberOrText(value.toString());

const NUMBER_READERS: Readonly<Record<string, NumberReader>> = {
  FD: (view, offset, littleEndian) => floating(view.getFloat64(offset, littleEndian)),
  FL: (view, offset, littleEndian) => floating(view.getFloat32(offset, littleEndian)),
  SL: (view, offset, littleEndian) => view.getInt32(offset, littleEndian),
  SS: (view, offset, littleEndian) => view.getInt16(offset, littleEndian),
  SV: (view, offset, littleEndian) => big(view.getBigInt64(offset, littleEndian)),
  UL: (view, offset, littleEndian) => view.getUint32(offset, littleEndian),
  US: (view, offset, littleEndian) => view.getUint16(offset, littleEndian),
  UV: (view, offset, littleEndian) => big(view.getBigUint64(offset, littleEndian)),
};

function numbers(read: NumberReader, size: number, bytes: Bytes, littleEndian: boolean): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: Value[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) values.push(read(view, at, littleEndian));
  return values;
}

function tags(bytes: Bytes, littleEndian: boolean): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: Value[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    values.push(half(view.getUint16(at, littleEndian)) + half(view.getUint16(at + 2, littleEndian)));
  }
  return values;
}

const half = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
