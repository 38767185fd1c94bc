/** A frame of an image as samples: native, RLE, deflated, or by a decoder that was handed in. */
import type { Bytes } from '../bytes/index.ts';
import { inflate } from '../data/index.ts';
import { UID, uidName } from '../dict/index.ts';
import type { Codestream } from './codestream.ts';
import { codestreamOf } from './codestream.ts';
import { byPixel, from422, toRGB } from './colour.ts';
import { invalid, unsupported } from './errors.ts';
import type { OpenImage } from './open.ts';
import { frameBits } from './open.ts';
import { decodeRLE } from './rle.ts';
import { samplesOf } from './samples.ts';
import type { DecodedFrame, Decoders, Frame, PixelFormat, Samples } from './types.ts';

/** Encapsulated transfer syntaxes that need no decoder from outside. */
const OWN: readonly string[] = [
  UID.RLELossless,
  UID.DeflatedImageFrameCompression,
  UID.EncapsulatedUncompressedExplicitVRLittleEndian,
];

/** Samples that are still in the colours and in the order they were stored in. */
interface Stored {
  readonly samples: Samples;
  readonly photometricInterpretation: string;
  readonly planarConfiguration: 0 | 1;
  readonly bits: number;
  /** Two pixels share their colour (native YBR_FULL_422). */
  readonly halved: boolean;
}

/** Whether frames in a transfer syntax can be decoded with these decoders. */
export function canDecode(
  image: Pick<OpenImage, 'transferSyntaxUID' | 'encapsulated'>,
  decoders: Decoders,
): boolean {
  const { transferSyntaxUID: syntax, encapsulated } = image;
  return !encapsulated || OWN.includes(syntax) || Object.hasOwn(decoders, syntax);
}

/**
 * Decodes a frame, counted from 0. Its samples are in a buffer of their own, which may be transferred.
 * @throws DecodeError IMAGE_INVALID where bytes and description contradict each other
 * @throws DicomError IMAGE_UNSUPPORTED where no decoder takes it; and what the decoder throws
 */
export async function decodeFrame(image: OpenImage, index: number, decoders: Decoders = {}): Promise<Frame> {
  const { description, transferSyntaxUID } = image;
  if (!canDecode(image, decoders)) {
    throw unsupported(`pixels in ${uidName(transferSyntaxUID)}`, { transferSyntaxUID });
  }
  const encoded = image.encoded(index);
  const stored = image.encapsulated
    ? await decompressed(image, encoded, decoders)
    : native(encoded, description, image.littleEndian, image.bitOffset(index));
  const { rows, columns } = description;
  return { index, rows, columns, ...coloured(stored, rows * columns) };
}

async function decompressed(image: OpenImage, encoded: Bytes, decoders: Decoders): Promise<Stored> {
  const { transferSyntaxUID, description } = image;
  if (transferSyntaxUID === UID.RLELossless) {
    return raw(decodeRLE(encoded, wholeBytes(description)), description);
  }
  if (transferSyntaxUID === UID.DeflatedImageFrameCompression) {
    const { bytes } = inflate(encoded, frameLength(description));
    return native(wholeFrame(bytes, description), description, true, 0);
  }
  if (transferSyntaxUID === UID.EncapsulatedUncompressedExplicitVRLittleEndian) {
    return native(wholeFrame(encoded, description), description, true, 0);
  }
  const header = agreeing(encoded, description);
  const decoded = await decoders[transferSyntaxUID]!(encoded, { ...description, transferSyntaxUID });
  check(decoded, description);
  const bits = Math.min(description.bitsStored, header.bits);
  const { signed } = description;
  const { bitsAllocated, planarConfiguration, photometricInterpretation } = decoded;
  const layout = { bitsAllocated, bits, shift: 0, signed, kind: 'integer', littleEndian: true } as const;
  const samples = samplesOf(decoded.bytes, layout, sampleCount(description));
  return { samples, photometricInterpretation, planarConfiguration, bits, halved: false };
}

/** A frame whose samples lie as the description says. */
function native(encoded: Bytes, format: PixelFormat, littleEndian: boolean, bitOffset: number): Stored {
  const { bitsAllocated, bitsStored: bits, highBit, signed, kind } = format;
  const layout = { bitsAllocated, bits, shift: highBit + 1 - bits, signed, kind, littleEndian };
  const count = frameBits(format) / bitsAllocated;
  const samples = samplesOf(encoded, layout, count, bitOffset);
  const { photometricInterpretation, planarConfiguration } = format;
  const halved = count < sampleCount(format);
  return { samples, photometricInterpretation, planarConfiguration, bits, halved };
}

/** What RLE gives: the bits of native samples, colours by plane. */
function raw({ bytes, planarConfiguration }: DecodedFrame, format: PixelFormat): Stored {
  const { bitsAllocated, bitsStored: bits, highBit, signed, photometricInterpretation } = format;
  const shift = highBit + 1 - bits;
  const layout = { bitsAllocated, bits, shift, signed, kind: 'integer', littleEndian: true } as const;
  const samples = samplesOf(bytes, layout, sampleCount(format));
  return { samples, photometricInterpretation, planarConfiguration, bits, halved: false };
}

function wholeBytes(format: PixelFormat): PixelFormat {
  if (format.bitsAllocated % 8 === 0) return format;
  throw unsupported(`RLE of samples in ${format.bitsAllocated} bits`, {
    bitsAllocated: format.bitsAllocated,
  });
}

/** Bytes of a frame that is not compressed. */
function frameLength(format: PixelFormat): number {
  return Math.ceil(frameBits(format) / 8);
}

/** A frame without the padding behind it. @throws DecodeError IMAGE_INVALID where it is too short. */
function wholeFrame(bytes: Bytes, format: PixelFormat): Bytes {
  const needed = frameLength(format);
  if (bytes.length >= needed) return bytes.subarray(0, needed);
  throw invalid(`a frame has ${bytes.length} bytes, ${needed} are needed`, { length: bytes.length, needed });
}

/** The header of a codestream that describes the image that it is in: a decoder allocates what it says. */
function agreeing(encoded: Bytes, format: PixelFormat): Codestream {
  const header = codestreamOf(encoded);
  if (header === undefined) throw invalid('a frame does not begin as its transfer syntax says');
  const { rows, columns, samplesPerPixel, bitsAllocated } = format;
  const same =
    header.rows === rows && header.columns === columns && header.samplesPerPixel === samplesPerPixel;
  if (same && header.bits >= 1 && header.bits <= bitsAllocated) return header;
  throw invalid(
    `a frame is ${header.columns} × ${header.rows} × ${header.samplesPerPixel} of ${header.bits} bits where the data set ` +
      `says ${columns} × ${rows} × ${samplesPerPixel} of ${bitsAllocated} at most`,
    {
      rows: header.rows,
      columns: header.columns,
      samplesPerPixel: header.samplesPerPixel,
      bits: header.bits,
    },
  );
}

function check(decoded: DecodedFrame, format: PixelFormat): void {
  const { rows, columns, samplesPerPixel, bitsAllocated, bytes } = decoded;
  const expected = (sampleCount(format) * bitsAllocated) / 8;
  const same =
    rows === format.rows && columns === format.columns && samplesPerPixel === format.samplesPerPixel;
  if (!same || bytes.length !== expected) {
    throw invalid('a frame has other measures than its own header says', { rows, columns, samplesPerPixel });
  }
}

function sampleCount({ rows, columns, samplesPerPixel }: PixelFormat): number {
  return rows * columns * samplesPerPixel;
}

type Coloured = Pick<Frame, 'photometricInterpretation' | 'samplesPerPixel' | 'samples' | 'bits'>;

function coloured(stored: Stored, pixels: number): Coloured {
  const { photometricInterpretation: name, bits, samples } = stored;
  const grey = GREY.find((one) => one === name);
  if (grey !== undefined && samples.length === pixels) {
    return { photometricInterpretation: grey, samplesPerPixel: 1, bits, samples };
  }
  const isYBR = YBR.includes(name);
  if (!isYBR && name !== 'RGB') throw unsupported(`the colours ${name}`);
  const triples = stored.halved
    ? from422(samples, pixels)
    : stored.planarConfiguration === 1
      ? byPixel(samples)
      : samples;
  if (triples.length !== 3 * pixels || !isUnsigned(triples)) {
    throw invalid(`${name} takes three samples without a sign`);
  }
  const rgb = isYBR ? toRGB(triples, bits) : triples;
  return { photometricInterpretation: 'RGB', samplesPerPixel: 3, bits, samples: rgb };
}

const GREY = ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR'] as const;
const YBR: readonly string[] = ['YBR_FULL', 'YBR_FULL_422'];

function isUnsigned(
  samples: Samples,
): samples is Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  return samples instanceof Uint8Array || samples instanceof Uint16Array || samples instanceof Uint32Array;
}
