import { describe, expect, it } from 'vitest';
import { dataSet, text } from '../../core/data/index.ts';
import type { SearchFields } from '../../web/state/query-keys.ts';
import {
  NO_FIELDS,
  asksForEverything,
  childKeys,
  expectedInstances,
  searchKeys,
  uniqueKeys,
} from '../../web/state/query-keys.ts';

const TODAY = new Date(2026, 2, 1, 12); // the first of March

function key(keyword: string, fields: Partial<SearchFields>): string {
  return text(searchKeys('STUDY', { ...NO_FIELDS, ...fields }, TODAY), keyword);
}

describe('the form', () => {
  it.each([
    ['doe', 'doe*'],
    [' Doe, Jane ', 'Doe^Jane*'],
    ['d?e', 'd?e'],
    ['*ane', '*ane'],
    ['', ''],
  ])('asks for the name %j as %j', (patientName, expected) =>
    expect(key('PatientName', { patientName })).toBe(expected),
  );

  it.each<[Partial<SearchFields>, string]>([
    [{ date: 'any' }, ''],
    [{ date: 'today' }, '20260301-'],
    [{ date: '7' }, '20260222-'],
    [{ date: '30' }, '20260130-'],
    [{ date: 'range', from: '2026-01-02', to: '2026-02-03' }, '20260102-20260203'],
    [{ date: 'range', from: '2026-01-02', to: '' }, '20260102-'],
    [{ date: 'range', from: '', to: '2026-01-02' }, '-20260102'],
    [{ date: 'range', from: '2026-01-02', to: '2026-01-02' }, '20260102'],
    [{ date: 'range', from: '', to: '' }, ''],
  ])('asks for the date %j as %j', (fields, expected) => expect(key('StudyDate', fields)).toBe(expected));

  it('asks for IDs as they are typed, and for descriptions that contain the text', () => {
    expect(key('PatientID', { patientID: ' 4711 ' })).toBe('4711');
    expect(key('AccessionNumber', { accession: 'A1' })).toBe('A1');
    expect(key('ModalitiesInStudy', { modality: 'ct' })).toBe('CT');
    expect(key('StudyDescription', { description: 'thorax' })).toBe('*thorax*');
  });

  it('matches only the patient at Patient Root, where nothing else may stand', () => {
    const keys = searchKeys(
      'PATIENT',
      { ...NO_FIELDS, patientName: 'doe', date: 'today', modality: 'CT' },
      TODAY,
    );
    expect(text(keys, 'PatientName')).toBe('doe*');
    expect(keys).not.toHaveProperty('00080020');
    expect(keys).not.toHaveProperty('00080061');
  });

  it('knows when it asks for everything', () => {
    expect(asksForEverything('STUDY', NO_FIELDS)).toBe(true);
    expect(asksForEverything('STUDY', { ...NO_FIELDS, date: 'range' })).toBe(true);
    expect(asksForEverything('STUDY', { ...NO_FIELDS, date: 'today' })).toBe(false);
    expect(asksForEverything('PATIENT', { ...NO_FIELDS, date: 'today' })).toBe(true);
    expect(asksForEverything('STUDY', { ...NO_FIELDS, patientName: 'x' })).toBe(false);
  });
});

describe('unique keys', () => {
  const study = dataSet({ PatientID: '4711', StudyInstanceUID: '1.2' });

  it('gather from the top (PS3.4 C.4.1.1.3.1): no patient at Study Root', () => {
    const series = uniqueKeys(
      'SERIES',
      dataSet({ SeriesInstanceUID: '1.2.3' }),
      uniqueKeys('STUDY', study, {}),
    );
    expect(series).toEqual({ StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.3' });
    expect(uniqueKeys('STUDY', study, uniqueKeys('PATIENT', study, {}))).toEqual({
      PatientID: '4711',
      StudyInstanceUID: '1.2',
    });
  });

  it('are values among empty return keys', () => {
    const keys = childKeys('IMAGE', { StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.3' });
    expect(text(keys, 'SeriesInstanceUID')).toBe('1.2.3');
    expect(keys['00080018']).toEqual({ vr: 'UI' });
  });
});

describe('what is expected of a retrieve', () => {
  it('is what the match tells', () => {
    expect(expectedInstances('STUDY', dataSet({ NumberOfStudyRelatedInstances: '12' }))).toBe(12);
    expect(expectedInstances('SERIES', dataSet({ NumberOfSeriesRelatedInstances: '' }))).toBeUndefined();
    expect(expectedInstances('IMAGE', {})).toBe(1);
    expect(expectedInstances('PATIENT', {})).toBeUndefined();
  });
});
