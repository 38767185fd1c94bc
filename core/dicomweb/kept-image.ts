/** Images as they are kept: their frames are taken out one by one, and of a long one nothing else is held. */
import type { Bytes } from '../bytes/index.ts';
import { concat, EMPTY } from '../bytes/index.ts';
import type { DataSet, TransferSyntax } from '../data/index.ts';
import { transferSyntax } from '../data/index.ts';
import { isPrivate } from '../dict/index.ts';
import type { Stored } from '../file/index.ts';
import type { ImageDescription, OpenImage } from '../image/index.ts';
import { describeImage, invalidImage, openImage } from '../image/index.ts';
import { startsCodestream } from '../image/codestream.ts';
import type { Fragment } from '../image/fragments.ts';
import { firstFragments } from '../image/fragments.ts';
import { frameBits } from '../image/open.ts';
import { headOf } from './head.ts';
import type { Fragments, Pixels, Read } from './pixels.ts';
import { findFragments, findPixels } from './pixels.ts';
import { Refusal } from './problem.ts';

/** An image whose frames are read as they are asked for. */
export interface KeptImage {
  readonly description: ImageDescription;
  /** Bytes that it holds meanwhile. */
  readonly bytes: number;
  /** The image for one of its frames, from 0; the others cannot be taken of it. */
  frame(index: number): Promise<OpenImage>;
}

/** One that is held whole. */
export function heldImage(bytes: Bytes, transferSyntaxUID: string): KeptImage {
  const image = openImage(bytes, transferSyntaxUID);
  return { description: image.description, bytes: bytes.length, frame: () => Promise.resolve(image) };
}

/** Where the bytes of each frame lie, in pieces one behind the other, of which there is one at least. */
type Places = (index: number) => readonly Place[];

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Bytes that the place of a fragment takes. */
const OF_A_PLACE = 64;

/**
 * One of which only the places of its frames are held; undefined where only the whole tells them: deflated data sets,
 * overlays in the bits of pixels, bytes that lie the other way round in words, pixels that are shorter than they should be.
 * @throws Refusal 404 where there are no pixels.
 */
export async function placedImage(
  { transferSyntaxUID, bytes: length }: Stored,
  chunks: AsyncGenerator<Bytes, void, undefined>,
  read: (start: number, end: number) => Promise<Bytes>,
): Promise<KeptImage | undefined> {
  const syntax = transferSyntax(transferSyntaxUID);
  if (syntax?.readable !== true || syntax.deflated) return void (await chunks.return());
  const look = { omit: ({ tag }: { tag: string }) => tag.startsWith('7FE0') || isPrivate(tag) };
  const head = await headOf(chunks, transferSyntaxUID, () => look);
  const within: Read = (start, end) =>
    start >= length ? Promise.resolve(EMPTY) : read(start, Math.min(end, length));
  if (!head.reached) throw noFrames('has no pixel data');
  const pixels = await findPixels(within, head.end, syntax);
  if (pixels === undefined || mayHideOverlays(head.dataSet)) return undefined;
  const description = describeImage(head.dataSet, pixels.kind);
  const found = await placesOf(pixels, description, syntax, within, length);
  if (found === undefined) return undefined;
  return {
    description,
    bytes: head.end + found.count * OF_A_PLACE,
    async frame(index) {
      const bytes = await joined(found.places(index), read);
      return oneFrame(transferSyntaxUID, head.dataSet, description, syntax, pixels, index, bytes);
    },
  };
}

/** Why there is no image. */
export function noFrames(why: string): Refusal {
  return new Refusal(404, `The instance ${why}, and so no frames.`);
}

/** Read at once, with the headers in between: a frame may lie in thousands of pieces, each of which would open the file. */
async function joined(
  places: readonly Place[],
  read: (start: number, end: number) => Promise<Bytes>,
): Promise<Bytes> {
  const from = places[0]!.start;
  const bytes = await read(from, places.at(-1)!.end);
  if (places.length === 1) return bytes;
  return concat(places.map(({ start, end }) => bytes.subarray(start - from, end - from)));
}

/** Overlay planes without data of their own lie in unused bits of the pixels (PS3.5 8.1.2, until 2004). */
function mayHideOverlays(dataSet: DataSet): boolean {
  return Object.keys(dataSet).some(
    (tag) => /^60..0010$/.test(tag) && dataSet[`${tag.slice(0, 4)}3000`] === undefined,
  );
}

/** `count`: how many of them are kept. */
async function placesOf(
  { start, end, extended, vr }: Pixels,
  description: ImageDescription,
  { littleEndian }: TransferSyntax,
  read: Read,
  length: number,
): Promise<{ places: Places; count: number } | undefined> {
  if (end === undefined) {
    const found = await findFragments(read, start);
    const places = found && fragmentPlaces(found, description.numberOfFrames, extended, length);
    return places && { places, count: found.fragments.length };
  }
  const bits = frameBits(description);
  const isTurned = !littleEndian && description.bitsAllocated <= 8 && vr !== 'OB';
  const isShort = end > length || Math.ceil((bits * description.numberOfFrames) / 8) > end - start;
  if (isTurned || isShort) return undefined;
  const place = (bit: number): number => start + bit / 8;
  const places: Places = (index) => [
    { start: Math.floor(place(index * bits)), end: Math.ceil(place((index + 1) * bits)) },
  ];
  return { places, count: 0 };
}

function fragmentPlaces(
  { fragments, basic, heads }: Fragments,
  count: number,
  extended: Bytes,
  length: number,
): Places | undefined {
  if (fragments.length === 0 || fragments.some(({ end }) => end > length)) return undefined;
  const firsts = firstFragments(fragments, count, { extended, basic }, startsBy(fragments, heads));
  return (index) => fragments.slice(firsts[index], firsts[index + 1] ?? fragments.length);
}

/** Apart from the places, which are kept: the first bytes of all fragments are not. */
function startsBy(fragments: readonly Fragment[], heads: readonly Bytes[]): (fragment: Fragment) => boolean {
  const heading = new Map(fragments.map((fragment, i) => [fragment, heads[i]!]));
  return (fragment) => startsCodestream(heading.get(fragment)!);
}

function oneFrame(
  transferSyntaxUID: string,
  dataSet: DataSet,
  description: ImageDescription,
  { littleEndian }: TransferSyntax,
  { end }: Pixels,
  only: number,
  bytes: Bytes,
): OpenImage {
  const encapsulated = end === undefined;
  return {
    transferSyntaxUID,
    dataSet,
    description,
    littleEndian,
    encapsulated,
    encoded(index) {
      if (index === only) return bytes;
      throw invalidImage(`frame ${index + 1} was not read`, { frame: index + 1 });
    },
    bitOffset: (index) => (encapsulated ? 0 : (index * frameBits(description)) % 8),
  };
}
