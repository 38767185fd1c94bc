import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { Checksum, checksum } from '../../web/opfs/checksum.ts';
import { Random } from '../support/random.ts';

function sumOf(...pieces: Bytes[]): number {
  const sum = new Checksum();
  for (const piece of pieces) sum.push(piece);
  return sum.value;
}

describe('the sum over a data set', () => {
  const random = new Random(7);
  const whole = random.bytes(20_011);
  const expected = sumOf(whole);

  it('is the same however it comes, in pieces of a multiple of 16 bytes and from any place in memory', () => {
    expect(sumOf(whole.subarray(0, 4096), whole.subarray(4096, 4112), whole.subarray(4112))).toBe(expected);
    const moved = new Uint8Array(whole.length + 3);
    moved.set(whole, 3);
    expect(sumOf(moved.subarray(3))).toBe(expected);
  });

  it.each([1, 2, 16, 512, 4096])('tells where %i bytes are empty, at the end and anywhere', (length) => {
    const places = [0, whole.length - length, ...Array.from({ length: 50 }, () => random.int(15_000))];
    for (const at of places) {
      const torn = whole.slice();
      torn.set(
        whole.subarray(at, at + length).map((byte) => byte ^ 0x5a),
        at,
      );
      expect(sumOf(torn), `at ${at}`).not.toBe(expected);
      expect(sumOf(whole.slice().fill(0, at, at + length)) === expected, `empty at ${at}`).toBe(
        whole.subarray(at, at + length).every((byte) => byte === 0),
      );
    }
  });

  it('tells blocks that changed places, and bytes that are missing', () => {
    const swapped = whole.slice();
    swapped.copyWithin(0, 512, 1024);
    swapped.set(whole.subarray(0, 512), 512);
    expect(sumOf(swapped)).not.toBe(expected);
    expect(sumOf(whole.subarray(0, -1))).not.toBe(expected);
    expect(sumOf(new Uint8Array(0))).not.toBe(sumOf(new Uint8Array(1)));
  });
});

it('sums a line of the index as it always did, since archives are kept', () => {
  const sum = (line: string): number => checksum(new TextEncoder().encode(line));
  expect([sum('{"flushed":true}'), sum('{"flushed":true} ')]).toEqual([3126003481, 2310299323]);
});
