import { beforeEach, describe, expect, it } from 'vitest';
import { Archive, MemoryStore } from '../../core/archive/index.ts';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import { dataSet, text, texts } from '../../core/data/index.ts';
import type { Level, Model } from '../../core/service/types.ts';
import { CT_IMAGE, instance, keep, MR_IMAGE } from '../store/instances.ts';

let store: MemoryStore;
let archive: Archive;

/** Two patients; Doe has studies 1.1 (CT and MR series) and 1.2, Yamada has 2.1. */
const INSTANCES: readonly [uid: string, keys: Record<string, KeyValue>][] = [
  ['1.1.1.1', { ...series('1.1', '1.1.1', 'CT'), InstanceNumber: 1 }],
  ['1.1.1.2', { ...series('1.1', '1.1.1', 'CT'), InstanceNumber: 2 }],
  ['1.1.1.3', { ...series('1.1', '1.1.1', 'CT'), InstanceNumber: 3 }],
  ['1.1.2.1', { ...series('1.1', '1.1.2', 'MR'), SOPClassUID: MR_IMAGE }],
  ['1.2.1.1', { ...series('1.2', '1.2.1', 'CT'), StudyDate: '20240615', StudyDescription: 'Knee' }],
  [
    '2.1.1.1',
    {
      ...series('2.1', '2.1.1', 'MR'),
      SpecificCharacterSet: 'ISO_IR 192',
      PatientID: 'P2',
      PatientName: 'Yamada^Tarou=山田^太郎',
      StudyDate: '20240701',
    },
  ],
];

function series(study: string, uid: string, modality: string): Record<string, KeyValue> {
  return {
    StudyInstanceUID: study,
    SeriesInstanceUID: uid,
    Modality: modality,
    PatientBirthDate: '19610203',
    StudyDate: '20240101',
    StudyTime: '101500',
    StudyDescription: 'Head',
  };
}

beforeEach(async () => {
  store = new MemoryStore();
  for (const [uid, keys] of INSTANCES) await keep(store, instance(uid, keys));
  archive = await Archive.open(store);
});

function find(model: Model, level: Level, keys: Record<string, KeyValue>): DataSet[] {
  return [...archive.find({ model, level, keys: dataSet(keys) })];
}

function select(model: Model, level: Level, keys: Record<string, KeyValue>): string[] {
  return archive.select({ model, level, keys: dataSet(keys) }).map((stored) => stored.sopInstanceUID);
}

const all = (matches: DataSet[], key: string): string[] => matches.map((match) => text(match, key));
const a900 = expect.objectContaining({ code: 'STATUS_FAILURE', status: 0xa900 });

it('keeps studies apart that are called as their only instance, in one series', async () => {
  for (const uid of ['3.1', '3.2']) await keep(store, instance(uid, series(uid, '3.9', 'CT')));
  const found = all(find('STUDY', 'STUDY', { StudyInstanceUID: '' }), 'StudyInstanceUID');
  expect(found).toEqual(expect.arrayContaining(['3.1', '3.2']));
  expect(select('STUDY', 'STUDY', { StudyInstanceUID: '3.2' })).toEqual(['3.2']);
});

describe('find in the Patient Root model', () => {
  it('PATIENT', () => {
    const matches = find('PATIENT', 'PATIENT', {
      PatientID: '',
      PatientName: '',
      NumberOfPatientRelatedStudies: '',
      NumberOfPatientRelatedSeries: '',
      NumberOfPatientRelatedInstances: '',
    });
    expect(matches).toEqual([
      {
        '00080052': { vr: 'CS', Value: ['PATIENT'] },
        '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
        '00100020': { vr: 'LO', Value: ['P1'] },
        '00201200': { vr: 'IS', Value: [2] },
        '00201202': { vr: 'IS', Value: [3] },
        '00201204': { vr: 'IS', Value: [5] },
      },
      {
        '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
        '00080052': { vr: 'CS', Value: ['PATIENT'] },
        '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎' }] },
        '00100020': { vr: 'LO', Value: ['P2'] },
        '00201200': { vr: 'IS', Value: [1] },
        '00201202': { vr: 'IS', Value: [1] },
        '00201204': { vr: 'IS', Value: [1] },
      },
    ]);
    expect(all(find('PATIENT', 'PATIENT', { PatientID: 'P?', PatientName: 'DOE*' }), 'PatientID')).toEqual([
      'P1',
    ]);
    expect(find('PATIENT', 'PATIENT', { PatientID: 'P9' })).toEqual([]);
  });

  it('STUDY', () => {
    const keys = { PatientID: 'P1', StudyInstanceUID: '', StudyDate: '20240101-20240131' };
    expect(all(find('PATIENT', 'STUDY', keys), 'StudyInstanceUID')).toEqual(['1.1']);
    expect(
      all(find('PATIENT', 'STUDY', { PatientID: 'P1', StudyInstanceUID: '' }), 'StudyInstanceUID'),
    ).toEqual(['1.1', '1.2']);
  });

  it('SERIES', () => {
    const above = { PatientID: 'P1', StudyInstanceUID: '1.1', SeriesInstanceUID: '' };
    expect(all(find('PATIENT', 'SERIES', above), 'SeriesInstanceUID')).toEqual(['1.1.1', '1.1.2']);
    expect(all(find('PATIENT', 'SERIES', { ...above, Modality: 'MR' }), 'SeriesInstanceUID')).toEqual([
      '1.1.2',
    ]);
    expect(find('PATIENT', 'SERIES', { ...above, PatientID: 'P2' })).toEqual([]);
  });

  it('IMAGE', () => {
    const above = {
      PatientID: 'P1',
      StudyInstanceUID: '1.1',
      SeriesInstanceUID: '1.1.1',
      SOPInstanceUID: '',
    };
    expect(all(find('PATIENT', 'IMAGE', above), 'SOPInstanceUID')).toEqual(['1.1.1.1', '1.1.1.2', '1.1.1.3']);
    expect(all(find('PATIENT', 'IMAGE', { ...above, InstanceNumber: 2 }), 'SOPInstanceUID')).toEqual([
      '1.1.1.2',
    ]);
  });
});

describe('find in the Patient/Study Only model', () => {
  it('has patients and their studies', () => {
    const model = 'PATIENT/STUDY ONLY';
    expect(all(find(model, 'PATIENT', { PatientID: '' }), 'PatientID')).toEqual(['P1', 'P2']);
    const studies = find(model, 'STUDY', { PatientID: 'P1', StudyInstanceUID: '', ModalitiesInStudy: '' });
    expect(all(studies, 'StudyInstanceUID')).toEqual(['1.1', '1.2']);
    expect(texts(studies[0]!, 'ModalitiesInStudy')).toEqual(['CT', 'MR']);
  });
});

describe('find in the Study Root model', () => {
  it('STUDY, with the keys of the patient', () => {
    const matches = find('STUDY', 'STUDY', {
      PatientName: '*',
      PatientBirthDate: '',
      StudyInstanceUID: ['1.1', '2.1', '9.9'],
      ModalitiesInStudy: '',
      SOPClassesInStudy: '',
      NumberOfStudyRelatedSeries: '',
      NumberOfStudyRelatedInstances: '',
      NumberOfPatientRelatedStudies: '',
    });
    expect(all(matches, 'StudyInstanceUID')).toEqual(['1.1', '2.1']);
    expect(texts(matches[0]!, 'ModalitiesInStudy')).toEqual(['CT', 'MR']);
    expect(texts(matches[0]!, 'SOPClassesInStudy')).toEqual([CT_IMAGE, MR_IMAGE]);
    expect(all(matches, 'NumberOfStudyRelatedSeries')).toEqual(['2', '1']);
    expect(all(matches, 'NumberOfStudyRelatedInstances')).toEqual(['4', '1']);
    expect(all(matches, 'NumberOfPatientRelatedStudies')).toEqual(['2', '1']);
    expect(all(matches, 'PatientBirthDate')).toEqual(['19610203', '19610203']);
  });

  it.each<[Record<string, KeyValue>, string[]]>([
    [{ ModalitiesInStudy: 'MR' }, ['1.1', '2.1']],
    [{ ModalitiesInStudy: ['US', 'CT'] }, ['1.1', '1.2']],
    [{ PatientName: '山田*' }, ['2.1']],
    [{ StudyDate: '20240601-' }, ['1.2', '2.1']],
    [{ StudyDate: '20240601-', PatientID: 'P1' }, ['1.2']],
    [{ StudyTime: '1000-1030', StudyDescription: 'K*' }, ['1.2']],
    [{ AccessionNumber: 'none is known, so all match' }, ['1.1', '1.2', '2.1']],
    [{ Modality: 'MR' }, ['1.1', '1.2', '2.1']], // of a lower level: neither matched nor known
    [{ StudyInstanceUID: '*' }, []],
  ])('%j', (keys, expected) => {
    const matches = find('STUDY', 'STUDY', { StudyInstanceUID: '', ...keys });
    expect(all(matches, 'StudyInstanceUID')).toEqual(expected);
  });

  it('SERIES and IMAGE', () => {
    const above = { StudyInstanceUID: '1.1' };
    const [ct] = find('STUDY', 'SERIES', { ...above, Modality: 'CT', NumberOfSeriesRelatedInstances: '' });
    expect(text(ct!, 'NumberOfSeriesRelatedInstances')).toBe('3');
    const images = find('STUDY', 'IMAGE', {
      ...above,
      SeriesInstanceUID: '1.1.1',
      SOPInstanceUID: ['1.1.1.3', '1.1.1.1', '1.1.1.1'],
      AvailableTransferSyntaxUID: '',
      SOPClassUID: '',
      InstanceAvailability: '',
    });
    expect(all(images, 'SOPInstanceUID')).toEqual(['1.1.1.3', '1.1.1.1']);
    expect(all(images, 'AvailableTransferSyntaxUID')).toEqual(['1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1']);
    expect(all(images, 'SOPClassUID')).toEqual([CT_IMAGE, CT_IMAGE]);
    expect(all(images, 'InstanceAvailability')).toEqual(['ONLINE', 'ONLINE']);
  });

  it('gives back only what was asked, empty where it is not known', () => {
    const keys = dataSet({ StudyInstanceUID: '1.2', AccessionNumber: '', Modality: '', RetrieveAETitle: '' });
    const asked = {
      ...keys,
      '00080000': { vr: 'UL', Value: [10] },
      '00080005': { vr: 'CS' },
      '00091001': { vr: 'LO' },
    };
    expect([...archive.find({ model: 'STUDY', level: 'STUDY', keys: asked })]).toEqual([
      {
        '00080050': { vr: 'SH' },
        '00080052': { vr: 'CS', Value: ['STUDY'] },
        '00080060': { vr: 'CS' },
        '00091001': { vr: 'LO' },
        '0020000D': { vr: 'UI', Value: ['1.2'] },
      },
    ]);
  });

  it('matches in sequences and gives back the items that match', async () => {
    const item = (id: string): DataSet =>
      dataSet({ RequestedProcedureID: id, ScheduledProcedureStepID: `S${id}` });
    const keys = { ...series('3.1', '3.1.1', 'CT'), RequestAttributesSequence: [item('A'), item('B')] };
    await keep(store, instance('3.1.1.1', keys));
    const asked = { StudyInstanceUID: '3.1', 'RequestAttributesSequence[0].RequestedProcedureID': 'B' };
    const [match] = find('STUDY', 'SERIES', asked);
    expect(match!['00400275']).toEqual({ vr: 'SQ', Value: [dataSet({ RequestedProcedureID: 'B' })] });
    expect(
      find('STUDY', 'SERIES', { ...asked, 'RequestAttributesSequence[0].RequestedProcedureID': 'C' }),
    ).toEqual([]);
  });
});

describe('the hierarchy (C.4.1.3.1.1)', () => {
  it.each<[Model, Level, Record<string, KeyValue>]>([
    ['STUDY', 'PATIENT', { PatientID: 'P1' }],
    ['PATIENT/STUDY ONLY', 'STUDY', { StudyInstanceUID: '1.1' }],
    [
      'PATIENT/STUDY ONLY',
      'SERIES',
      { PatientID: 'P1', StudyInstanceUID: '1.1', SeriesInstanceUID: '1.1.1' },
    ],
    ['PATIENT/STUDY ONLY', 'IMAGE', { PatientID: 'P1', StudyInstanceUID: '1.1' }],
    ['PATIENT', 'STUDY', { StudyInstanceUID: '1.1' }],
    ['PATIENT', 'STUDY', { PatientID: '', StudyInstanceUID: '1.1' }],
    ['PATIENT', 'STUDY', { PatientID: 'P*', StudyInstanceUID: '1.1' }],
    ['PATIENT', 'SERIES', { StudyInstanceUID: '1.1' }],
    ['STUDY', 'SERIES', { SeriesInstanceUID: '1.1.1' }],
    ['STUDY', 'SERIES', { StudyInstanceUID: ['1.1', '1.2'] }],
    ['STUDY', 'IMAGE', { StudyInstanceUID: '1.1' }],
    ['STUDY', 'IMAGE', { SeriesInstanceUID: '1.1.1' }],
  ])('%s %s %j is refused by find and select', (model, level, keys) => {
    expect(() => find(model, level, keys)).toThrow(a900);
    expect(() => select(model, level, keys)).toThrow(a900);
  });

  it('says why in at most 64 characters, the length of an Error Comment', () => {
    expect(() => find('STUDY', 'IMAGE', {})).toThrow(/^level IMAGE needs one StudyInstanceUID$/);
    expect(() => find('STUDY', 'PATIENT', {})).toThrow(/^.{1,64}$/);
  });
});

describe('select', () => {
  it.each<[Model, Level, Record<string, KeyValue>, string[]]>([
    ['PATIENT', 'PATIENT', { PatientID: 'P1' }, ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.2.1', '1.2.1.1']],
    ['PATIENT', 'STUDY', { PatientID: 'P1', StudyInstanceUID: ['1.2', '2.1'] }, ['1.2.1.1']],
    ['PATIENT/STUDY ONLY', 'STUDY', { PatientID: 'P1', StudyInstanceUID: '1.2' }, ['1.2.1.1']],
    ['PATIENT/STUDY ONLY', 'PATIENT', { PatientID: 'P2' }, ['2.1.1.1']],
    ['STUDY', 'STUDY', { StudyInstanceUID: ['1.2', '2.1'] }, ['1.2.1.1', '2.1.1.1']],
    ['STUDY', 'STUDY', { PatientID: '*', StudyInstanceUID: '1.2' }, ['1.2.1.1']], // no key of this model
    ['STUDY', 'SERIES', { StudyInstanceUID: '1.1', SeriesInstanceUID: '1.1.2' }, ['1.1.2.1']],
    [
      'STUDY',
      'IMAGE',
      { StudyInstanceUID: '1.1', SeriesInstanceUID: '1.1.1', SOPInstanceUID: ['1.1.1.2', '1.1.2.1'] },
      ['1.1.1.2'],
    ],
    ['STUDY', 'STUDY', { StudyInstanceUID: '9.9' }, []],
    ['STUDY', 'STUDY', { StudyInstanceUID: '*' }, []],
  ])('%s %s %j', (model, level, keys, expected) => {
    expect(select(model, level, keys)).toEqual(expected);
  });

  it.each<[Model, Level, Record<string, KeyValue>]>([
    ['PATIENT', 'PATIENT', {}],
    ['PATIENT', 'PATIENT', { PatientID: '*' }],
    ['PATIENT', 'PATIENT', { PatientID: ['P1', 'P2'] }],
    ['STUDY', 'STUDY', {}],
    ['STUDY', 'STUDY', { StudyInstanceUID: '' }],
    ['STUDY', 'SERIES', { StudyInstanceUID: '1.1' }],
  ])('%s %s %j misses a unique key', (model, level, keys) => {
    expect(() => select(model, level, keys)).toThrow(a900);
  });
});

describe('an archive and its store', () => {
  const studies = (): string[] => all(find('STUDY', 'STUDY', { StudyInstanceUID: '' }), 'StudyInstanceUID');

  it('follows what is stored and deleted', async () => {
    await keep(store, instance('4.1.1.1', series('4.1', '4.1.1', 'CT')));
    expect(studies()).toEqual(['1.1', '1.2', '4.1', '2.1']);
    await store.delete('4.1.1.1');
    await store.delete('2.1.1.1');
    expect(studies()).toEqual(['1.1', '1.2']);
    expect(find('PATIENT', 'PATIENT', { PatientID: 'P2' })).toEqual([]);
  });

  it('has another instance speak for a study and its patient when the one that did is gone', async () => {
    const again = (uid: string, PatientName: string, StudyDescription: string): Promise<unknown> =>
      keep(store, instance(uid, { ...series('1.1', '1.1.1', 'CT'), PatientName, StudyDescription }));
    const told = (): unknown[] => {
      const asked = find('STUDY', 'STUDY', {
        StudyInstanceUID: '1.1',
        PatientName: '',
        StudyDescription: '',
      });
      return asked.map((match) => [text(match, 'PatientName'), text(match, 'StudyDescription')]);
    };
    await again('1.1.1.4', 'Roe^Jane', 'Neck');
    expect(told()).toEqual([['Doe^Jane', 'Head']]);
    for (const uid of ['1.1.1.1', '1.1.1.2', '1.1.1.3']) await store.delete(uid);
    expect(told()).toEqual([['Roe^Jane', 'Neck']]);
    await again('1.1.1.4', 'Poe^Jane', 'Foot');
    await store.delete('1.1.2.1');
    expect(told()).toEqual([['Poe^Jane', 'Foot']]);
  });

  it('moves an instance that is stored again with other attributes', async () => {
    await keep(store, instance('2.1.1.1', { ...series('5.1', '5.1.1', 'CT'), PatientID: 'P3' }));
    expect(studies()).toEqual(['1.1', '1.2', '5.1']);
    expect(all(find('PATIENT', 'PATIENT', { PatientID: '' }), 'PatientID')).toEqual(['P1', 'P3']);
  });

  it('leaves the store alone after close', async () => {
    archive.close();
    await keep(store, instance('4.1.1.1', series('4.1', '4.1.1', 'CT')));
    expect(studies()).toEqual(['1.1', '1.2', '2.1']);
  });

  it('counts what it cannot place', async () => {
    expect(archive.unindexed).toBe(0);
    await keep(store, instance('6.1', { SeriesInstanceUID: '' }));
    const unread = instance('6.2');
    await keep(store, { ...unread, info: { ...unread.info, transferSyntaxUID: '1.2.999' } });
    expect(archive.unindexed).toBe(2);
    await keep(store, instance('6.2', series('4.1', '4.1.1', 'CT')));
    await store.delete('6.1');
    expect(archive.unindexed).toBe(0);
    expect(studies()).toContain('4.1');
  });

  it('keeps patients without an ID apart', async () => {
    await keep(
      store,
      instance('7.1', { ...series('7.1', '7.1.1', 'CT'), PatientID: '', PatientName: 'One' }),
    );
    await keep(
      store,
      instance('8.1', { ...series('8.1', '8.1.1', 'CT'), PatientID: '', PatientName: 'Two' }),
    );
    const names = find('PATIENT', 'PATIENT', { PatientName: '' }).map((match) => text(match, 'PatientName'));
    expect(names.slice(2)).toEqual(['One', 'Two']);
  });

  it('finds a patient without an ID by no ID, and the study of one by every ID (C.2.2.1)', async () => {
    await keep(
      store,
      instance('7.1', { ...series('7.1', '7.1.1', 'CT'), PatientID: '', PatientName: 'One' }),
    );
    const patients = (id: string): string[] =>
      all(find('PATIENT', 'PATIENT', { PatientID: id, PatientName: '' }), 'PatientName');
    expect(patients('P1')).toEqual(['Doe^Jane']);
    expect(patients('P?')).not.toContain('One');
    expect(patients('*')).toContain('One');
    const keys = { PatientID: 'P1', StudyInstanceUID: '' };
    expect(all(find('PATIENT', 'STUDY', keys), 'StudyInstanceUID')).toEqual(['1.1', '1.2']);
    expect(all(find('STUDY', 'STUDY', keys), 'StudyInstanceUID')).toEqual(['1.1', '1.2', '7.1']);
  });

  it('is not fooled by changes while it opens', async () => {
    const opening = Archive.open({
      ...store,
      put: store.put.bind(store),
      has: store.has.bind(store),
      open: store.open.bind(store),
      delete: store.delete.bind(store),
      watch: store.watch.bind(store),
      async *entries() {
        for await (const stored of store.entries()) {
          if (stored.sopInstanceUID === '1.2.1.1') await store.delete('1.2.1.1'); // read, but gone by now
          yield stored;
        }
      },
    });
    archive = await opening;
    expect(studies()).toEqual(['1.1', '2.1']);
  });
});
