import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  fromBase64,
  IMPLICIT_VR_LITTLE_ENDIAN,
  items,
  number,
  personNameText,
  readDataSet,
  text,
  texts,
  toBase64,
  transferSyntax,
  withCharacterSet,
  writeDataSet,
} from '../../core/data/index.ts';

const USAGE = { code: 'USAGE' };
const thrown = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('keys', () => {
  test('keywords, tags and paths, with the VR of the dictionary; empty is a return key', () => {
    expect(
      dataSet({
        PatientName: 'DOE*',
        '00100020': '',
        'ScheduledProcedureStepSequence[0].Modality': 'CT',
        'ScheduledProcedureStepSequence.ScheduledStationAETitle': 'SCAN',
        'ScheduledProcedureStepSequence[1].00080060': 'MR',
        ModalitiesInStudy: 'CT\\MR',
        ReferencedStudySequence: '',
        NumberOfFrames: '12',
        Rows: '512',
        SliceThickness: '1.50',
        FrameIncrementPointer: 'FrameTime',
        StudyDate: '20240101-',
        PatientComments: 'a\\b',
        OverlayRows: 3,
        '00091001': { vr: 'LO', Value: ['x'] },
      }),
    ).toEqual({
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'DOE*' }] },
      '00100020': { vr: 'LO' },
      '00400100': {
        vr: 'SQ',
        Value: [
          { '00080060': { vr: 'CS', Value: ['CT'] }, '00400001': { vr: 'AE', Value: ['SCAN'] } },
          { '00080060': { vr: 'CS', Value: ['MR'] } },
        ],
      },
      '00080061': { vr: 'CS', Value: ['CT', 'MR'] },
      '00081110': { vr: 'SQ' },
      '00280008': { vr: 'IS', Value: [12] },
      '00280010': { vr: 'US', Value: [512] },
      '00180050': { vr: 'DS', Value: ['1.50'] },
      '00280009': { vr: 'AT', Value: ['00181063'] },
      '00080020': { vr: 'DA', Value: ['20240101-'] },
      '00104000': { vr: 'LT', Value: ['a\\b'] },
      '60000010': { vr: 'US', Value: [3] },
      '00091001': { vr: 'LO', Value: ['x'] },
    });
  });

  test.each<[Record<string, KeyValue>, RegExp]>([
    [{ PatientNam: 'x' }, /"PatientNam".*did you mean PatientName\?/],
    [{ Quetzalcoatl: 'x' }, /"Quetzalcoatl" is neither a keyword of the DICOM dictionary nor a tag$/],
    [{ '': 'x' }, /""/],
    [{ 'PatientName.Modality': 'x' }, /no sequence/],
    [{ 'RequestAttributesSequence[-1].Modality': 'x' }, /not a path/],
    [{ 'RequestAttributesSequence[20240101].Modality': 'x' }, /item beyond/],
    [{ RequestAttributesSequence: 'x' }, /is a sequence/],
    [{ Rows: 'many' }, /"Rows" takes numbers/],
    [{ PixelData: 'x' }, /takes bytes/],
    [{ '00091001': 'x' }, /takes bytes/],
  ])('%j is refused', (keys, message) => {
    const error = thrown(() => dataSet(keys));
    expect(error).toMatchObject({ ...USAGE, message: expect.stringMatching(message) });
  });
});

describe('values as text', () => {
  const found: DataSet = dataSet({
    PatientName: 'A^B=漢',
    ModalitiesInStudy: 'CT\\\\MR',
    NumberOfFrames: 12,
    StudyID: '',
    'RequestAttributesSequence[1].ScheduledProcedureStepID': 'S',
  });

  test('of keywords, tags and paths', () => {
    expect(text(found, 'PatientName')).toBe('A^B=漢');
    expect(texts(found, '00080061')).toEqual(['CT', '', 'MR']);
    expect(text(found, 'NumberOfFrames')).toBe('12');
    expect(number(found, 'NumberOfFrames')).toBe(12);
    expect(text(found, 'RequestAttributesSequence[1].ScheduledProcedureStepID')).toBe('S');
    expect(items(found, 'RequestAttributesSequence')).toHaveLength(2);
  });

  test('absent and empty ones', () => {
    expect(text(found, 'StudyID')).toBe('');
    expect(texts(found, 'StudyID')).toEqual([]);
    expect(text(found, 'StudyDate')).toBe('');
    expect(number(found, 'StudyID')).toBeUndefined();
    expect(number(found, 'PatientName')).toBeUndefined();
    expect(text(found, 'RequestAttributesSequence[7].ScheduledProcedureStepID')).toBe('');
    expect(text(found, 'PatientName.Modality')).toBe('');
    expect(text(found, 'RequestAttributesSequence')).toBe('');
    expect(items(found, 'PatientName')).toEqual([]);
    expect(thrown(() => text(found, 'PatientNam'))).toMatchObject(USAGE);
  });

  test('names', () => {
    expect(personNameText({ Alphabetic: 'A', Phonetic: 'P' })).toBe('A==P');
    expect(personNameText({ Ideographic: 'I' })).toBe('=I');
    expect(personNameText({})).toBe('');
  });
});

describe('character sets', () => {
  const set = (keys: Record<string, KeyValue>): unknown => withCharacterSet(dataSet(keys))['00080005'];

  test('a request names the set that its values need', () => {
    expect(set({ PatientName: 'DOE*' })).toEqual({ vr: 'CS' });
    expect(set({ PatientName: 'Müller' })).toEqual({ vr: 'CS', Value: ['ISO_IR 192'] });
    expect(set({ 'RequestAttributesSequence.ScheduledProcedureStepDescription': '頭' })).toEqual({
      vr: 'CS',
      Value: ['ISO_IR 192'],
    });
    expect(set({ PatientName: 'Müller', SpecificCharacterSet: 'ISO_IR 100' })).toEqual({
      vr: 'CS',
      Value: ['ISO_IR 100'],
    });
  });

  test.each([
    ['', 'Müller', false],
    ['ISO_IR 6', 'Muller', true],
    ['ISO_IR 100', 'Müller', true],
    ['ISO_IR 100', '山田', false],
    ['ISO_IR 192', '山田', true],
    ['ISO_IR 144', 'Люк', true],
    ['ISO_IR 144', 'Müller', false],
    ['ISO_IR 203', '5 €', true],
    ['ISO_IR 13', 'ﾔﾏﾀﾞ', true],
    ['ISO_IR 13', '山田', false],
    ['GB18030', '王^小东', true],
    ['GBK', '王^小东', true],
    ['GB18030', '😀', false],
    ['ISO 2022 IR 100\\ISO 2022 IR 144', 'Müller', true],
    ['ISO 2022 IR 100\\ISO 2022 IR 144', 'Люк', false],
    ['ISO 2022 IR 6\\ISO 2022 IR 149', '김희중', false],
    ['\\ISO 2022 IR 87', 'Yamada', true],
    ['\\ISO 2022 IR 87', 'Yamada\x1b', false],
    ['ISO_IR 999', 'Müller', false],
    ['ISO_IR 999', 'Muller', true],
  ])('%j carries %s: %s', (SpecificCharacterSet, PatientName, carries) => {
    const keys = dataSet({ SpecificCharacterSet, PatientName });
    const outcome = thrown(() => writeDataSet(keys, IMPLICIT_VR_LITTLE_ENDIAN));
    if (carries) expect(readDataSet(outcome as Bytes, IMPLICIT_VR_LITTLE_ENDIAN)).toEqual(keys);
    else
      expect(outcome).toMatchObject({
        code: 'VALUE_INVALID',
        message: expect.stringMatching(/^\(0010,0010\)/),
      });
    if (!carries) expect(String(outcome)).not.toContain(PatientName);
  });

  test('a preferred set is named where it carries the values', () => {
    const named = (PatientName: string, preferred: string): unknown =>
      withCharacterSet(dataSet({ PatientName }), preferred)['00080005']?.Value;
    expect(named('DOE', 'ISO_IR 100')).toBeUndefined();
    expect(named('Müller', 'ISO_IR 100')).toEqual(['ISO_IR 100']);
    expect(named('Люк', 'ISO_IR 100')).toEqual(['ISO_IR 192']);
    expect(named('Люк', 'ISO 2022 IR 144\\ISO 2022 IR 100')).toEqual(['ISO 2022 IR 144', 'ISO 2022 IR 100']);
  });

  test('VRs of the default repertoire take ASCII only, whatever the set', () => {
    const keys = dataSet({ SpecificCharacterSet: 'ISO_IR 192', Modality: 'Ü' });
    expect(thrown(() => writeDataSet(keys, IMPLICIT_VR_LITTLE_ENDIAN))).toMatchObject({
      code: 'VALUE_INVALID',
    });
  });
});

describe('values that do not fit are refused', () => {
  test.each<[string, DataSet]>([
    ['a number too large', { '00280010': { vr: 'US', Value: [65536] } }],
    ['a fraction', { '00280010': { vr: 'US', Value: [1.5] } }],
    ['no number', { '00280010': { vr: 'US', Value: ['x'] } }],
    ['an empty number', { '00720074': { vr: 'FD', Value: [''] } }],
    ['64 bits exceeded', { '00720083': { vr: 'UV', Value: ['18446744073709551616'] } }],
    ['negative UV', { '00720083': { vr: 'UV', Value: [-1] } }],
    ['a backslash in a value', { '00080060': { vr: 'CS', Value: ['C\\T'] } }],
    ['"=" in a component group', { '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A=B' }] } }],
    ['two texts in ST', { '00400280': { vr: 'ST', Value: ['a', 'b'] } }],
    ['a name in LO', { '00100020': { vr: 'LO', Value: [{ Alphabetic: 'A' }] } }],
    ['a text in a sequence', { '00400100': { vr: 'SQ', Value: ['x'] } }],
    ['a tag that is none', { '00280009': { vr: 'AT', Value: ['1234'] } }],
    ['Value in OB', { '00420011': { vr: 'OB', Value: ['x'] } }],
    ['InlineBinary in LO', { '00100020': { vr: 'LO', InlineBinary: 'AAE=' } }],
    ['no base64', { '00420011': { vr: 'OB', InlineBinary: 'A===' } }],
    ['a key that is no tag', { PatientName: { vr: 'PN' } }],
    ['an item tag', { FFFEE000: { vr: 'UN' } }],
    ['a VR that is none', { '00100020': { vr: 'x' } }],
  ])('%s', (_what, value) => {
    for (const syntax of [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN]) {
      expect(thrown(() => writeDataSet(value, syntax))).toMatchObject({ code: 'VALUE_INVALID' });
    }
  });
});

describe('transfer syntaxes', () => {
  const flags = 'explicit littleEndian deflated encapsulated readable writable'.split(' ');
  // Typed a second time, from PS3.5 Annex A.
  test.each([
    ['1.2.840.10008.1.2', 'littleEndian readable writable'],
    ['1.2.840.10008.1.2.1', 'explicit littleEndian readable writable'],
    ['1.2.840.10008.1.2.1.98', 'explicit littleEndian encapsulated readable'],
    ['1.2.840.10008.1.2.1.99', 'explicit littleEndian deflated readable'],
    ['1.2.840.10008.1.2.2', 'explicit readable'],
    ['1.2.840.10008.1.2.4.50', 'explicit littleEndian encapsulated readable'],
    ['1.2.840.10008.1.2.4.90', 'explicit littleEndian encapsulated readable'],
    ['1.2.840.10008.1.2.4.94', 'explicit littleEndian readable'],
    ['1.2.840.10008.1.2.4.95', 'explicit littleEndian deflated readable'],
    ['1.2.840.10008.1.2.4.202', 'explicit littleEndian encapsulated readable'],
    ['1.2.840.10008.1.2.4.205', 'explicit littleEndian deflated readable'],
    ['1.2.840.10008.1.2.5', 'explicit littleEndian encapsulated readable'],
    ['1.2.840.10008.1.2.8.1', 'explicit littleEndian encapsulated readable'],
  ])('%s: %s', (uid, expected) => {
    const syntax = transferSyntax(uid) as unknown as Record<string, unknown>;
    expect(flags.filter((flag) => syntax[flag]).join(' ')).toBe(expected);
    if (!expected.includes('writable')) {
      expect(thrown(() => writeDataSet({}, uid))).toMatchObject({ code: 'TRANSFER_SYNTAX_UNSUPPORTED' });
    }
  });

  test('private ones are unknown, and refused by name', () => {
    expect(transferSyntax('1.2.3')).toBeUndefined();
    expect(thrown(() => writeDataSet({}, '1.2.3'))).toMatchObject({
      code: 'TRANSFER_SYNTAX_UNSUPPORTED',
      message: expect.stringContaining('1.2.3'),
    });
  });
});

test('base64 agrees with Node', () => {
  for (let length = 0; length < 20; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 83 + 200) & 0xff);
    const expected = Buffer.from(bytes).toString('base64');
    expect(toBase64(bytes)).toBe(expected);
    expect(fromBase64(expected)).toEqual(bytes);
  }
});
