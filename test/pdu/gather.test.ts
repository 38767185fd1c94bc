import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { Gather } from '../../core/pdu/gather.ts';
import { Random } from '../support/random.ts';

const LENGTHS = [6, 7, 100, 16_390, 131_078, 300_000];

/** Frames of these lengths, taken one by one of chunks of random lengths; `taken` sees each while it is valid. */
function pass(random: Random, lent: boolean, taken: (frame: Bytes) => void): Bytes {
  const lengths = Array.from({ length: 30 }, () => random.pick(LENGTHS));
  const sent = random.bytes(lengths.reduce((sum, length) => sum + length, 0));
  const gather = new Gather(lent);
  const place = new Uint8Array(200_000);
  for (let at = 0; at < sent.length;) {
    const length = Math.min(sent.length - at, random.pick([1, 5, 2000, 65_536, 200_000]));
    const chunk = place.subarray(0, length);
    chunk.set(sent.subarray(at, at + length));
    at += length;
    gather.push(lent ? chunk : chunk.slice());
    while (lengths.length > 0 && gather.peek(6) !== undefined) {
      const frame = gather.take(lengths[0]!);
      if (frame === undefined) break;
      lengths.shift();
      taken(frame);
    }
    if (lent) chunk.fill(0);
  }
  expect(lengths).toEqual([]);
  return sent;
}

describe('Gather', () => {
  it('gives what was put in, whatever the chunks, where these are used again', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const frames: Bytes[] = [];
      const sent = pass(new Random(seed), true, (frame) => frames.push(frame.slice()));
      expect(Buffer.compare(concat(frames), sent)).toBe(0);
    }
  });

  it('keeps what it gave, where chunks are given away', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const frames: Bytes[] = [];
      const sent = pass(new Random(seed), false, (frame) => frames.push(frame));
      expect(Buffer.compare(concat(frames), sent)).toBe(0);
    }
  });

  it('puts lent ones together in one place, and keeps no long one', () => {
    const places = new Map<ArrayBufferLike, number>();
    const spanning = (gather: Gather, length: number): Bytes => {
      gather.push(new Uint8Array(length - 1));
      expect(gather.take(length)).toBeUndefined();
      gather.push(new Uint8Array(1));
      return gather.take(length)!;
    };
    const gather = new Gather(true);
    for (let i = 0; i < 10; i++) {
      const { buffer } = spanning(gather, 131_078);
      places.set(buffer, (places.get(buffer) ?? 0) + 1);
    }
    expect([...places.values()]).toEqual([10]);
    const long = spanning(gather, 1 << 20);
    expect(spanning(gather, 100).buffer).not.toBe(long.buffer);
  });

  it('allocates for what came, not for what is to come', () => {
    const gather = new Gather(true);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 100; i++) {
      gather.push(new Uint8Array(1));
      expect(gather.take(16 << 20)).toBeUndefined();
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
    expect(gather.peek(100)?.length).toBe(100);
  });
});
