/** Files that end before their data set does. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex } from '../../core/bytes/index.ts';
import {
  dataSet,
  elementSpans,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  writeDataSet,
} from '../../core/data/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import { bytesSource, cutOff, fileMetaInformation, openPart10 } from '../../core/file/index.ts';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  toBigEndian,
  toDeflated,
} from '../data/forms.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';
import { Random } from '../support/random.ts';

const JPEG = '1.2.840.10008.1.2.4.50';

const HEAD = dataSet({
  SOPInstanceUID: '1.2.3.4',
  PatientID: '7',
  'ReferencedStudySequence[0].ReferencedSOPInstanceUID': '1.2.3',
  'ReferencedStudySequence[1].ReferencedSOPInstanceUID': '1.2.4',
  Rows: 4,
});
/** So long that the header needs several looks: text of 40 kB, alone and in an item. */
const LONG = dataSet({
  SOPInstanceUID: '1.2.3.4',
  'ReferencedStudySequence[0].TextValue': 'x'.repeat(40_000),
  TextValue: 'y'.repeat(40_000),
  Rows: 4,
});
const PIXELS = new Random(7).bytes(1000);
const implicitPixels = concat([fromHex('e07f1000 e8030000'), PIXELS]);
const explicitPixels = concat([fromHex('e07f1000 4f420000 e8030000'), PIXELS]);
const fragments = concat([
  fromHex('e07f1000 4f420000 ffffffff feff00e0 00000000 feff00e0 e8030000'),
  PIXELS,
  fromHex('feff00e0 02000000 ffd9'),
]);
const delimiter = fromHex('feffdde0 00000000');
const padding = fromHex('fcfffcff 4f420000 04000000 00000000');

const explicit = (head = HEAD): Bytes => writeDataSet(head, EXPLICIT_VR_LITTLE_ENDIAN);
/** A sequence and an item of undefined length that hold a value of 40 kB, and two elements behind it. */
const delimited = concat([
  fromHex('08001111 53510000 ffffffff feff00e0 ffffffff 400060a1 55540000 409c0000'),
  new Uint8Array(40_000).fill(0x78),
  fromHex('feff0de0 00000000 feffdde0 00000000'),
  fromHex('10002000 4c4f0200 3720 28001000 55530200 0400'),
]);

const FORMS: readonly [name: string, syntax: string, dataSet: Bytes][] = [
  [
    'implicit VR',
    IMPLICIT_VR_LITTLE_ENDIAN,
    concat([writeDataSet(HEAD, IMPLICIT_VR_LITTLE_ENDIAN), implicitPixels]),
  ],
  ['explicit VR', EXPLICIT_VR_LITTLE_ENDIAN, concat([explicit(), explicitPixels])],
  ['a long header', EXPLICIT_VR_LITTLE_ENDIAN, concat([explicit(LONG), explicitPixels])],
  ['items of undefined length', EXPLICIT_VR_LITTLE_ENDIAN, concat([delimited, explicitPixels])],
  ['no pixel data', EXPLICIT_VR_LITTLE_ENDIAN, delimited],
  ['big endian', EXPLICIT_VR_BIG_ENDIAN, toBigEndian(concat([explicit(), explicitPixels]))],
  ['fragments', JPEG, concat([explicit(), fragments, delimiter])],
];

function fileOf(syntax: string, body: Bytes): Bytes {
  const info = { sopClassUID: '1.2.840.10008.5.1.4.1.1.7', sopInstanceUID: '1.2.3.4', callingAETitle: '' };
  return concat([fileMetaInformation({ ...info, transferSyntaxUID: syntax }), body]);
}

/** What is missing as far as it is told; undefined where nothing is. */
async function missing(file: Bytes): Promise<number | undefined> {
  const source = bytesSource(file);
  const error = await cutOff(source, await openPart10(source));
  if (error === undefined) return undefined;
  expect(error).toMatchObject({
    code: 'FILE_INVALID',
    message: expect.stringMatching(/^the file is cut off: /),
  });
  return Number(error.details['missing']);
}

/** Where elements of the outermost level end: a file cut off there looks whole. */
function ends(body: Bytes, syntax: string): Set<number> {
  const outermost = elementSpans(body, syntax).filter(({ depth, kind }) => depth === 0 && kind === 'element');
  return new Set([0, ...outermost.map(({ offset, length }) => offset + length)]);
}

describe.each(FORMS)('a file with %s', (_, syntax, body) => {
  const file = fileOf(syntax, body);
  const start = file.length - body.length;

  test('is whole', async () => expect(await missing(file)).toBeUndefined());

  test('is cut off wherever no element ends', async () => {
    const whole = ends(body, syntax);
    // A few NULs are taken for padding: the first byte of a tag in big endian, say.
    const looksWhole = (cut: number): boolean => {
      const end = Math.max(...[...whole].filter((one) => one <= cut));
      return cut - end < 8 && body.subarray(end, cut).every((byte) => byte === 0);
    };
    const random = new Random(3);
    const cuts = Array.from({ length: 300 }, () => random.int(body.length));
    for (const cut of new Set([...cuts, ...whole, body.length - 1, 1, 7, 9, 11])) {
      const told = await missing(file.subarray(0, start + cut));
      if (looksWhole(cut)) expect(told, `${cut}`).toBeUndefined();
      else {
        expect(told, `${cut}`).toBeGreaterThan(0);
        expect(told, `${cut}`).toBeLessThanOrEqual(body.length - cut);
      }
    }
  });
});

test('pixel data is not read', async () => {
  const file = fileOf(EXPLICIT_VR_LITTLE_ENDIAN, concat([explicit(), fromHex('e07f1000 4f420000 00000040')]));
  let read = 0;
  const source: ByteSource = {
    size: file.length + 0x40000000,
    read: async (from, to) => {
      read += to - from;
      const bytes = new Uint8Array(to - from);
      bytes.set(file.subarray(from, to));
      return bytes;
    },
  };
  const part10 = await openPart10(source);
  read = 0;
  expect(await cutOff(source, part10)).toBeUndefined();
  expect(await cutOff({ ...source, size: source.size - 2 }, part10)).toMatchObject({
    details: { missing: 2 },
  });
  expect(read).toBeLessThan(40_000);
});

test.each<[string, string, Bytes]>([
  ['elements behind the pixel data', EXPLICIT_VR_LITTLE_ENDIAN, concat([FORMS[1]![2], padding])],
  ['elements behind the fragments', JPEG, concat([FORMS[6]![2], padding])],
  ['NULs behind the last element', EXPLICIT_VR_LITTLE_ENDIAN, concat([explicit(), new Uint8Array(3)])],
  ['NULs behind the pixel data', EXPLICIT_VR_LITTLE_ENDIAN, concat([FORMS[1]![2], new Uint8Array(512)])],
  ['a broken element', EXPLICIT_VR_LITTLE_ENDIAN, fromHex('08001800 20200400 312e3200')],
  ['another syntax than it says', EXPLICIT_VR_LITTLE_ENDIAN, FORMS[0]![2].subarray(0, -1)],
  ['deflated bytes', DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, toDeflated(FORMS[1]![2]).subarray(0, -9)],
  ['a private syntax', '1.2.3', FORMS[1]![2].subarray(0, -9)],
  ['nothing', EXPLICIT_VR_LITTLE_ENDIAN, new Uint8Array(0)],
])('a file with %s is not said to be cut off', async (_, syntax, body) => {
  expect(await missing(fileOf(syntax, body))).toBeUndefined();
});

test('lengths that promise gigabytes are not read', async () => {
  // A sequence of undefined length, and in its item a private value of 3 GB.
  const body = fromHex('08001111 53510000 ffffffff feff00e0 ffffffff 09001010 4f420000 000000c0');
  const file = fileOf(EXPLICIT_VR_LITTLE_ENDIAN, body);
  let largest = 0;
  const source: ByteSource = {
    size: 2 ** 32,
    read: async (from, to) => {
      largest = Math.max(largest, to - from);
      const bytes = new Uint8Array(to - from);
      bytes.set(file.subarray(from, to));
      return bytes;
    },
  };
  expect(await cutOff(source, await openPart10(source))).toBeUndefined();
  expect(largest).toBeLessThanOrEqual(16 << 20);
});

describeWith(['pydicom'], "pydicom's files", () => {
  test('are whole, but for the two that are made to be cut off', async () => {
    const cut: string[] = [];
    for (const name of readdirSync(PYDICOM_FILES)) {
      const path = join(PYDICOM_FILES, name);
      if (!statSync(path).isFile()) continue;
      const source = bytesSource(new Uint8Array(readFileSync(path)));
      const part10 = await openPart10(source).catch(() => undefined);
      if (part10 !== undefined && (await cutOff(source, part10)) !== undefined) cut.push(name);
    }
    expect(cut.toSorted()).toEqual(['MR_truncated.dcm', 'rtplan_truncated.dcm']);
  });
});
