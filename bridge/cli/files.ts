/** Files to send: found, looked into, and read piece by piece only when their turn comes. */
import type { FileHandle } from 'node:fs/promises';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import { openPart10, streamRange } from '../../core/file/index.ts';
import type { SendItem } from '../../core/peer/index.ts';
import { usage } from './flags.ts';
import { reason } from './peers.ts';

/** The files below each path, in the order of their names. @throws DicomError USAGE where a path is not there. */
export async function* walk(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw usage(`${path}: ${reason(error)}`);
    });
    if (found.isDirectory()) yield* walkFolder(path);
    else yield path;
  }
}

async function* walkFolder(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walkFolder(path);
    else if (entry.isFile()) yield path;
  }
}

/** What a file would be sent as. @throws DicomError FILE_INVALID with why it is no instance; what the system says. */
export async function sendItem(path: string): Promise<SendItem> {
  const { info, dataSetOffset } = await withFile(path, openPart10);
  return { ...info, label: path, open: () => dataSetOf(path, dataSetOffset) };
}

async function* dataSetOf(path: string, offset: number): AsyncGenerator<Bytes> {
  const file = await open(path);
  try {
    const source = await sourceOf(file);
    yield* streamRange(source, offset, source.size);
  } finally {
    await file.close();
  }
}

async function withFile<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    return await use(await sourceOf(file));
  } finally {
    await file.close();
  }
}

async function sourceOf(file: FileHandle): Promise<ByteSource> {
  const { size } = await file.stat();
  return {
    size,
    read: async (start, end) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    },
  };
}
