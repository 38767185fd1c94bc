/** Files to send: found, looked into, and read piece by piece only when their turn comes. */
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { constants, open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DicomError } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import { cutOff, openPart10 } from '../../core/file/index.ts';
import type { SendItem } from '../../core/peer/index.ts';
import type { DataSetSource } from '../../core/service/index.ts';
import { usage } from './flags.ts';
import { lookInto, piecesOf } from './local-file.ts';
import { reason } from '../dial/reason.ts';
import { isOwnFile } from '../node/own-names.ts';

/** What lies below a path: a file to look into, or what is none, and why. */
export interface Found {
  readonly path: string;
  readonly problem?: string;
}

/**
 * What lies below each path, in the order of the names. Links are followed; a folder is walked once, so that
 * links in a circle end.
 *
 * @throws DicomError USAGE where a path is not there.
 */
export async function* walk(paths: readonly string[]): AsyncGenerator<Found> {
  const walked = new Set<string>();
  for (const path of paths) {
    await stat(path).catch((error: unknown) => {
      throw usage(`${path}: ${reason(error)}`);
    });
    yield* below(path, walked);
  }
}

/** What `stat` tells of a path; the entry of a folder tells it already, but for links. */
type Kind = Pick<Stats, 'isDirectory' | 'isFile'>;

async function* below(path: string, walked: Set<string>, known?: Kind): AsyncGenerator<Found> {
  try {
    const found = known ?? (await stat(path));
    if (found.isDirectory()) yield* belowFolder(path, walked);
    else if (found.isFile()) yield { path };
    else yield { path, problem: 'neither a file nor a folder' }; // to open a pipe would wait for its writer
  } catch (error) {
    yield { path, problem: reason(error) };
  }
}

async function* belowFolder(folder: string, walked: Set<string>): AsyncGenerator<Found> {
  const place = await realpath(folder);
  if (walked.has(place)) return yield { path: folder, problem: 'this folder was looked through already' };
  walked.add(place);
  const entries = await readdir(folder, { withFileTypes: true });
  const others = entries.filter(({ name }) => !isOwnFile(name));
  for (const entry of others.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    yield* below(join(folder, entry.name), walked, entry.isSymbolicLink() ? undefined : entry);
  }
}

/**
 * What a file would be sent as, and why it must not be where it is cut off.
 * @throws DicomError FILE_INVALID with why it is no instance; what the system says.
 */
export async function sendItem(path: string): Promise<{ item: SendItem; damage: DicomError | undefined }> {
  return await lookInto(path, async (source) => {
    const part10 = await openPart10(source);
    const open = (): Promise<DataSetSource> => piecesOf(path, part10.dataSetOffset, source.size);
    return { item: { ...part10.info, label: path, open }, damage: await cutOff(source, part10) };
  });
}

/**
 * Opens a file for as long as `use` takes.
 * @throws DicomError USAGE for a folder or a pipe; what the system says.
 */
export async function withFile<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)); // a pipe would wait for its writer
  try {
    if (!(await file.stat()).isFile())
      throw usage(`${path} is no file: a folder or a pipe cannot be read so`);
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
