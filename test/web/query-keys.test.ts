import { describe, expect, it } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import { attribute } from '../../core/dict/index.ts';
import { TAGS } from '../../web/state/attributes.ts';
import { childKeys, keysDataSet, searchKeys, uniqueKeys, wantedStudies } from '../../web/state/query-keys.ts';
import type { SearchFields } from '../../web/state/search-fields.ts';
import { NO_FIELDS, asksForEverything, holdsPatient, withoutPatient } from '../../web/state/search-fields.ts';

const TODAY = new Date(2026, 2, 1, 12); // the first of March

function key(keyword: string, fields: Partial<SearchFields>): string | undefined {
  return searchKeys('STUDY', { ...NO_FIELDS, ...fields }, TODAY)[0]![keyword];
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

  it('asks for IDs as they are typed, and for descriptions that contain the text', () => {
    expect(key('PatientID', { patientID: ' 4711 ' })).toBe('4711');
    expect(key('AccessionNumber', { accession: 'A1' })).toBe('A1');
    expect(key('StudyDescription', { description: 'thorax' })).toBe('*thorax*');
    expect(key('StudyDate', { date: '7' })).toBe('20260223-20260301');
  });

  it('asks once for each modality: no PACS need take a list of them', () => {
    const asked = (modalities: string[]) =>
      searchKeys('STUDY', { ...NO_FIELDS, modalities, patientID: '1' }, TODAY);
    expect(asked([]).map((keys) => keys['ModalitiesInStudy'])).toEqual(['']);
    expect(asked(['CT', 'MR']).map((keys) => [keys['ModalitiesInStudy'], keys['PatientID']])).toEqual([
      ['CT', '1'],
      ['MR', '1'],
    ]);
  });

  it('asks for any attribute, and asks back those without a value', () => {
    const others = [
      { keyword: 'StudyID', value: ' 7 ' },
      { keyword: '00081080', value: '' },
      { keyword: ' ', value: 'of nothing' },
    ];
    expect(key('StudyID', { others })).toBe('7');
    expect(key('00081080', { others })).toBe('');
    const [keys] = searchKeys('PATIENT', { ...NO_FIELDS, others }, TODAY);
    expect(Object.keys(keys!)).toEqual(expect.arrayContaining(['StudyID', '00081080']));
    expect(Object.keys(keys!)).not.toContain('');
  });

  it('matches only the patient at Patient Root, where nothing else may stand', () => {
    const fields: SearchFields = {
      ...NO_FIELDS,
      patientName: 'doe',
      date: 'today',
      modalities: ['CT', 'MR'],
    };
    const asked = searchKeys('PATIENT', fields, TODAY);
    expect(asked).toHaveLength(1);
    expect(asked[0]!['PatientName']).toBe('doe*');
    expect(asked[0]).not.toHaveProperty('StudyDate');
    expect(asked[0]).not.toHaveProperty('ModalitiesInStudy');
    expect(wantedStudies('PATIENT', fields, TODAY)).toEqual([
      { StudyDate: '20260301', ModalitiesInStudy: 'CT' },
      { StudyDate: '20260301', ModalitiesInStudy: 'MR' },
    ]);
    expect(wantedStudies('PATIENT', { ...NO_FIELDS, description: 'head' }, TODAY)).toEqual([
      { StudyDescription: '*head*' },
    ]);
    expect(wantedStudies('PATIENT', { ...NO_FIELDS, patientName: 'doe' }, TODAY)).toEqual([]);
    expect(wantedStudies('STUDY', fields, TODAY)).toEqual([]);
  });

  it('knows when it asks for everything', () => {
    const everything = (model: 'STUDY' | 'PATIENT', fields: Partial<SearchFields>) =>
      asksForEverything(model, { ...NO_FIELDS, ...fields });
    expect(everything('STUDY', {})).toBe(true);
    expect(everything('STUDY', { date: 'range' })).toBe(true);
    expect(everything('STUDY', { date: 'today' })).toBe(false);
    expect(everything('STUDY', { modalities: ['CT'] })).toBe(false);
    expect(everything('STUDY', { patientName: 'x' })).toBe(false);
    expect(everything('PATIENT', { date: 'today', modalities: ['CT'] })).toBe(true);
    expect(everything('STUDY', { others: [{ keyword: 'StudyID', value: '' }] })).toBe(true);
    expect(everything('PATIENT', { others: [{ keyword: 'PatientSex', value: 'F' }] })).toBe(false);
  });

  it('knows what tells of a patient', () => {
    const fields: SearchFields = {
      ...NO_FIELDS,
      patientName: 'Doe',
      patientID: '4711',
      accession: 'A1',
      description: 'thorax',
      modalities: ['CT'],
      others: [{ keyword: 'PatientAddress', value: 'Rose Lane 1' }],
    };
    expect(holdsPatient(fields)).toBe(true);
    const bare = withoutPatient(fields);
    expect(holdsPatient(bare)).toBe(false);
    expect(JSON.stringify(bare)).not.toMatch(/Doe|4711|A1|Rose/);
    expect(bare).toMatchObject({ description: 'thorax', modalities: ['CT'] });
    expect(bare.others).toEqual([{ keyword: 'PatientAddress', value: '' }]);
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
    expect(keys['SeriesInstanceUID']).toBe('1.2.3');
    expect(keys['SOPInstanceUID']).toBe('');
  });

  it('become a data set for a retrieve', () => {
    const keys = {
      PatientID: '4711',
      StudyInstanceUID: '1.2',
      SeriesInstanceUID: '',
      SOPInstanceUID: '1.2.3',
    };
    expect(keysDataSet(keys)).toEqual(dataSet(keys));
  });
});

describe('the attributes that the page knows', () => {
  it('are those of the dictionary', () => {
    const known = Object.keys(TAGS).map((keyword) => [keyword, attribute(keyword)?.tag]);
    expect(Object.fromEntries(known)).toEqual(TAGS);
  });
});
