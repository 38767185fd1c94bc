/** The little of a file system that the archive needs: OPFS in the page, memory in tests. */
import type { Bytes } from '../../core/bytes/index.ts';
import { asError, DicomError } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';

/** A folder; names are ours and harmless. */
export interface Folder {
  /** Makes it where there is none. */
  folder(name: string): Promise<Folder>;
  names(): Promise<readonly string[]>;
  /** For us alone, until it is closed; made where there is none. */
  open(name: string): Promise<AccessFile>;
  /** A file as it is now; it must not grow while it is read. */
  source(name: string): Promise<ByteSource>;
  /** The same for the browser, which reads it when it needs it. */
  blob(name: string): Promise<Blob>;
  /** With all that is in it; nothing where there is none. */
  remove(name: string): Promise<void>;
}

/** A file that is written and read without waiting (FileSystemSyncAccessHandle). */
export interface AccessFile {
  getSize(): number;
  /** How many bytes were there to be read. */
  read(into: Bytes, options: { readonly at: number }): number;
  /** How many bytes were taken, which may be fewer than given. */
  write(bytes: Bytes, options: { readonly at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/**
 * Writes all bytes, or none: what a failure leaves behind is cut off again.
 *
 * @throws DicomError STORE_FULL where the quota or the disk is exhausted, else STORE_FAILED.
 */
export function writeAll(file: AccessFile, bytes: Bytes, at: number): void {
  try {
    for (let done = 0; done < bytes.length;) {
      const rest = bytes.subarray(done);
      done += checked(file.write(rest, { at: at + done }), rest.length);
    }
  } catch (error) {
    cutBack(file, at);
    throw storeError(error, 'an instance could not be written');
  }
}

/** Private windows of Chromium answer a full disk with their error -8 as a number without sign, as if it were a count. */
const NO_SPACE = 2 ** 32 - 8;

function checked(taken: number, given: number): number {
  if (taken > 0 && taken <= given) return taken;
  if (taken === 0 || taken === NO_SPACE) throw new DicomError('STORE_FULL', FULL, { reason: 'NO_SPACE' });
  throw new DicomError('STORE_FAILED', 'the browser could not write an instance', { reason: String(taken) });
}

/** What cannot be cut off stays behind the end that we know of, and is overwritten by what comes next. */
export function cutBack(file: AccessFile, size: number): void {
  try {
    file.truncate(size);
  } catch {
    // see above
  }
}

/** A small file as text; undefined where there is none. */
export async function readText(folder: Folder, name: string): Promise<string | undefined> {
  if (!(await folder.names()).includes(name)) return undefined;
  const file = await folder.open(name);
  try {
    return new TextDecoder().decode(readAt(file, 0, file.getSize()));
  } finally {
    file.close();
  }
}

export async function writeText(folder: Folder, name: string, text: string): Promise<void> {
  const file = await folder.open(name);
  try {
    file.truncate(0);
    writeAll(file, new TextEncoder().encode(text), 0);
    file.flush();
  } finally {
    file.close();
  }
}

/** @throws DicomError STORE_FAILED where the file is shorter. */
export function readAt(file: AccessFile, start: number, end: number): Bytes {
  const bytes = new Uint8Array(end - start);
  for (let done = 0; done < bytes.length;) {
    const read = file.read(bytes.subarray(done), { at: start + done });
    if (read <= 0) throw new DicomError('STORE_FAILED', 'a file of the archive is shorter than it was');
    done += read;
  }
  return bytes;
}

const FULL = 'the room that the browser gives this page is full';

/** What a browser threw, as the store's error; `details.reason` is its name for it. */
export function storeError(thrown: unknown, what: string): DicomError {
  if (thrown instanceof DicomError) return thrown;
  const { name, message } = asError(thrown);
  if (name === 'QuotaExceededError') return new DicomError('STORE_FULL', FULL, { reason: name }, thrown);
  return new DicomError('STORE_FAILED', `${what}: ${message}`, { reason: name }, thrown);
}
