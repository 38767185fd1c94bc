/** Files out of a ZIP archive. It may be made to hurt: names lead out of folders, a few bytes hold very many. */
import { ZipReader } from '@zip.js/zip.js/lib/zip-core-reader.js';
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-reader.js';
import { asError, DicomError } from '../../core/bytes/index.ts';
import { blobSource } from './blobs.ts';
import { isZip } from './is-zip.ts';
import type { Found } from './protocol.ts';

/** Files of one archive. The largest studies have some ten thousand. */
const MOST_FILES = 50_000;
/** Bytes that all files of one archive may inflate to. The browser keeps them on disk where memory is short. */
const MOST_BYTES = 4 * 2 ** 30;
/** How many times its own size an archive may hold, beyond the first 64 MiB: uncompressed images shrink to a third. */
const MOST_RATIO = 100;
const FREE_BYTES = 64 << 20;
/** Characters of a path that are kept, and folders. */
const LONGEST_PATH = 500;

const NESTED = 'it is an archive inside of an archive; unpack it first';

/** How many files are handed on together. */
const PORTION = 50;

/**
 * Hands the files of an archive on in portions and returns how many there were. One that cannot be unpacked is told
 * with its problem; an archive that goes beyond the limits ends with an error, and what came before stays.
 * @throws DicomError LIMIT_EXCEEDED, FILE_INVALID, CANCELLED
 */
export async function unzip(
  archive: Blob,
  path: string,
  signal: AbortSignal,
  hand: (files: Found[]) => void,
): Promise<number> {
  const budget = new Budget(archive.size);
  let portion: Found[] = [];
  let files = 0;
  try {
    for await (const entry of readerOf(archive).getEntriesGenerator()) {
      if (signal.aborted) throw new DicomError('CANCELLED', 'unpacking was cancelled');
      if (entry.directory) continue;
      if (++files > MOST_FILES) throw beyond('files', `more than ${MOST_FILES} files`, MOST_FILES);
      portion.push(await unpacked(entry, `${path}/${safePath(entry.filename)}`, budget, signal));
      if (portion.length < PORTION) continue;
      hand(portion);
      portion = [];
    }
  } catch (error) {
    throw error instanceof DicomError ? error : unreadable(error);
  } finally {
    if (portion.length > 0) hand(portion);
  }
  return files;
}

function readerOf(archive: Blob): ZipReader<unknown> {
  const reader = {
    size: archive.size,
    readUint8Array: async (offset: number, length: number) =>
      new Uint8Array(await archive.slice(offset, offset + length).arrayBuffer()),
    createReadable: ({ offset = 0, size }: { readonly offset?: number; readonly size?: number } = {}) =>
      archive.slice(offset, size === undefined ? archive.size : offset + size).stream(),
  };
  // Names are made harmless here; files that share their bytes, as those of bombs do, are refused there.
  return new ZipReader(reader as unknown as ConstructorParameters<typeof ZipReader>[0], {
    useWebWorkers: false,
    filenameValidation: 'tolerant',
    checkOverlappingEntry: true,
    checkSignature: true,
  });
}

async function unpacked(entry: FileEntry, path: string, budget: Budget, signal: AbortSignal): Promise<Found> {
  if (entry.encrypted) return { path, problem: 'it is encrypted' };
  budget.check(entry.uncompressedSize);
  try {
    const file = await inflated(entry, budget, signal);
    // An archive may hold itself: opened on and on, it would have no end, and each a budget of its own.
    return (await isZip(blobSource(file))) ? { path, problem: NESTED } : { path, file };
  } catch (error) {
    if (error instanceof DicomError) throw error;
    return { path, problem: asError(error).message };
  }
}

/** Counts what really comes out, whatever the entry says of itself. */
async function inflated(entry: FileEntry, budget: Budget, signal: AbortSignal): Promise<Blob> {
  let failure: unknown;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      try {
        budget.take(chunk.length);
        controller.enqueue(chunk);
      } catch (error) {
        failure = error;
        controller.error(error);
      }
    },
  });
  const blob = new Response(counter.readable).blob();
  blob.catch(() => undefined); // told below
  try {
    await entry.getData(counter.writable, { signal });
    return await blob;
  } catch (error) {
    await counter.writable.abort(error).catch(() => undefined);
    throw failure ?? error;
  }
}

class Budget {
  readonly #most: number;
  #taken = 0;

  constructor(archiveSize: number) {
    this.#most = Math.min(MOST_BYTES, Math.max(FREE_BYTES, MOST_RATIO * archiveSize));
  }

  /** Whether so much more would still be within the limits. */
  check(bytes: number): void {
    if (this.#taken + bytes > this.#most) throw beyond('bytes', `more than ${this.#most} bytes`, this.#most);
  }

  take(bytes: number): void {
    this.check(bytes);
    this.#taken += bytes;
  }
}

/** For people only, and yet: no way up, no control characters, no end. */
function safePath(name: string): string {
  const parts = name.split(/[/\\]/).map((part) => part.replace(/[\p{C}:]/gu, '_').trim());
  const kept = parts.filter((part) => part !== '' && !/^\.+$/.test(part)).join('/');
  return kept === '' ? '_' : kept.slice(-LONGEST_PATH);
}

function beyond(what: string, text: string, limit: number): DicomError {
  return new DicomError(
    'LIMIT_EXCEEDED',
    `the ZIP archive holds ${text}; unpack it, then choose the folder`,
    {
      what,
      limit,
    },
  );
}

function unreadable(error: unknown): DicomError {
  return new DicomError(
    'FILE_INVALID',
    `it is no readable ZIP archive: ${asError(error).message}`,
    {},
    error,
  );
}
