/** Images out of the archive: to take frames out of them. */
import type { Archive } from '../archive/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { DicomError } from '../bytes/index.ts';
import { littleEndianBytes } from '../data/decode.ts';
import { readHead } from '../data/index.ts';
import { UID } from '../dict/index.ts';
import type { Stored } from '../file/index.ts';
import type { OpenImage } from '../image/index.ts';
import { frameBits } from '../image/open.ts';
import type { KeptImage } from './kept-image.ts';
import { heldImage, noFrames, placedImage } from './kept-image.ts';
import { headOf } from './head.ts';
import { Refusal } from './problem.ts';
import { openStored } from './wado.ts';

/** Bytes of an instance that is held whole: of longer ones only where nothing else helps. */
const SHORT = 8 << 20;
const LONGEST = 1 << 30;
/** Bytes of images that are kept open between requests: those with several frames, most of which are asked for next. */
const KEPT = 64 << 20;
/** As many, however short they are. */
const MOST_KEPT = 256;
const PIXEL_GROUP = '7FE00000';
/** Behind the group that describes pixels: what it does not name there are none of. */
const BEHIND_DESCRIPTION = '00290000';
const ROWS = '00280010';

export class Images {
  readonly #archive: Archive;
  /** The one asked for last stands last. */
  readonly #kept = new Map<Stored, Promise<KeptImage>>();
  readonly #bytes = new Map<Stored, number>();

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  /**
   * @throws Refusal 413 where it is too long to be held and has to be; 404 where it is gone, or no image.
   * @throws DicomError as `openImage`.
   */
  async open(stored: Stored): Promise<KeptImage> {
    const kept = this.#kept.get(stored) ?? this.#read(stored);
    this.#kept.delete(stored);
    this.#kept.set(stored, kept);
    try {
      const image = await kept;
      if (this.#kept.get(stored) === kept) this.#bytes.set(stored, image.bytes); // else it has been let go
      if (image.description.numberOfFrames === 1) this.#forget(stored);
      this.#trim();
      return image;
    } catch (error) {
      this.#forget(stored);
      throw error;
    }
  }

  async #read(stored: Stored): Promise<KeptImage> {
    const read = (start: number, end: number): Promise<Bytes> =>
      storedBytes(this.#archive, stored, start, end);
    if (stored.bytes > SHORT) {
      await this.#refuseWithoutRows(stored);
      const placed = await placedImage(stored, await openStored(this.#archive, stored), read);
      if (placed !== undefined) return placed;
    }
    return imageOf(await wholeBytes(this.#archive, stored), stored.transferSyntaxUID);
  }

  /** Long documents and recordings are told by their first attributes. @throws Refusal 404 */
  async #refuseWithoutRows(stored: Stored): Promise<void> {
    const chunks = await openStored(this.#archive, stored);
    const look = { omit: ({ tag }: { tag: string }) => tag !== ROWS };
    const { dataSet } = await headOf(chunks, stored.transferSyntaxUID, () => look, BEHIND_DESCRIPTION);
    if (dataSet[ROWS] === undefined) throw noFrames('describes no pixels');
  }

  /** All but the last, beginning with the one that was not asked for the longest. */
  #trim(): void {
    let bytes = 0;
    for (const length of this.#bytes.values()) bytes += length;
    for (const stored of [...this.#kept.keys()].slice(0, -1)) {
      if (bytes <= KEPT && this.#kept.size <= MOST_KEPT) return;
      bytes -= this.#bytes.get(stored) ?? 0;
      this.#forget(stored);
    }
  }

  #forget(stored: Stored): void {
    this.#kept.delete(stored);
    this.#bytes.delete(stored);
  }
}

/** @throws Refusal 404 where it is no image; and as `openImage`. */
function imageOf(bytes: Bytes, transferSyntaxUID: string): KeptImage {
  try {
    return heldImage(bytes, transferSyntaxUID);
  } catch (error) {
    const isRefused = error instanceof DicomError && error.code === 'IMAGE_UNSUPPORTED';
    if (!isRefused || readHead(bytes, transferSyntaxUID, { until: PIXEL_GROUP }).reached) throw error;
    throw noFrames('has no pixel data');
  }
}

/** @throws Refusal 413, 404 */
export function wholeBytes(archive: Archive, stored: Stored): Promise<Bytes> {
  return storedBytes(archive, stored, 0, stored.bytes);
}

/** A part of an instance. @throws Refusal 404 where it was removed or replaced, 413 where it is too long to be held. */
export async function storedBytes(
  archive: Archive,
  stored: Stored,
  start: number,
  end: number,
): Promise<Bytes> {
  if (end - start > LONGEST)
    throw new Refusal(413, `At most ${LONGEST} bytes of an instance are held to answer a request.`);
  const all = new Uint8Array(end - start);
  let filled = 0;
  for await (const chunk of await openStored(archive, stored, { start, end })) {
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
