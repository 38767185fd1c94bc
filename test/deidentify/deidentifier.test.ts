import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { toLatin1 } from '../../core/bytes/index.ts';
import type { Attribute, DataSet } from '../../core/data/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  items,
  readDataSet,
  text,
  toBase64,
  vrEntry,
  writeDataSet,
} from '../../core/data/index.ts';
import { Deidentifier } from '../../core/deidentify/index.ts';
import { PROFILE } from '../../core/deidentify/profile.ts';
import { attribute, UID } from '../../core/dict/index.ts';
import { Random } from '../support/random.ts';

const CT = {
  SOPClassUID: UID.CTImageStorage,
  SOPInstanceUID: '1.2.3.4',
  StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: '1.2.3.1',
  PatientName: 'Doe^Jane',
  PatientID: '4711',
  StudyDate: '20240229',
  AcquisitionDateTime: '20240229101112.5+0100',
  StudyTime: '101112',
  Modality: 'CT',
  PatientSex: 'F',
  Manufacturer: 'ACME',
  StationName: 'CT7',
  InstitutionName: 'General Hospital',
  'ReferencedImageSequence[0].ReferencedSOPClassUID': UID.CTImageStorage,
  'ReferencedImageSequence[0].ReferencedSOPInstanceUID': '1.2.3.5',
  Rows: 1,
};
const ct = (more: Parameters<typeof dataSet>[0] = {}): DataSet => dataSet({ ...CT, ...more });

const ROWS = PROFILE.trim()
  .split('\n')
  .map((line) => line.split('|')[0]!.replace('xxxxxx', '003000').replaceAll('x', '0'))
  .filter((tag) => !/^000[0246]/.test(tag));

/** A value of any VR that stands nowhere else, and its bytes. */
function secret(vr: string, random: Random): { attribute: Attribute; bytes: Bytes } {
  const digits = String(10_000_000 + random.int(89_999_999));
  const kind = vrEntry(vr).kind;
  const given = ((): Attribute => {
    if (vr === 'PN') return { vr, Value: [{ Alphabetic: `S${digits}^X`, Ideographic: `I${digits}` }] };
    if (vr === 'UI') return { vr, Value: [`1.2.${digits}.9`] };
    if (vr === 'DA') return { vr, Value: [`19${digits.slice(2)}`] };
    if (kind === 'bytes') return { vr, InlineBinary: toBase64(random.bytes(12)) };
    if (kind === 'number')
      return { vr, Value: [vr === 'US' || vr === 'SS' ? 31_000 + random.int(999) : Number(digits)] };
    if (kind === 'tag') return { vr, Value: [digits] };
    return { vr, Value: [`S${digits}`] };
  })();
  const written = writeDataSet({ '00091001': given }, EXPLICIT_VR_LITTLE_ENDIAN);
  return { attribute: given, bytes: written.slice(vrEntry(vr).long ? 12 : 8) };
}

const leafVR = (tag: string): string => {
  const vr = attribute(tag)?.vr ?? 'LO';
  return vr.length === 2 ? vr : 'OW';
};

/** Every row of the table with a value of its own, at the top and in sequences that are kept; private ones beside. */
function seeded(seed: number): { given: DataSet; secrets: string[] } {
  const random = new Random(seed);
  const secrets: string[] = [];
  const leaf = (vr: string): Attribute => {
    const { attribute: made, bytes } = secret(vr, random);
    // Two bytes are found anywhere.
    if (bytes.length > 4) secrets.push(toLatin1(bytes));
    return made;
  };
  const level = (depth: number): DataSet => {
    const made: Record<string, Attribute> = {};
    for (const tag of ROWS) {
      const vr = leafVR(tag);
      made[tag] =
        vr === 'SQ' ? { vr, Value: [{ '00100010': leaf('PN'), '00081155': leaf('UI') }] } : leaf(vr);
    }
    made['00091001'] = leaf('LO');
    made['00091002'] = { vr: 'SQ', Value: [{ '00100010': leaf('PN') }] };
    made['00104444'] = leaf('LT'); // no attribute of the standard
    made['00142006'] = leaf('PN'); // no row, and a person
    if (depth > 0) made['00082218'] = { vr: 'SQ', Value: [level(depth - 1)] }; // a sequence that is kept
    return made;
  };
  return { given: level(1), secrets };
}

const bytesOf = (dataSet: DataSet): string => toLatin1(writeDataSet(dataSet, EXPLICIT_VR_LITTLE_ENDIAN));

describe('a data set', () => {
  test.each([1, 2, 3])('with a secret in every attribute of the table gives none away (seed %i)', (seed) => {
    const { given, secrets } = seeded(seed);
    const before = bytesOf(given);
    const after = bytesOf(new Deidentifier().dataSet(given).dataSet);
    expect(secrets.length).toBeGreaterThan(1000);
    expect(secrets.filter((secret) => !before.includes(secret))).toEqual([]);
    expect(secrets.filter((secret) => after.includes(secret))).toEqual([]);
  });

  test('done twice has the shape of one done once', () => {
    const shape = (level: DataSet): unknown =>
      Object.keys(level)
        .sort()
        .map((tag) => [
          tag,
          level[tag]!.vr,
          level[tag]!.vr === 'SQ'
            ? level[tag]!.Value?.map((item) => shape(item as DataSet))
            : level[tag]!.Value?.length,
        ]);
    const once = new Deidentifier().dataSet(seeded(4).given).dataSet;
    expect(shape(new Deidentifier().dataSet(once).dataSet)).toEqual(shape(once));
  });

  test('says that it was de-identified, and how', () => {
    const options = { dates: 'shift', retainDevice: true, retainInstitution: true } as const;
    const { dataSet: clean } = new Deidentifier(options).dataSet(ct());
    expect(text(clean, 'PatientIdentityRemoved')).toBe('YES');
    expect(text(clean, 'DeidentificationMethod')).toMatch(/^PS3\.15 Basic .{1,50}$/);
    expect(text(clean, 'LongitudinalTemporalInformationModified')).toBe('MODIFIED');
    const codes = items(clean, 'DeidentificationMethodCodeSequence').map((item) => text(item, 'CodeValue'));
    expect(codes).toEqual(['113100', '113107', '113109', '113112']);
    const again = new Deidentifier().dataSet(clean).dataSet;
    expect(items(again, 'DeidentificationMethodCodeSequence')).toHaveLength(4);
  });

  test('takes over no code of an earlier de-identification that it does not know', () => {
    const earlier = ['constructor', '__proto__', '113109', '999'].map((code) => dataSet({ CodeValue: code }));
    const { dataSet: clean } = new Deidentifier().dataSet(
      ct({ DeidentificationMethodCodeSequence: earlier }),
    );
    const codes = items(clean, 'DeidentificationMethodCodeSequence').map((item) => text(item, 'CodeValue'));
    expect(codes).toEqual(['113100', '113109']);
  });

  test('keeps what tells nothing, and what an option retains', () => {
    const { dataSet: clean } = new Deidentifier().dataSet(ct());
    expect(text(clean, 'Manufacturer')).toBe('ACME');
    expect(text(clean, 'Modality')).toBe('CT');
    expect(clean['00080080']!.Value).toEqual(['REMOVED']);
    expect(clean['00080020']).toEqual({ vr: 'DA' });
    expect(text(clean, 'ReferencedImageSequence[0].ReferencedSOPClassUID')).toBe(UID.CTImageStorage);
    const all = {
      retainDevice: true,
      retainInstitution: true,
      retainUIDs: true,
      retainPatientCharacteristics: true,
      dates: 'keep',
    } as const;
    const { dataSet: kept } = new Deidentifier(all).dataSet(ct());
    for (const key of [
      'StationName',
      'InstitutionName',
      'PatientSex',
      'StudyDate',
      'SOPInstanceUID',
      'AcquisitionDateTime',
      'ReferencedImageSequence[0].ReferencedSOPInstanceUID',
    ])
      expect(text(kept, key), key).toBe(text(ct(), key));
    expect(text(kept, 'PatientName')).not.toContain('Doe');
  });

  test('puts UIDs in the place of UIDs, whatever the table wants, and no other sort of dummy', () => {
    const given = ct({
      AnnotationGroupUID: '1.2.3.9',
      'ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPClassUID': UID.CTImageStorage,
      'ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID': '1.2.3.4',
      'ContentSequence[0].TextValue': 'Doe, Jane was seen',
      'ContentSequence[0].ValueType': 'TEXT',
    });
    const { dataSet: clean } = new Deidentifier().dataSet(given);
    const reference = 'ContentSequence[0].ReferencedSOPSequence[0].';
    expect(text(clean, 'AnnotationGroupUID')).toMatch(/^2\.25\./);
    expect(text(clean, `${reference}ReferencedSOPClassUID`)).toBe(UID.CTImageStorage);
    expect(text(clean, `${reference}ReferencedSOPInstanceUID`)).toBe(text(clean, 'SOPInstanceUID'));
    expect(text(clean, 'ContentSequence[0].TextValue')).toBe('REMOVED');
    expect(text(clean, 'ContentSequence[0].ValueType')).toBe('TEXT');
  });

  test('lets references in a content lead where the instances are: their UIDs are kept with all others', () => {
    const reference = 'ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID';
    const { dataSet: clean } = new Deidentifier({ retainUIDs: true }).dataSet(ct({ [reference]: '1.2.3.4' }));
    expect(text(clean, 'SOPInstanceUID')).toBe('1.2.3.4');
    expect(text(clean, reference)).toBe('1.2.3.4');
  });

  test('tells each change with both values', () => {
    const { changes } = new Deidentifier().dataSet(ct({ '00091001': { vr: 'LO', Value: ['private'] } }));
    const of = (path: string) => changes.find((change) => change.path === path);
    expect(of('00080020')).toEqual({
      path: '00080020',
      vr: 'DA',
      kind: 'emptied',
      before: '20240229',
      after: '',
    });
    expect(of('00091001')).toEqual({
      path: '00091001',
      vr: 'LO',
      kind: 'removed',
      before: 'private',
      after: '',
    });
    expect(of('00081140[0].00081155')).toMatchObject({
      kind: 'replaced',
      before: '1.2.3.5',
      after: expect.stringMatching(/^2\.25\./) as string,
    });
    expect(of('00120062')).toMatchObject({ kind: 'added', before: '', after: 'YES' });
    expect(of('00080060')).toBeUndefined();
    expect(changes.map(({ path }) => path)).toEqual(changes.map(({ path }) => path).sort());
  });

  test('is written in UTF-8 where its texts need it, whatever they were in', () => {
    const given = ct({ SpecificCharacterSet: 'ISO_IR 100', Manufacturer: 'Gerätebau' });
    const { dataSet: clean } = new Deidentifier().dataSet(given);
    expect(text(clean, 'SpecificCharacterSet')).toBe('ISO_IR 192');
    expect(
      text(
        readDataSet(writeDataSet(clean, EXPLICIT_VR_LITTLE_ENDIAN), EXPLICIT_VR_LITTLE_ENDIAN),
        'Manufacturer',
      ),
    ).toBe('Gerätebau');
    expect(
      new Deidentifier().dataSet(ct({ SpecificCharacterSet: 'ISO_IR 100' })).dataSet['00080005'],
    ).toBeUndefined();
  });
});

describe('a batch', () => {
  test('replaces the same UID alike everywhere, and nothing else by it', () => {
    const batch = new Deidentifier();
    const first = batch.dataSet(ct()).dataSet;
    const second = batch.dataSet(ct({ SOPInstanceUID: '1.2.3.5' })).dataSet;
    expect(text(second, 'StudyInstanceUID')).toBe(text(first, 'StudyInstanceUID'));
    expect(text(first, 'ReferencedImageSequence[0].ReferencedSOPInstanceUID')).toBe(
      text(second, 'SOPInstanceUID'),
    );
    expect(batch.sopInstanceUID('1.2.3.5')).toBe(text(second, 'SOPInstanceUID'));
    const uids = [first, second].flatMap((one) =>
      ['SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'].map((key) => text(one, key)),
    );
    expect(new Set(uids).size).toBe(4);
    expect(uids.every((uid) => /^2\.25\.[1-9]\d{1,38}$/.test(uid))).toBe(true);
    expect(new Deidentifier().sopInstanceUID('1.2.3.5')).not.toBe(batch.sopInstanceUID('1.2.3.5'));
  });

  test('replaces UIDs that the table forgets, too: they name what others name', () => {
    const keys = [
      'MultiFrameSourceSOPInstanceUID',
      'SOPInstanceUIDOfConcatenationSource',
      'VolumeFrameOfReferenceUID',
      'TableFrameOfReferenceUID',
      'TargetFrameOfReferenceUID',
      'EquipmentFrameOfReferenceUID',
      'ReferencedFiducialUID',
      'ReferencedAssertionUID',
      'RadiopharmaceuticalAdministrationEventUID',
      'RetrieveLocationUID',
    ];
    const given = ct(Object.fromEntries(keys.map((key) => [key, '1.2.3.4'])));
    const { dataSet: clean } = new Deidentifier().dataSet(given);
    for (const key of keys) expect(text(clean, key), key).toBe(text(clean, 'SOPInstanceUID'));
    const { dataSet: kept } = new Deidentifier({ retainUIDs: true }).dataSet(given);
    for (const key of keys) expect(text(kept, key), key).toBe('1.2.3.4');
  });

  test('keeps patients apart, and one patient together', () => {
    const batch = new Deidentifier();
    const [jane, again, john] = [ct(), ct({ PatientName: 'DOE^JANE' }), ct({ PatientID: '4712' })].map(
      (one) => batch.dataSet(one).dataSet,
    );
    expect(text(jane!, 'PatientID')).toMatch(/^ANON-[0-9A-Z]{13}$/);
    expect(text(jane!, 'PatientName')).toBe(text(jane!, 'PatientID'));
    expect(text(again!, 'PatientID')).toBe(text(jane!, 'PatientID'));
    expect(text(john!, 'PatientID')).not.toBe(text(jane!, 'PatientID'));
    expect(batch.dataSet(ct({ PatientID: '', PatientName: '' })).dataSet['00100020']).toEqual({ vr: 'LO' });
  });

  test('shifts all dates by the same number of days, into the past', () => {
    const batch = new Deidentifier({ dates: 'shift' });
    const days = (date: string) =>
      Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`) / 864e5;
    const moved = (date: string) => {
      const { dataSet: clean } = batch.dataSet(
        ct({ StudyDate: date, SeriesDate: '2024', PatientBirthDate: '19610203' }),
      );
      expect(clean['00100030']).toEqual({ vr: 'DA' }); // a birth date is no date of the study
      expect(text(clean, 'StudyTime')).toBe('101112');
      expect(text(clean, 'AcquisitionDateTime')).toMatch(/^\d{8}101112\.5\+0100$/);
      return days(text(clean, 'StudyDate')) - days(date);
    };
    expect(moved('20240229')).toBeLessThan(0);
    expect(moved('20230301')).toBe(moved('20240229'));
    expect(text(batch.dataSet(ct({ StudyDate: 'Feb 29' })).dataSet, 'StudyDate')).toBe('19000101');
  });
});

describe('warnings', () => {
  test.each([
    ['burned in', { BurnedInAnnotation: 'YES' }],
    ['often burned in', { SOPClassUID: UID.UltrasoundImageStorage }],
    ['often burned in', { Modality: 'SC' }],
    ['face', { RecognizableVisualFeatures: 'YES' }],
    ['overlay in pixels', { '60000102': { vr: 'US', Value: [12] } }],
  ])('%s', (warning, more) => {
    expect(new Deidentifier().dataSet(ct(more)).warnings).toEqual([warning]);
  });

  test('none where the file says that nothing is burned in', () => {
    const none = { BurnedInAnnotation: 'NO', SOPClassUID: UID.UltrasoundImageStorage, Modality: 'US' };
    expect(new Deidentifier().dataSet(ct(none)).warnings).toEqual([]);
    expect(new Deidentifier().dataSet(ct()).warnings).toEqual([]);
  });
});
