/** Values of the DICOM JSON Model to the bytes of a value field, without padding (PS3.5 6.2, PS3.18 F.2). */
import type { Bytes } from '../bytes/index.ts';
import { DicomError, EMPTY } from '../bytes/index.ts';
import { fromBase64 } from './base64.ts';
import type { CharacterSet } from './charset.ts';
import { ASCII, encodeText } from './charset.ts';
import { parsePersonName, personNameText } from './person-name.ts';
import type { Attribute, PersonName, Value } from './types.ts';
import type { VREntry } from './vr.ts';
import { vrEntry } from './vr.ts';

/**
 * The value field of an attribute of any VR but SQ.
 * @throws DicomError VALUE_INVALID where a value does not fit its VR or the character set.
 */
export function encodeAttribute({ vr, Value: values, InlineBinary }: Attribute, set: CharacterSet): Bytes {
  const entry = vrEntry(vr);
  if (entry.kind === 'bytes') {
    if (values !== undefined) throw invalid(vr, 'takes InlineBinary, not Value');
    return InlineBinary === undefined ? EMPTY : fromBase64(InlineBinary);
  }
  if (InlineBinary !== undefined) throw invalid(vr, 'takes Value, not InlineBinary');
  if (values === undefined || values.length === 0) return EMPTY;
  if (!entry.multiple && values.length > 1) throw invalid(vr, 'takes one value only');
  if (entry.kind === 'number') return encodeNumbers(vr, entry.size, values);
  if (entry.kind === 'tag') return encodeTags(values);
  const text = values.map((value) => toText(vr, entry, value)).join('\\');
  return encodeText(text, entry.extended ? set : ASCII);
}

function toText(vr: string, entry: VREntry, value: Value): string {
  if (value === null) return '';
  const text = entry.kind === 'person' ? nameText(vr, value) : plainText(vr, value);
  if (entry.multiple && text.includes('\\')) throw invalid(vr, 'holds a backslash, which separates values');
  return text;
}

function plainText(vr: string, value: Value): string {
  if (typeof value === 'object') throw invalid(vr, 'takes texts or numbers');
  return String(value);
}

/** A name is written only if it reads back the same: groups hold no `=`. */
function nameText(vr: string, value: Value): string {
  if (typeof value !== 'object') return personNameText(parsePersonName(String(value)) ?? {});
  const name = value as PersonName;
  const first = [name.Alphabetic, name.Ideographic];
  if (first.some((group) => group?.includes('='))) throw invalid(vr, 'holds "=" inside a component group');
  return personNameText(name);
}

type NumberWriter = readonly [
  lowest: number | bigint,
  highest: number | bigint,
  write: (view: DataView, offset: number, value: number) => void,
];

const INTEGERS: Readonly<Record<string, NumberWriter>> = {
  SL: [-0x80000000, 0x7fffffff, (view, offset, value) => view.setInt32(offset, value, true)],
  SS: [-0x8000, 0x7fff, (view, offset, value) => view.setInt16(offset, value, true)],
  UL: [0, 0xffffffff, (view, offset, value) => view.setUint32(offset, value, true)],
  US: [0, 0xffff, (view, offset, value) => view.setUint16(offset, value, true)],
};

function encodeNumbers(vr: string, size: number, values: readonly Value[]): Bytes {
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => encodeNumber(vr, view, i * size, value));
  return bytes;
}

function encodeNumber(vr: string, view: DataView, offset: number, value: Value): void {
  if (typeof value !== 'number' && typeof value !== 'string') throw invalid(vr, 'takes numbers');
  const integer = INTEGERS[vr];
  if (vr === 'SV' || vr === 'UV') encodeBig(vr, view, offset, value);
  else if (integer !== undefined) encodeInteger(vr, integer, view, offset, Number(value));
  else encodeFloat(vr, view, offset, value);
}

function encodeInteger(
  vr: string,
  [lowest, highest, write]: NumberWriter,
  view: DataView,
  offset: number,
  value: number,
): void {
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw invalid(vr, `takes whole numbers from ${lowest} to ${highest}`);
  }
  write(view, offset, value);
}

function encodeBig(vr: string, view: DataView, offset: number, value: number | string): void {
  // By its text, which is what was read: BigInt(3603778455019215000) is another number.
  const digits = String(value);
  if (!/^-?\d+$/.test(digits)) throw invalid(vr, 'takes whole numbers');
  const number = BigInt(digits);
  const fits = vr === 'SV' ? BigInt.asIntN(64, number) : BigInt.asUintN(64, number);
  if (fits !== number) throw invalid(vr, 'takes whole numbers of 64 bits');
  view.setBigUint64(offset, BigInt.asUintN(64, number), true);
}

function encodeFloat(vr: string, view: DataView, offset: number, value: number | string): void {
  const number = Number(value);
  if (value === '' || (Number.isNaN(number) && String(value) !== 'NaN')) throw invalid(vr, 'takes numbers');
  if (vr === 'FL') view.setFloat32(offset, number, true);
  else view.setFloat64(offset, number, true);
}

function encodeTags(values: readonly Value[]): Bytes {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (typeof value !== 'string' || !/^[0-9A-Fa-f]{8}$/.test(value))
      throw invalid('AT', 'takes tags of eight digits');
    view.setUint16(4 * i, parseInt(value.slice(0, 4), 16), true);
    view.setUint16(4 * i + 2, parseInt(value.slice(4), 16), true);
  });
  return bytes;
}

function invalid(vr: string, what: string): DicomError {
  return new DicomError('VALUE_INVALID', `a value of VR ${vr} ${what}`, { vr });
}
