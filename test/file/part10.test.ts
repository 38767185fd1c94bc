import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex, toHex, toLatin1 } from '../../core/bytes/index.ts';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  readDataSet,
  text,
  writeDataSet,
} from '../../core/data/index.ts';
import type { ByteSource, InstanceInfo } from '../../core/file/index.ts';
import {
  bytesSource,
  fileMetaInformation,
  HeaderCollector,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  instanceFileName,
  openPart10,
  streamRange,
} from '../../core/file/index.ts';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  toDeflated,
  writeForm,
} from '../data/forms.ts';
import { split, SPLITS } from '../support/splits.ts';

const INFO: InstanceInfo = {
  sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUID: '1.2.3.4',
  transferSyntaxUID: IMPLICIT_VR_LITTLE_ENDIAN,
  callingAETitle: 'STORESCU',
};
const BODY = writeDataSet(
  dataSet({ SOPClassUID: INFO.sopClassUID, SOPInstanceUID: '1.2.3.4', PatientID: '7', Rows: 4 }),
  IMPLICIT_VR_LITTLE_ENDIAN,
);

/** A file with these meta elements; (0002,0000) as told, or right. */
function file(meta: Record<string, KeyValue>, groupLength?: number): Bytes {
  const elements = writeDataSet(dataSet(meta), EXPLICIT_VR_LITTLE_ENDIAN);
  const length = fromHex('02000000554c0400 00000000');
  new DataView(length.buffer).setUint32(8, groupLength ?? elements.length, true);
  return concat([new Uint8Array(128), fromHex('4449434d'), length, elements, BODY]);
}

const META = {
  MediaStorageSOPClassUID: INFO.sopClassUID,
  MediaStorageSOPInstanceUID: INFO.sopInstanceUID,
  TransferSyntaxUID: INFO.transferSyntaxUID,
};

describe('file meta information', () => {
  test('golden bytes', () => {
    const head = fileMetaInformation(INFO);
    const implementation = Buffer.from(IMPLEMENTATION_CLASS_UID).toString('hex');
    expect(IMPLEMENTATION_CLASS_UID).toMatch(/^2\.25\.\d{37,39}$/);
    const padded = implementation.length % 4 === 0 ? implementation : `${implementation}00`;
    const elements = `
      0200 0100 4f42 0000 02000000 0001
      0200 0200 5549 1a00 312e322e3834302e31303030382e352e312e342e312e312e3200
      0200 0300 5549 0800 312e322e332e3400
      0200 1000 5549 1200 312e322e3834302e31303030382e312e3200
      0200 1200 5549 ${(padded.length / 2).toString(16)}00 ${padded}
      0200 1300 5348 0c00 ${Buffer.from(IMPLEMENTATION_VERSION_NAME).toString('hex')}
      0200 1600 4145 0800 53544f5245534355`.replace(/\s/g, '');
    const length = (elements.length / 2).toString(16).padStart(2, '0');
    expect(toHex(head)).toBe(`${'00'.repeat(128)}4449434d02000000554c0400${length}000000${elements}`);
  });

  test.each(['', '   ', 'A\\B', 'TITLE OF MORE THAN 16', 'MÜLLER'])(
    'the title %j is left out',
    (callingAETitle) => {
      const head = fileMetaInformation({ ...INFO, callingAETitle });
      const meta = readDataSet(head.subarray(132), EXPLICIT_VR_LITTLE_ENDIAN);
      expect(text(meta, 'TransferSyntaxUID')).toBe(INFO.transferSyntaxUID);
      expect(meta['00020016']).toBeUndefined();
    },
  );
});

describe('opening', () => {
  const anonymous = { ...INFO, callingAETitle: '' };
  const offset = file(META).length - BODY.length;

  test('what we write, in one read', async () => {
    const head = fileMetaInformation(INFO);
    const reads: number[] = [];
    const bytes = concat([head, BODY, new Uint8Array(100_000)]);
    const source: ByteSource = {
      size: bytes.length,
      read: (start, end) => {
        reads.push(end - start);
        return Promise.resolve(bytes.subarray(start, end));
      },
    };
    expect(await openPart10(source)).toEqual({ info: INFO, dataSetOffset: head.length });
    expect(reads).toEqual([4096]);
  });

  test.each([
    ['a group length that is right', file(META)],
    ['one that is too long', file(META, 1000)],
    ['one that is too short', file(META, 34)],
    ['one of 4 GiB', file(META, 0xfffffffe)],
  ])('%s', async (_what, bytes) => {
    expect(await openPart10(bytesSource(bytes))).toEqual({ info: anonymous, dataSetOffset: offset });
  });

  test('identifiers from the data set, where the meta information lacks them', async () => {
    const bytes = file({
      TransferSyntaxUID: IMPLICIT_VR_LITTLE_ENDIAN,
      PrivateInformation: { vr: 'OB', InlineBinary: 'A'.repeat(8000) },
    });
    expect(await openPart10(bytesSource(bytes))).toEqual({
      info: anonymous,
      dataSetOffset: bytes.length - BODY.length,
    });
  });

  test.each([
    ['an empty file', new Uint8Array(0), /empty/],
    ['a text', new TextEncoder().encode('# Read me\n'.repeat(50)), /not a DICOM file/],
    ['a short text', new TextEncoder().encode('x'), /not a DICOM file/],
    ['no preamble', file(META).slice(128), /preamble/],
    ['a data set without head', BODY, /not a DICOM file/],
    ['nothing behind DICM', file(META).slice(0, 132), /no meta information/],
    ['a cut head', file(META).slice(0, 160), /cut off/],
    ['a DICOMDIR', file({ ...META, MediaStorageSOPClassUID: '1.2.840.10008.1.3.10' }), /lists files/],
    ['no transfer syntax', file({ ...META, TransferSyntaxUID: '' }), /transfer syntax/],
    [
      'no SOP Instance UID that can be read',
      file({ ...META, MediaStorageSOPInstanceUID: '', TransferSyntaxUID: '1.2.840.10008.1.2.1.99' }),
      /no SOP Instance UID/,
    ],
  ])('%s is refused with a sentence', async (_what, bytes, message) => {
    await expect(openPart10(bytesSource(bytes))).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringMatching(message),
    });
  });
});

describe('streaming', () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff);

  test('pieces join to the range', async () => {
    const pieces: Bytes[] = [];
    for await (const piece of streamRange(bytesSource(bytes), 10, 999, 100)) pieces.push(piece);
    expect(pieces.map((piece) => piece.length)).toEqual([...Array<number>(9).fill(100), 89]);
    expect(concat(pieces)).toEqual(bytes.subarray(10, 999));
  });

  test('a file that got shorter is an error, not a short stream', async () => {
    const source: ByteSource = {
      size: 1000,
      read: (start, end) => Promise.resolve(bytes.subarray(start, Math.min(end, 500))),
    };
    const all = async (): Promise<void> => {
      for await (const _ of streamRange(source, 0, 1000, 400)) continue;
    };
    await expect(all()).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });
});

describe('header collector', () => {
  const pixels = { vr: 'OW', InlineBinary: Buffer.alloc(300_000).toString('base64') };
  const header = { PatientName: 'DOE^JANE', StudyDate: '20240101', Rows: 4, RequestAttributesSequence: '' };

  function collect(bytes: Bytes, syntax: string, how: (typeof SPLITS)[number] = 'whole'): unknown {
    const collector = new HeaderCollector(syntax);
    for (const piece of split(bytes, how)) {
      const reused = piece.slice();
      collector.write(reused);
      reused.fill(0xee);
    }
    return collector.finish();
  }

  const FORMS = [
    IMPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  ];
  describe.each(FORMS)('%s', (syntax) => {
    const small = { vr: 'OW', InlineBinary: Buffer.alloc(3000).toString('base64') };
    test.each(SPLITS)('stops at pixel data, bytes %s', (how) => {
      const bytes = writeForm({ ...dataSet(header), '7FE00010': small }, syntax);
      expect(collect(bytes, syntax, how)).toEqual(dataSet(header));
    });

    test('leaves out private, binary and long elements', () => {
      const extra = {
        '00091001': { vr: 'UN', InlineBinary: 'AAA=' },
        '00281201': { vr: 'OW', InlineBinary: 'AAAAAA==' },
        '00400280': { vr: 'ST', Value: ['x'.repeat(9000)] },
        '7FE00010': pixels,
      };
      const bytes = writeForm({ ...dataSet(header), ...extra }, syntax);
      expect(collect(bytes, syntax)).toEqual(dataSet(header));
      expect(collect(bytes, syntax, 'random')).toEqual(dataSet(header));
    });

    test('keeps what came before a cut, at every byte', () => {
      const bytes = writeForm(dataSet(header), syntax);
      const counts = Array.from({ length: bytes.length + 1 }, (_, end) => {
        const found = collect(bytes.subarray(0, end), syntax) as object;
        return Object.keys(found).length;
      });
      expect(counts.every((count, i) => i === 0 || count >= counts[i - 1]!)).toBe(true);
      expect(counts.at(-1)).toBe(Object.keys(header).length);
    });

    test('looks at 256 KiB at most', () => {
      const block = { vr: 'LT', Value: ['x'.repeat(6000)] };
      const blocks = Array.from({ length: 60 }, (_, i) => [
        `60${(2 * i).toString(16).padStart(2, '0')}4000`.toUpperCase(),
        block,
      ]);
      const body = { ...dataSet(header), ...Object.fromEntries(blocks) } as DataSet;
      const found = collect(writeForm(body, syntax), syntax, 'random') as DataSet;
      expect(found).toMatchObject(dataSet(header));
      expect(Object.keys(found).length).toBe(Object.keys(header).length + Math.floor((256 << 10) / 6008));
    });
  });

  test('a bomb costs no more than the head it may have', () => {
    const collector = new HeaderCollector(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN);
    const body = writeDataSet({ ...dataSet(header), '00400280': pixels }, EXPLICIT_VR_LITTLE_ENDIAN);
    const bomb = concat([body, new Uint8Array(30 << 20)]);
    collector.write(toDeflated(bomb));
    expect(collector.done).toBe(true);
    expect(collector.finish()).toEqual(dataSet(header));
  });

  test('broken data sets and syntaxes that are not read give what is known', () => {
    expect(collect(fromHex('ffffffffffffffffffff'), EXPLICIT_VR_LITTLE_ENDIAN)).toEqual({});
    expect(collect(BODY, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)).toEqual({});
    expect(collect(BODY, EXPLICIT_VR_BIG_ENDIAN)).toEqual({});
    expect(collect(BODY, '1.2.3')).toEqual({});
  });
});

describe('file names', () => {
  test.each([
    ['1.2.840.113619.2', /^1\.2\.840\.113619\.2\.dcm$/],
    ['../../etc/passwd', /^x-etc-passwd-[0-9a-f]{8}\.dcm$/],
    ['..', /^x--[0-9a-f]{8}\.dcm$/],
    ['', /^x-[0-9a-f]{8}\.dcm$/],
    ['1.02.3', /^1\.02\.3\.dcm$/],
    ['CON', /^xCON-[0-9a-f]{8}\.dcm$/],
    ['1.2\0', /^x1-2--[0-9a-f]{8}\.dcm$/],
    ['9'.repeat(65), /^x9{64}-[0-9a-f]{8}\.dcm$/],
    ['1..2', /^x1-2-[0-9a-f]{8}\.dcm$/],
  ])('%j', (uid, expected) => {
    expect(instanceFileName(uid)).toMatch(expected);
    expect(toLatin1(new TextEncoder().encode(instanceFileName(uid))).length).toBeLessThanOrEqual(80);
  });

  test('different UIDs get different names', () => {
    expect(new Set(['1/2', '1\\2', '1.2', '1 2'].map(instanceFileName)).size).toBe(4);
  });

  test('UIDs that differ in case alone get names that differ in more', () => {
    const names = ['1.2.A', '1.2.a'].map((uid) => instanceFileName(uid).toLowerCase());
    expect(new Set(names).size).toBe(2);
  });
});

test('the head of an instance that follows in a series is as that of a first one', () => {
  const kinds = [INFO, { ...INFO, sopClassUID: '' }, { ...INFO, sopClassUID: '1.2.3', callingAETitle: '' }];
  const uids = [
    '1.2.3.4',
    '1.2.3.5',
    '1.2.34',
    '1.2.3.40',
    '1.2.3.4',
    '1.02.3.4',
    'LOCAL.1',
    '1.2.3.99',
    '2.25.9',
  ];
  const other = { ...INFO, callingAETitle: 'ANOTHER' };
  for (const kind of kinds) {
    const first = uids.map((sopInstanceUID) => {
      fileMetaInformation(other);
      return toHex(fileMetaInformation({ ...kind, sopInstanceUID }));
    });
    fileMetaInformation(other);
    expect(uids.map((sopInstanceUID) => toHex(fileMetaInformation({ ...kind, sopInstanceUID })))).toEqual(
      first,
    );
  }
  expect(() => fileMetaInformation({ ...INFO, sopInstanceUID: '1.2.3\u00e9' })).toThrow('(0002,0003)');
});
