/** The origin private file system of a browser as folders (WHATWG File System). Only a dedicated worker can open its files. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import type { AccessFile, Folder } from './disk.ts';

/** A browser that does not answer for so long does not answer at all; in milliseconds. */
const DEADLINE_MS = 10_000;
/** A dead worker's files are let go late: so long opening is tried again, in milliseconds. */
const RETRY_MS = 2000;
const PAUSE_MS = 50;

/** Handles are kept until their promise has settled: one that is collected before never answers. */
const underWay = new Set<FileSystemHandle>();

/** As dedicated workers have it; the types of the page do not know it. */
interface WritableHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<AccessFile>;
}

export function opfsFolder(directory: FileSystemDirectoryHandle): Folder {
  return {
    folder: async (name) =>
      opfsFolder(await settled(directory, directory.getDirectoryHandle(name, { create: true }))),
    names: () => settled(directory, namesOf(directory)),
    open: (name) => patiently(() => open(directory, name)),
    source: async (name) => fileSource(await fileOf(directory, name)),
    blob: (name) => fileOf(directory, name),
    remove: (name) => patiently(() => remove(directory, name)),
  };
}

async function namesOf(directory: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of directory.keys()) names.push(name);
  return names;
}

async function open(directory: FileSystemDirectoryHandle, name: string): Promise<AccessFile> {
  const handle = await settled(directory, directory.getFileHandle(name, { create: true }));
  return settled(handle, (handle as WritableHandle).createSyncAccessHandle());
}

async function fileOf(directory: FileSystemDirectoryHandle, name: string): Promise<File> {
  const handle = await settled(directory, directory.getFileHandle(name));
  return settled(handle, handle.getFile());
}

async function remove(directory: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await settled(directory, directory.removeEntry(name, { recursive: true }));
  } catch (error) {
    if (!isNamed(error, 'NotFoundError')) throw error;
  }
}

function fileSource(file: File): ByteSource {
  return {
    size: file.size,
    read: async (start, end): Promise<Bytes> => new Uint8Array(await file.slice(start, end).arrayBuffer()),
  };
}

/** Tries again while a file is in use. */
async function patiently<T>(action: () => Promise<T>): Promise<T> {
  const start = performance.now();
  for (;;) {
    try {
      return await action();
    } catch (error) {
      const late = performance.now() - start > RETRY_MS;
      if (late || !isNamed(error, 'NoModificationAllowedError')) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}

async function settled<T>(handle: FileSystemHandle, promise: Promise<T>): Promise<T> {
  underWay.add(handle);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `the browser's storage did not answer within ${DEADLINE_MS / 1000} s; reload the page`;
    const error = new DicomError('STORE_FAILED', message, { reason: 'TimeoutError' });
    timer = setTimeout(() => {
      void promise.then(letGo, () => {});
      reject(error);
    }, DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    underWay.delete(handle);
  }
}

/** What comes too late must not stay open. */
function letGo(late: unknown): void {
  (late as Partial<AccessFile> | undefined)?.close?.();
}
