/** RLE Lossless (PS3.5 Annex G): each byte of a sample in a segment of its own, packed by runs. */
import type { Bytes } from '../bytes/index.ts';
import { invalid } from './errors.ts';
import type { DecodedFrame, PixelFormat } from './types.ts';

/** The number of segments and 15 offsets, 32 bits each (PS3.5 G.5). */
const HEADER = 64;
const MOST_SEGMENTS = 15;
/** A run of 128 bytes takes two: no byte stands for more than half of them. */
const MOST_PACKED = 64;

/**
 * Decodes one frame; colours come by plane. What a segment holds beyond its pixels is padding, and not looked at.
 * @throws DecodeError IMAGE_INVALID
 */
export function decodeRLE(encoded: Bytes, format: PixelFormat): DecodedFrame {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometricInterpretation } = format;
  const width = Math.ceil(bitsAllocated / 8);
  const pixels = rows * columns;
  const segments = segmentsOf(encoded, width * samplesPerPixel, pixels);
  const bytes = new Uint8Array(pixels * width * samplesPerPixel);
  segments.forEach((segment, i) => {
    const plane = Math.floor(i / width);
    // The most significant byte comes first (PS3.5 G.2); ours are little endian.
    const byte = width - 1 - (i % width);
    const target = { bytes, at: plane * pixels * width + byte, step: width, count: pixels };
    if (!unpack(segment, target)) throw tooShort(i + 1);
  });
  return {
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated,
    planarConfiguration: 1,
    photometricInterpretation,
    bytes,
  };
}

function segmentsOf(encoded: Bytes, expected: number, pixels: number): Bytes[] {
  if (encoded.length < HEADER) throw invalid('its RLE header is cut off', { length: encoded.length });
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  const count = view.getUint32(0, true);
  if (count !== expected || count > MOST_SEGMENTS) {
    throw invalid(`it has ${count} segments of RLE where ${expected} belong`, { segments: count, expected });
  }
  const offsets = Array.from({ length: count }, (_, i) => view.getUint32(4 * (i + 1), true));
  return offsets.map((offset, i) => {
    const end = offsets[i + 1] ?? encoded.length;
    if (offset < HEADER || end < offset || end > encoded.length) {
      throw invalid(`segment ${i + 1} of RLE lies outside of its frame`, { segment: i + 1, offset });
    }
    // Told before anything is allocated for it.
    if ((end - offset) * MOST_PACKED < pixels) throw tooShort(i + 1);
    return encoded.subarray(offset, end);
  });
}

function tooShort(segment: number): Error {
  return invalid(`segment ${segment} of RLE is too short`, { segment });
}

/** Every `step`th byte from `at` on, `count` of them. */
interface Target {
  readonly bytes: Bytes;
  readonly at: number;
  readonly step: number;
  readonly count: number;
}

/** Whether the segment filled its target (PS3.5 G.3.2). */
function unpack(segment: Bytes, { bytes, at, step, count }: Target): boolean {
  const end = at + step * count;
  let to = at;
  let from = 0;
  while (to < end && from < segment.length) {
    const control = segment[from++]!;
    if (control === 128) continue; // no operation
    if (control < 128) {
      const last = Math.min(from + control + 1, segment.length);
      for (; from < last && to < end; to += step) bytes[to] = segment[from++]!;
    } else {
      const value = segment[from++];
      if (value === undefined) return false;
      const last = Math.min(to + step * (257 - control), end);
      for (; to < last; to += step) bytes[to] = value;
    }
  }
  return to >= end;
}
