import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex } from '../../core/bytes/index.ts';
import { inflate } from '../../core/data/inflate.ts';
import { Random } from '../support/random.ts';

const PLENTY = 1 << 24;
const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;

const deflated = (bytes: Bytes, options: object = {}): Bytes =>
  new Uint8Array(deflateRawSync(bytes, options));
const latin1 = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'latin1'));

/** Bytes of many kinds: empty, text, noise, runs, skewed so that long codes come up. */
function samples(): Bytes[] {
  const random = new Random(7);
  const skewed = Uint8Array.from({ length: 60_000 }, () => Math.floor(255 * random.next() ** 12));
  const words = Array.from({ length: 4000 }, () => random.pick(['DOE^JANE', 'CT', '1.2.840', '\\', '\0\0']));
  return [
    new Uint8Array(0),
    latin1('a'),
    latin1(words.join('')),
    random.bytes(100_000),
    new Uint8Array(300_000),
    skewed,
    concat([new Uint8Array(40_000), random.bytes(40_000), skewed, latin1(words.join(' '))]),
  ];
}

describe('inflating', () => {
  const strategies = [Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE];
  test.each(strategies)('gives back what zlib deflated, strategy %i, every level', (strategy) => {
    for (const bytes of samples()) {
      for (const level of [0, 1, 6, 9]) {
        const found = inflate(deflated(bytes, { level, strategy }), PLENTY);
        expect(found.state).toBe('whole');
        expect(Buffer.compare(found.bytes, bytes)).toBe(0);
      }
    }
  });

  // Typed by hand from RFC 1951: a fixed block of 'a' four times by a match, and a stored block.
  test.each([
    ['4b040200', 'aaaa'],
    ['010300fcff616263', 'abc'],
  ])('%s is %s', (hex, text) => {
    expect(inflate(fromHex(hex), PLENTY)).toEqual({ bytes: latin1(text), state: 'whole' });
  });

  test('looks at nothing behind the end, and skips the header of zlib', () => {
    const text = latin1('DICOM '.repeat(50));
    for (const padding of [[0], [0, 0, 0], [0xff, 0x42]]) {
      const padded = concat([deflated(text), Uint8Array.from(padding)]);
      expect(inflate(padded, PLENTY)).toEqual({ bytes: text, state: 'whole' });
    }
    expect(inflate(new Uint8Array(deflateSync(text)), PLENTY)).toEqual({ bytes: text, state: 'whole' });
  });

  test('a cut stream gives its beginning, at every byte', () => {
    const whole = samples()[2]!.subarray(0, 3000);
    for (const options of [{}, { level: 0 }, { strategy: Z_FIXED }]) {
      const stream = deflated(whole, options);
      let before = 0;
      for (let end = 0; end < stream.length; end++) {
        const { bytes, state } = inflate(stream.subarray(0, end), PLENTY);
        expect(state).toBe('cut');
        expect(Buffer.compare(bytes, whole.subarray(0, bytes.length))).toBe(0);
        expect(bytes.length).toBeGreaterThanOrEqual(before);
        before = bytes.length;
      }
    }
  });

  test.each([0, 1, 1000, 65_535, 299_999])('ends at a cap of %i bytes', (cap) => {
    for (const level of [0, 9]) {
      const { bytes, state } = inflate(deflated(new Uint8Array(300_000), { level }), cap);
      expect({ length: bytes.length, state }).toEqual({ length: cap, state: 'full' });
    }
  });

  test.each([
    ['the reserved block type', '07'],
    ['a stored block whose length contradicts itself', '0103000000616263'],
    ['a match that reaches in front of the beginning', '03020000'],
    ['a code that is given away twice', '05e081ffffffffffffffffffffffffff'],
  ])('%s is told as broken', (_what, hex) => {
    expect(inflate(fromHex(hex), PLENTY).state).toBe('broken');
  });

  test('any bytes end in one of the four ways, below the cap', () => {
    const random = new Random(8);
    const streams = samples().map((bytes) => deflated(bytes.subarray(0, 500)));
    const seen = new Set<string>();
    for (let i = 0; i < 5000; i++) {
      const stream = i % 4 === 0 ? random.bytes(60) : random.pick(streams).slice();
      if (stream.length > 0) stream[random.int(stream.length)] = random.int(256);
      const { bytes, state } = inflate(stream, 400);
      expect(bytes.length).toBeLessThanOrEqual(400);
      seen.add(state);
    }
    expect([...seen].sort()).toEqual(['broken', 'cut', 'full', 'whole']);
  });
});
