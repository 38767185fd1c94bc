/** Finds the instances below a folder by reading the head of each file that its journal does not tell. */
import { lstatSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DicomError } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { HeaderCollector, openPart10, Packer, streamRange } from '../../core/file/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import { DiskInstance, signatureOf } from './disk-instance.ts';
import type { DiskJournal } from './disk-journal.ts';
import { closeFile, openFile, readAt } from './file-calls.ts';
import type { Noted } from './journal-text.ts';
import { isStale, isTemporary, JOURNAL } from './own-names.ts';

/** Files read at the same time. */
const AT_ONCE = 8;
/** Bytes read of a file at once; most headers end within the first piece. */
const HEAD_PIECE = 16 << 10;

export interface Scan {
  /** By SOP Instance UID. */
  readonly instances: Map<string, DiskInstance>;
  /** Names of files that hold no instance, or one that an earlier file holds already. */
  readonly ignored: readonly string[];
}

/** A file as it was found. */
interface Found {
  readonly name: string;
  readonly signature: string;
  readonly size: number;
}

/**
 * Looks at all files below the folder, links excepted, and reads those that the journal does not tell as they are; removes temporary
 * files that nobody will complete.
 */
export async function scanFolder(folder: string, journal?: DiskJournal): Promise<Scan> {
  const files: Found[] = [];
  for (const file of filesBelow(folder, '')) {
    const name = basename(file.name);
    if (!isTemporary(name)) files.push(file);
    else if (isStale(name)) await rm(join(folder, file.name), { force: true });
  }
  files.sort((a, b) => (a.name < b.name ? -1 : 1)); // the same folder gives the same archive, whatever order the disk has
  const told = files.map((file) => toldBy(journal, folder, file));
  const unknown = files.filter((_, i) => told[i] === undefined);
  const news = await readHeads(folder, unknown);
  let next = 0;
  const all = told.map((noted) => noted ?? news[next++]!);
  await journal?.begin(all, news);
  return sorted(all);
}

/** Synchronous: a promise for each of a hundred thousand files takes longer than all else. */
function* filesBelow(folder: string, below: string): Generator<Found> {
  for (const entry of readdirSync(join(folder, below))) {
    const name = below === '' ? entry : `${below}/${entry}`;
    const stats = lstatSync(`${folder}/${name}`, { throwIfNoEntry: false });
    if (stats?.isFile() && name !== JOURNAL) yield { name, signature: signatureOf(stats), size: stats.size };
    else if (stats?.isDirectory()) yield* filesBelow(folder, name);
  }
}

function toldBy(
  journal: DiskJournal | undefined,
  folder: string,
  { name, signature }: Found,
): Noted | undefined {
  const entry = journal?.entries.get(name);
  if (entry?.signature !== signature) return undefined;
  const { instance: told } = entry;
  if (told === undefined) return { name, signature };
  const { dataSetOffset } = told;
  return { name, signature, instance: new DiskInstance(told, { folder, name, dataSetOffset }) };
}

async function readHeads(folder: string, files: readonly Found[]): Promise<Noted[]> {
  const packer = new Packer();
  const heads: Noted[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < files.length; i = next++) {
      const { name, signature } = files[i]!;
      heads[i] = { name, signature, instance: await readHead(folder, files[i]!, packer) };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return heads;
}

function sorted(files: readonly Noted[]): Scan {
  const instances = new Map<string, DiskInstance>();
  const ignored: string[] = [];
  for (const { name, instance } of files) {
    if (instance === undefined || instances.has(instance.sopInstanceUID)) ignored.push(name);
    else instances.set(instance.sopInstanceUID, instance);
  }
  return { instances, ignored };
}

/** `undefined` where the file holds no instance; fails where it should be readable and is not. */
async function readHead(
  folder: string,
  { name, size }: Found,
  packer: Packer,
): Promise<DiskInstance | undefined> {
  const file = await openFile(join(folder, name), 'r');
  try {
    const source = await sourceOf(file, size);
    const { info, dataSetOffset } = await openPart10(source);
    const collector = new HeaderCollector(info.transferSyntaxUID);
    for await (const piece of streamRange(source, dataSetOffset, size, HEAD_PIECE)) {
      collector.write(piece);
      if (collector.done) break;
    }
    const header = collector.finish();
    const packed = packer.pack({ ...info, bytes: size - dataSetOffset, header });
    return new DiskInstance(packed, { folder, name, dataSetOffset });
  } catch (error) {
    if (error instanceof DicomError) return undefined;
    throw error;
  } finally {
    await closeFile(file);
  }
}

/** A file whose beginning is read once: most often it holds all that is asked for. */
async function sourceOf(file: number, size: number): Promise<ByteSource> {
  const read = async (start: number, end: number): Promise<Bytes> => {
    const bytes = new Uint8Array(end - start);
    return bytes.subarray(0, await readAt(file, bytes, bytes.length, start));
  };
  const first = await read(0, Math.min(size, HEAD_PIECE));
  return {
    size,
    read: async (start, end) => (end <= first.length ? first.subarray(start, end) : read(start, end)),
  };
}
