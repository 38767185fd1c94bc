/** From what a person typed to the keys of a C-FIND (PS3.4 C.6.1, C.6.2), and from a match to unique keys. */
import { dataSet, text, texts } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { LEVELS, UNIQUE_KEY } from '../../core/service/levels.ts';
import type { Level, Model } from '../../core/service/types.ts';

export type DatePreset = 'any' | 'today' | '7' | '30' | 'range';

/** The fields of the form, as typed. */
export interface SearchFields {
  readonly patientName: string;
  readonly patientID: string;
  readonly date: DatePreset;
  /** yyyy-mm-dd, for `range`. */
  readonly from: string;
  readonly to: string;
  readonly modality: string;
  readonly accession: string;
  readonly description: string;
}

export const NO_FIELDS: SearchFields = {
  patientName: '',
  patientID: '',
  date: 'any',
  from: '',
  to: '',
  modality: '',
  accession: '',
  description: '',
};

/** What is asked back at each level beside the unique keys. */
const RETURN_KEYS: Record<Level, readonly string[]> = {
  PATIENT: ['PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'NumberOfPatientRelatedStudies'],
  STUDY: [
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'PatientSex',
    'StudyInstanceUID',
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
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
  const keyword = UNIQUE_KEY[level];
  return { ...above, [keyword]: text(match, keyword) };
}

/** The keys for what lies below a match. */
export function childKeys(level: Level, above: UniqueKeys): DataSet {
  return dataSet({ ...empty(RETURN_KEYS[level]), ...above });
}

/** The keys of the form; at Patient Root only the patient's own are matched (PS3.4 C.6.1.1.1). */
export function searchKeys(model: Model, fields: SearchFields, today: Date): DataSet {
  const level = topLevel(model);
  const patient = { PatientName: namePattern(fields.patientName), PatientID: fields.patientID.trim() };
  if (level === 'PATIENT') return dataSet({ ...empty(RETURN_KEYS.PATIENT), ...patient });
  return dataSet({
    ...empty(RETURN_KEYS.STUDY),
    ...patient,
    StudyDate: dateRange(fields, today),
    ModalitiesInStudy: fields.modality.trim().toUpperCase(),
    AccessionNumber: fields.accession.trim(),
    StudyDescription: contained(fields.description),
  });
}

/** Whether the search asks for everything. */
export function asksForEverything(model: Model, fields: SearchFields): boolean {
  const { patientName, patientID, date, from, to, modality, accession, description } = fields;
  if (patientName.trim() !== '' || patientID.trim() !== '') return false;
  if (model === 'PATIENT') return true;
  const dated = date === 'range' ? from !== '' || to !== '' : date !== 'any';
  return !dated && modality.trim() === '' && accession.trim() === '' && description.trim() === '';
}

/** `doe` finds every name that begins so; `Doe, Jane` is written as people write it; own wildcards stay. */
function namePattern(typed: string): string {
  const name = typed.trim().replace(/\s*,\s*/, '^');
  return name === '' || /[*?]/.test(name) ? name : `${name}*`;
}

function contained(typed: string): string {
  const value = typed.trim();
  return value === '' || /[*?]/.test(value) ? value : `*${value}*`;
}

/** DA range matching (PS3.4 C.2.2.2.5). */
function dateRange({ date, from, to }: SearchFields, today: Date): string {
  if (date === 'any') return '';
  if (date === 'range') return rangeText(from.replaceAll('-', ''), to.replaceAll('-', ''));
  const start = new Date(today);
  if (date !== 'today') start.setDate(start.getDate() - Number(date));
  return `${dicomDate(start)}-`;
}

function rangeText(from: string, to: string): string {
  if (from === '' && to === '') return '';
  return from === to ? from : `${from}-${to}`;
}

function dicomDate(at: Date): string {
  const monthAndDay = [at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'));
  return [at.getFullYear(), ...monthAndDay].join('');
}

function empty(keywords: readonly string[]): Record<string, string> {
  return Object.fromEntries(keywords.map((keyword) => [keyword, '']));
}

/** What of a match a search counts on: how many instances it stands for. */
export function expectedInstances(level: Level, match: DataSet): number | undefined {
  if (level === 'IMAGE') return 1;
  if (level === 'PATIENT') return undefined;
  const told = text(
    match,
    level === 'STUDY' ? 'NumberOfStudyRelatedInstances' : 'NumberOfSeriesRelatedInstances',
  );
  return /^\d+$/.test(told.trim()) ? Number(told) : undefined;
}

/** `CT, SR` of a study. */
export function modalities(match: DataSet): string {
  return texts(match, 'ModalitiesInStudy').join(', ');
}
