/** Files as this library reads them: a length, and ranges of bytes. */
import type { Bytes } from '../bytes/index.ts';
import { DicomError } from '../bytes/index.ts';

/** A Blob, a file handle, or bytes in memory. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start` up to `end`, which is not beyond `size`. */
  read(start: number, end: number): Promise<Bytes>;
}

const PIECE = 1 << 20;

/** Bytes in memory as a source. */
export function bytesSource(bytes: Bytes): ByteSource {
  return { size: bytes.length, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
}

/**
 * Reads a range piece by piece, one piece ahead of nobody: memory holds one piece at a time.
 * @throws DicomError FILE_INVALID where the file has become shorter than its size said.
 */
export async function* streamRange(
  source: ByteSource,
  start: number,
  end: number = source.size,
  pieceSize: number = PIECE,
): AsyncGenerator<Bytes, void, undefined> {
  for (let at = start; at < end; at += pieceSize)
    yield await readExactly(source, at, Math.min(end, at + pieceSize));
}

/** A stream as an iterable; leaving the loop cancels it, so that a store can close its file. */
export async function* chunksOf(stream: ReadableStream<Bytes>): AsyncGenerator<Bytes, void, undefined> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

/** @throws DicomError FILE_INVALID where fewer bytes come than the size promised. */
export async function readExactly(source: ByteSource, start: number, end: number): Promise<Bytes> {
  const bytes = await source.read(start, end);
  if (bytes.length === end - start) return bytes;
  throw new DicomError(
    'FILE_INVALID',
    `the file ends at byte ${start + bytes.length}, ${end} were expected`,
    {
      offset: start + bytes.length,
    },
  );
}
