/**
 * What compressed frames say of themselves in their first bytes: JPEG and JPEG-LS (ISO/IEC 10918-1 B.2.2, 14495-1 C.2.2),
 * JPEG 2000 and HTJ2K (15444-1 A.5.1). Decoders allocate what they find there, so it is read here first.
 */
import type { Bytes } from '../bytes/index.ts';

/** The header of a codestream. */
export interface Codestream {
  /** By its markers, not by what the transfer syntax says. */
  readonly family: 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000';
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** Bits of a sample. */
  readonly bits: number;
}

const SOI = 0xffd8;
const SOS = 0xffda;
const EOI = 0xffd9;
const SOC = 0xff4f;
const SIZ = 0xff51;
/** Frame headers, by their second byte: DCT ones up to progressive, lossless, JPEG-LS. Others are not in DICOM. */
const FRAMES: ReadonlyMap<number, Codestream['family']> = new Map([
  [0xffc0, 'jpeg'],
  [0xffc1, 'jpeg'],
  [0xffc2, 'jpeg'],
  [0xffc3, 'jpeg-lossless'],
  [0xfff7, 'jpeg-ls'],
]);
/** The box that JP2 files begin with (15444-1 I.5.1), which some write where only a codestream should be. */
const JP2_SIGNATURE = 0x6a502020;
const CODESTREAM_BOX = 0x6a703263;

/** Whether a fragment begins a frame, by the markers SOI and SOC. */
export function startsCodestream(fragment: Bytes): boolean {
  const first = fragment.length < 2 ? 0 : (fragment[0]! << 8) | fragment[1]!;
  return first === SOI || first === SOC || isJP2(fragment);
}

/** Reads the header; undefined where there is none. */
export function codestreamOf(bytes: Bytes): Codestream | undefined {
  const stream = isJP2(bytes) ? codestreamBox(bytes) : bytes;
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  if (view.byteLength < 4) return undefined;
  const marker = view.getUint16(0);
  if (marker === SOI) return jpegHeader(view);
  return marker === SOC && view.getUint16(2) === SIZ ? sizHeader(view) : undefined;
}

/** The codestream inside the boxes of a JP2 file; the bytes as they are where there is none. */
export function unboxed(bytes: Bytes): Bytes {
  return isJP2(bytes) ? codestreamBox(bytes) : bytes;
}

function jpegHeader(view: DataView): Codestream | undefined {
  let at = 2;
  while (at + 4 <= view.byteLength) {
    const marker = view.getUint16(at);
    // Any number of bytes FF may stand in front of a marker (10918-1 B.1.1.2).
    if (marker === 0xffff) {
      at++;
      continue;
    }
    const family = FRAMES.get(marker);
    if (family !== undefined) return frameHeader(view, at + 4, family);
    if (marker < 0xffc0 || marker === SOS || marker === EOI) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function frameHeader(view: DataView, at: number, family: Codestream['family']): Codestream | undefined {
  if (at + 6 > view.byteLength) return undefined;
  return {
    family,
    bits: view.getUint8(at),
    rows: view.getUint16(at + 1),
    columns: view.getUint16(at + 3),
    samplesPerPixel: view.getUint8(at + 5),
  };
}

/** SIZ: length, capabilities, then Xsiz, Ysiz, XOsiz, YOsiz, four of tiles, Csiz, and three bytes a component. */
function sizHeader(view: DataView): Codestream | undefined {
  if (view.byteLength < 43) return undefined;
  return {
    family: 'jpeg-2000',
    columns: view.getUint32(8) - view.getUint32(16),
    rows: view.getUint32(12) - view.getUint32(20),
    samplesPerPixel: view.getUint16(40),
    bits: (view.getUint8(42) & 0x7f) + 1,
  };
}

function isJP2(bytes: Bytes): boolean {
  return bytes.length >= 12 && word(bytes, 4) === JP2_SIGNATURE;
}

function codestreamBox(bytes: Bytes): Bytes {
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = word(bytes, at);
    if (word(bytes, at + 4) === CODESTREAM_BOX) return bytes.subarray(at + 8);
    if (length < 8) break;
    at += length;
  }
  return bytes;
}

function word(bytes: Bytes, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at);
}
