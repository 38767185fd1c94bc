/** Which fragments make up which frame of encapsulated pixel data (PS3.5 A.4). */
import type { Bytes } from '../bytes/index.ts';
import { concat } from '../bytes/index.ts';
import type { ElementSpan } from '../data/index.ts';
import { invalid } from './errors.ts';
import { startsCodestream } from './codestream.ts';

/** Where the value of a fragment lies, in bytes of the data set. */
export interface Fragment {
  /** Where its item begins, counted from the first byte behind the Basic Offset Table (PS3.5 A.4). */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/** The tables that may tell where each frame begins; both, one or neither. */
export interface OffsetTables {
  /** Extended Offset Table (7FE0,0001), 64 bits an entry; PS3.3 C.7.6.3.1.8. */
  readonly extended: Bytes;
  /** Basic Offset Table, 32 bits an entry; PS3.5 A.4. */
  readonly basic: Bytes;
}

/** Gives the bytes of a frame; fragments of one frame are joined. */
export type FrameBytes = (index: number) => Bytes;

/**
 * Divides fragments among frames, as `firstFragments`. `spans` are the fragments with the Basic Offset Table.
 * @throws DecodeError IMAGE_INVALID where nothing tells which are whose.
 */
export function framesOfFragments(
  bytes: Bytes,
  spans: readonly ElementSpan[],
  count: number,
  { extended }: Pick<OffsetTables, 'extended'>,
): FrameBytes {
  const [table, ...rest] = spans;
  if (table === undefined || rest.length === 0) throw invalid('its pixel data have no fragments');
  const base = table.offset + table.length;
  const fragments = rest.map(({ offset, valueOffset, valueLength }) => ({
    at: offset - base,
    start: valueOffset,
    end: valueOffset + valueLength,
  }));
  const basic = bytes.subarray(table.valueOffset, table.valueOffset + table.valueLength);
  const starts = ({ start, end }: Fragment): boolean => startsCodestream(bytes.subarray(start, end));
  const firsts = firstFragments(fragments, count, { extended, basic }, starts);
  return (index) => {
    const parts = fragments.slice(firsts[index], firsts[index + 1] ?? fragments.length);
    const pieces = parts.map(({ start, end }) => bytes.subarray(start, end));
    return pieces.length === 1 ? pieces[0]! : concat(pieces);
  };
}

/**
 * The first fragment of each frame: by the Extended or the Basic Offset Table where one of them agrees with the fragments,
 * else one fragment a frame, else by where a codestream begins.
 * @throws DecodeError IMAGE_INVALID where nothing tells which are whose.
 */
export function firstFragments(
  fragments: readonly Fragment[],
  count: number,
  { extended, basic }: OffsetTables,
  starts: (fragment: Fragment) => boolean,
): readonly number[] {
  return (
    byTable(fragments, entries64(extended), count) ??
    byTable(fragments, entries32(basic), count) ??
    byCount(fragments, count, starts)
  );
}

/** The first fragment of each frame where every entry is the beginning of a fragment, in rising order. */
function byTable(
  fragments: readonly Fragment[],
  entries: readonly number[],
  count: number,
): number[] | undefined {
  if (entries.length !== count) return undefined;
  const places = new Map(fragments.map(({ at }, i) => [at, i]));
  const firsts: number[] = [];
  for (const entry of entries) {
    const first = places.get(entry);
    if (first === undefined || first <= (firsts.at(-1) ?? -1)) return undefined;
    firsts.push(first);
  }
  return firsts[0] === 0 ? firsts : undefined;
}

function byCount(
  fragments: readonly Fragment[],
  count: number,
  starts: (fragment: Fragment) => boolean,
): number[] {
  if (count === 1) return [0];
  if (fragments.length === count) return fragments.map((_, i) => i);
  const firsts = fragments.flatMap((fragment, i) => (starts(fragment) ? [i] : []));
  if (firsts.length === count && firsts[0] === 0) return firsts;
  throw invalid(`nothing tells which of its ${fragments.length} fragments make up which of ${count} frames`, {
    fragments: fragments.length,
    frames: count,
  });
}

function entries32(table: Bytes): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  return Array.from({ length: table.length >> 2 }, (_, i) => view.getUint32(4 * i, true));
}

/** Offsets beyond 2^53 lie in no file, and agree with no fragment. */
function entries64(table: Bytes): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  return Array.from({ length: Math.floor(table.length / 8) }, (_, i) =>
    Number(view.getBigUint64(8 * i, true)),
  );
}
