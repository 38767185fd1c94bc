/** Frames as PNG, without a browser: for DICOMweb in Node. */
import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DicomError, fromLatin1, Writer } from '../../core/bytes/index.ts';
import type { RenderRequest } from '../../core/dicomweb/index.ts';
import type { Size } from '../../core/dicomweb/picture-size.ts';
import { pictureSize } from '../../core/dicomweb/picture-size.ts';
import type { Decoders } from '../../core/image/index.ts';
import { decodeFrame, render } from '../../core/image/index.ts';
import { countedSlots, withSlot } from '../../core/peer/slots.ts';

/** Pixels of one picture: as many as a viewport of 8192 × 4096 has. */
const MOST_PIXELS = 32 << 20;
/** Pictures in the making: while it is compressed one holds up to 250 MB, and Node has as many threads for that. */
const AT_ONCE = 4;
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** PNG 11.2.1: colour types. */
const GREYSCALE = 0;
const TRUECOLOUR = 2;
/** PNG 9.2: each byte as the difference to that of the pixel before. */
const SUB = 1;

const deflated = promisify<Uint8Array, Buffer>(deflate);

/**
 * `render` of `createDicomWeb`, with `draws: ['image/png']`: what is native, RLE or deflated by itself, all else by
 * `decoders`; a few at once, others in turn.
 * @throws DicomError IMAGE_UNSUPPORTED where nothing decodes it, LIMIT_EXCEEDED where the picture would be too large,
 *   CANCELLED where who asked has gone before its turn, and as `decodeFrame`.
 */
export function pngRenderer(decoders: Decoders = {}): (request: RenderRequest) => Promise<Bytes> {
  const turns = countedSlots(AT_ONCE);
  return async (request) => {
    const { rows, columns, aspect } = request.image.description;
    const size = pictureSize({ width: columns, height: rows * aspect }, request.viewport);
    if (size.width * size.height > MOST_PIXELS) throw tooLarge(size);
    return withSlot(turns, request.signal, () => picture(request, size, decoders));
  };
}

async function picture(
  { image, frame: index, view }: RenderRequest,
  size: Size,
  decoders: Decoders,
): Promise<Bytes> {
  const { rows, columns } = image.description;
  const frame = await decodeFrame(image, index, decoders);
  const drawn = render(frame, image.description, view);
  return png(scaled(drawn, { width: columns, height: rows }, size), size);
}

function tooLarge({ width, height }: Size): DicomError {
  const sentence = `A picture has at most ${MOST_PIXELS} pixels here; ask for it with a smaller viewport.`;
  return new DicomError('LIMIT_EXCEEDED', sentence, { width, height });
}

/** Each pixel is the mean of those that it takes the place of; of an enlarged one the pixel that lies there. */
function scaled(rgba: Uint8ClampedArray<ArrayBuffer>, from: Size, to: Size): Uint8ClampedArray<ArrayBuffer> {
  if (from.width === to.width && from.height === to.height) return rgba;
  const columns = ranges(from.width, to.width);
  const out = new Uint8ClampedArray(4 * to.width * to.height);
  let at = 0;
  for (const rows of ranges(from.height, to.height)) {
    for (const column of columns) {
      for (let channel = 0; channel < 4; channel++) out[at++] = mean(rgba, from.width, rows, column, channel);
    }
  }
  return out;
}

type Range = readonly [start: number, end: number];

function ranges(from: number, to: number): Range[] {
  return Array.from({ length: to }, (_, i): Range => {
    const start = Math.min(from - 1, Math.floor((i * from) / to));
    return [start, Math.max(start + 1, Math.floor(((i + 1) * from) / to))];
  });
}

function mean(rgba: Uint8ClampedArray, width: number, rows: Range, columns: Range, channel: number): number {
  let sum = 0;
  for (let y = rows[0]; y < rows[1]; y++) {
    const row = y * width;
    for (let x = columns[0]; x < columns[1]; x++) sum += rgba[4 * (row + x) + channel]!;
  }
  return sum / ((rows[1] - rows[0]) * (columns[1] - columns[0]));
}

/** Opaque pixels as PNG (ISO/IEC 15948), in grey where they are. */
async function png(rgba: Uint8ClampedArray<ArrayBuffer>, { width, height }: Size): Promise<Bytes> {
  const isGrey = isAllGrey(rgba);
  const header = new Writer();
  for (const side of [width, height]) header.u32(side);
  header.put(Uint8Array.of(8, isGrey ? GREYSCALE : TRUECOLOUR, 0, 0, 0));
  const pixels = await deflated(filtered(rgba, width, height, isGrey ? 1 : 3));
  return concat([SIGNATURE, chunk('IHDR', header.finish()), chunk('IDAT', pixels), chunk('IEND', [])]);
}

function isAllGrey(rgba: Uint8ClampedArray): boolean {
  for (let at = 0; at < rgba.length; at += 4) {
    if (rgba[at] !== rgba[at + 1] || rgba[at] !== rgba[at + 2]) return false;
  }
  return true;
}

/** Rows behind the type of their filter, of the first `channels` of each pixel. */
function filtered(rgba: Uint8ClampedArray, width: number, height: number, channels: number): Bytes {
  const out = new Uint8Array(height * (1 + channels * width));
  let at = 0;
  for (let y = 0; y < height; y++) {
    out[at++] = SUB;
    for (let x = 0; x < width; x++) {
      const from = 4 * (y * width + x);
      for (let c = 0; c < channels; c++) out[at++] = rgba[from + c]! - (x === 0 ? 0 : rgba[from - 4 + c]!);
    }
  }
  return out;
}

function chunk(type: string, data: ArrayLike<number>): Bytes {
  const contents = concat([fromLatin1(type), new Uint8Array(data)]);
  const length = new Writer();
  length.u32(data.length);
  const check = new Writer();
  check.u32(crc32(contents));
  return concat([length.finish(), contents, check.finish()]);
}
