/** Where the pixels of an instance lie, found by reading some bytes here and there: a long one is never held whole. */
import type { Bytes } from '../bytes/index.ts';
import { EMPTY } from '../bytes/index.ts';
import type { TransferSyntax } from '../data/index.ts';
import { implicitVR } from '../data/implicit-vr.ts';
import { vrEntry } from '../data/index.ts';
import type { Fragment } from '../image/fragments.ts';
import type { PixelFormat } from '../image/index.ts';
import { Refusal } from './problem.ts';

/** Gives the bytes of a data set from `start` up to `end`, fewer where it ends before. */
export type Read = (start: number, end: number) => Promise<Bytes>;

/** The element that holds the pixels. */
export interface Pixels {
  readonly kind: PixelFormat['kind'];
  readonly tag: string;
  readonly vr: string;
  readonly start: number;
  /** Undefined where the value consists of fragments. */
  readonly end: number | undefined;
  /** Extended Offset Table; empty where there is none. */
  readonly extended: Bytes;
}

/** Fragments of pixel data, and the table in front of them. */
export interface Fragments {
  readonly basic: Bytes;
  readonly fragments: readonly Fragment[];
  /** The first bytes of each. */
  readonly heads: readonly Bytes[];
}

/** The elements that hold pixels, and what their samples are (PS3.3 C.7.6.3, C.7.6.24, C.7.6.25). */
const KINDS: Readonly<Record<string, PixelFormat['kind']>> = {
  '7FE00010': 'integer',
  '7FE00008': 'float',
  '7FE00009': 'double',
};
const GROUP = '7FE0';
/** Nothing behind it holds pixels. */
const LAST = '7FE00010';
const EXTENDED_OFFSETS = '7FE00001';
const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xe000;
/** Of an element in explicit VR with a 32-bit length; all others, items among them, take 8. */
const LONG_HEADER = 12;
const HEADER = 8;
/** Bytes that are read at once; short fragments lie together. */
const WINDOW = 4096;
/** Bytes of a fragment by which a codestream is known. */
const TELLING = 16;
/** Fragments of one instance; as many as an image may have frames. */
const MOST_FRAGMENTS = 200_000;
/** Bytes of a table of offsets. */
const LONGEST_TABLE = 8 * MOST_FRAGMENTS;

/** The element with the pixels, from the first of its group on, which begins at `from`; undefined where there is none. */
export async function findPixels(
  read: Read,
  from: number,
  syntax: TransferSyntax,
): Promise<Pixels | undefined> {
  let extended = EMPTY;
  let before = '';
  for (let at = from; ;) {
    const header = headerOf(await read(at, at + LONG_HEADER), syntax);
    // Tags rise (PS3.5 7.1): what does not let them could have us read a file by eight bytes at a time.
    if (header === undefined || header.tag <= before || header.tag > LAST) return undefined;
    const { tag, vr, length } = header;
    before = tag;
    const start = at + header.size;
    const isFragmented = length === UNDEFINED_LENGTH;
    const kind = KINDS[tag];
    if (kind !== undefined)
      return { kind, tag, vr, start, end: isFragmented ? undefined : start + length, extended };
    if (isFragmented) return undefined;
    if (tag === EXTENDED_OFFSETS && length <= LONGEST_TABLE) extended = await read(start, start + length);
    at = start + length;
  }
}

interface Header {
  readonly tag: string;
  readonly vr: string;
  readonly length: number;
  readonly size: number;
}

/** Undefined behind the group, and where nothing follows. */
function headerOf(bytes: Bytes, { explicit, littleEndian }: TransferSyntax): Header | undefined {
  if (bytes.length < LONG_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const hex = (at: number): string =>
    view.getUint16(at, littleEndian).toString(16).toUpperCase().padStart(4, '0');
  const tag = hex(0) + hex(2);
  if (!tag.startsWith(GROUP)) return undefined;
  const vr = explicit ? String.fromCharCode(bytes[4]!, bytes[5]!) : implicitVR(tag);
  const long = explicit && vrEntry(vr).long;
  const size = long ? LONG_HEADER : HEADER;
  const length = explicit && !long ? view.getUint16(6, littleEndian) : view.getUint32(size - 4, littleEndian);
  return { tag, vr, length, size };
}

/**
 * The fragments whose first item, the Basic Offset Table, begins at `from` (PS3.5 A.4).
 * @throws Refusal 413 where there are more than any image has.
 */
export async function findFragments(read: Read, from: number): Promise<Fragments | undefined> {
  const window = windowOf(read);
  const table = itemAt(await window(from, HEADER), from);
  if (table === undefined || table.end - table.start > LONGEST_TABLE) return undefined;
  const fragments: Fragment[] = [];
  const heads: Bytes[] = [];
  const base = table.end;
  for (let at = base; ;) {
    const bytes = await window(at, HEADER + TELLING);
    const item = itemAt(bytes, at);
    if (item === undefined) break;
    if (fragments.push({ at: at - base, ...item }) > MOST_FRAGMENTS) {
      throw new Refusal(413, `Frames are taken out of at most ${MOST_FRAGMENTS} fragments.`);
    }
    heads.push(bytes.slice(HEADER, HEADER + Math.min(TELLING, item.end - item.start)));
    at = item.end;
  }
  return { basic: await read(table.start, table.end), fragments, heads };
}

/** Where the value of an item lies that begins at `at`; undefined where none does. */
function itemAt(bytes: Bytes, at: number): { start: number; end: number } | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(4, true);
  const isItem = view.getUint16(0, true) === 0xfffe && view.getUint16(2, true) === ITEM;
  return isItem && length !== UNDEFINED_LENGTH
    ? { start: at + HEADER, end: at + HEADER + length }
    : undefined;
}

/** Reads more than is asked for, and keeps it for what is asked next. */
function windowOf(read: Read): (at: number, length: number) => Promise<Bytes> {
  let from = 0;
  let held: Bytes = EMPTY;
  return async (at, length) => {
    if (at < from || at + length > from + held.length) {
      held = await read(at, at + WINDOW);
      from = at;
    }
    return held.subarray(at - from, at - from + length);
  };
}
