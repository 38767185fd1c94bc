/** Finds the instances below a folder by reading the head of each file. */
import { open, opendir, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DicomError } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { HeaderCollector, openPart10, streamRange } from '../../core/file/index.ts';
import type { ByteSource, Stored } from '../../core/file/index.ts';
import { isStale, isTemporary } from './disk-file.ts';

/** An instance and where its data set starts in its file. */
export interface Filed {
  readonly stored: Stored & { readonly file: string };
  readonly dataSetOffset: number;
}

/** Files read at the same time. */
const AT_ONCE = 8;
/** Bytes read of a file at once; most headers end within the first piece. */
const HEAD_PIECE = 16 << 10;

export interface Scan {
  readonly filed: readonly Filed[];
  /** Paths of files that hold no instance, or one that an earlier path holds already. */
  readonly ignored: readonly string[];
}

/** Reads all files below the folder, links excepted; removes temporary files that nobody will complete. */
export async function scanFolder(folder: string): Promise<Scan> {
  const paths: string[] = [];
  for await (const path of filesBelow(folder)) {
    if (!isTemporary(basename(path))) paths.push(path);
    else if (isStale(basename(path))) await rm(path, { force: true });
  }
  paths.sort(); // the same folder gives the same archive, whatever order the disk has
  return sort(paths, await readHeads(paths));
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory()) yield* filesBelow(path);
  }
}

async function readHeads(paths: readonly string[]): Promise<(Filed | undefined)[]> {
  const heads: (Filed | undefined)[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < paths.length; i = next++) heads[i] = await readHead(paths[i]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return heads;
}

function sort(paths: readonly string[], heads: readonly (Filed | undefined)[]): Scan {
  const filed = new Map<string, Filed>();
  const ignored: string[] = [];
  paths.forEach((path, i) => {
    const head = heads[i];
    const uid = head?.stored.sopInstanceUID;
    if (head === undefined || uid === undefined || filed.has(uid)) ignored.push(path);
    else filed.set(uid, head);
  });
  return { filed: [...filed.values()], ignored };
}

/** `undefined` where the file holds no instance; fails where it should be readable and is not. */
async function readHead(path: string): Promise<Filed | undefined> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const source: ByteSource = { size, read: (start, end) => readRange(handle, start, end) };
    const { info, dataSetOffset } = await openPart10(source);
    const header = new HeaderCollector(info.transferSyntaxUID);
    for await (const piece of streamRange(source, dataSetOffset, size, HEAD_PIECE)) {
      header.write(piece);
      if (header.done) break;
    }
    const bytes = size - dataSetOffset;
    return {
      stored: { ...info, bytes, header: header.finish(), file: path },
      dataSetOffset,
    };
  } catch (error) {
    if (error instanceof DicomError) return undefined;
    throw error;
  } finally {
    await handle.close();
  }
}

async function readRange(handle: FileHandle, start: number, end: number): Promise<Bytes> {
  const { bytesRead, buffer } = await handle.read(new Uint8Array(end - start), 0, end - start, start);
  return buffer.subarray(0, bytesRead);
}
