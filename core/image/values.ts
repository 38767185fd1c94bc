/** Values of a data set as an image needs them: numbers, words of 16 bits. */
import type { Bytes } from '../bytes/index.ts';
import { EMPTY } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { fromBase64, number, tagOf, texts } from '../data/index.ts';
import { invalid } from './errors.ts';

/** All values as numbers; what is none is NaN. */
export function numbers(from: DataSet, key: string): number[] {
  return texts(from, key).map((value) => (value === '' ? Number.NaN : Number(value)));
}

/** Exactly so many finite numbers, or undefined. */
export function finite(from: DataSet, key: string, count: number): number[] | undefined {
  if (from[tagOf(key)]?.Value?.length !== count) return undefined; // before any of them is read
  const found = numbers(from, key);
  return found.every(Number.isFinite) ? found : undefined;
}

/** A whole number of at least `least`. @throws DecodeError IMAGE_INVALID where it is absent or another. */
export function whole(from: DataSet, key: string, least: number, absent?: number): number {
  const value = number(from, key) ?? absent;
  if (value !== undefined && Number.isInteger(value) && value >= least) return value;
  throw invalid(`${key} is ${value ?? 'missing'}`, { attribute: key, value });
}

/** A number above 0, or undefined. */
export function positive(from: DataSet, key: string): number | undefined {
  const value = number(from, key);
  return value !== undefined && value > 0 ? value : undefined;
}

/** The bytes of an attribute: of InlineBinary, or of US and SS as little endian words; empty where it is absent. */
export function bytesOf(from: DataSet, key: string): Bytes {
  const attribute = from[tagOf(key)];
  if (attribute?.InlineBinary !== undefined) return fromBase64(attribute.InlineBinary);
  if (attribute === undefined || !['US', 'SS'].includes(attribute.vr)) return EMPTY;
  const values = attribute.Value ?? [];
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint16(2 * i, Number(value), true));
  return bytes;
}

/** Little endian words; an odd byte at the end is left out. */
export function words(bytes: Bytes): Uint16Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint16Array.from({ length: bytes.length >> 1 }, (_, i) => view.getUint16(2 * i, true));
}
