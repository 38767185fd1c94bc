import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, fromHex, toHex } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import {
  EXPLICIT_VR_LITTLE_ENDIAN,
  elementSpans,
  IMPLICIT_VR_LITTLE_ENDIAN,
  readDataSet,
  readHead,
  VR_TABLE,
  writeDataSet,
} from '../../core/data/index.ts';

const JAPANESE: DataSet = {
  '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
  '00100010': {
    vr: 'PN',
    Value: [
      { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
      { Phonetic: 'や' },
    ],
  },
};
// Alphabetic=Ideographic=Phonetic\==Phonetic, padded with a space
const JAPANESE_NAME =
  '59616d6164615e5461726f75 3d e5b1b1e794b0 5e e5a4aae9838e 3d e38284e381bee381a0 5e e3819fe3828de38186 5c 3d3d e38284';

const NESTED: DataSet = {
  '00080060': { vr: 'CS' },
  '00280010': { vr: 'US', Value: [512] },
  '00400100': {
    vr: 'SQ',
    Value: [{ '00080060': { vr: 'CS', Value: ['CT'] }, '00400008': { vr: 'SQ' } }, {}],
  },
};

const GOLDEN: readonly (readonly [what: string, syntax: string, hex: string, value: DataSet])[] = [
  ['nothing', IMPLICIT_VR_LITTLE_ENDIAN, '', {}],
  [
    'a name in three component groups, implicit',
    IMPLICIT_VR_LITTLE_ENDIAN,
    `0800 0500 0a000000 49534f5f495220313932 1000 1000 34000000 ${JAPANESE_NAME}`,
    JAPANESE,
  ],
  [
    'a name in three component groups, explicit',
    EXPLICIT_VR_LITTLE_ENDIAN,
    `0800 0500 4353 0a00 49534f5f495220313932 1000 1000 504e 3400 ${JAPANESE_NAME}`,
    JAPANESE,
  ],
  [
    'sequences, implicit',
    IMPLICIT_VR_LITTLE_ENDIAN,
    `0800 6000 00000000
     2800 1000 02000000 0002
     4000 0001 22000000
       feff 00e0 12000000  0800 6000 02000000 4354  4000 0800 00000000
       feff 00e0 00000000`,
    NESTED,
  ],
  [
    'sequences, explicit',
    EXPLICIT_VR_LITTLE_ENDIAN,
    `0800 6000 4353 0000
     2800 1000 5553 0200 0002
     4000 0001 5351 0000 26000000
       feff 00e0 16000000  0800 6000 4353 0200 4354  4000 0800 5351 0000 00000000
       feff 00e0 00000000`,
    NESTED,
  ],
  [
    'several values, an empty one among them, and padding by VR',
    EXPLICIT_VR_LITTLE_ENDIAN,
    `0800 1800 5549 0600 312e322e3300
     0800 6100 4353 0800 43545c5c4d525c20
     1800 5000 4453 0800 312e35305c322e35
     2800 0900 4154 0800 1800 6310 5400 1600`,
    {
      '00080018': { vr: 'UI', Value: ['1.2.3'] },
      '00080061': { vr: 'CS', Value: ['CT', null, 'MR', null] },
      '00180050': { vr: 'DS', Value: ['1.50', 2.5] },
      '00280009': { vr: 'AT', Value: ['00181063', '00540016'] },
    },
  ],
  [
    'numbers of every width',
    EXPLICIT_VR_LITTLE_ENDIAN,
    `7200 6e00 5554 0000 02000000 7878
     7200 7400 4644 0800 000000000000f83f
     7200 7600 464c 0400 0000c03f
     7200 7800 554c 0400 ffffffff
     7200 7c00 534c 0400 ffffffff
     7200 7e00 5353 0200 feff
     7200 8200 5356 0000 08000000 ffffffffffffffff
     7200 8300 5556 0000 08000000 ffffffffffffffff`,
    {
      '0072006E': { vr: 'UT', Value: ['xx'] },
      '00720074': { vr: 'FD', Value: [1.5] },
      '00720076': { vr: 'FL', Value: [1.5] },
      '00720078': { vr: 'UL', Value: [4294967295] },
      '0072007C': { vr: 'SL', Value: [-1] },
      '0072007E': { vr: 'SS', Value: [-2] },
      '00720082': { vr: 'SV', Value: [-1] },
      '00720083': { vr: 'UV', Value: ['18446744073709551615'] },
    },
  ],
  [
    'private elements keep their VR and bytes',
    EXPLICIT_VR_LITTLE_ENDIAN,
    `0900 1000 4c4f 0400 41434d45
     0900 0110 4f42 0000 04000000 00010203
     0900 0210 5a5a 0000 02000000 abcd`,
    {
      '00090010': { vr: 'LO', Value: ['ACME'] },
      '00091001': { vr: 'OB', InlineBinary: 'AAECAw==' },
      '00091002': { vr: 'ZZ', InlineBinary: 'q80=' },
    },
  ],
  [
    'a private sequence in implicit VR: only undefined length tells',
    IMPLICIT_VR_LITTLE_ENDIAN,
    `0900 0110 ffffffff  feff 00e0 0a000000  0800 6000 02000000 4354  feff dde0 00000000
     0900 0210 02000000 abcd`,
    {
      '00091001': { vr: 'SQ', Value: [{ '00080060': { vr: 'CS', Value: ['CT'] } }] },
      '00091002': { vr: 'UN', InlineBinary: 'q80=' },
    },
  ],
];

describe('golden bytes', () => {
  test.each(GOLDEN)('%s', (_what, syntax, hex, value) => {
    expect(toHex(writeDataSet(value, syntax))).toBe(hex.replace(/\s/g, ''));
    expect(readDataSet(fromHex(hex), syntax)).toEqual(value);
  });
});

describe('what others send', () => {
  const CT = { '00080060': { vr: 'CS', Value: ['CT'] } };
  test.each<readonly [string, string, string, DataSet]>([
    [
      'sequences and items of undefined length, an empty item, delimitation items with wrong lengths',
      EXPLICIT_VR_LITTLE_ENDIAN,
      `4000 0001 5351 0000 ffffffff
         feff 00e0 ffffffff 0800 6000 4353 0200 4354 feff 0de0 ffffffff
         feff 00e0 00000000
       feff dde0 ffffffff`,
      { '00400100': { vr: 'SQ', Value: [CT, {}] } },
    ],
    [
      'UN of undefined length: a sequence in implicit VR (PS3.5 6.2.2)',
      EXPLICIT_VR_LITTLE_ENDIAN,
      `0900 0110 554e 0000 ffffffff feff 00e0 ffffffff 0800 6000 02000000 4354 feff 0de0 00000000 feff dde0 00000000`,
      { '00091001': { vr: 'SQ', Value: [CT] } },
    ],
    [
      'UN of a known attribute: a value too long for its VR (PS3.5 6.2.2)',
      EXPLICIT_VR_LITTLE_ENDIAN,
      '0800 6000 554e 0000 02000000 4354',
      CT,
    ],
    ['group lengths', IMPLICIT_VR_LITTLE_ENDIAN, '0800 0000 04000000 0a000000 0800 6000 02000000 4354', CT],
    [
      'tags out of order, one twice: the last one counts',
      IMPLICIT_VR_LITTLE_ENDIAN,
      '1000 2000 02000000 4142 0800 6000 02000000 4d52 0800 6000 02000000 4354',
      { ...CT, '00100020': { vr: 'LO', Value: ['AB'] } },
    ],
    [
      'odd lengths, NULs and spaces as padding',
      IMPLICIT_VR_LITTLE_ENDIAN,
      '0800 1800 06000000 312e322e3320 0800 6000 03000000 435400 1000 2000 05000000 2041422000',
      { ...CT, '00080018': { vr: 'UI', Value: ['1.2.3'] }, '00100020': { vr: 'LO', Value: ['AB'] } },
    ],
    [
      'US or SS by Pixel Representation, OB or OW as OW (PS3.5 A.1)',
      IMPLICIT_VR_LITTLE_ENDIAN,
      '2800 0301 02000000 0100 2800 0601 02000000 ffff e07f 1000 02000000 0102',
      {
        '00280103': { vr: 'US', Value: [1] },
        '00280106': { vr: 'SS', Value: [-1] },
        '7FE00010': { vr: 'OW', InlineBinary: 'AQI=' },
      },
    ],
    [
      'Latin-1 by ISO_IR 100, and an item with a set of its own',
      IMPLICIT_VR_LITTLE_ENDIAN,
      `0800 0500 0a000000 49534f5f495220313030
       1000 2000 02000000 fc20
       4000 7502 24000000 feff 00e0 1c000000 0800 0500 0a000000 49534f5f495220313932 4000 0700 02000000 c3bc`,
      {
        '00080005': { vr: 'CS', Value: ['ISO_IR 100'] },
        '00100020': { vr: 'LO', Value: ['ü'] },
        '00400275': {
          vr: 'SQ',
          Value: [
            { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] }, '00400007': { vr: 'LO', Value: ['ü'] } },
          ],
        },
      },
    ],
    [
      'Latin-1 where no set is named',
      IMPLICIT_VR_LITTLE_ENDIAN,
      '1000 2000 02000000 fcfc',
      { '00100020': { vr: 'LO', Value: ['üü'] } },
    ],
    [
      'a byte order mark',
      IMPLICIT_VR_LITTLE_ENDIAN,
      '0800 0500 0a000000 49534f5f495220313932 1000 2000 06000000 efbbbf41c3bc',
      { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] }, '00100020': { vr: 'LO', Value: ['Aü'] } },
    ],
    [
      'NaN, for which JSON has no number',
      EXPLICIT_VR_LITTLE_ENDIAN,
      '7200 7600 464c 0400 0000c07f',
      { '00720076': { vr: 'FL', Value: ['NaN'] } },
    ],
  ])('%s', (_what, syntax, hex, value) => {
    expect(readDataSet(fromHex(hex), syntax)).toEqual(value);
  });

  test('encapsulated pixel data: fragments in the spans, nothing in the model', () => {
    const bytes = fromHex(
      `e07f 1000 4f42 0000 ffffffff feff 00e0 00000000 feff 00e0 04000000 01020304 feff dde0 00000000`,
    );
    expect(readDataSet(bytes, '1.2.840.10008.1.2.4.90')).toEqual({});
    expect(elementSpans(bytes, '1.2.840.10008.1.2.4.90')).toEqual([
      {
        kind: 'element',
        path: '7FE00010',
        tag: '7FE00010',
        vr: 'OB',
        offset: 0,
        length: 40,
        valueOffset: 12,
        valueLength: 20,
        undefinedLength: true,
        depth: 0,
        littleEndian: true,
      },
      {
        kind: 'fragment',
        path: '7FE00010[0]',
        tag: 'FFFEE000',
        vr: '',
        offset: 12,
        length: 8,
        valueOffset: 20,
        valueLength: 0,
        undefinedLength: false,
        depth: 1,
        littleEndian: true,
      },
      {
        kind: 'fragment',
        path: '7FE00010[1]',
        tag: 'FFFEE000',
        vr: '',
        offset: 20,
        length: 12,
        valueOffset: 28,
        valueLength: 4,
        undefinedLength: false,
        depth: 1,
        littleEndian: true,
      },
    ]);
  });
});

describe('refused, always with a typed error', () => {
  const sequence = '4000 0001 5351 0000 ffffffff feff 00e0 ffffffff ';
  test.each([
    ['a length past the end', EXPLICIT_VR_LITTLE_ENDIAN, '0800 6000 4353 0400 4354', /past the end/],
    ['a length of 2 GiB', EXPLICIT_VR_LITTLE_ENDIAN, '0900 0110 4f42 0000 feffff7f 0000', /past the end/],
    ['a cut header', EXPLICIT_VR_LITTLE_ENDIAN, '0800 6000 4353', /cut off/],
    ['a cut tag', EXPLICIT_VR_LITTLE_ENDIAN, '0800', /cut off/],
    [
      'native OW of undefined length',
      EXPLICIT_VR_LITTLE_ENDIAN,
      'e07f 1000 4f57 0000 ffffffff 0000',
      /undefined length/,
    ],
    ['text of undefined length', IMPLICIT_VR_LITTLE_ENDIAN, '1000 1000 ffffffff 4142', /undefined length/],
    ['an open sequence', EXPLICIT_VR_LITTLE_ENDIAN, sequence, /no end/],
    [
      'an item longer than its sequence',
      EXPLICIT_VR_LITTLE_ENDIAN,
      '4000 0001 5351 0000 08000000 feff 00e0 04000000 00000000',
      /past the end/,
    ],
    [
      'no item in a sequence',
      EXPLICIT_VR_LITTLE_ENDIAN,
      '4000 0001 5351 0000 08000000 0800 6000 4353 0000',
      /no item/,
    ],
    ['an item outside a sequence', EXPLICIT_VR_LITTLE_ENDIAN, 'feff 00e0 00000000', /where an element/],
    ['implicit VR in an explicit syntax', EXPLICIT_VR_LITTLE_ENDIAN, '0800 6000 02000000 4354', /VR/],
  ])('%s', (_what, syntax, hex, message) => {
    expect(() => readDataSet(fromHex(hex), syntax)).toThrowError(
      expect.objectContaining({ code: 'DATASET_INVALID', message: expect.stringMatching(message) }),
    );
    expect(
      readHead(
        fromHex(`0800 1600 ${syntax === EXPLICIT_VR_LITTLE_ENDIAN ? '5549 0200' : '02000000'} 3100 ${hex}`),
        syntax,
      ),
    ).toMatchObject({
      dataSet: { '00080016': { vr: 'UI', Value: ['1'] } },
      complete: false,
      end: 10,
    });
  });

  test('10,000 nested sequences, and more elements than the limit', () => {
    const deep = fromHex(sequence.repeat(10_000));
    expect(() => readDataSet(deep, EXPLICIT_VR_LITTLE_ENDIAN)).toThrowError(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
    const many = fromHex('0800 6000 4353 0000'.repeat(11));
    const limits = { ...DEFAULT_LIMITS, elements: 10 };
    expect(() => readDataSet(many, EXPLICIT_VR_LITTLE_ENDIAN, { limits })).toThrowError(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
  });
});

// Typed a second time, from PS3.5 Tables 6.2-1, 7.1-1 and 7.1-2.
const LONG = 'OB OD OF OL OV OW SQ SV UC UN UR UT UV';
const SHORT = 'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US';
const NUL_PADDED = 'AT FD FL OB OD OF OL OV OW SL SQ SS SV UI UL UN US UV';
const WITH_CHARACTER_SET = 'LO LT PN SH ST UC UT';
const SINGLE = 'LT OB OD OF OL OV OW SQ ST UN UR UT';
const SIZES = {
  AT: 4,
  FD: 8,
  FL: 4,
  SL: 4,
  SS: 2,
  SV: 8,
  UL: 4,
  US: 2,
  UV: 8,
  OB: 1,
  OD: 8,
  OF: 4,
  OL: 4,
  OV: 8,
  OW: 2,
  UN: 1,
};

test('the table of VRs', () => {
  const where = (holds: (vr: string) => boolean): string =>
    Object.keys(VR_TABLE).filter(holds).sort().join(' ');
  expect(where((vr) => VR_TABLE[vr]!.long)).toBe(LONG);
  expect(where((vr) => !VR_TABLE[vr]!.long)).toBe(SHORT);
  expect(where((vr) => VR_TABLE[vr]!.pad === 0)).toBe(NUL_PADDED);
  expect(where((vr) => VR_TABLE[vr]!.extended)).toBe(WITH_CHARACTER_SET);
  expect(where((vr) => !VR_TABLE[vr]!.multiple)).toBe(SINGLE);
  const sized = Object.entries(VR_TABLE).filter(([, entry]) => entry.size > 0);
  expect(Object.fromEntries(sized.map(([vr, entry]) => [vr, entry.size]))).toEqual(SIZES);
});
