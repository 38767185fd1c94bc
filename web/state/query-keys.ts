/** From what a person typed to the keys of a C-FIND (PS3.4 C.6.1, C.6.2), and from a match to unique keys. */
import type { Attribute, DataSet } from '../../core/data/types.ts';
import { LEVELS, UNIQUE_KEY } from '../../core/service/levels.ts';
import type { Level, Model } from '../../core/service/types.ts';
import type { Keys } from '../engine/protocol.ts';
import type { Keyword } from './attributes.ts';
import { TAGS, text } from './attributes.ts';
import { dateKey } from './date-range.ts';
import type { SearchFields } from './search-fields.ts';

/** What is asked back at each level beside the unique keys. */
const RETURN_KEYS: Record<Level, readonly Keyword[]> = {
  PATIENT: [
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'PatientSex',
    'NumberOfPatientRelatedSeries',
    'NumberOfPatientRelatedInstances',
  ],
  STUDY: [
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'PatientSex',
    'StudyInstanceUID',
    'StudyID',
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'ReferringPhysicianName',
    'StudyDescription',
    'ModalitiesInStudy',
    'NumberOfStudyRelatedSeries',
    'NumberOfStudyRelatedInstances',
  ],
  SERIES: [
    'SeriesInstanceUID',
    'Modality',
    'SeriesNumber',
    'SeriesDescription',
    'SeriesDate',
    'SeriesTime',
    'NumberOfSeriesRelatedInstances',
  ],
  IMAGE: ['SOPInstanceUID', 'SOPClassUID', 'InstanceNumber', 'NumberOfFrames', 'ContentDate', 'ContentTime'],
};

export function levelBelow(level: Level): Level | undefined {
  return LEVELS.PATIENT[LEVELS.PATIENT.indexOf(level) + 1];
}

/** Patient Root starts at patients, Study Root at studies. */
export function topLevel(model: Model): Level {
  return LEVELS[model][0]!; // no model is without levels
}

export type UniqueKeys = Readonly<Record<string, string>>;

/** The unique keys of a match: those of the levels above, and its own. */
export function uniqueKeys(level: Level, match: DataSet, above: UniqueKeys): UniqueKeys {
  const keyword = UNIQUE_KEY[level] as Keyword;
  return { ...above, [keyword]: text(match, keyword) };
}

/** Unique keys as a retrieve takes them. */
export function keysDataSet(keys: UniqueKeys): DataSet {
  const attributes = Object.entries(keys).map(([keyword, value]): [string, Attribute] => [
    TAGS[keyword as Keyword],
    { vr: keyword === UNIQUE_KEY.PATIENT ? 'LO' : 'UI', ...(value !== '' && { Value: [value] }) },
  ]);
  return Object.fromEntries(attributes);
}

/** The keys for what lies below a match. */
export function childKeys(level: Level, above: UniqueKeys): Keys {
  return { ...empty(RETURN_KEYS[level]), ...above };
}

/**
 * The keys of the form: one set, or one for each modality where several are chosen, as no PACS need take a list of
 * them (PS3.4 C.2.2.2.1). At Patient Root only the patient's own are matched (PS3.4 C.6.1.1.2); `wantedStudies` has
 * the others.
 */
export function searchKeys(model: Model, fields: SearchFields, now: Date): readonly Keys[] {
  const patient = { PatientName: namePattern(fields.patientName), PatientID: fields.patientID.trim() };
  const others = otherKeys(fields.others);
  if (topLevel(model) === 'PATIENT') return [{ ...empty(RETURN_KEYS.PATIENT), ...patient, ...others }];
  const studies = studyKeys(fields, now);
  return ofModalities({ ...empty(RETURN_KEYS.STUDY), ...patient, ...studies, ...others }, fields);
}

/** What the form asks of the studies of a patient that was found at Patient Root: a match of any is one; none for all. */
export function wantedStudies(model: Model, fields: SearchFields, now: Date): readonly Keys[] {
  if (topLevel(model) !== 'PATIENT') return [];
  const filled = Object.entries(studyKeys(fields, now)).filter(([, value]) => value !== '');
  return ofModalities(Object.fromEntries(filled), fields).filter((keys) => Object.keys(keys).length > 0);
}

function studyKeys({ accession, description, ...days }: SearchFields, now: Date): Keys {
  return {
    StudyDate: dateKey(days, now),
    AccessionNumber: accession.trim(),
    StudyDescription: contained(description),
  };
}

function ofModalities(keys: Keys, { modalities }: SearchFields): readonly Keys[] {
  if (modalities.length === 0) return [keys];
  return modalities.map((modality) => ({ ...keys, ModalitiesInStudy: modality }));
}

function otherKeys(others: SearchFields['others']): Keys {
  const named = others.filter(({ keyword }) => keyword.trim() !== '');
  return Object.fromEntries(named.map(({ keyword, value }) => [keyword.trim(), value.trim()]));
}

/** `doe` finds every name that begins so; `Doe, Jane` is written as people write it; own wildcards stay. */
export function namePattern(typed: string): string {
  const name = typed.trim().replace(/\s*,\s*/, '^');
  return name === '' || /[*?]/.test(name) ? name : `${name}*`;
}

function contained(typed: string): string {
  const value = typed.trim();
  return value === '' || /[*?]/.test(value) ? value : `*${value}*`;
}

function empty(keywords: readonly Keyword[]): Record<string, string> {
  return Object.fromEntries(keywords.map((keyword) => [keyword, '']));
}
