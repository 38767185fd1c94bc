/** In which colours a JPEG codestream is: libjpeg guesses it from markers, DICOM has an attribute for it. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import type { PixelFormat } from '../../core/image/index.ts';

const APP0_JFIF = 0xe0;
const APP14_ADOBE = 0xee;
const SOS = 0xda;
/** Frame headers SOF0 to SOF2. */
const FRAMES = [0xc0, 0xc1, 0xc2];

/** APP14 as Adobe defined it: version 100, no flags, transform 0, which stands for RGB. */
const ADOBE_RGB = Uint8Array.of(0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0);

/**
 * The codestream, with a marker that says RGB where the data set does and nothing in the codestream speaks against it.
 * JFIF is always YBR, and so is what has fewer colours than pixels; many such are labelled as RGB.
 */
export function tellingColours(
  encoded: Bytes,
  { photometricInterpretation, samplesPerPixel }: PixelFormat,
): Bytes {
  if (photometricInterpretation !== 'RGB' || samplesPerPixel !== 3) return encoded;
  for (let at = 2; at + 4 <= encoded.length;) {
    const marker = encoded[at + 1]!;
    if (encoded[at] !== 0xff || marker === SOS) break;
    if (marker === APP0_JFIF || marker === APP14_ADOBE) return encoded;
    if (FRAMES.includes(marker) && isSubsampled(encoded.subarray(at + 4))) return encoded;
    at += 2 + ((encoded[at + 2]! << 8) | encoded[at + 3]!);
  }
  return concat([encoded.subarray(0, 2), ADOBE_RGB, encoded.subarray(2)]);
}

/** Sampling factors of the three components; precision, height, width and their number come before (B.2.2). */
function isSubsampled(header: Bytes): boolean {
  return new Set([header[7], header[10], header[13]]).size > 1;
}
