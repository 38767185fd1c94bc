/** Files of the disk as the readers of core want them. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError, asError } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';

export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (start, end) => new Uint8Array(await readable(blob.slice(start, end))),
  };
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
