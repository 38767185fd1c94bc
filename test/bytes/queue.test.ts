import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { ChunkQueue, concat } from '../../core/bytes/index.ts';
import { Random } from '../support/random.ts';

describe('ChunkQueue', () => {
  it('gives back what was put in, whatever the lengths', () => {
    const random = new Random(11);
    for (let round = 0; round < 50; round++) {
      const queue = new ChunkQueue();
      const put: Bytes[] = [];
      const taken: Bytes[] = [];
      for (let step = 0; step < 60; step++) {
        put.push(random.bytes(random.pick([0, 1, 2, 17, 2047, 2048, 5000])));
        queue.push(put.at(-1)!);
        const before = queue.length;
        const wanted = random.int(before + 2);
        const got = queue.take(wanted);
        expect(got?.length).toBe(wanted > before ? undefined : wanted);
        if (got !== undefined) taken.push(got);
      }
      taken.push(queue.take(queue.length)!);
      expect(Buffer.compare(concat(taken), concat(put))).toBe(0);
      expect(queue.length).toBe(0);
    }
  });

  it('views stay what they were when more comes', () => {
    const queue = new ChunkQueue();
    queue.push(Uint8Array.of(1, 2, 3));
    const view = queue.take(2)!;
    for (let i = 0; i < 100_000; i++) queue.push(Uint8Array.of(i & 0xff));
    expect([...view]).toEqual([1, 2]);
    expect(queue.take(1)).toEqual(Uint8Array.of(3));
  });

  it('holds a stream of single bytes without a view for each', () => {
    const queue = new ChunkQueue();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 4_000_000; i++) queue.push(Uint8Array.of(1));
    globalThis.gc?.();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 << 20); // 4 million views are 400 MB and more
    expect(queue.take(4_000_000)?.every((byte) => byte === 1)).toBe(true);
  });
});
