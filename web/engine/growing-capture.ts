/** A capture that a server writes still, read by the ranges of it that are there (RFC 9110 14). */
import { concat, DicomError } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { EMPTY } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';

/** Read once from its beginning on: each read waits for more than the one before it at the same place gave. */
export function growingSource(url: string, signal: AbortSignal): ByteSource {
  let held: Bytes = EMPTY;
  let from = 0;
  let given = 0;
  return {
    size: Infinity,
    read: async (start, end) => {
      held = start < from || start > from + held.length ? EMPTY : held.slice(start - from);
      if (start !== from) given = 0;
      from = start;
      const wanted = Math.min(end - start, given + 1);
      while (held.length < wanted) held = concat([held, await rangeOf(url, from + held.length, '', signal)]);
      given = Math.min(held.length, end - start);
      return held.slice(0, given);
    },
  };
}

/** What is there already. */
export function writtenSource(url: string): ByteSource {
  return {
    size: Infinity,
    read: (start, end) => rangeOf(url, start, end - 1),
  };
}

/** At least one byte, as soon as there is one. @throws DicomError CONNECTION_LOST, FILE_INVALID */
async function rangeOf(url: string, first: number, last: number | '', signal?: AbortSignal): Promise<Bytes> {
  for (;;) {
    const response = await answered(url, `bytes=${first}-${last}`, signal);
    if (response.status === 204) continue;
    if (response.status === 206) return new Uint8Array(await response.arrayBuffer());
    const status = { status: response.status };
    if (response.status === 416)
      throw new DicomError('FILE_INVALID', 'another capture has begun; reload the page', status);
    throw new DicomError('FILE_INVALID', `the capture cannot be read (HTTP ${response.status})`, status);
  }
}

async function answered(url: string, range: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, { headers: { range }, ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted) throw new DicomError('CANCELLED', 'following the capture was cancelled');
    throw new DicomError('CONNECTION_LOST', 'whoever writes the capture does not answer any more', {}, error);
  }
}
