/** What was dropped or chosen, folders opened, each file with its path. */
import { asError } from '../../core/bytes/index.ts';
import type { Found, OutgoingFile } from '../engine/protocol.ts';

export type Gathered = readonly Found[];

const BY_NAME = new Intl.Collator(undefined, { numeric: true });

/** Files are handed on in such portions, so that a large folder shows at once. */
const PORTION = 200;

/**
 * Gives what was dropped, a portion at a time. Must be called in the event's own turn: the browser empties the list
 * afterwards.
 */
export function droppedFiles(transfer: DataTransfer): AsyncIterable<Gathered> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
    .filter((entry) => entry !== null);
  return inPortions(entries);
}

export function chosenFiles(list: FileList | null): OutgoingFile[] {
  const files = [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return files.sort((a, b) => BY_NAME.compare(a.path, b.path)); // browsers tell a folder in no order
}

async function* inPortions(entries: readonly (FileSystemEntry | File)[]): AsyncGenerator<Gathered> {
  let portion: Found[] = [];
  for (const entry of entries) {
    for await (const file of entry instanceof File ? [{ path: entry.name, file: entry }] : walk(entry)) {
      portion.push(file);
      if (portion.length === PORTION) {
        yield portion;
        portion = [];
      }
    }
  }
  yield portion;
}

async function* walk(entry: FileSystemEntry): AsyncGenerator<Found> {
  const path = entry.fullPath.replace(/^\//, '');
  try {
    if (isFile(entry)) {
      yield { path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) };
    } else if (isDirectory(entry)) {
      for (const child of await children(entry)) yield* walk(child);
    }
  } catch (error) {
    yield { path, problem: asError(error).message };
  }
}

/** `readEntries` tells a hundred at a time. */
async function children(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all.sort((a, b) => BY_NAME.compare(a.name, b.name));
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
