/** JPEG Lossless (ISO/IEC 10918-1 Annex H), in plain JavaScript. */
import { Decoder as LosslessDecoder } from 'jpeg-lossless-decoder-js';
import type { Bytes } from '../../core/bytes/index.ts';
import type { DicomError } from '../../core/bytes/index.ts';
import type { DecodedFrame, Decoder, EncodedFormat } from '../../core/image/index.ts';
import { codestreamOf, invalidImage, unsupportedImage } from '../../core/image/index.ts';

/** Decodes one frame: one component of up to 16 bits, or three of 8 in one scan. */
export const jpegLossless: Decoder = (encoded, format) => {
  const bits = codestreamOf(encoded)?.bits ?? 0;
  if (format.samplesPerPixel === 3 && bits > 8) {
    throw unsupportedImage(`JPEG Lossless in colours of ${bits} bits`, { bits });
  }
  return decode(encoded, format, bits > 8 ? 2 : 1);
};

function decode(encoded: Bytes, format: EncodedFormat, width: 1 | 2): DecodedFrame {
  const { rows, columns, samplesPerPixel, photometricInterpretation } = format;
  const samples = samplesOf(encoded, width, rows);
  return {
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated: 8 * width,
    planarConfiguration: 0,
    photometricInterpretation,
    bytes: new Uint8Array(samples.buffer),
  };
}

function samplesOf(
  encoded: Bytes,
  width: 1 | 2,
  rows: number,
): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  try {
    const decoder = new LosslessDecoder();
    const samples = decoder.decode(encoded.buffer, encoded.byteOffset, encoded.length, width);
    if (decoder.yLoc >= rows) return samples;
  } catch (error) {
    throw broken(error);
  }
  throw broken();
}

function broken(cause?: unknown): DicomError {
  return invalidImage('its JPEG Lossless pixels are cut off or broken', {}, cause);
}
