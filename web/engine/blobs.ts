/** Files of the disk as the readers of core want them. */
import { DicomError, asError } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';

export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (start, end) => new Uint8Array(await readable(blob.slice(start, end))),
  };
}

/** Chromium refuses to read a file that changed or went since it was chosen. */
async function readable(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new DicomError('FILE_INVALID', `it cannot be read: ${asError(error).message}`, {}, error);
  }
}
