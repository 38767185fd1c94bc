/** Files that are read several by one request: to the browser one costs as much as reading half a megabyte. */
import type { Bytes } from '../../core/bytes/index.ts';

/** What is read by one request, at most; two of them are under way at once. */
export interface Most {
  readonly files: number;
  readonly bytes: number;
}

/** A file, and how much of it is wanted from its beginning. */
interface Part {
  readonly file: Blob;
  readonly size: number;
}

interface Group {
  readonly parts: Part[];
  bytes: number;
  /** Parts that were not taken. */
  left: number;
  /** Undefined until it is begun. */
  read?: Promise<Bytes | undefined>;
}

/** Where the bytes of a file lie. */
interface Range {
  readonly group: number;
  readonly start: number;
  readonly end: number;
}

const AT_ONCE = 2;

export class JointReads {
  readonly #most: Most;
  readonly #groups: Group[] = [];
  /** By the places of files that were not taken yet. */
  readonly #ranges = new Map<number, Range>();
  /** So many groups, from the first, are let go of. */
  #gone = 0;

  constructor(most: Most) {
    this.#most = most;
  }

  /** A file up to `most` bytes, in the order in which they will be taken. */
  add(place: number, file: Blob, most: number = file.size): void {
    const size = Math.min(most, file.size);
    const group = this.#withRoom(size);
    const [start, end] = [group.bytes, group.bytes + size];
    group.parts.push({ file, size });
    group.left++;
    group.bytes = end;
    this.#ranges.set(place, { group: this.#groups.length - 1, start, end });
  }

  /**
   * The bytes of a place, once; begins to read those that follow. Undefined where they have to be read alone: a file
   * among those of the request cannot be read, or others were taken long since.
   */
  async take(place: number): Promise<Bytes | undefined> {
    const range = this.#ranges.get(place);
    if (range === undefined || range.group < this.#gone) return undefined;
    this.#ranges.delete(place);
    const { group: at, start, end } = range;
    for (const each of this.#groups.slice(at, at + AT_ONCE)) each.read ??= joined(each);
    for (; this.#gone < at - 1; this.#gone++) letGo(this.#groups[this.#gone]!);
    const group = this.#groups[at]!;
    const { read } = group;
    if (--group.left === 0) letGo(group);
    return (await read)?.subarray(start, end);
  }

  #withRoom(size: number): Group {
    const last = this.#groups.at(-1);
    const { files, bytes } = this.#most;
    const fits = last?.read === undefined && last !== undefined && last.bytes + size <= bytes;
    if (fits && last.parts.length < files) return last;
    const group = { parts: [], bytes: 0, left: 0 };
    this.#groups.push(group);
    return group;
  }
}

/** Undefined where one of them cannot be read, or has another length now. */
async function joined({ parts }: Group): Promise<Bytes | undefined> {
  const blob = new Blob(parts.map(cut)); // held until it is read
  try {
    const read = new Uint8Array(await blob.arrayBuffer());
    return read.length === blob.size ? read : undefined;
  } catch {
    return undefined; // who reads it alone learns why
  }
}

/** As late as can be: to cut takes a browser a tenth of a millisecond and more, of many thousands of files seconds. */
function cut({ file, size }: Part): Blob {
  return size < file.size ? file.slice(0, size) : file;
}

/** Its bytes are those of whom they were given to. */
function letGo(group: Group): void {
  group.parts.length = 0;
  group.read = Promise.resolve(undefined);
}
