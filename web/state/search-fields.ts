/** What a person fills in to search. */
import type { Model } from '../../core/service/types.ts';
import type { DateRange } from './date-range.ts';
import { isAnyDate } from './date-range.ts';

/** Any attribute of the dictionary, by keyword, tag or path. */
export interface OtherKey {
  readonly keyword: string;
  /** Empty: it is only asked back. */
  readonly value: string;
}

/** The fields of the form, as typed. */
export interface SearchFields extends DateRange {
  readonly patientName: string;
  readonly patientID: string;
  /** Any of them; none for all. */
  readonly modalities: readonly string[];
  readonly accession: string;
  readonly description: string;
  readonly others: readonly OtherKey[];
}

export const NO_FIELDS: SearchFields = {
  patientName: '',
  patientID: '',
  date: 'any',
  from: '',
  to: '',
  modalities: [],
  accession: '',
  description: '',
  others: [],
};

/** Whether the search asks for everything. */
export function asksForEverything(model: Model, fields: SearchFields): boolean {
  const { patientName, patientID, modalities, accession, description, others } = fields;
  if ([patientName, patientID, ...others.map(({ value }) => value)].some(isFilled)) return false;
  if (model === 'PATIENT') return true;
  return isAnyDate(fields) && modalities.length === 0 && ![accession, description].some(isFilled);
}

/** Whether something in it may tell of a patient: a name, a number, or what was typed for an attribute we do not know. */
export function holdsPatient({ patientName, patientID, accession, others }: SearchFields): boolean {
  return [patientName, patientID, accession, ...others.map(({ value }) => value)].some(isFilled);
}

/** The fields that tell of no patient; of further attributes only that they are asked for. */
export function withoutPatient(fields: SearchFields): SearchFields {
  const others = fields.others.map(({ keyword }) => ({ keyword, value: '' }));
  return { ...fields, patientName: '', patientID: '', accession: '', others };
}

function isFilled(value: string): boolean {
  return value.trim() !== '';
}
