/** Files to send, read in place: of a small one most of the time went into waiting for the threads that read. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Bytes } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import { readExactly, streamRange } from '../../core/file/index.ts';
import type { DataSetSource } from '../../core/service/index.ts';
import { usage } from './flags.ts';

/** Bytes of a file that are held at once. */
const PIECE = 1 << 20;
/** A file so small has memory of its own: it costs less than the turns that pieces take. */
const SMALL = 32 << 10;
/** One read takes in what nearly every file is judged by: meta information, and the attributes in front of the pixels. */
const HEAD = 20 << 10;

/** Memory of pieces that are done with: to take new memory for each costs more than to read it. */
const spare: Bytes[] = [];
/** As many files as are sent at once. */
const MOST_SPARE = 8;

function borrow(): Bytes {
  return spare.pop() ?? new Uint8Array(PIECE);
}

function giveBack(memory: Bytes): void {
  if (spare.length < MOST_SPARE) spare.push(memory);
}

/**
 * Opens a file for as long as `use` takes; what it reads of its beginning is valid no longer.
 * @throws DicomError USAGE for a folder or a pipe; what the system says.
 */
export async function lookInto<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = openFile(path);
  const memory = borrow();
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw usage(`${path} is no file: a folder or a pipe cannot be read so`);
    const { size } = stat;
    const head = readAt(file, memory.subarray(0, Math.min(HEAD, size)), 0);
    const read = async (start: number, end: number): Promise<Bytes> =>
      end <= head.length ? head.subarray(start, end) : readAt(file, new Uint8Array(end - start), start);
    return await use({ size, read });
  } finally {
    closeSync(file);
    giveBack(memory);
  }
}

/**
 * A range of a file in pieces, each in the memory of the one before. A range that is one piece is read now, a small one
 * whole, a longer one when it is its turn.
 * @throws DicomError FILE_INVALID where the file has become shorter; what the system says.
 */
export async function piecesOf(path: string, start: number, end: number): Promise<DataSetSource> {
  if (end - start > PIECE) return manyPieces(path, start, end);
  const file = openFile(path);
  if (end - start <= SMALL) return wholeOf(file, start, end);
  const memory = borrow();
  try {
    return onePiece(memory, await readExactly(into(memory, file, end), start, end));
  } catch (error) {
    giveBack(memory);
    throw error;
  } finally {
    closeSync(file);
  }
}

async function wholeOf(file: number, start: number, end: number): Promise<Bytes> {
  try {
    return await readExactly(into(new Uint8Array(end - start), file, end), start, end);
  } finally {
    closeSync(file);
  }
}

async function* onePiece(memory: Bytes, piece: Bytes): AsyncGenerator<Bytes, void, undefined> {
  try {
    yield piece;
  } finally {
    giveBack(memory);
  }
}

async function* manyPieces(path: string, start: number, end: number): AsyncGenerator<Bytes, void, undefined> {
  const file = openFile(path);
  const memory = borrow();
  try {
    yield* streamRange(into(memory, file, end), start, end, PIECE);
  } finally {
    closeSync(file);
    giveBack(memory);
  }
}

/** A file whose every piece is read into the same memory. */
function into(memory: Bytes, file: number, size: number): ByteSource {
  return { size, read: async (start, end) => readAt(file, memory.subarray(0, end - start), start) };
}

function openFile(path: string): number {
  return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)); // a pipe would wait for its writer
}

/** Fills the memory as far as the file goes. */
function readAt(file: number, memory: Bytes, position: number): Bytes {
  let filled = 0;
  for (let read = -1; read !== 0 && filled < memory.length; filled += read) {
    read = readSync(file, memory, filled, memory.length - filled, position + filled);
  }
  return memory.subarray(0, filled);
}
