/** What the mini-PACS does beyond the baseline (PS3.4 C.5): relational, combined date-time, fuzzy. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Archive, MemoryStore } from '../../core/archive/index.ts';
import { fuzzyTest } from '../../core/archive/fuzzy.ts';
import type { KeyValue } from '../../core/data/index.ts';
import { dataSet, texts } from '../../core/data/index.ts';
import type { ExtendedBehavior, Level, Model } from '../../core/service/types.ts';
import { instance, keep } from '../store/instances.ts';

let archive: Archive;

function keys(
  patient: string,
  study: string,
  series: string,
  more: Record<string, KeyValue>,
): Record<string, KeyValue> {
  return { PatientID: patient, StudyInstanceUID: study, SeriesInstanceUID: series, ...more };
}

beforeAll(async () => {
  const store = new MemoryStore();
  const doe = {
    PatientName: 'Doe^Jane',
    StudyDate: '20240101',
    StudyTime: '230000',
    StudyDescription: 'Head',
  };
  const muller = {
    SpecificCharacterSet: 'ISO_IR 192',
    PatientName: 'Müller-Lüdenscheidt^Jürgen^^Dr.',
    StudyDate: '20240102',
    StudyTime: '0100',
    StudyDescription: 'Knee',
  };
  const late = { PatientName: 'Doe^Jane', StudyDate: '20240103', StudyTime: '', StudyDescription: 'Hip' };
  await keep(
    store,
    instance('1.1.1.1', keys('P1', '1.1', '1.1.1', { ...doe, Modality: 'CT', InstanceNumber: 1 })),
  );
  await keep(
    store,
    instance('1.1.2.1', keys('P1', '1.1', '1.1.2', { ...doe, Modality: 'MR', InstanceNumber: 7 })),
  );
  await keep(
    store,
    instance('1.2.1.1', keys('P1', '1.2', '1.2.1', { ...late, Modality: 'CT', InstanceNumber: 7 })),
  );
  await keep(
    store,
    instance('2.1.1.1', keys('P2', '2.1', '2.1.1', { ...muller, Modality: 'CT', InstanceNumber: 2 })),
  );
  archive = await Archive.open(store);
});

const UNIQUE: Readonly<Record<Level, string>> = {
  PATIENT: 'PatientID',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
};

function found(
  extended: ExtendedBehavior | undefined,
  model: Model,
  level: Level,
  asked: Record<string, KeyValue>,
): string[] {
  const query = { model, level, keys: dataSet({ [UNIQUE[level]]: '', ...asked }) };
  const matches = archive.find({ ...query, ...(extended && { extended }) });
  return [...matches].flatMap((match) => texts(match, UNIQUE[level]));
}

const a900 = expect.objectContaining({ status: 0xa900 });

describe('a relational query', () => {
  it.each<[Model, Level, Record<string, KeyValue>, string[]]>([
    ['STUDY', 'SERIES', {}, ['1.1.1', '1.1.2', '1.2.1', '2.1.1']],
    ['STUDY', 'SERIES', { StudyInstanceUID: '1.1' }, ['1.1.1', '1.1.2']],
    ['STUDY', 'SERIES', { StudyInstanceUID: ['1.2', '2.1'] }, ['1.2.1', '2.1.1']],
    ['STUDY', 'IMAGE', { SOPInstanceUID: '1.2.1.1' }, ['1.2.1.1']],
    ['STUDY', 'IMAGE', { Modality: 'CT', StudyDescription: 'H*' }, ['1.1.1.1', '1.2.1.1']],
    ['STUDY', 'IMAGE', { SeriesInstanceUID: '1.1.2', SOPInstanceUID: '1.1.1.1' }, []],
    ['PATIENT', 'STUDY', { StudyDescription: 'Knee' }, ['2.1']],
    ['PATIENT', 'IMAGE', { PatientID: 'P?', InstanceNumber: 7 }, ['1.1.2.1', '1.2.1.1']],
    ['PATIENT', 'SERIES', { PatientID: 'P2' }, ['2.1.1']],
    ['PATIENT/STUDY ONLY', 'STUDY', { PatientName: 'doe*' }, ['1.1', '1.2']],
    // keys of lower levels: there is one below that matches all of them
    ['STUDY', 'STUDY', { Modality: 'MR' }, ['1.1']],
    ['STUDY', 'STUDY', { Modality: 'MR', InstanceNumber: 1 }, []],
    ['STUDY', 'STUDY', { Modality: 'CT', InstanceNumber: 7 }, ['1.2']],
    ['PATIENT', 'PATIENT', { StudyDescription: 'Knee' }, ['P2']],
    ['PATIENT', 'PATIENT', { SOPInstanceUID: '1.1.2.1' }, ['P1']],
    ['PATIENT/STUDY ONLY', 'PATIENT', { Modality: 'MR' }, ['P1', 'P2']], // its lowest level is STUDY
  ])('%s %s %j', (model, level, asked, expected) => {
    expect(found({ relational: true }, model, level, asked)).toEqual(expected);
  });

  it('is refused where it was not agreed on', () => {
    for (const extended of [undefined, {}, { fuzzy: true }, { relational: false }]) {
      expect(() => found(extended, 'STUDY', 'SERIES', {})).toThrow(a900);
      expect(found(extended, 'STUDY', 'STUDY', { Modality: 'MR' })).toEqual(['1.1', '1.2', '2.1']);
    }
  });

  it('has no levels that its model has not', () => {
    expect(() => found({ relational: true }, 'STUDY', 'PATIENT', {})).toThrow(a900);
    expect(() => found({ relational: true }, 'PATIENT/STUDY ONLY', 'SERIES', {})).toThrow(a900);
  });
});

describe('a relational retrieve', () => {
  const select = (model: Model, level: Level, asked: Record<string, KeyValue>): string[] =>
    archive
      .select({ model, level, keys: dataSet(asked), extended: { relational: true } })
      .map(({ sopInstanceUID }) => sopInstanceUID);

  it.each<[Model, Level, Record<string, KeyValue>, string[]]>([
    ['STUDY', 'SERIES', { SeriesInstanceUID: ['1.1.2', '2.1.1'] }, ['1.1.2.1', '2.1.1.1']],
    ['STUDY', 'IMAGE', { SOPInstanceUID: '1.2.1.1' }, ['1.2.1.1']],
    ['STUDY', 'IMAGE', { StudyInstanceUID: '1.1', SOPInstanceUID: '1.2.1.1' }, []],
    ['PATIENT', 'STUDY', { StudyInstanceUID: '2.1' }, ['2.1.1.1']],
    ['PATIENT', 'STUDY', { PatientID: 'P1', StudyInstanceUID: '2.1' }, []],
  ])('%s %s %j', (model, level, asked, expected) => {
    expect(select(model, level, asked)).toEqual(expected);
  });

  it.each<[Model, Level, Record<string, KeyValue>]>([
    ['STUDY', 'SERIES', { StudyInstanceUID: '1.1' }],
    ['PATIENT', 'PATIENT', {}],
    ['PATIENT', 'STUDY', { PatientID: 'P*', StudyInstanceUID: '1.1' }],
  ])('%s %s %j misses the unique key of its level, or has a pattern', (model, level, asked) => {
    expect(() => select(model, level, asked)).toThrow(a900);
  });
});

describe('combined date-time matching', () => {
  it.each<[date: string, time: string, combined: string[], apart: string[]]>([
    ['20240101-20240102', '2200-0200', ['1.1', '2.1'], []], // from the evening into the night
    ['20240101-20240102', '2330-0200', ['2.1'], []],
    ['20240101-20240102', '2200-0059', ['1.1'], []],
    ['20240102-', '0030-', ['1.2', '2.1'], ['1.2', '2.1']],
    ['20240101-', '2330-', ['1.2', '2.1'], ['1.2']],
    ['-20240102', '-0030', ['1.1'], []],
    ['-20240103', '-0100', ['1.1', '1.2', '2.1'], ['1.2', '2.1']],
    // no two ranges of one form: each by itself
    ['20240101-20240102', '0000-', ['1.1', '2.1'], ['1.1', '2.1']],
    ['20240102', '0000-0200', ['2.1'], ['2.1']],
    ['20240101-20240102', '0100', ['2.1'], ['2.1']],
    ['2024.01.01-2024.01.02', '22:00-02:00', ['1.1', '2.1'], []],
  ])('%s with %s', (StudyDate, StudyTime, combined, apart) => {
    const ask = (extended: ExtendedBehavior): string[] =>
      found(extended, 'STUDY', 'STUDY', { StudyDate, StudyTime });
    expect(ask({ combinedDateTime: true }).toSorted()).toEqual(combined);
    expect(ask({}).toSorted()).toEqual(apart);
  });

  it('leaves a range of dates alone to itself', () => {
    const ask = { StudyDate: '20240102-20240103', StudyTime: '' };
    expect(found({ combinedDateTime: true }, 'STUDY', 'STUDY', ask)).toEqual(['1.2', '2.1']);
  });
});

describe('fuzzy semantic matching', () => {
  it.each<[key: string, name: string, matches: boolean]>([
    ['jurgen muller', 'Müller-Lüdenscheidt^Jürgen', true],
    ['MÜLLER', 'muller^j', true],
    ['lud', 'Müller-Lüdenscheidt^Jürgen', true],
    ['Jane Doe', 'Doe^Jane', true],
    ['Doe, J.', 'Doe^Jane', true],
    ['Doe^John', 'Doe^Jane', false],
    ['oe', 'Doe^Jane', false],
    ["O'Brien", 'OBrien^Pat', false],
    ['obr', 'O’Brien^Pat', false],
    ['brien', 'O’Brien^Pat', true],
    ['山田', 'Yamada^Tarou=山田^太郎', true],
    ['かぎ', 'がぎ', false], // the voicing mark makes another letter
    ['', 'Doe^Jane', false],
    ['*', 'Doe^Jane', false],
  ])('%j on %j: %s', (key, name, expected) => {
    expect(fuzzyTest(key)(name)).toBe(expected);
  });

  it('finds what literal matching does not, and all that it does, where it was agreed on', () => {
    const ask = (extended: ExtendedBehavior, PatientName: string): string[] =>
      found(extended, 'STUDY', 'STUDY', { PatientName });
    expect(ask({ fuzzy: true }, 'jurgen mul')).toEqual(['2.1']);
    expect(ask({}, 'jurgen mul')).toEqual([]);
    expect(ask({ fuzzy: true }, '*enscheidt*')).toEqual(['2.1']);
    expect(ask({ fuzzy: true }, 'DOE^JANE')).toEqual(['1.1', '1.2']);
    expect(ask({ fuzzy: true }, '')).toEqual(['1.1', '1.2', '2.1']);
  });
});
