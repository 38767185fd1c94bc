/** A data set as the description of an image (PS3.3 C.7.6.3). */
import type { DataSet } from '../data/index.ts';
import { number, text } from '../data/index.ts';
import { beyond, invalid, unsupported } from './errors.ts';
import { frameDescriptions } from './frame-description.ts';
import type { ImageLimits } from './limits.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { paletteOf } from './lookup.ts';
import { overlaysOf } from './overlays.ts';
import { aspectOf } from './spacing.ts';
import type { ImageDescription, PixelFormat } from './types.ts';
import { finite, positive, whole } from './values.ts';

/** Bits Allocated of integers; 1 is for segmentations and other bit maps. */
const ALLOCATED = [1, 8, 16, 32];
const KINDS = { integer: 0, float: 32, double: 64 } as const;

/**
 * Describes the image of a data set, whose pixel data need not be in it: `kind` tells which of the three it has.
 * @throws DecodeError IMAGE_INVALID, LIMIT_EXCEEDED; DicomError IMAGE_UNSUPPORTED
 */
export function describeImage(
  from: DataSet,
  kind: PixelFormat['kind'] = 'integer',
  limits: ImageLimits = IMAGE_LIMITS,
): ImageDescription {
  const format = formatOf(from, kind, limits);
  const { signed } = format;
  const numberOfFrames = whole(from, 'NumberOfFrames', 1, 1);
  if (numberOfFrames > limits.frames) throw beyond('NumberOfFrames', numberOfFrames, limits.frames);
  const frames = frameDescriptions(from, numberOfFrames, format);
  const isPalette = format.photometricInterpretation === 'PALETTE COLOR';
  const padding = paddingOf(from, format);
  const frameTimes = frameTimesOf(from, numberOfFrames);
  return {
    ...format,
    modality: text(from, 'Modality'),
    sopClassUID: text(from, 'SOPClassUID'),
    numberOfFrames,
    frames,
    ...(isPalette && { palette: paletteOf(from, signed) }),
    ...(padding !== undefined && { padding }),
    ...(frameTimes !== undefined && { frameTimes }),
    aspect: aspectOf(from, frames[0]!.spacing),
    overlays: overlaysOf(from),
    lossy: text(from, 'LossyImageCompression') === '01',
  };
}

function formatOf(from: DataSet, kind: PixelFormat['kind'], limits: ImageLimits): PixelFormat {
  const rows = whole(from, 'Rows', 1);
  const columns = whole(from, 'Columns', 1);
  const samplesPerPixel = whole(from, 'SamplesPerPixel', 1, 1);
  const bitsAllocated = kind === 'integer' ? whole(from, 'BitsAllocated', 1) : KINDS[kind];
  const bitsStored = kind === 'integer' ? whole(from, 'BitsStored', 1, bitsAllocated) : bitsAllocated;
  const format: PixelFormat = {
    rows,
    columns,
    samplesPerPixel,
    photometricInterpretation: photometric(from, samplesPerPixel),
    planarConfiguration: number(from, 'PlanarConfiguration') === 1 ? 1 : 0,
    bitsAllocated,
    bitsStored,
    highBit: kind === 'integer' ? whole(from, 'HighBit', 0, bitsStored - 1) : bitsStored - 1,
    signed: kind === 'integer' && number(from, 'PixelRepresentation') === 1,
    kind,
  };
  check(format, limits);
  return format;
}

/** Told by nearly all; where it is not, the number of samples leaves little choice. */
function photometric(from: DataSet, samplesPerPixel: number): string {
  return text(from, 'PhotometricInterpretation') || (samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB');
}

function check(format: PixelFormat, limits: ImageLimits): void {
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored, highBit, kind } = format;
  if (rows * columns > limits.pixels) throw beyond('the number of pixels', rows * columns, limits.pixels);
  const bytes = Math.ceil((rows * columns * samplesPerPixel * bitsAllocated) / 8);
  if (bytes > limits.frameBytes) throw beyond('the number of bytes in a frame', bytes, limits.frameBytes);
  if (samplesPerPixel !== 1 && samplesPerPixel !== 3) {
    throw unsupported(`pixels of ${samplesPerPixel} samples`, { samplesPerPixel });
  }
  if (kind !== 'integer') return;
  if (!ALLOCATED.includes(bitsAllocated)) {
    throw unsupported(`samples in ${bitsAllocated} bits`, { bitsAllocated });
  }
  if (bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit < bitsStored - 1) {
    throw invalid('the bits of its samples contradict each other', { bitsAllocated, bitsStored, highBit });
  }
}

/** Pixel Padding Value and Range Limit (PS3.3 C.7.5.1.1.2), with the sign of the pixels. */
function paddingOf(from: DataSet, { signed, bitsAllocated }: PixelFormat): ImageDescription['padding'] {
  const value = number(from, 'PixelPaddingValue');
  if (value === undefined) return undefined;
  const limit = number(from, 'PixelPaddingRangeLimit') ?? value;
  const turn = (one: number): number =>
    signed && one >= 2 ** (bitsAllocated - 1) ? one - 2 ** bitsAllocated : one;
  return { from: Math.min(turn(value), turn(limit)), to: Math.max(turn(value), turn(limit)) };
}

function frameTimesOf(from: DataSet, count: number): number[] | undefined {
  if (count === 1) return undefined;
  const same = (milliseconds: number): number[] => Array.from({ length: count }, () => milliseconds);
  const vector = finite(from, 'FrameTimeVector', count);
  // Each is the time since the frame before, the first 0 (PS3.3 C.7.6.5.1.2); the last stays as long as the one before.
  if (vector !== undefined) return [...vector.slice(1), vector[count - 1]!];
  const frameTime = positive(from, 'FrameTime');
  if (frameTime !== undefined) return same(frameTime);
  const rate = positive(from, 'RecommendedDisplayFrameRate') ?? positive(from, 'CineRate');
  return rate === undefined ? undefined : same(1000 / rate);
}
