/** The transfer syntaxes that the page has decoders for, by family; a list apart, so that it can be had without them. */
import { UID } from '../../core/dict/index.ts';

/** Frames are JPEG of some process; which of them, the codestream says. */
export const JPEG_SYNTAXES: readonly string[] = [
  UID.JPEGBaseline8Bit,
  UID.JPEGExtended12Bit,
  UID.JPEGLossless,
  UID.JPEGLosslessSV1,
  UID.JPEGLSLossless,
  UID.JPEGLSNearLossless,
];
export const JPEG_2000_SYNTAXES: readonly string[] = [UID.JPEG2000Lossless, UID.JPEG2000];
export const HTJ2K_SYNTAXES: readonly string[] = [UID.HTJ2KLossless, UID.HTJ2KLosslessRPCL, UID.HTJ2K];

export const DECODED_SYNTAXES: readonly string[] = [
  ...JPEG_SYNTAXES,
  ...JPEG_2000_SYNTAXES,
  ...HTJ2K_SYNTAXES,
];
