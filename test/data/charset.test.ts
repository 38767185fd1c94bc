import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex, fromLatin1, toHex } from '../../core/bytes/index.ts';
import type { DataSet, ReadOptions } from '../../core/data/index.ts';
import {
  dataSet,
  IMPLICIT_VR_LITTLE_ENDIAN,
  items,
  readDataSet,
  text,
  texts,
  writeDataSet,
} from '../../core/data/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import { describeWith, PYDICOM_CHARSET_FILES } from '../support/needs.ts';

const ATTRIBUTES = { PatientName: '10001000', PatientID: '10002000', PatientComments: '10000040' } as const;
type Keyword = keyof typeof ATTRIBUTES;

/** (0008,0005) as written, then one attribute with the given bytes, in Implicit VR Little Endian. */
function encoded(set: string, value: Bytes, keyword: Keyword = 'PatientName'): Bytes {
  const element = (tag: string, bytes: Bytes): Bytes =>
    concat([fromHex(tag), new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes]);
  return concat([element('08000500', fromLatin1(set)), element(ATTRIBUTES[keyword], value)]);
}

function read(set: string, hex: string, keyword: Keyword = 'PatientName', options: ReadOptions = {}): string {
  const bytes = encoded(set, fromHex(hex), keyword);
  return texts(readDataSet(bytes, IMPLICIT_VR_LITTLE_ENDIAN, options), keyword).join('\\');
}

const latin = (text: string): string => toHex(fromLatin1(text));
const H31 = `${latin('Yamada^Tarou=')} 1b2442 3b334544 1b2842 5e 1b2442 42404f3a 1b2842
  3d 1b2442 2464245e2440 1b2842 5e 1b2442 243f246d2426 1b2842`;
const H32 = `d4cfc0de5ec0dbb3 3d 1b2442 3b334544 1b284a 5e 1b2442 42404f3a 1b284a
  3d 1b2442 2464245e2440 1b284a 5e 1b2442 243f246d2426 1b284a`;
const I2 = `${latin('Hong^Gildong=')} 1b242943 fbf3 5e 1b242943 d1ced4d7 3d 1b242943 c8ab 5e 1b242943 b1e6b5bf`;
const J1 = `${latin('Wang^XiaoDong=')} e78e8b 5e e5b08f e69db1 3d`;
const J3 = `${latin('Wang^XiaoDong=')} cdf5 5e d0a1 b6ab 3d`;
const K2 = `${latin('Zhang^XiaoDong=')} 1b242941 d5c5 5e 1b242941 d0a1 b6ab 3d 20`;

describe('names of PS3.5 Annexes H to K', () => {
  test.each([
    ['H.3.1', '\\ISO 2022 IR 87', H31, 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
    ['H.3.2', 'ISO 2022 IR 13\\ISO 2022 IR 87', H32, 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう'],
    ['I.2', '\\ISO 2022 IR 149', I2, 'Hong^Gildong=洪^吉洞=홍^길동'],
    ['J.1', 'ISO_IR 192', J1, 'Wang^XiaoDong=王^小東'],
    ['J.3', 'GB18030', J3, 'Wang^XiaoDong=王^小东'],
    ['J.4', 'GBK', J3, 'Wang^XiaoDong=王^小东'],
    ['K.2', '\\ISO 2022 IR 58', K2, 'Zhang^XiaoDong=张^小东'],
  ])('%s, %s', (_annex, set, hex, name) => {
    expect(read(set, hex)).toBe(name);
  });
});

describe('single-byte sets (PS3.3 Table C.12-2)', () => {
  const NAMES: readonly (readonly [number: number, hex: string, name: string])[] = [
    [100, 'c46e6561735e52fc6469676572', 'Äneas^Rüdiger'],
    [100, '4275635e4ae972f46d65', 'Buc^Jérôme'],
    [101, '44766f f8e16b', 'Dvořák'],
    [109, 'a161bf', 'Ħaż'],
    [110, 'd3e0', 'Ķā'],
    [144, 'bbeeda6365dcd17970d3', 'Люкceмбypг'],
    [127, 'e2c8c7e6ea5ee4e6d2c7d1', 'قباني^لنزار'],
    [126, 'c4e9efedf5f3e9eff2', 'Διονυσιος'],
    [138, 'f9f8e5ef5ee3e1e5f8e4', 'שרון^דבורה'],
    [148, 'def0fd', 'Şğı'],
    [203, 'a4a6bd', '€Šœ'],
    [13, 'd4cfc0de5ec0dbb3', 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
    [166, 'cac7d1cab4d5', 'สวัสดี'],
  ];

  /** PS3.3 Table C.12-3. */
  const ESCAPES: Readonly<Record<number, string>> = {
    100: '1b2d41',
    101: '1b2d42',
    109: '1b2d43',
    110: '1b2d44',
    144: '1b2d4c',
    127: '1b2d47',
    126: '1b2d46',
    138: '1b2d48',
    148: '1b2d4d',
    203: '1b2d62',
    13: '1b2949',
    166: '1b2d54',
  };

  test.each(NAMES)('ISO_IR %i reads %s as %s, and writes it', (number, hex, name) => {
    for (const set of [`ISO_IR ${number}`, `ISO 2022 IR ${number}`]) {
      expect(read(set, hex)).toBe(name);
      const written = writeDataSet(
        dataSet({ SpecificCharacterSet: set, PatientName: name }),
        IMPLICIT_VR_LITTLE_ENDIAN,
      );
      expect(toHex(written)).toContain(hex.replaceAll(' ', ''));
    }
    // Behind another first set, by its escape sequence.
    const bytes = hex.replaceAll(' ', '').match(/../g)!;
    const inEach = bytes.map((byte) => (byte === '5e' ? `5e${ESCAPES[number]}` : byte));
    expect(read('ISO 2022 IR 6\\ISO 2022 IR 87', `${ESCAPES[number]}${inEach.join('')}`)).toBe(name);
  });

  test.each(['100', '101', '148', '166'])(
    'ISO_IR %s has control characters where Windows has others',
    (number) => {
      expect(read(`ISO_IR ${number}`, '4180859f42')).toBe('A\x80\x85\x9fB');
    },
  );

  test('bytes that mean nothing become U+FFFD, one each', () => {
    expect(read('ISO_IR 166', '41dbfc42')).toBe('A\uFFFD\uFFFDB');
    expect(read('ISO_IR 13', '41e042')).toBe('A\uFFFDB');
  });
});

describe('code extensions (PS3.5 6.1.2.5)', () => {
  const SETS = 'ISO 2022 IR 100\\ISO 2022 IR 144';
  const CYRILLIC = '1b2d4c';

  test.each<[string, string, Keyword, string]>([
    ['^ and = in names', `${CYRILLIC}bbee 5e fc 3d ${CYRILLIC}bb 3d fc`, 'PatientName', 'Лю^ü=Л=ü'],
    ['not in other texts', `${CYRILLIC}bbee 5e fc 3d fc`, 'PatientID', 'Лю^ќ=ќ'],
    ['\\ between values', `${CYRILLIC}bbee 5c fc`, 'PatientID', 'Лю\\ü'],
    ['\\ within a single value', `${CYRILLIC}bbee 5c fc`, 'PatientComments', 'Лю\\ќ'],
    ['line feed', `${CYRILLIC}bb 0a fc`, 'PatientComments', 'Л\nü'],
    ['carriage return', `${CYRILLIC}bb 0d fc`, 'PatientComments', 'Л\rü'],
    ['form feed', `${CYRILLIC}bb 0c fc`, 'PatientComments', 'Л\fü'],
    ['tab', `${CYRILLIC}bb 09 fc`, 'PatientComments', 'Л\tü'],
  ])('what brings the first set back: %s', (_what, hex, keyword, expected) => {
    expect(read(SETS, hex, keyword)).toBe(expected);
  });

  test('a first set in pairs ends at the end of a line as well', () => {
    expect(read('\\ISO 2022 IR 87', '1b2442 2464 0d0a 3132', 'PatientComments')).toBe('や\r\n12');
  });

  test('JIS X 0212, and spaces among pairs', () => {
    expect(read('\\ISO 2022 IR 87\\ISO 2022 IR 159', '1b242844 3021 20 3022 1b2842 41')).toBe('丂 丄A');
  });

  test('half a pair and unknown sequences do no harm', () => {
    expect(read('\\ISO 2022 IR 87', '1b2442 24641b284241')).toBe('やA');
    expect(read('\\ISO 2022 IR 87', '1b2442 246424')).toMatch(/^や\uFFFD/);
    expect(read('\\ISO 2022 IR 87', '41 1b2458 42')).toBe('A\x1b$XB');
    expect(read('\\ISO 2022 IR 87', '41 1b')).toBe('A\x1b');
  });

  test('sets that (0008,0005) forgets are known by their sequences; Korean without any is read', () => {
    expect(read('ISO 2022 IR 6', '1b2442 2464 1b2842')).toBe('や');
    expect(read('ISO 2022 IR 87', '1b2442 2464 1b2842')).toBe('や');
    expect(read('\\ISO 2022 IR 149', 'b1e8 5e c8f1c1df')).toBe('김^희중');
  });
});

describe('a backslash byte inside a character divides nothing', () => {
  test.each([
    ['GB18030', '815c 5c 41', '乗\\A'],
    ['GBK', '815c 5c 41', '乗\\A'],
    ['\\ISO 2022 IR 87', '1b2442 305c 1b2842 5c 41', '移\\A'],
  ])('%s', (set, hex, expected) => {
    const bytes = encoded(set, fromHex(hex), 'PatientID');
    expect(texts(readDataSet(bytes, IMPLICIT_VR_LITTLE_ENDIAN), 'PatientID')).toEqual(expected.split('\\'));
  });
});

describe('what (0008,0005) says', () => {
  test.each([
    'ISO_IR 192',
    'ISO IR 192',
    'ISO_IR_192',
    'ISO-IR 192',
    'iso_ir 192',
    'ISOIR192',
    'UTF-8',
    ' ISO_IR 192 ',
    '\\ISO_IR 192',
    'ISO_IR 192\\ISO 2022 IR 87',
    '\xef\xbb\xbfISO_IR 192',
  ])('%j is UTF-8', (set) => {
    expect(read(set, 'e5b1b1')).toBe('山');
  });

  test.each(['ISO_IR 100', 'ISO IR 100', 'ISO-IR 100', 'ISO_IR_100', 'iso_ir 100'])(
    '%j is Latin-1',
    (set) => {
      expect(read(set, '4dfc')).toBe('Mü');
    },
  );

  test.each([
    'ISO 2022 IR 87',
    'ISO_2022_IR_87',
    'ISO2022IR87',
    'ISO_IR 87',
    'ISO 2022-IR 87',
    'ISO 2022 87',
  ])('\\%s', (set) => {
    expect(read(`\\${set}`, '1b2442 2464 1b2842')).toBe('や');
  });

  test('a byte order mark in front of UTF-8 is dropped', () => {
    expect(read('ISO_IR 192', 'efbbbf e5b1b1')).toBe('山');
  });

  test.each(['', 'ISO_IR 6', 'ISO_IR 999', 'nonsense', 'ISO_IR 999\\ISO 2022 IR 999', '\\', '\\\\\\'])(
    '%j: bytes beyond ASCII are shown as Latin-1',
    (set) => {
      expect(read(set, '4dfc1b')).toBe('Mü\x1b');
    },
  );

  test('an item has its own set, or that of what is around it', () => {
    const inside = (set: string): DataSet => {
      const item = encoded(set, fromHex('d4'));
      const header = (tag: string, length: number): Bytes =>
        concat([fromHex(tag), new Uint8Array(Uint32Array.of(length).buffer)]);
      const sequence = concat([header('10000210', item.length + 8), header('feff00e0', item.length), item]);
      const outer = encoded('ISO_IR 144', fromHex('bb'));
      return readDataSet(concat([outer, sequence]), IMPLICIT_VR_LITTLE_ENDIAN);
    };
    const name = (set: string): string =>
      text(items(inside(set), 'OtherPatientIDsSequence')[0]!, 'PatientName');
    expect(name('ISO_IR 13')).toBe('ﾔ');
    expect(name('ISO_IR 126')).toBe('Τ');
    const inherited = inside('');
    expect(text(inherited, 'PatientName')).toBe('Л');
    expect(name('')).toBe('Ô');
  });

  test('a fallback stands in where none is named, and only there', () => {
    const options = { fallbackCharacterSet: 'ISO_IR 144' };
    expect(read('', 'bbee', 'PatientName', options)).toBe('Лю');
    expect(read('ISO_IR 6', 'bbee', 'PatientName', options)).toBe('Лю');
    expect(read('ISO_IR 100', 'bbee', 'PatientName', options)).toBe('»î');
    expect(read('', H31, 'PatientName', { fallbackCharacterSet: '\\ISO 2022 IR 87' })).toMatch(/=山田\^/);
    const without = encoded('', fromHex('bbee')).subarray(8);
    expect(text(readDataSet(without, IMPLICIT_VR_LITTLE_ENDIAN, options), 'PatientName')).toBe('Лю');
  });
});

describeWith(['pydicom'], "pydicom's character sets", () => {
  const JAPANESE = 'やまだ^たろう';
  const NAMES: Readonly<Record<string, string>> = {
    chrArab: 'قباني^لنزار',
    chrFren: 'Buc^Jérôme',
    chrFrenMulti: 'Buc^Jérôme',
    chrGerm: 'Äneas^Rüdiger',
    chrGreek: 'Διονυσιος',
    chrH31: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
    chrH32: 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    chrHbrw: 'שרון^דבורה',
    chrI2: 'Hong^Gildong=洪^吉洞=홍^길동',
    chrJapMulti: JAPANESE,
    chrJapMultiExplicitIR6: JAPANESE,
    chrKoreanMulti: '김희중',
    chrRuss: 'Люкceмбypг',
    chrX1: 'Wang^XiaoDong=王^小東',
    chrX2: 'Wang^XiaoDong=王^小东',
  };
  const load = async (name: string): Promise<DataSet> => {
    const bytes = new Uint8Array(readFileSync(join(PYDICOM_CHARSET_FILES, `${name}.dcm`)));
    const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
    return readDataSet(bytes.subarray(dataSetOffset), info.transferSyntaxUID);
  };

  test.each(Object.entries(NAMES))('%s.dcm: %s', async (name, expected) => {
    const found = await load(name);
    expect(text(found, 'PatientName')).toBe(expected);
    for (const other of texts(found, 'OtherPatientNames')) expect(other).toBe(expected);
    const history = text(found, 'AdditionalPatientHistory');
    if (name.startsWith('chrJap')) expect(history).toContain('たろう');
    if (name.startsWith('chrKor')) expect(history).toContain('김희중');
  });

  test.each(['chrSQEncoding', 'chrSQEncoding1'])('%s.dcm: a name in an item', async (name) => {
    const [item] = items(await load(name), 'RequestedProcedureCodeSequence');
    expect(text(item!, 'PatientName')).toBe(NAMES['chrH32']);
  });

  test('FileInfo.txt: sets and bytes as pydicom documents them', () => {
    const lines = readFileSync(join(PYDICOM_CHARSET_FILES, 'FileInfo.txt'), 'latin1').split(/\r?\n/);
    const documented = lines.flatMap((line) => {
      const [, name = '', sets = '', value = ''] =
        /^(chr\w+)\.dcm +(\[.*\]|\S.*?\S) +'(.*)'$/.exec(line) ?? [];
      return name === '' ? [] : [{ name, sets: sets.replace(/[[\]']/g, '').split(', '), value }];
    });
    expect(documented.length).toBeGreaterThan(11);
    for (const { name, sets, value } of documented) {
      const hex = latin(
        value.replace(/\\x(..)/g, (_, byte: string) => String.fromCharCode(parseInt(byte, 16))),
      );
      expect(read(sets.join('\\'), hex), name).toBe(NAMES[name]);
    }
  });
});
