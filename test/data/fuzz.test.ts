import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DicomError } from '../../core/bytes/index.ts';
import { elementSpans, readDataSet, writeDataSet } from '../../core/data/index.ts';
import { HeaderCollector } from '../../core/file/index.ts';
import { Random } from '../support/random.ts';
import { dataSets, SYNTAXES, writeUndefinedLengths } from './samples.ts';
import { firstGap } from './spans.ts';

const SEED = 2026;
const CASES = 32_000;
const EMPTY_ITEMS = [0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff];

type Mutation = (bytes: Bytes, random: Random, other: Bytes) => Bytes;

const at = (bytes: Bytes, random: Random): number => random.int(bytes.length + 1);

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  none: (bytes) => bytes,
  random: (_, random) => random.bytes(random.int(200)),
  truncated: (bytes, random) => bytes.slice(0, at(bytes, random)),
  'one byte': (bytes, random) => replaced(bytes, at(bytes, random), [random.int(256)]),
  'one bit': (bytes, random) => {
    const where = random.int(Math.max(1, bytes.length));
    return replaced(bytes, where, [(bytes[where] ?? 0) ^ (1 << random.int(8))]);
  },
  'a text byte': (bytes, random) => replaced(bytes, at(bytes, random), [0x20 + random.int(0x5f)]),
  'four bytes of FF': (bytes, random) => replaced(bytes, at(bytes, random), [0xff, 0xff, 0xff, 0xff]),
  'an item': (bytes, random) => replaced(bytes, at(bytes, random), EMPTY_ITEMS),
  inserted: (bytes, random) => {
    const where = at(bytes, random);
    return concat([bytes.subarray(0, where), random.bytes(1 + random.int(8)), bytes.subarray(where)]);
  },
  removed: (bytes, random) => {
    const where = at(bytes, random);
    return concat([bytes.subarray(0, where), bytes.subarray(where + 1 + random.int(8))]);
  },
  joined: (bytes, _, other) => concat([bytes, other]),
  spliced: (bytes, random, other) =>
    concat([bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random))]),
};

function replaced(bytes: Bytes, where: number, by: readonly number[]): Bytes {
  const out = bytes.slice();
  out.set(by.slice(0, Math.max(0, out.length - where)), Math.min(where, out.length));
  return out;
}

/** 'accepted' where the value survives writing and reading, 'refused' for a typed error; anything else fails the test. */
function outcome(bytes: Bytes, syntax: string): 'accepted' | 'refused' {
  new HeaderCollector(syntax).write(bytes);
  try {
    const value = readDataSet(bytes, syntax);
    const gap = firstGap(elementSpans(bytes, syntax), bytes.length);
    if (gap !== undefined) throw new Error(gap);
    const again = readDataSet(writeDataSet(value, syntax), syntax);
    if (!isDeepStrictEqual(again, value)) throw new Error('reads back as another value');
    return 'accepted';
  } catch (error) {
    if (error instanceof DicomError) return 'refused';
    throw error;
  }
}

describe('fuzzing data sets', () => {
  const samples = fc.sample(dataSets, { numRuns: 300, seed: SEED });

  test.each(SYNTAXES)(`${CASES / 2} cases in %s are refused with a typed error or survive`, (syntax) => {
    const written = samples.flatMap((value) => [
      writeDataSet(value, syntax),
      writeUndefinedLengths(value, syntax),
    ]);
    const random = new Random(SEED);
    const counts = { accepted: 0, refused: 0 };
    for (let i = 0; i < CASES / 2; i++) {
      const [how, mutate] = random.pick(Object.entries(MUTATIONS));
      const bytes = mutate(random.pick(written), random, random.pick(written));
      try {
        counts[outcome(bytes, syntax)]++;
      } catch (cause) {
        throw new Error(`case ${i} (${how}): ${Buffer.from(bytes).toString('hex')}`, { cause });
      }
    }
    expect(counts.accepted).toBeGreaterThan(CASES / 2 / 3);
    expect(counts.refused).toBeGreaterThan(CASES / 2 / 10);
  });

  test('encapsulated syntaxes are read or refused alike', () => {
    const random = new Random(SEED);
    const pixels = Uint8Array.from(
      Buffer.from('e07f10004f420000fffffffffeff00e000000000feff00e00400000001020304feffdde000000000', 'hex'),
    );
    const whole = concat([writeDataSet(samples[0]!, SYNTAXES[1]), pixels]);
    let read = 0;
    for (let i = 0; i < 2000; i++) {
      const [, mutate] = random.pick(Object.entries(MUTATIONS));
      const bytes = mutate(whole, random, pixels);
      try {
        expect(firstGap(elementSpans(bytes, '1.2.840.10008.1.2.4.90'), bytes.length)).toBeUndefined();
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(DicomError);
      }
    }
    expect(read).toBeGreaterThan(300);
  });
});
