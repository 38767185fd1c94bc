import { deflateRawSync, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DEFAULT_LIMITS, fromHex } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import {
  dataSet,
  elementSpans,
  EXPLICIT_VR_LITTLE_ENDIAN,
  plainBytes,
  readDataSet,
  readHead,
  transferSyntax,
  writeDataSet,
} from '../../core/data/index.ts';
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, writeForm } from './forms.ts';
import { dataSets, writeUndefinedLengths } from './samples.ts';
import { expectCovered } from './spans.ts';

const FORMS = [EXPLICIT_VR_BIG_ENDIAN, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN] as const;

describe.each(FORMS.map((uid) => [transferSyntax(uid)!.name, uid] as const))('%s', (_name, syntax) => {
  test.each([
    ['defined', writeDataSet],
    ['undefined', writeUndefinedLengths],
  ] as const)('reads what little endian would read, lengths %s', (_lengths, write) => {
    fc.assert(
      fc.property(dataSets, (value) => {
        const bytes = writeForm(value, syntax, write);
        expect(readDataSet(bytes, syntax)).toEqual(value);
        expectCovered(elementSpans(bytes, syntax), plainBytes(bytes, syntax).length);
      }),
      { numRuns: 200, seed: 20 },
    );
  });
});

describe('big endian (PS3.5 7.3)', () => {
  const read = (hex: string): DataSet => readDataSet(fromHex(hex), EXPLICIT_VR_BIG_ENDIAN);

  test('numbers, tags, words, and bytes that stay', () => {
    expect(
      read(`0008 0005 4353 000a 49534f5f495220313930
            0028 0009 4154 0008 0018 1063 0054 0016
            0028 0010 5553 0004 0200 0101
            0028 0103 5553 0002 0001
            0028 0106 5353 0002 fffe
            0018 9087 4644 0008 3ff8000000000000
            0028 1201 4f57 0000 00000004 0102 0304
            0042 0011 4f42 0000 00000004 01020304
            7fe0 0008 4f46 0000 00000004 3f800000`),
    ).toEqual({
      '00080005': { vr: 'CS', Value: ['ISO_IR 190'] },
      '00280009': { vr: 'AT', Value: ['00181063', '00540016'] },
      '00280010': { vr: 'US', Value: [512, 257] },
      '00280103': { vr: 'US', Value: [1] },
      '00280106': { vr: 'SS', Value: [-2] },
      '00189087': { vr: 'FD', Value: [1.5] },
      '00281201': { vr: 'OW', InlineBinary: 'AgEEAw==' },
      '00420011': { vr: 'OB', InlineBinary: 'AQIDBA==' },
      '7FE00008': { vr: 'OF', InlineBinary: 'AACAPw==' },
    });
  });

  test('a span tells its byte order', () => {
    const bytes = fromHex('0008 0060 4353 0002 4354');
    expect(elementSpans(bytes, EXPLICIT_VR_BIG_ENDIAN)).toMatchObject([
      { tag: '00080060', littleEndian: false },
    ]);
  });

  const sequences: readonly (readonly [string, string])[] = [
    ['of defined length', '0040 0100 5351 0000 00000012 fffe e000 0000000a 0008 0060 4353 0002 4354'],
    [
      'of undefined length',
      `0040 0100 5351 0000 ffffffff fffe e000 ffffffff 0008 0060 4353 0002 4354
       fffe e00d 00000000 fffe e0dd 00000000`,
    ],
    [
      'in UN, implicit little endian (PS3.5 6.2.2)',
      `0040 0100 554e 0000 ffffffff feff 00e0 ffffffff 0800 6000 02000000 4354
       feff 0de0 00000000 feff dde0 00000000`,
    ],
    [
      'in UN, kept big endian',
      `0040 0100 554e 0000 ffffffff fffe e000 0000000a 0008 0060 00000002 4354 fffe e0dd 00000000`,
    ],
  ];
  test.each(sequences)('a sequence %s', (_what, hex) => {
    expect(read(`${hex} 0040 a040 4353 0004 54455854`)).toEqual({
      '00400100': { vr: 'SQ', Value: [{ '00080060': { vr: 'CS', Value: ['CT'] } }] },
      '0040A040': { vr: 'CS', Value: ['TEXT'] },
    });
  });

  test('UN is not turned round: its sender did not know how', () => {
    expect(read('0028 0010 554e 0000 00000002 0102')).toEqual({ '00280010': { vr: 'US', Value: [513] } });
  });

  test('signed pixels decide as in little endian', () => {
    const hex = '0028 0103 5553 0002 0001 0009 1001 554e 0000 ffffffff';
    const item = 'feff 00e0 0a000000 2800 0601 02000000 feff feff dde0 00000000';
    expect(read(`${hex} ${item}`)['00091001']?.Value).toEqual([{ '00280106': { vr: 'SS', Value: [-2] } }]);
  });

  test('encapsulated pixel data is no part of it', () => {
    expect(() => read('7fe0 0010 4f42 0000 ffffffff fffe e000 00000000 fffe e0dd 00000000')).toThrowError(
      expect.objectContaining({ code: 'DATASET_INVALID' }),
    );
  });
});

describe('deflated (PS3.5 A.5)', () => {
  const syntax = DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
  const value = dataSet({ PatientName: 'DOE^JANE', Rows: 512, 'OtherPatientIDsSequence.PatientID': '1' });
  const plain = writeDataSet(value, EXPLICIT_VR_LITTLE_ENDIAN);
  const deflate = (bytes: Bytes): Bytes => new Uint8Array(deflateRawSync(bytes));
  const pixels = (length: number): Bytes =>
    writeDataSet(
      { '7FE00010': { vr: 'OB', InlineBinary: Buffer.alloc(length).toString('base64') } },
      EXPLICIT_VR_LITTLE_ENDIAN,
    );

  test('nothing, an odd end, padding behind it, and the header of zlib', () => {
    expect(readDataSet(new Uint8Array(0), syntax)).toEqual({});
    expect(readDataSet(deflate(plain), syntax)).toEqual(value);
    for (const padding of ['00', '0000', 'ffff00']) {
      expect(readDataSet(concat([deflate(plain), fromHex(padding)]), syntax)).toEqual(value);
    }
    expect(readDataSet(new Uint8Array(deflateSync(plain)), syntax)).toEqual(value);
  });

  test('spans refer to the inflated bytes', () => {
    expect(plainBytes(deflate(plain), syntax)).toEqual(plain);
    expect(elementSpans(deflate(plain), syntax)).toEqual(elementSpans(plain, EXPLICIT_VR_LITTLE_ENDIAN));
  });

  test('one that is cut gives its head, and is refused whole', () => {
    const bytes = deflate(plain);
    const cut = bytes.subarray(0, bytes.length - 12);
    const head = readHead(cut, syntax);
    expect(head).toMatchObject({ complete: false, reached: false, error: { code: 'DATASET_INVALID' } });
    expect(value).toMatchObject(head.dataSet);
    expect(Object.keys(head.dataSet).length).toBeGreaterThan(0);
    expect(() => readDataSet(cut, syntax)).toThrowError(expect.objectContaining({ code: 'DATASET_INVALID' }));
    expect(readHead(cut, syntax, { until: '00100011' })).toMatchObject({ complete: true, reached: true });
  });

  test('a bomb is refused: beyond what may be held whole by its ratio, and by its length', () => {
    const bomb = deflate(concat([plain, new Uint8Array(20 << 20)]));
    const most = Math.max(DEFAULT_LIMITS.identifier, 256 * bomb.length);
    expect(() => readDataSet(bomb, syntax)).toThrowError(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED', details: { limit: most } }),
    );
    const limits = { ...DEFAULT_LIMITS, inflated: 1000 };
    for (const read of [readDataSet, elementSpans, plainBytes]) {
      expect(() => read(deflate(pixels(2000)), syntax, { limits })).toThrowError(
        expect.objectContaining({ code: 'LIMIT_EXCEEDED', details: { limit: 1000 } }),
      );
    }
    expect(readDataSet(deflate(pixels(1 << 20)), syntax)).toHaveProperty('7FE00010');
  });

  test('bytes that are no deflated stream are refused', () => {
    for (const hex of ['07', 'ffffffff', '0008']) {
      expect(() => readDataSet(fromHex(hex), syntax)).toThrowError(
        expect.objectContaining({ code: 'DATASET_INVALID' }),
      );
    }
  });
});
