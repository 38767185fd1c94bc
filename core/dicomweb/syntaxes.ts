/** In which transfer syntax an instance is given, and as what a frame (PS3.18 8.7.3). Pixels are never transcoded. */
import { EXPLICIT_VR_LITTLE_ENDIAN, rewritableAs, transferSyntax } from '../data/index.ts';
import { UID, uidName } from '../dict/index.ts';
import type { Accepted } from './accept.ts';
import { isIn } from './accept.ts';
import type { MediaType } from './response.ts';

/** How a representation goes out. */
export interface Representation {
  readonly media: MediaType;
  readonly transferSyntaxUID: string;
  readonly multipart: boolean;
}

/** PS3.18 Table 8.7.3-5: what frames in these transfer syntaxes are as media. A video has no frames of its own. */
export const FRAME_MEDIA: Readonly<Record<string, MediaType>> = {
  [UID.RLELossless]: 'image/dicom-rle',
  [UID.JPEGBaseline8Bit]: 'image/jpeg',
  [UID.JPEGExtended12Bit]: 'image/jpeg',
  [UID.JPEGLossless]: 'image/jpeg',
  [UID.JPEGLosslessSV1]: 'image/jpeg',
  [UID.JPEGLSLossless]: 'image/jls',
  [UID.JPEGLSNearLossless]: 'image/jls',
  [UID.JPEG2000Lossless]: 'image/jp2',
  [UID.JPEG2000]: 'image/jp2',
  [UID.JPEG2000MCLossless]: 'image/jpx',
  [UID.JPEG2000MC]: 'image/jpx',
  [UID.HTJ2KLossless]: 'image/jphc',
  [UID.HTJ2KLosslessRPCL]: 'image/jphc',
  [UID.HTJ2K]: 'image/jphc',
  [UID.JPEGXLLossless]: 'image/jxl',
  [UID.JPEGXLJPEGRecompression]: 'image/jxl',
  [UID.JPEGXL]: 'image/jxl',
};

/** Where pixels have been changed already, or may have been; so have those of all videos. */
const LOSSY: readonly string[] = [
  UID.JPEGBaseline8Bit,
  UID.JPEGExtended12Bit,
  UID.JPEGLSNearLossless,
  UID.JPEG2000,
  UID.JPEG2000MC,
  UID.HTJ2K,
  UID.JPEGXLJPEGRecompression,
  UID.JPEGXL,
];
const VIDEOS = '1.2.840.10008.1.2.4.10';

/**
 * In which syntax something is wanted where none is named: Explicit VR Little Endian, unless there is nothing but a
 * lossy one (PS3.18 8.7.3.2, 8.7.3.3).
 */
function usualSyntax(stored: string): string {
  return LOSSY.includes(stored) || stored.startsWith(VIDEOS) ? stored : EXPLICIT_VR_LITTLE_ENDIAN;
}

/** What an instance of this syntax can be given as, its own first. */
export function givenAs(stored: string): readonly string[] {
  if (transferSyntax(stored)?.encapsulated === true) return [stored];
  try {
    return [...new Set([stored, ...rewritableAs(stored)])];
  } catch {
    return [stored]; // kept and given as it is
  }
}

/**
 * How an instance goes out: in the syntax asked for, by default in `usualSyntax`;
 * undefined where it is taken in none that it can be given in. `alone`: it is all that goes out.
 */
export function instanceRepresentation(
  stored: string,
  accepted: readonly Accepted[],
  alone: boolean,
): Representation | undefined {
  const media = 'application/dicom';
  for (const range of accepted) {
    if (!isIn(media, range) || !holds(range, alone)) continue;
    const wanted = syntaxWanted(range) ?? usualSyntax(stored);
    const given = wanted === '*' ? stored : givenAs(stored).find((uid) => uid === wanted);
    if (given !== undefined) return { media, transferSyntaxUID: given, multipart: range.multipart || !alone };
  }
  return undefined;
}

/**
 * How frames go out: as they are stored, native ones as samples in little endian; undefined where they are not taken so.
 * `native`: they are not compressed. `alone`: it is one.
 */
export function frameRepresentation(
  stored: string,
  native: boolean,
  accepted: readonly Accepted[],
  alone: boolean,
): Representation | undefined {
  const transferSyntaxUID = native ? EXPLICIT_VR_LITTLE_ENDIAN : stored;
  const own = native ? undefined : FRAME_MEDIA[stored];
  for (const range of accepted) {
    if (!holds(range, alone)) continue;
    const wanted = syntaxWanted(range);
    const multipart = range.multipart || !alone;
    if (own !== undefined && isIn(own, range) && [undefined, '*', stored].includes(wanted)) {
      return { media: own, transferSyntaxUID, multipart };
    }
    const asked = wanted ?? usualSyntax(stored);
    if (isIn('application/octet-stream', range) && (asked === '*' || asked === transferSyntaxUID)) {
      return { media: 'application/octet-stream', transferSyntaxUID, multipart };
    }
  }
  return undefined;
}

/** Several do not go out as one, unless whoever asks takes anything. */
function holds(range: Accepted, alone: boolean): boolean {
  return range.multipart || alone || isOpen(range);
}

/** Whoever takes anything takes what is there. */
export function syntaxWanted(range: Accepted): string | undefined {
  return range.transferSyntax ?? (isOpen(range) ? '*' : undefined);
}

function isOpen({ media }: Accepted): boolean {
  return media === '*/*';
}

/** Why something stored so is not given as it is asked for. */
export function notGiven(what: string, stored: string): string {
  return (
    `${what} in ${uidName(stored)}, which Accept does not take, and pixels are not transcoded here: ` +
    'ask with transfer-syntax=*, or name that syntax.'
  );
}
