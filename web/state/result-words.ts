/** What a row is found by when results are filtered as one types. */
import type { DataSet } from '../../core/data/types.ts';
import { date, personName } from './format.ts';
import { text, texts, valueTexts } from './attributes.ts';

/** Dates as written are made once each: there are few of them among many rows. */
const WRITTEN = new Map<string, string>();
/** Beyond, they are made anew. */
const MOST_WRITTEN = 5000;

/** All values of the match as people read them, folded to lower case. */
export function wordsOf(match: DataSet, peer: string): string {
  const { main, beside } = personName(match, '00100010');
  const day = text(match, 'StudyDate');
  const values = Object.values(match).flatMap(valueTexts);
  const modalities = texts(match, 'ModalitiesInStudy');
  return [main, beside, written(day), dashed(day), ...modalities, ...values, peer].join('\n').toLowerCase();
}

/** The words that were typed, each of which must be in what a row is found by. */
export function typedWords(typed: string): readonly string[] {
  return typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

function written(day: string): string {
  let known = WRITTEN.get(day);
  if (known === undefined) {
    known = date(day);
    if (WRITTEN.size < MOST_WRITTEN) WRITTEN.set(day, known);
  }
  return known;
}

function dashed(day: string): string {
  return day.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}
