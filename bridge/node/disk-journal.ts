/**
 * The journal of a folder: what was read of its files, so that they need not be read again at the next start. A cache and nothing
 * more: what it tells of a file counts only while that file is as it was, and without a journal, or with one that is torn, the files
 * are read.
 */
import { constants } from 'node:fs';
import { lstat, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Bytes } from '../../core/bytes/index.ts';
import { IMPLEMENTATION_VERSION_NAME } from '../../core/file/index.ts';
import { closeFile, openFile, readAt, writeAll } from './file-calls.ts';
import { JournalReader, JournalWriter } from './journal-text.ts';
import type { Entry, Noted } from './journal-text.ts';
import { alive, JOURNAL, temporaryName } from './own-names.ts';

/** What it begins with: another version may have read other things of the files. */
const HEAD: Buffer<ArrayBuffer> = Buffer.from(`webdimse-index 1 ${IMPLEMENTATION_VERSION_NAME}\n`, 'latin1');
/** In front of each block: its length and CRC-32, in 4 bytes each. */
const BLOCK_HEAD = 8;
/** Characters after which a block is written; the lines of the last file come on top. */
const BLOCK = 256 << 10;
/** No block is longer: the header of an instance is 256 kB at most. */
const LONGEST_BLOCK = 16 << 20;
/** How long new files wait to be written down together, in milliseconds. A process that is killed before loses no more than time. */
const DELAY_MS = 1000;
/** A journal is written anew where more of its lines are about files as they were once, than these and as many as count. */
const FEW_LINES = 1000;

/** What was there to be read. */
interface Read {
  readonly reader: JournalReader;
  /** Whether it is of this version, and whole to its end. */
  readonly whole: boolean;
}

export class DiskJournal {
  /** What it tells, by the names of files. Emptied by `begin`. */
  readonly entries: Map<string, Entry>;
  readonly #folder: string;
  readonly #path: string;
  readonly #writer = new JournalWriter();
  /** What `begin` needs to know of it. */
  #read: Read | undefined;
  /** What waits to be written. */
  #waiting: Noted[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The last writing, after which comes the next. Where it fails there is no journal any more. */
  #writing: Promise<void> = Promise.resolve();
  #failed = false;

  private constructor(folder: string, read: Read) {
    this.#folder = folder;
    this.#path = join(folder, JOURNAL);
    this.#read = read;
    this.entries = read.reader.entries;
  }

  /** Reads the journal of a folder; whatever is wrong with it, the files tell it again. */
  static async open(folder: string): Promise<DiskJournal> {
    const reader = new JournalReader();
    const whole = await readBlocks(join(folder, JOURNAL), reader).catch(() => false);
    return new DiskJournal(folder, { reader, whole });
  }

  /**
   * Writes down what it did not tell of the files that there are, or all of them where little of it is true. Waits where that is
   * much: to read it again takes far longer than to write it.
   */
  async begin(all: readonly Noted[], news: readonly Noted[]): Promise<void> {
    const read = this.#read;
    this.#read = undefined;
    this.entries.clear();
    const anew = !read?.whole || read.reader.files > 2 * all.length + FEW_LINES;
    if (anew) this.#then(() => this.#writeAnew(all));
    else for (const one of news) this.add(one);
    if (news.length < FEW_LINES) return;
    this.#flush();
    await this.#writing;
  }

  /** Writes a file down, soon. */
  add(noted: Noted): void {
    if (this.#failed) return;
    this.#waiting.push(noted);
    this.#timer ??= setTimeout(() => this.#flush(), DELAY_MS).unref();
  }

  /** Writes what waits; afterwards nothing is written. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
    this.#failed = true;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#then(() => this.#append(waiting));
  }

  #then(write: () => Promise<void>): void {
    const guarded = async (): Promise<void> => {
      if (!this.#failed) await write();
    };
    this.#writing = this.#writing.then(guarded).catch(() => {
      this.#failed = true;
      this.#waiting = [];
    });
  }

  async #append(noted: readonly Noted[]): Promise<void> {
    const file = await openFile(this.#path, constants.O_WRONLY | constants.O_APPEND | NO_LINKS);
    try {
      for (const block of blocksOf(noted, this.#writer)) await writeAll(file, block);
    } finally {
      await closeFile(file);
    }
  }

  /** Under another name until it is whole. */
  async #writeAnew(all: readonly Noted[]): Promise<void> {
    const name = temporaryName();
    const temporary = join(this.#folder, name);
    alive.add(name);
    try {
      const file = await openFile(temporary, 'wx');
      try {
        await writeAll(file, HEAD);
        for (const block of blocksOf(all, this.#writer)) await writeAll(file, block);
      } finally {
        await closeFile(file);
      }
      await rename(temporary, this.#path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    } finally {
      alive.delete(name);
    }
  }
}

/** What is a link or a pipe is none of ours; not on every system. */
const NO_LINKS = constants.O_NOFOLLOW ?? 0;

/** Reads all whole blocks; false where something is left, or where there is no journal of this version. */
async function readBlocks(path: string, reader: JournalReader): Promise<boolean> {
  if (!(await lstat(path)).isFile()) return false;
  const file = await openFile(path, constants.O_RDONLY | NO_LINKS);
  try {
    let at = HEAD.length + BLOCK_HEAD;
    const first = await readUpTo(file, 0, at);
    if (!first.subarray(0, HEAD.length).equals(HEAD)) return false;
    let head = first.subarray(HEAD.length);
    while (head.length === BLOCK_HEAD) {
      const length = head.readUInt32LE(0);
      if (length > LONGEST_BLOCK) return false;
      const bytes = await readUpTo(file, at, length + BLOCK_HEAD);
      const block = bytes.subarray(0, length);
      if (block.length < length || crc32(block) !== head.readUInt32LE(4)) return false;
      reader.read(block);
      head = bytes.subarray(length);
      at += length + BLOCK_HEAD;
    }
    return head.length === 0;
  } finally {
    await closeFile(file);
  }
}

async function readUpTo(file: number, position: number, length: number): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, await readAt(file, bytes, length, position));
}

function* blocksOf(noted: readonly Noted[], writer: JournalWriter): Generator<Bytes> {
  let lines = '';
  for (const one of noted) {
    lines += writer.lines(one);
    if (lines.length < BLOCK) continue;
    yield blockOf(lines);
    lines = '';
  }
  if (lines !== '') yield blockOf(lines);
}

function blockOf(lines: string): Bytes {
  const block = Buffer.alloc(BLOCK_HEAD + lines.length);
  block.write(lines, BLOCK_HEAD, 'latin1');
  block.writeUInt32LE(lines.length, 0);
  block.writeUInt32LE(crc32(block.subarray(BLOCK_HEAD)), 4);
  return block;
}
