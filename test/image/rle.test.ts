/** RLE Lossless (PS3.5 Annex G): the standard's own rules by hand, round trips, and bytes of no good will. */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DicomError } from '../../core/bytes/index.ts';
import { decodeFrame } from '../../core/image/index.ts';
import { Random } from '../support/random.ts';
import type { Keys } from './make.ts';
import { encapsulated } from './make.ts';

const EIGHT: Keys = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 };

/** The header (PS3.5 G.5) and the segments behind it, each padded to even length. */
function rle(...segments: readonly (readonly number[])[]): Bytes {
  const padded = segments.map((segment) => Uint8Array.from(segment.length % 2 ? [...segment, 0] : segment));
  const header = new Uint32Array(16);
  header[0] = segments.length;
  let offset = 64;
  padded.forEach((segment, i) => {
    header[i + 1] = offset;
    offset += segment.length;
  });
  return concat([new Uint8Array(header.buffer), ...padded]);
}

async function decoded(keys: Keys, frame: Bytes): Promise<number[]> {
  return [...(await decodeFrame(encapsulated(keys, [frame]), 0)).samples];
}

describe('by hand', () => {
  test('a literal run, a replicate run, and no operation', async () => {
    const keys = { ...EIGHT, Rows: 1, Columns: 7 };
    // 2: three literal bytes; 128: nothing; 254: the next byte three times; 0: one byte
    expect(await decoded(keys, rle([2, 1, 2, 3, 128, 254, 9, 0, 5]))).toEqual([1, 2, 3, 9, 9, 9, 5]);
  });

  test('16 bits: the upper bytes first', async () => {
    expect(await decoded({}, rle([3, 0x12, 0x34, 0x56, 0x78], [253, 0xaa]))).toEqual([
      0x12aa, 0x34aa, 0x56aa, 0x78aa,
    ]);
  });

  test('colours: a plane each', async () => {
    const keys = { ...EIGHT, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB' };
    expect(await decoded(keys, rle([3, 1, 2, 3, 4], [253, 7], [3, 5, 6, 7, 8]))).toEqual([
      1, 7, 5, 2, 7, 6, 3, 7, 7, 4, 7, 8,
    ]);
  });

  test('runs that go on behind the last pixel are cut off', async () => {
    expect(await decoded(EIGHT, rle([1, 1, 2, 129, 3]))).toEqual([1, 2, 3, 3]);
  });
});

/** Packs one plane: runs where two are alike, else literals. */
function pack(bytes: readonly number[]): number[] {
  const out: number[] = [];
  for (let at = 0; at < bytes.length;) {
    let run = 1;
    while (run < 128 && bytes[at + run] === bytes[at]) run++;
    if (run > 1) out.push(257 - run, bytes[at]!);
    else out.push(0, bytes[at]!);
    at += run;
  }
  return out;
}

test('round trips of samples of any width', async () => {
  const random = new Random(11);
  for (let i = 0; i < 200; i++) {
    const rows = 1 + random.int(9);
    const columns = 1 + random.int(9);
    const width = random.pick([1, 2, 4]);
    const few = random.int(2) === 0;
    const values = Array.from({ length: rows * columns }, () => random.int(few ? 3 : 256 ** width));
    const planes = Array.from({ length: width }, (_, byte) =>
      values.map((value) => Math.floor(value / 256 ** (width - 1 - byte)) % 256),
    );
    const bits = 8 * width;
    const keys = { Rows: rows, Columns: columns, BitsAllocated: bits, BitsStored: bits, HighBit: bits - 1 };
    expect(await decoded(keys, rle(...planes.map(pack)))).toEqual(values);
  }
});

describe('refused', () => {
  const good = rle([3, 1, 2, 3, 4]);
  const withWord = (at: number, value: number): Bytes => {
    const bytes = good.slice();
    new DataView(bytes.buffer).setUint32(at, value, true);
    return bytes;
  };

  test.each<[string, Bytes]>([
    ['a header cut off', good.subarray(0, 62)],
    ['no segment', withWord(0, 0)],
    ['a segment too many', withWord(0, 2)],
    ['segments without number', withWord(0, 0xffffffff)],
    ['an offset into the header', withWord(4, 8)],
    ['an offset beyond the end', withWord(4, 0x7fffffff)],
    ['a literal cut off', rle([3, 1, 2, 3])],
    ['a run cut off', good.subarray(0, 64)],
    ['nothing but no operations', rle([128, 128, 128, 128])],
  ])('%s', async (_, bytes) => {
    await expect(decoded(EIGHT, bytes)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
  });

  test('a large frame out of a few bytes', async () => {
    const keys = { ...EIGHT, Rows: 10_000, Columns: 10_000 };
    await expect(decoded(keys, good)).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      details: { segment: 1 },
    });
  });

  test('segments that go backwards', async () => {
    const bytes = rle([253, 1], [253, 2]);
    new DataView(bytes.buffer).setUint32(8, 64, true);
    new DataView(bytes.buffer).setUint32(4, 66, true);
    await expect(decoded({}, bytes)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
  });
});

test('whatever the bytes: samples of the right number, or a typed error', async () => {
  const random = new Random(12);
  const good = rle(pack([1, 2, 2, 2]), pack([9, 9, 8, 7]));
  let refused = 0;
  for (let i = 0; i < 3000; i++) {
    const bytes = random.int(4) === 0 ? random.bytes(2 * random.int(60)) : good.slice();
    for (let change = random.int(4); change > 0 && bytes.length > 0; change--) {
      bytes[random.int(bytes.length)] = random.int(256);
    }
    try {
      expect(await decoded({}, bytes)).toHaveLength(4);
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(500);
  expect(refused).toBeLessThan(2900);
});
