/** Images made for tests: data sets with pixels, native or in fragments. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, EMPTY, Writer } from '../../core/bytes/index.ts';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, toBase64, writeDataSet } from '../../core/data/index.ts';
import { UID } from '../../core/dict/index.ts';
import type { DecodedFrame, OpenImage } from '../../core/image/index.ts';
import { openImage } from '../../core/image/index.ts';

/** What a decoder tells of 2 × 2 pixels of 8 bits, but for its bytes. */
export const DECODED: Omit<DecodedFrame, 'bytes'> = {
  rows: 2,
  columns: 2,
  samplesPerPixel: 1,
  bitsAllocated: 8,
  planarConfiguration: 0,
  photometricInterpretation: 'MONOCHROME2',
};

export type Keys = Readonly<Record<string, KeyValue>>;

/** 2 × 2 pixels of 16 bits, unsigned, but for what `keys` says. */
export function attributes(keys: Keys = {}): DataSet {
  return dataSet({
    Rows: 2,
    Columns: 2,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    ...keys,
  });
}

/** An attribute of words: tables, overlays. */
export function words(...values: number[]): KeyValue {
  return { vr: 'OW', InlineBinary: toBase64(new Uint8Array(Uint16Array.from(values).buffer)) };
}

export function nativeBytes(keys: Keys, pixels: Uint8Array, vr = 'OW'): Bytes {
  const tag = { OF: '7FE00008', OD: '7FE00009' }[vr] ?? '7FE00010';
  return writeDataSet(
    { ...attributes(keys), [tag]: { vr, InlineBinary: toBase64(pixels) } },
    EXPLICIT_VR_LITTLE_ENDIAN,
  );
}

export function native(keys: Keys, pixels: Uint8Array, vr = 'OW'): OpenImage {
  return openImage(nativeBytes(keys, pixels, vr), EXPLICIT_VR_LITTLE_ENDIAN);
}

/** 16-bit samples as native bytes. */
export function shorts(...values: number[]): Bytes {
  return new Uint8Array(Uint16Array.from(values).buffer);
}

/** An item of encapsulated pixel data (PS3.5 A.4); its value must be of even length. */
export function item(value: Bytes): Bytes {
  const head = new Writer(8);
  head.put(Uint8Array.of(0xfe, 0xff, 0x00, 0xe0));
  head.u32LE(value.length);
  return concat([head.finish(), value]);
}

const PIXELS_OF_UNDEFINED_LENGTH = Uint8Array.of(0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 255, 255, 255, 255);
const SEQUENCE_END = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0);

/** The bytes of a data set with fragments; `offsets` are the Basic Offset Table. */
export function encapsulatedBytes(
  keys: Keys,
  fragments: readonly Bytes[],
  offsets: readonly number[] = [],
): Bytes {
  const table = offsets.length === 0 ? EMPTY : new Uint8Array(Uint32Array.from(offsets).buffer);
  return concat([
    writeDataSet(attributes(keys), EXPLICIT_VR_LITTLE_ENDIAN),
    PIXELS_OF_UNDEFINED_LENGTH,
    item(table),
    ...fragments.map(item),
    SEQUENCE_END,
  ]);
}

export function encapsulated(
  keys: Keys,
  fragments: readonly Bytes[],
  { offsets = [], syntax = UID.RLELossless }: { offsets?: readonly number[]; syntax?: string } = {},
): OpenImage {
  return openImage(encapsulatedBytes(keys, fragments, offsets), syntax);
}
