import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DicomError } from '../../core/bytes/index.ts';
import {
  elementSpans,
  EXPLICIT_VR_LITTLE_ENDIAN,
  plainBytes,
  readDataSet,
  readNative,
  writeDataSet,
} from '../../core/data/index.ts';
import { HeaderCollector } from '../../core/file/index.ts';
import { Random } from '../support/random.ts';
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, writeForm } from './forms.ts';
import { dataSets, SYNTAXES, writeUndefinedLengths } from './samples.ts';
import { firstGap } from './spans.ts';

const SEED = 2026;
const RUNS: readonly (readonly [cases: number, syntax: string])[] = [
  ...SYNTAXES.map((syntax) => [16_000, syntax] as const),
  [4000, EXPLICIT_VR_BIG_ENDIAN],
  [2000, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN],
];
/** Defined, misspelt and unknown terms of (0008,0005). */
const TERMS: readonly string[] = [
  ...[6, 100, 101, 109, 110, 144, 127, 126, 138, 148, 203, 13, 166].flatMap((number) => [
    `ISO_IR ${number}`,
    `ISO 2022 IR ${number}`,
  ]),
  'ISO 2022 IR 87',
  'ISO 2022 IR 159',
  'ISO 2022 IR 149',
  'ISO 2022 IR 58',
  '',
  'ISO_IR 192',
  'GB18030',
  'GBK',
  'ISO IR 192',
  'iso-ir 100',
  'ISO_IR 999',
  'x',
];
/** Escape sequences, delimiters, whole characters and parts of them. */
const PIECES: readonly string[] = [
  '\x1b$B',
  '\x1b$(D',
  '\x1b$)C',
  '\x1b$)A',
  '\x1b(B',
  '\x1b(J',
  '\x1b-A',
  '\x1b-L',
  '\x1b)I',
  '\x1b',
  '\\',
  '^',
  '=',
  '\r\n',
  ' ',
  'A',
  'Ab',
  '\xe4',
  '\xb0\xa1',
  '\xe5\xb1\xb1',
  '\x81\x5c',
  '0!',
  '\xef\xbb\xbf',
  '\0',
];

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

/** What reading gives: the value, or the code of why there is none. */
function given(read: typeof readDataSet, bytes: Bytes, syntax: string): unknown {
  try {
    return read(bytes, syntax);
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    return error.code;
  }
}

/** 'accepted' where the value survives writing and reading, 'refused' for a typed error; anything else fails the test. */
function outcome(bytes: Bytes, syntax: string): 'accepted' | 'refused' {
  new HeaderCollector(syntax).write(bytes);
  try {
    const value = readDataSet(bytes, syntax);
    const gap = firstGap(elementSpans(bytes, syntax), plainBytes(bytes, syntax).length);
    if (gap !== undefined) throw new Error(gap);
    const writable = SYNTAXES.find((one) => one === syntax) ?? EXPLICIT_VR_LITTLE_ENDIAN;
    const again = readDataSet(writeDataSet(value, writable), writable);
    if (!isDeepStrictEqual(again, value)) throw new Error('reads back as another value');
    return 'accepted';
  } catch (error) {
    if (error instanceof DicomError) return 'refused';
    throw error;
  }
}

/** The same, with the bytes in what fails. */
function told(i: number, how: string, bytes: Bytes, syntax: string): 'accepted' | 'refused' {
  try {
    return outcome(bytes, syntax);
  } catch (cause) {
    throw new Error(`case ${i} (${how}): ${Buffer.from(bytes).toString('hex')}`, { cause });
  }
}

/** A character set, and a name, a text of several values and one of one value in any bytes. */
function withTexts(set: string, random: Random): Bytes {
  const element = (tag: string, vr: string, value: string): Bytes => {
    const head = Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from(vr), Buffer.of(value.length, 0)]);
    return concat([head, Buffer.from(value, 'latin1')]);
  };
  const text = (): string =>
    Array.from({ length: random.int(8) }, () => random.pick(PIECES)).join('') +
    Buffer.from(random.bytes(random.int(4))).toString('latin1');
  return concat([
    element('08000500', 'CS', set),
    element('10001000', 'PN', text()),
    element('10002000', 'LO', text()),
    element('10000040', 'LT', text()),
  ]);
}

describe('fuzzing data sets', () => {
  const samples = fc.sample(dataSets, { numRuns: 300, seed: SEED });

  const writtenIn = (syntax: string): Bytes[] =>
    samples.flatMap((value) => [writeForm(value, syntax), writeForm(value, syntax, writeUndefinedLengths)]);

  test.each(RUNS)('%i cases in %s are refused with a typed error or survive', (cases, syntax) => {
    const written = writtenIn(syntax);
    const random = new Random(SEED);
    const counts = { accepted: 0, refused: 0 };
    for (let i = 0; i < cases; i++) {
      const [how, mutate] = random.pick(Object.entries(MUTATIONS));
      counts[told(i, how, mutate(random.pick(written), random, random.pick(written)), syntax)]++;
    }
    // Most changes break a deflated stream, and many that do not are refused inside.
    const least = syntax === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN ? 8 : 3;
    expect(counts.accepted).toBeGreaterThan(cases / least);
    expect(counts.refused).toBeGreaterThan(cases / 10);
  });

  test.each(SYNTAXES)('identifiers in %s are read as any data set is', (syntax) => {
    const written = writtenIn(syntax);
    const random = new Random(SEED);
    for (let i = 0; i < 3000; i++) {
      const [how, mutate] = random.pick(Object.entries(MUTATIONS));
      const bytes = mutate(random.pick(written), random, random.pick(written));
      if (isDeepStrictEqual(given(readNative, bytes, syntax), given(readDataSet, bytes, syntax))) continue;
      throw new Error(`case ${i} (${how}): ${Buffer.from(bytes).toString('hex')}`);
    }
  });

  test('4000 texts in random character sets are read, and survive where they can be written', () => {
    const random = new Random(SEED);
    const counts = { accepted: 0, refused: 0 };
    for (let i = 0; i < 4000; i++) {
      const terms = Array.from({ length: 1 + random.int(3) }, () => random.pick(TERMS));
      const bytes = withTexts(terms.join('\\'), random);
      expect(readDataSet(bytes, EXPLICIT_VR_LITTLE_ENDIAN)).toHaveProperty('00080005');
      counts[told(i, terms.join('\\'), bytes, EXPLICIT_VR_LITTLE_ENDIAN)]++;
    }
    expect(counts.accepted).toBeGreaterThan(400);
    expect(counts.refused).toBeGreaterThan(400);
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
