/** What the byte table of a PDU needs beside its fields, and the six bytes that stand before all of them. */
import type { Bytes, Limits, Writer } from '../bytes/index.ts';
import { DecodeError, Reader } from '../bytes/index.ts';
import { PduError } from './errors.ts';
import type { Draft, Layout } from './layout.ts';
import { readFields, skipTrailing } from './layout.ts';
import type { Pdu } from './types.ts';
import type { Walk } from './walk.ts';

/** PDU-type, reserved byte and 32-bit PDU-length (PS3.8 9.3.1). */
export const PDU_HEADER = 6;

export interface PduCodec<P extends Pdu> {
  readonly type: number;
  readonly name: P['type'];
  readonly clause: string;
  /** The shortest variable field that can be read. */
  readonly minimum: number;
  /** Which limit the length of the variable field is held against. */
  readonly limit: keyof Limits;
  /** The variable field, from byte 7 of the standard's tables. */
  readonly fields: Layout<P>;
  /** The value before its fields are read. */
  empty(): Draft<P>;
  /** Notes what no single field can see. */
  review?(pdu: P, walk: Walk): void;
  /** The value to be sent. @throws DicomError VALUE_INVALID for what no single field can refuse. */
  check?(pdu: P): P;
}

/** Reads a whole PDU whose header was checked. @throws PduError */
export function readPdu<P extends Pdu>(codec: PduCodec<P>, bytes: Bytes, walk: Walk): P {
  try {
    const from = new Reader(bytes, codec.name);
    readHeader(codec, from, walk);
    const draft = codec.empty();
    readFields(codec.fields, from, draft, walk);
    skipTrailing(from, codec.name, walk);
    const pdu = draft as P; // every field of the table has been read, or the reader has thrown
    codec.review?.(pdu, walk);
    return pdu;
  } catch (error) {
    throw error instanceof DecodeError ? PduError.from(error) : error;
  }
}

function readHeader<P extends Pdu>(codec: PduCodec<P>, from: Reader, walk: Walk): void {
  const type = from.u8('PDU-type');
  if (from.u8('Reserved') !== 0) walk.note('RESERVED_NOT_ZERO', 'Reserved', 1);
  const length = from.u32('PDU-length');
  walk.spans?.leaf(0, 1, 'PDU-type', type, codec.name);
  walk.spans?.leaf(1, 1, 'Reserved');
  walk.spans?.leaf(2, 4, 'PDU-length', length);
}

/** @throws DicomError VALUE_INVALID */
export function writePdu<P extends Pdu>(codec: PduCodec<P>, to: Writer, pdu: P): void {
  const checked = codec.check?.(pdu) ?? pdu;
  to.u8(codec.type);
  to.u8(0);
  to.lengthPrefixed32(() => {
    for (const field of codec.fields) field.write(to, checked);
  });
}
