/** The bytes of an instance of the store, in one piece. */
import type { Bytes } from '../../core/bytes/index.ts';
import { EMPTY } from '../../core/bytes/index.ts';
import type { InstanceStore, Stored } from '../../core/file/index.ts';

/** The data set of an instance, up to `limit` bytes of it. @throws DicomError STORE_FAILED where there is none. */
export async function bytesOf(
  store: InstanceStore,
  sopInstanceUID: string,
  limit: number,
): Promise<{ info: Stored; bytes: Bytes }> {
  const { info, dataSet } = await store.open(sopInstanceUID);
  const length = Math.min(info.bytes, limit);
  const bytes = length === 0 ? EMPTY : new Uint8Array(length);
  const reader = dataSet.getReader();
  let at = 0;
  while (at < length) {
    const { done, value } = await reader.read();
    if (done) break;
    const piece = value.subarray(0, length - at);
    bytes.set(piece, at);
    at += piece.length;
  }
  await reader.cancel();
  return { info, bytes: bytes.subarray(0, at) };
}
