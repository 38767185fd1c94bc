/** The VR of an attribute where the bytes do not tell it (PS3.5 A.1, PS3.6). */
import { attribute, isPrivate } from '../dict/index.ts';

/** Pixel Representation (0028,0103): decides between US and SS. */
export const PIXEL_REPRESENTATION = '00280103';

/**
 * The VR of a tag in Implicit VR Little Endian: the dictionary's; of several, US or SS by Pixel Representation, else
 * OW (PS3.5 A.1). Unknown and private attributes are UN, but for group lengths and private creators (PS3.5 7.8.1).
 */
export function implicitVR(tag: string, signedPixels = false): string {
  const vr = attribute(tag)?.vr;
  if (vr === undefined) return unlisted(tag);
  if (vr.length === 2) return vr;
  if (vr === 'US or SS') return signedPixels ? 'SS' : 'US';
  return vr === 'NONE' ? 'UN' : 'OW';
}

/** The VR that the dictionary gives without looking at the data set; undefined where there is none. */
export function definiteVR(tag: string): string | undefined {
  const vr = attribute(tag)?.vr;
  return vr?.length === 2 ? vr : undefined;
}

function unlisted(tag: string): string {
  if (isGroupLength(tag)) return 'UL';
  return isPrivate(tag) && /^.{4}00[1-9A-F]/.test(tag) ? 'LO' : 'UN';
}

/** (gggg,0000), retired but for groups 0000 and 0002 (PS3.5 7.2). */
export function isGroupLength(tag: string): boolean {
  return tag.endsWith('0000');
}
