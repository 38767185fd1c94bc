/** Whether a file holds its data set to the end, told by the lengths of its elements (PS3.5 7.1). */
import type { Bytes } from '../bytes/index.ts';
import { DicomError, toHex } from '../bytes/index.ts';
import { readHead, transferSyntax } from '../data/index.ts';
import type { Part10 } from './part10.ts';
import { readExactly } from './source.ts';
import type { ByteSource } from './source.ts';

const PIXEL_DATA = '7FE00010';
/** In front of the pixel data most files have no more than this. */
const FIRST_LOOK = 16 << 10;
/** Bytes looked at, at most; long values are passed over and not counted. */
const LOOKED_AT = 16 << 20;
/** Fragments counted at most, where the file does not end with the last one. */
const MOST_FRAGMENTS = 10_000;

/** The header of (7FE0,0010) of undefined length, in explicit VR little endian. */
const ENCAPSULATED = /^e07f1000....0000ffffffff/;
/** The same of a length that is told, of OB or OW. */
const WORDS = /^e07f10004f(42|57)0000.{8}$/;
const ITEM = 'feff00e0';
const SEQUENCE_DELIMITATION = 'feffdde0';

/**
 * The error FILE_INVALID where the file ends inside an element, `missing` bytes too early at least; undefined where
 * it is whole, or where that cannot be told: broken otherwise, deflated, or in a syntax that is not read. Values
 * are passed over, so that it takes two or three small reads.
 */
export async function cutOff(source: ByteSource, file: Part10): Promise<DicomError | undefined> {
  const { transferSyntaxUID } = file.info;
  const syntax = transferSyntax(transferSyntaxUID);
  if (syntax?.readable !== true || syntax.deflated) return undefined;
  let at = file.dataSetOffset;
  let length = FIRST_LOOK;
  for (let looked = length; at < source.size && looked <= LOOKED_AT; looked += length) {
    const bytes = await readExactly(source, at, Math.min(source.size, at + length));
    const { end, reached, error } = readHead(bytes, transferSyntaxUID, {
      until: PIXEL_DATA,
      omit: () => true,
    });
    if (reached) return await pixelDataCutOff(source, at + end, transferSyntaxUID);
    const { missing = 0, depth } = (error?.details ?? {}) as { missing?: number; depth?: number };
    if (error !== undefined && missing === 0) return undefined; // broken, but not by its end
    const needed = at + bytes.length + missing;
    if (needed > source.size) return isPadding(bytes.subarray(end)) ? undefined : ends(needed - source.size);
    at = depth === 0 ? needed : at + end;
    length = Math.max(FIRST_LOOK, 2 * (needed - at));
  }
  return undefined;
}

/** Some writers fill up with a few NULs behind the last element. */
function isPadding(rest: Uint8Array): boolean {
  return rest.length < 8 && rest.every((byte) => byte === 0);
}

async function pixelDataCutOff(
  source: ByteSource,
  at: number,
  transferSyntaxUID: string,
): Promise<DicomError | undefined> {
  const header = await readExactly(source, at, Math.min(source.size, at + 12));
  const text = toHex(header);
  if (ENCAPSULATED.test(text)) return await fragmentsCutOff(source, at + header.length);
  // Nearly every image is so; the way below makes an error, which costs as much as all else.
  if (WORDS.test(text) && transferSyntax(transferSyntaxUID)?.explicit === true) {
    const missing = at + header.length + lengthAt(header, 8) - source.size;
    return missing > 0 ? ends(missing) : undefined;
  }
  const { end, error } = readHead(header, transferSyntaxUID);
  if (end > 0) return undefined; // a value so short that it was read with its header
  const lacking = at + header.length + Number(error?.details['missing'] ?? 0) - source.size;
  return lacking > 0 ? ends(lacking) : undefined;
}

/** Fragments end with a delimiter (PS3.5 A.4); most often it is the end of the file, too. */
async function fragmentsCutOff(source: ByteSource, first: number): Promise<DicomError | undefined> {
  const tagAt = async (at: number): Promise<string> => toHex(await readExactly(source, at, at + 4));
  if (source.size >= first + 8 && (await tagAt(source.size - 8)) === SEQUENCE_DELIMITATION) return undefined;
  let at = first;
  for (let count = 0; count < MOST_FRAGMENTS; count++) {
    if (at + 8 > source.size) return ends(at + 8 - source.size);
    const header = await readExactly(source, at, at + 8);
    if (toHex(header.subarray(0, 4)) !== ITEM) return undefined;
    at += 8 + lengthAt(header, 4);
  }
  return undefined;
}

function lengthAt(header: Bytes, at: number): number {
  return new DataView(header.buffer, header.byteOffset).getUint32(at, true);
}

function ends(missing: number): DicomError {
  return new DicomError(
    'FILE_INVALID',
    `the file is cut off: ${missing} bytes or more are missing at its end; get it again from where it came from`,
    { missing },
  );
}
