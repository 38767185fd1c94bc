/** Instances held whole: to take frames and bulk data out of them. */
import type { Archive } from '../archive/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { littleEndianBytes } from '../data/decode.ts';
import { UID } from '../dict/index.ts';
import type { Stored } from '../file/index.ts';
import type { OpenImage } from '../image/index.ts';
import { openImage } from '../image/index.ts';
import { frameBits } from '../image/open.ts';
import { Refusal } from './problem.ts';
import { openStored } from './wado.ts';

/** Bytes of an instance that frames or bulk data are taken from. */
const LONGEST = 1 << 30;
/** Bytes of images that are kept open between requests: those with several frames, most of which are asked for next. */
const KEPT = 256 << 20;

export class Images {
  readonly #archive: Archive;
  /** The one asked for last stands last. */
  readonly #kept = new Map<Stored, Promise<OpenImage>>();

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  /**
   * @throws Refusal 413 where it is too long to be held; 404 where it is gone.
   * @throws DicomError as `openImage`.
   */
  async open(stored: Stored): Promise<OpenImage> {
    const kept = this.#kept.get(stored) ?? this.#read(stored);
    this.#kept.delete(stored);
    this.#kept.set(stored, kept);
    this.#forget();
    try {
      const image = await kept;
      if (image.description.numberOfFrames === 1) this.#kept.delete(stored);
      return image;
    } catch (error) {
      this.#kept.delete(stored);
      throw error;
    }
  }

  async #read(stored: Stored): Promise<OpenImage> {
    return openImage(await wholeBytes(this.#archive, stored), stored.transferSyntaxUID);
  }

  /** All but the last, beginning with the one that was not asked for the longest. */
  #forget(): void {
    let bytes = 0;
    for (const { bytes: length } of this.#kept.keys()) bytes += length;
    for (const stored of [...this.#kept.keys()].slice(0, -1)) {
      if (bytes <= KEPT) return;
      this.#kept.delete(stored);
      bytes -= stored.bytes;
    }
  }
}

/** @throws Refusal 413, 404 */
export async function wholeBytes(archive: Archive, stored: Stored): Promise<Bytes> {
  if (stored.bytes > LONGEST) {
    throw new Refusal(413, `Frames and bulk data are taken out of instances of up to ${LONGEST} bytes only.`);
  }
  const all = new Uint8Array(stored.bytes);
  let filled = 0;
  for await (const chunk of await openStored(archive, stored)) {
    if (filled + chunk.length > all.length)
      throw new Refusal(404, 'An instance was replaced in the meantime; ask again.');
    all.set(chunk, filled);
    filled += chunk.length;
  }
  return all.subarray(0, filled);
}

/** Whether frames are samples and no codestreams. */
export function isNative({ encapsulated, transferSyntaxUID }: OpenImage): boolean {
  return !encapsulated || transferSyntaxUID === UID.EncapsulatedUncompressedExplicitVRLittleEndian;
}

/**
 * A frame in bytes of its own, counted from 0: compressed as it is stored, else its samples in little endian, the first
 * bit of a frame with one bit a pixel in the lowest of the first byte.
 */
export function frameBytes(image: OpenImage, index: number): Bytes {
  const { description, littleEndian } = image;
  const encoded = image.encoded(index);
  if (!isNative(image)) return encoded.slice();
  const length = Math.ceil(frameBits(description) / 8);
  if (image.encapsulated) return encoded.slice(0, length);
  if (description.bitsAllocated === 1) return shifted(encoded, image.bitOffset(index), length);
  return littleEndian
    ? encoded.slice()
    : littleEndianBytes(wordVR(description.bitsAllocated), encoded).slice();
}

/** The VR of bytes whose words are so long (PS3.5 7.3). */
function wordVR(bitsAllocated: number): string {
  if (bitsAllocated <= 8) return 'OB'; // `openImage` has turned them round already
  return bitsAllocated <= 16 ? 'OW' : bitsAllocated <= 32 ? 'OL' : 'OV';
}

/** Bits from `offset` on, as they lie from the lowest bit of each byte up (PS3.5 8.1.1). */
function shifted(bytes: Bytes, offset: number, length: number): Bytes {
  if (offset === 0) return bytes.slice(0, length);
  return Uint8Array.from({ length }, (_, i) => (bytes[i]! >> offset) | ((bytes[i + 1] ?? 0) << (8 - offset)));
}
