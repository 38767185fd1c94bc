/** Searches that a person keeps by name. What may tell of a patient is kept only on request. */
import type { Model } from '../../core/service/types.ts';
import { PAST_PRESETS } from './date-range.ts';
import { keep, kept } from './kept.ts';
import type { OtherKey, SearchFields } from './search-fields.ts';
import { NO_FIELDS, withoutPatient } from './search-fields.ts';
import type { KeyValueStore } from './settings.svelte.ts';

export interface SavedSearch {
  readonly name: string;
  readonly model: Model;
  readonly fields: SearchFields;
}

const NAME = 'searches';
const MOST_SEARCHES = 50;
const MOST_CHARACTERS = 64;
const MOST_VALUES = 32;

export class SavedSearches {
  readonly #store: KeyValueStore | undefined;
  #list = $state.raw<readonly SavedSearch[]>([]);

  constructor(store: KeyValueStore | undefined) {
    this.#store = store;
    const before = kept(store, NAME);
    if (Array.isArray(before)) this.#list = before.slice(0, MOST_SEARCHES).flatMap(checked);
  }

  /** In the order they were made. */
  get list(): readonly SavedSearch[] {
    return this.#list;
  }

  /** Whether one more finds room. */
  get full(): boolean {
    return this.#list.length >= MOST_SEARCHES;
  }

  /** Keeps a search; one of the same name is replaced. */
  save(search: SavedSearch, withPatient: boolean): void {
    const name = search.name.trim().slice(0, MOST_CHARACTERS);
    if (name === '') return;
    const saved = { ...search, name, fields: withPatient ? search.fields : withoutPatient(search.fields) };
    const at = this.#list.findIndex((each) => each.name === name);
    if (at < 0 && this.full) return;
    this.#set(at < 0 ? [...this.#list, saved] : this.#list.with(at, saved));
  }

  remove(name: string): void {
    this.#set(this.#list.filter((search) => search.name !== name));
  }

  #set(list: readonly SavedSearch[]): void {
    this.#list = list;
    keep(this.#store, NAME, list);
  }
}

/** What was read is a search as far as its parts are; others may have written it. */
function checked(value: unknown): SavedSearch[] {
  const { name, model, fields } = record(value);
  if (textOf(name) === '' || typeof fields !== 'object') return [];
  return [{ name: textOf(name), model: model === 'PATIENT' ? 'PATIENT' : 'STUDY', fields: fieldsOf(fields) }];
}

function fieldsOf(value: unknown): SearchFields {
  const from = record(value);
  return {
    ...NO_FIELDS,
    patientName: textOf(from['patientName']),
    patientID: textOf(from['patientID']),
    accession: textOf(from['accession']),
    description: textOf(from['description']),
    date: PAST_PRESETS.find((preset) => preset === from['date']) ?? 'any',
    from: dayOf(from['from']),
    to: dayOf(from['to']),
    modalities: listOf(from['modalities']).map(textOf).filter(Boolean),
    others: listOf(from['others']).map(otherOf),
  };
}

function otherOf(value: unknown): OtherKey {
  const { keyword, value: asked } = record(value);
  return { keyword: textOf(keyword), value: textOf(asked) };
}

/** As a field for dates takes it. */
function dayOf(value: unknown): string {
  return /^\d{4}-\d{2}-\d{2}$/.exec(textOf(value))?.[0] ?? '';
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_VALUES) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MOST_CHARACTERS) : '';
}
