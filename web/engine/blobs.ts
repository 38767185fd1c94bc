/** Files of the disk as the readers of core want them. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError, asError } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';

export function blobSource(blob: Blob): ByteSource {
  const { size } = blob;
  // To the browser a part is one more file, which takes it as long as reading half a megabyte.
  const part = (start: number, end: number): Blob =>
    start === 0 && end === size ? blob : blob.slice(start, end);
  return { size, read: async (start, end) => new Uint8Array(await readable(part(start, end))) };
}

/**
 * The same for who looks at the beginning in several places: it is read once, and kept as long as the source; not even
 * once where `known` brings it.
 */
export function headSource(
  blob: Blob,
  length: number,
  known: () => Promise<Bytes | undefined> = () => Promise.resolve(undefined),
): ByteSource {
  const source = blobSource(blob);
  const headEnd = Math.min(length, source.size);
  let head: Promise<Bytes> | undefined;
  const begin = async (): Promise<Bytes> => (await known()) ?? source.read(0, headEnd);
  const read = async (start: number, end: number): Promise<Bytes> => {
    head ??= begin();
    return (await head).subarray(start, end);
  };
  return { size: source.size, read: (start, end) => (end <= headEnd ? read : source.read)(start, end) };
}

/** Bytes that are gathered here before the browser takes them, who keeps much of them on the disk. */
const GATHERED = 8 << 20;

/** A Blob of pieces as they come; never more than a few megabytes of them lie in this worker. */
export async function blobOf(pieces: AsyncIterable<Bytes>, type: string): Promise<Blob> {
  const taken: Blob[] = [];
  let waiting: Bytes[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < GATHERED) continue;
    taken.push(new Blob(waiting));
    [waiting, length] = [[], 0];
  }
  return new Blob([...taken, ...waiting], { type });
}

/** Chromium refuses to read a file that changed or went since it was chosen. */
async function readable(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new DicomError('FILE_INVALID', `it cannot be read: ${asError(error).message}`, {}, error);
  }
}
