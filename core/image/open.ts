/** Instances as images: what they are, and where the bytes of each frame lie. */
import type { Bytes } from '../bytes/index.ts';
import { EMPTY } from '../bytes/index.ts';
import { littleEndianBytes } from '../data/decode.ts';
import type { DataSet, ElementSpan } from '../data/index.ts';
import { elementSpans, plainBytes, readDataSet, transferSyntax } from '../data/index.ts';
import { isPrivate, UID } from '../dict/index.ts';
import { describeImage } from './describe.ts';
import { invalid, unsupported } from './errors.ts';
import type { FrameBytes } from './fragments.ts';
import { framesOfFragments } from './fragments.ts';
import type { ImageLimits } from './limits.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { embeddedOverlays } from './overlays.ts';
import type { ImageDescription, PixelFormat } from './types.ts';

/** An image whose frames can be taken out one by one. */
export interface OpenImage {
  readonly transferSyntaxUID: string;
  /** Everything but pixel data, private attributes and icons. */
  readonly dataSet: DataSet;
  readonly description: ImageDescription;
  /** Whether native samples are little endian; of encapsulated ones without meaning. */
  readonly littleEndian: boolean;
  readonly encapsulated: boolean;
  /**
   * The bytes of a frame as they are stored, from 0: a view of the data set where the frame lies in one piece. Of
   * frames with one bit a pixel the first may begin inside of a byte: see `bitOffset`.
   * @throws DecodeError IMAGE_INVALID where there is no such frame.
   */
  encoded(index: number): Bytes;
  /** How many bits of the first byte of a native frame belong to the frame before: 0 but for 1 bit a pixel. */
  bitOffset(index: number): number;
}

/** The elements that hold pixels, and what their samples are. */
const PIXEL_DATA: Readonly<Record<string, PixelFormat['kind']>> = {
  '7FE00010': 'integer',
  '7FE00008': 'float',
  '7FE00009': 'double',
};
const EXTENDED_OFFSETS = '7FE00001';

/**
 * Opens the image of a data set; `bytes` are kept, not copied (but inflated where they are deflated). Frames are not
 * decoded.
 * @throws DecodeError DATASET_INVALID, IMAGE_INVALID, LIMIT_EXCEEDED
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED, IMAGE_UNSUPPORTED
 */
export function openImage(
  bytes: Bytes,
  transferSyntaxUID: string,
  limits: ImageLimits = IMAGE_LIMITS,
): OpenImage {
  const plain = plainBytes(bytes, transferSyntaxUID);
  const inflated = transferSyntax(transferSyntaxUID)?.deflated === true;
  const syntax = inflated ? UID.ExplicitVRLittleEndian : transferSyntaxUID;
  const spans = elementSpans(plain, syntax);
  const pixels = spans.find(({ tag, depth }) => depth === 0 && PIXEL_DATA[tag] !== undefined);
  if (pixels === undefined) throw unsupported('it has no pixel data');
  const dataSet = readDataSet(plain, syntax, { omit: ({ tag }) => isLeftOut(tag) });
  const told = describeImage(dataSet, PIXEL_DATA[pixels.tag]!, limits);
  const encoded = pixels.undefinedLength
    ? whenAsked(() => encapsulatedFrames(plain, spans, pixels, told))
    : nativeFrames(plain, pixels, told);
  const description = pixels.undefinedLength ? told : withEmbedded(told, dataSet, plain, pixels);
  return {
    transferSyntaxUID,
    dataSet,
    description,
    littleEndian: pixels.littleEndian,
    encapsulated: pixels.undefinedLength,
    encoded: (index) => {
      const { numberOfFrames } = description;
      if (index >= 0 && index < numberOfFrames && Number.isInteger(index)) return encoded(index);
      throw invalid(`there is no frame ${index + 1} in ${numberOfFrames}`, { frame: index + 1 });
    },
    bitOffset: (index) => (pixels.undefinedLength ? 0 : (index * frameBits(description)) % 8),
  };
}

/** Overlays in bits of native pixels are found here: where pixels are compressed, their decoder leaves those bits out. */
function withEmbedded(
  description: ImageDescription,
  dataSet: DataSet,
  bytes: Bytes,
  pixels: ElementSpan,
): ImageDescription {
  const embedded = embeddedOverlays(dataSet, valueOf(bytes, pixels), description, pixels.littleEndian);
  return embedded.length === 0
    ? description
    : { ...description, overlays: [...description.overlays, ...embedded] };
}

/** Fragments of a video, for one, cannot be divided among its frames; what it is can be told all the same. */
function whenAsked(find: () => FrameBytes): FrameBytes {
  let frames: FrameBytes | undefined;
  return (index) => (frames ??= find())(index);
}

/** Pixel data of icons, too. */
function isLeftOut(tag: string): boolean {
  return tag.startsWith('7FE0') || isPrivate(tag);
}

function encapsulatedFrames(
  bytes: Bytes,
  spans: readonly ElementSpan[],
  pixels: ElementSpan,
  { numberOfFrames }: ImageDescription,
): FrameBytes {
  const inside = ({ kind, offset }: ElementSpan): boolean => kind === 'fragment' && offset > pixels.offset;
  const offsets = spans.find(({ tag, depth }) => depth === 0 && tag === EXTENDED_OFFSETS);
  const extended = offsets === undefined ? EMPTY : valueOf(bytes, offsets);
  return framesOfFragments(bytes, spans.filter(inside), numberOfFrames, { extended });
}

function nativeFrames(bytes: Bytes, pixels: ElementSpan, description: ImageDescription): FrameBytes {
  const value = byteOrdered(valueOf(bytes, pixels), pixels, description);
  const bits = frameBits(description);
  const needed = Math.ceil((bits * description.numberOfFrames) / 8);
  if (value.length < needed) {
    throw invalid(`its pixel data have ${value.length} bytes, ${needed} are needed`, {
      length: value.length,
      needed,
    });
  }
  return (index) => value.subarray(Math.floor((index * bits) / 8), Math.ceil(((index + 1) * bits) / 8));
}

/** Samples of 8 bits and fewer lie two by two the other way round in words of big endian (PS3.5 8.1.1). */
function byteOrdered(value: Bytes, { vr, littleEndian }: ElementSpan, { bitsAllocated }: PixelFormat): Bytes {
  return littleEndian || bitsAllocated > 8 ? value : littleEndianBytes(vr, value);
}

function valueOf(bytes: Bytes, { valueOffset, valueLength }: ElementSpan): Bytes {
  return bytes.subarray(valueOffset, valueOffset + valueLength);
}

/** Bits of one native frame. YBR_FULL_422 has the colours of every second pixel only (PS3.3 C.7.6.3.1.2). */
export function frameBits(format: PixelFormat): number {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometricInterpretation } = format;
  const halved = photometricInterpretation === 'YBR_FULL_422' && samplesPerPixel === 3;
  return rows * columns * (halved ? 2 : samplesPerPixel) * bitsAllocated;
}
