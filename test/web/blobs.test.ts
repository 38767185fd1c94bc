import { expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { blobOf } from '../../web/engine/blobs.ts';

it('makes one Blob of pieces, however many they are', async () => {
  async function* pieces(): AsyncGenerator<Bytes, void, undefined> {
    for (let i = 0; i < 20; i++) yield new Uint8Array(1 << 20).fill(i);
  }
  const blob = await blobOf(pieces(), 'application/x-pcapng');
  expect(blob.type).toBe('application/x-pcapng');
  expect(blob.size).toBe(20 << 20);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  expect(Array.from({ length: 20 }, (_, i) => bytes[(i << 20) + 5])).toEqual([...Array(20).keys()]);
});
