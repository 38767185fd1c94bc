/** Data sets byte by byte. */
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { concat, fromHex } from '../../core/bytes/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  writeDataSet,
} from '../../core/data/index.ts';
import { describeDataSet } from '../../core/inspect/index.ts';
import type { FieldSpan } from '../../core/pdu/index.ts';
import {
  toBigEndian,
  toDeflated,
  EXPLICIT_VR_BIG_ENDIAN,
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
} from '../data/forms.ts';
import { dataSets, SYNTAXES, writeUndefinedLengths } from '../data/samples.ts';
import { expectTiled } from '../support/tiling.ts';

const lines = (fields: readonly FieldSpan[]): string[] =>
  fields.flatMap(({ name, offset, length, value, meaning, children }) => [
    `${offset}+${length} ${name}${value === undefined ? '' : ` ${value}`}${meaning === undefined ? '' : `: ${meaning}`}`,
    ...lines(children ?? []).map((line) => `  ${line}`),
  ]);

const NAMED = dataSet({
  SpecificCharacterSet: 'ISO_IR 192',
  SOPClassUID: '1.2.840.10008.1.1',
  PatientName: 'Müller^Jörg',
});

it('tells tag, VR, length and value of each element', () => {
  expect(
    lines(describeDataSet(writeDataSet(NAMED, EXPLICIT_VR_LITTLE_ENDIAN), EXPLICIT_VR_LITTLE_ENDIAN).fields),
  ).toEqual([
    '0+18 SpecificCharacterSet',
    '  0+4 Tag (0008,0005)',
    '  4+2 VR CS',
    '  6+2 Length 10',
    '  8+10 Value ISO_IR 192',
    '18+26 SOPClassUID',
    '  18+4 Tag (0008,0016)',
    '  22+2 VR UI',
    '  24+2 Length 18',
    '  26+18 Value 1.2.840.10008.1.1: Verification SOP Class',
    '44+22 PatientName',
    '  44+4 Tag (0010,0010)',
    '  48+2 VR PN',
    '  50+2 Length 14',
    '  52+14 Value Müller^Jörg',
  ]);
  const implicit = describeDataSet(
    writeDataSet(NAMED, IMPLICIT_VR_LITTLE_ENDIAN),
    IMPLICIT_VR_LITTLE_ENDIAN,
  ).fields;
  expect(lines(implicit).slice(0, 4)).toEqual([
    '0+18 SpecificCharacterSet',
    '  0+4 Tag (0008,0005)',
    '  4+4 Length 10',
    '  8+10 Value ISO_IR 192',
  ]);
});

it('tells items, fragments and their delimiters', () => {
  const bytes = concat([
    fromHex(
      '0800 4011 5351 0000 ffffffff feff 00e0 ffffffff 0800 5511 5549 0200 3132 feff 0de0 00000000 feff dde0 00000000',
    ),
    fromHex('e07f 1000 4f42 0000 ffffffff feff 00e0 00000000 feff 00e0 02000000 abcd feff dde0 00000000'),
  ]);
  const { fields, problem } = describeDataSet(bytes, '1.2.840.10008.1.2.4.50');
  expect(problem).toBe('');
  expectTiled(fields, bytes.length);
  expect(lines(fields).filter((line) => !/ (Tag|VR|Reserved|Length) ?/.test(line))).toEqual([
    '0+46 ReferencedImageSequence',
    '  12+26 Item',
    '    20+10 ReferencedSOPInstanceUID',
    '      28+2 Value 12',
    '    30+8 Item Delimitation Item',
    '  38+8 Sequence Delimitation Item',
    '46+38 PixelData',
    '  58+8 Fragment',
    '  66+10 Fragment',
    '    74+2 Value: 2 bytes',
    '  76+8 Sequence Delimitation Item',
  ]);
});

describe('covers every byte', () => {
  const RUNS = { numRuns: 500, seed: 31 };
  const tiles = (bytes: Uint8Array<ArrayBuffer>, syntax: string): void => {
    const described = describeDataSet(bytes, syntax);
    expectTiled(described.fields, described.bytes.length);
  };

  test.each(SYNTAXES)('of 500 random data sets in %s, whole and cut off', (syntax) => {
    fc.assert(
      fc.property(dataSets, fc.double({ min: 0, max: 1, noNaN: true }), (each, part) => {
        const bytes = writeDataSet(each, syntax);
        tiles(bytes, syntax);
        tiles(writeUndefinedLengths(each, syntax), syntax);
        tiles(bytes.subarray(0, Math.floor(part * bytes.length)), syntax);
      }),
      RUNS,
    );
  });

  test('in big endian, and deflated', () => {
    fc.assert(
      fc.property(dataSets, (each) => {
        const bytes = writeDataSet(each, EXPLICIT_VR_LITTLE_ENDIAN);
        tiles(toBigEndian(bytes), EXPLICIT_VR_BIG_ENDIAN);
        tiles(toDeflated(bytes), DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN);
      }),
      { numRuns: 200, seed: 32 },
    );
  });
});
