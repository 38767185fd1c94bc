/** The forms of a data set that we read but do not write: big endian and deflated. */
import { deflateRawSync } from 'node:zlib';
import type { Bytes } from '../../core/bytes/index.ts';
import { elementSpans, EXPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../core/data/index.ts';

export const EXPLICIT_VR_BIG_ENDIAN = '1.2.840.10008.1.2.2';
export const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';

/** How many bytes change places together (PS3.5 7.3). */
const UNITS: Readonly<Record<string, number>> = {
  AT: 2,
  OW: 2,
  SS: 2,
  US: 2,
  FL: 4,
  OF: 4,
  OL: 4,
  SL: 4,
  UL: 4,
  FD: 8,
  OD: 8,
  OV: 8,
  SV: 8,
  UV: 8,
};

/** A value in the other byte order. */
export function turned(value: Bytes, vr: string): Bytes {
  const out = value.slice();
  const unit = UNITS[vr] ?? 1;
  for (let at = 0; at < out.length; at += unit) out.subarray(at, at + unit).reverse();
  return out;
}

/** A data set in Explicit VR Little Endian as Explicit VR Big Endian. */
export function toBigEndian(bytes: Bytes): Bytes {
  const out = bytes.slice();
  const turn = (...fields: readonly (readonly [at: number, length: number])[]): void => {
    for (const [at, length] of fields) out.subarray(at, at + length).reverse();
  };
  for (const span of elementSpans(bytes, EXPLICIT_VR_LITTLE_ENDIAN)) {
    const { kind, vr, offset, length, valueOffset, valueLength } = span;
    turn([offset, 2], [offset + 2, 2]);
    const short = kind === 'element' && valueOffset - offset === 8;
    turn(short ? [valueOffset - 2, 2] : [valueOffset - 4, 4]);
    const delimitation = offset + length - 8;
    if (span.undefinedLength) turn([delimitation, 2], [delimitation + 2, 2]);
    if (vr in UNITS) out.set(turned(bytes.subarray(valueOffset, valueOffset + valueLength), vr), valueOffset);
  }
  return out;
}

export function toDeflated(bytes: Bytes): Bytes {
  return new Uint8Array(deflateRawSync(bytes));
}

/** As `writeDataSet`, in any of the four forms. */
export function writeForm(
  dataSet: Parameters<typeof writeDataSet>[0],
  syntax: string,
  write: typeof writeDataSet = writeDataSet,
): Bytes {
  if (syntax === EXPLICIT_VR_BIG_ENDIAN) return toBigEndian(write(dataSet, EXPLICIT_VR_LITTLE_ENDIAN));
  if (syntax === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)
    return toDeflated(write(dataSet, EXPLICIT_VR_LITTLE_ENDIAN));
  return write(dataSet, syntax);
}
