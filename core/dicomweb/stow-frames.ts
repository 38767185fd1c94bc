/** Compressed pixels that come frame by frame, as media of their own (PS3.18 8.7.3.3.2), put into fragments (PS3.5 A.4). */
import type { Bytes } from '../bytes/index.ts';
import { concat, Writer } from '../bytes/index.ts';
import { transferSyntax } from '../data/index.ts';
import { UID } from '../dict/index.ts';
import { codestreamOf } from '../image/codestream.ts';
import type { Codestream } from '../image/codestream.ts';
import { FRAME_MEDIA } from './syntaxes.ts';

/** The frames of one image, in the order in which they came. */
export interface CompressedFrames {
  readonly transferSyntaxUID: string;
  readonly frames: Bytes[];
}

/** PS3.18 Table 8.7.3-5: what a media type means that names no transfer syntax. */
const USUAL_SYNTAX: Readonly<Record<string, string>> = {
  'image/jpeg': UID.JPEGLosslessSV1,
  'image/dicom-rle': UID.RLELossless,
  'image/jls': UID.JPEGLSLossless,
  'image/jp2': UID.JPEG2000Lossless,
  'image/jpx': UID.JPEG2000MCLossless,
  'image/jphc': UID.HTJ2KLossless,
  'image/jxl': UID.JPEGXLLossless,
};

const LOSSLESS_JPEG: readonly string[] = [UID.JPEGLossless, UID.JPEGLosslessSV1];
const FAMILIES: Readonly<Record<string, Codestream['family']>> = {
  'image/jls': 'jpeg-ls',
  'image/jp2': 'jpeg-2000',
  'image/jpx': 'jpeg-2000',
  'image/jphc': 'jpeg-2000',
};

/** In which transfer syntax a frame of this media type is; undefined where it is none that frames come in. */
export function frameSyntax(media: string, named: string | undefined): string | undefined {
  const syntax = named ?? USUAL_SYNTAX[media];
  if (syntax === undefined || transferSyntax(syntax)?.encapsulated !== true) return undefined;
  const own = FRAME_MEDIA[syntax];
  return own !== undefined && (media === own || media === 'application/octet-stream') ? syntax : undefined;
}

/** Whether a frame begins as its syntax says: what would be stored under another name could not be decoded. */
export function isInSyntax(frame: Bytes, transferSyntaxUID: string): boolean {
  const media = FRAME_MEDIA[transferSyntaxUID] ?? '';
  const isJPEG = media === 'image/jpeg';
  const family = LOSSLESS_JPEG.includes(transferSyntaxUID)
    ? 'jpeg-lossless'
    : isJPEG
      ? 'jpeg'
      : FAMILIES[media];
  return frame.length > 0 && (family === undefined || codestreamOf(frame)?.family === family);
}

const UNDEFINED_LENGTH = 0xffffffff;

/** Pixel Data in explicit VR little endian, a fragment a frame, with a Basic Offset Table. */
export function encapsulated(frames: readonly Bytes[]): Bytes {
  const padded = frames.map((frame) => (frame.length % 2 === 0 ? frame : concat([frame, Uint8Array.of(0)])));
  const head = new Writer();
  tag(head, 0x7fe0, 0x0010);
  for (const letter of 'OB') head.u8(letter.charCodeAt(0));
  head.u16LE(0);
  head.u32LE(UNDEFINED_LENGTH);
  itemHead(head, 4 * padded.length);
  let offset = 0;
  for (const frame of padded) {
    head.u32LE(offset);
    offset += 8 + frame.length;
  }
  const end = new Writer();
  tag(end, 0xfffe, 0xe0dd);
  end.u32LE(0);
  return concat([head.finish(), ...padded.flatMap((frame) => [itemOf(frame), frame]), end.finish()]);
}

function itemOf(frame: Bytes): Bytes {
  const writer = new Writer();
  itemHead(writer, frame.length);
  return writer.finish();
}

function itemHead(writer: Writer, length: number): void {
  tag(writer, 0xfffe, 0xe000);
  writer.u32LE(length);
}

function tag(writer: Writer, group: number, element: number): void {
  writer.u16LE(group);
  writer.u16LE(element);
}
