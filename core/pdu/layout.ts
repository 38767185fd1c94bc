/**
 * The vocabulary of the byte tables that head the files of this room. A table is a list of fields in
 * the order of the wire; reading, writing and describing a PDU are three walks over the same table.
 */
import type { Bytes, Reader, Writer } from '../bytes/index.ts';
import { DicomError } from '../bytes/index.ts';
import type { Walk } from './walk.ts';

/** A value while its fields are being read. */
export type Draft<T> = { -readonly [K in keyof T]?: T[K] };

/** One row of a byte table, belonging to a value of type `T`. */
export interface Field<T> {
  /** @throws DecodeError BYTES_TRUNCATED, or PduError. */
  read(from: Reader, into: Draft<T>, walk: Walk): void;
  /** @throws DicomError VALUE_INVALID for what may not be sent. */
  write(to: Writer, value: T): void;
}

export type Layout<T> = readonly Field<T>[];

/** The properties of `T` that hold a `V`. */
export type KeyOf<T, V> = { [K in keyof T]-?: NonNullable<T[K]> extends V ? K : never }[keyof T];

/** What a value stands for; sees the fields read before it. */
export type Meaning<T> = (value: number, soFar: Draft<T>) => string | undefined;

/** Reads the fields of a table one after the other. */
export function readFields<T>(fields: Layout<T>, from: Reader, into: Draft<T>, walk: Walk): void {
  for (const field of fields) field.read(from, into, walk);
}

/** Writes the fields of a table one after the other. */
export function writeFields<T>(fields: Layout<T>, to: Writer, value: T): void {
  for (const field of fields) field.write(to, value);
}

export function invalid(field: string, why: string): DicomError {
  return new DicomError('VALUE_INVALID', `${field}: ${why}`, { field });
}

export function position(from: Reader): number {
  return from.base + from.offset;
}

// The tables say which property a field fills (KeyOf checks it); the compiler cannot follow that
// through a mapped type, so the two casts below stand for all fields.
export function set<T>(into: Draft<T>, key: keyof T, value: unknown): void {
  into[key] = value as NonNullable<T[keyof T]>;
}

export function get<V>(value: unknown, key: PropertyKey): V {
  return (value as Record<PropertyKey, V>)[key]!;
}

interface Width {
  readonly size: 1 | 2 | 4;
  read(from: Reader, name: string): number;
  write(to: Writer, value: number): void;
}

const U8: Width = { size: 1, read: (from, name) => from.u8(name), write: (to, value) => to.u8(value) };
const U16: Width = { size: 2, read: (from, name) => from.u16(name), write: (to, value) => to.u16(value) };
const U32: Width = { size: 4, read: (from, name) => from.u32(name), write: (to, value) => to.u32(value) };

function unsigned<T>(width: Width, name: string, key: KeyOf<T, number>, meaning?: Meaning<T>): Field<T> {
  return {
    read(from, into, walk) {
      const offset = position(from);
      const value = width.read(from, name);
      set(into, key, value);
      walk.spans?.leaf(offset, width.size, name, value, meaning?.(value, into));
    },
    write(to, value) {
      const number = get<number>(value, key);
      const most = 2 ** (8 * width.size) - 1;
      if (!Number.isInteger(number) || number < 0 || number > most) {
        throw invalid(name, `${number} is no whole number from 0 to ${most}`);
      }
      width.write(to, number);
    },
  };
}

/** Unsigned integers, big endian (PS3.8 9.3.1). */
export function u8<T>(name: string, key: KeyOf<T, number>, meaning?: Meaning<T>): Field<T> {
  return unsigned(U8, name, key, meaning);
}

export function u16<T>(name: string, key: KeyOf<T, number>, meaning?: Meaning<T>): Field<T> {
  return unsigned(U16, name, key, meaning);
}

export function u32<T>(name: string, key: KeyOf<T, number>, meaning?: Meaning<T>): Field<T> {
  return unsigned(U32, name, key, meaning);
}

/** A presentation context ID: odd, 1 to 255 (PS3.8 9.3.2.2). */
export function contextId<T>(key: KeyOf<T, number>): Field<T> {
  const name = 'Presentation-context-ID';
  const plain = u8<T>(name, key);
  return {
    read(from, into, walk) {
      const offset = position(from);
      plain.read(from, into, walk);
      if (get<number>(into, key) % 2 === 0) walk.note('CONTEXT_ID_INVALID', name, offset);
    },
    write(to, value) {
      const id = get<number>(value, key);
      if (id % 2 === 0) throw invalid(name, `${id} is not odd`);
      plain.write(to, value);
    },
  };
}

/** One byte, 0 or 1. */
export function flag<T>(name: string, key: KeyOf<T, boolean>, meaning: readonly [string, string]): Field<T> {
  return {
    read(from, into, walk) {
      const offset = position(from);
      const value = from.u8(name);
      if (value > 1) walk.note('FLAG_VALUE', name, offset);
      set(into, key, value === 1);
      walk.spans?.leaf(offset, 1, name, value, meaning[value === 1 ? 1 : 0]);
    },
    write: (to, value) => to.u8(get<boolean>(value, key) ? 1 : 0),
  };
}

/** Several flags in one byte: property to mask. Other bits are sent as 0 and not tested (PS3.8 E.2). */
export function bits<T>(name: string, masks: { readonly [K in keyof T]?: number }): Field<T> {
  const entries = Object.entries(masks) as [KeyOf<T, boolean>, number][];
  const known = entries.reduce((sum, [, mask]) => sum | mask, 0);
  return {
    read(from, into, walk) {
      const offset = position(from);
      const value = from.u8(name);
      if ((value & ~known) !== 0) walk.note('RESERVED_NOT_ZERO', name, offset);
      for (const [key, mask] of entries) set(into, key, (value & mask) !== 0);
      const on = entries.filter(([, mask]) => (value & mask) !== 0).map(([key]) => String(key));
      walk.spans?.leaf(offset, 1, name, value, on.join(', ') || 'none');
    },
    write(to, value) {
      to.u8(entries.reduce((sum, [key, mask]) => sum | (get<boolean>(value, key) ? mask : 0), 0));
    },
  };
}

/** Sent as zero and, but for a note, not tested on reception (PS3.8 9.3.1). */
export function reserved<T>(length: number, name = 'Reserved'): Field<T> {
  return {
    read(from, _into, walk) {
      const offset = position(from);
      const bytes = from.take(length, name);
      if (bytes.some((byte) => byte !== 0)) walk.note('RESERVED_NOT_ZERO', name, offset);
      walk.spans?.leaf(offset, length, name);
    },
    write: (to) => to.fill(length),
  };
}

/** The bytes 43 to 74 of an A-ASSOCIATE-AC: an echo of reserved bytes, which nobody tests (PS3.8 Table 9-17). */
export function untested<T>(length: number, name = 'Reserved'): Field<T> {
  return {
    read(from, _into, walk) {
      const offset = position(from);
      from.skip(length, name);
      walk.spans?.leaf(offset, length, name);
    },
    write: (to) => to.fill(length),
  };
}

/** The rest of the item, as a view. */
export function rest<T>(name: string, key: KeyOf<T, Bytes>): Field<T> {
  return {
    read: (from, into, walk) => set(into, key, readBytes(from, from.remaining, name, walk)),
    write: (to, value) => to.put(get<Bytes>(value, key)),
  };
}

/** Bytes behind a 16-bit length, as a view, that say who somebody is or prove it. */
export function secret16<T>(name: string, key: KeyOf<T, Bytes>): Field<T> {
  return {
    read(from, into, walk) {
      const length = readLength16(from, name, walk);
      set(into, key, readBytes(from, length, name, walk, `${length} bytes, not shown`));
    },
    write: (to, value) => lengthPrefixed(to, name, () => to.put(get<Bytes>(value, key))),
  };
}

// No value goes into the span: the bytes may be a passcode or a patient's data.
function readBytes(from: Reader, length: number, name: string, walk: Walk, meaning?: string): Bytes {
  const offset = position(from);
  const bytes = from.take(length, name);
  walk.spans?.leaf(offset, length, name, undefined, meaning);
  return bytes;
}

/** Reads the 16-bit length before a field. */
export function readLength16(from: Reader, name: string, walk: Walk): number {
  const offset = position(from);
  const length = from.u16(`${name}-length`);
  walk.spans?.leaf(offset, 2, `${name}-length`, length);
  return length;
}

/** Writes a 16-bit length and the body. @throws DicomError VALUE_INVALID where the body is longer than that can say. */
export function lengthPrefixed(to: Writer, name: string, body: () => void): void {
  const start = to.length + 2;
  to.lengthPrefixed16(body);
  if (to.length - start > 0xffff) throw invalid(name, 'longer than 65535 bytes');
}

/** Notes what is left of an item behind its last field, and passes over it. */
export function skipTrailing(from: Reader, name: string, walk: Walk): void {
  const length = from.remaining;
  if (length === 0) return;
  walk.note('TRAILING_BYTES', name, position(from));
  walk.spans?.leaf(position(from), length, 'Trailing bytes');
  from.skip(length, name);
}
