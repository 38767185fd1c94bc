/** What of searches and columns stays in the browser: what a person asked for, and nothing of patients beside. */
import { describe, expect, it } from 'vitest';
import { Columns } from '../../web/state/columns.svelte.ts';
import { Completion, attributeOf } from '../../web/state/completion.svelte.ts';
import { attributeHints } from '../../web/engine/finding.ts';
import { SavedSearches } from '../../web/state/saved-searches.svelte.ts';
import type { SearchFields } from '../../web/state/search-fields.ts';
import { NO_FIELDS } from '../../web/state/search-fields.ts';
import type { KeyValueStore } from '../../web/state/settings.svelte.ts';
import { fakeEngine, until } from './fake-engine.ts';
import { open, searched } from './opened.ts';

class Memory implements KeyValueStore {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  get text(): string {
    return [...this.kept.values()].join('\n');
  }
}

const FIELDS: SearchFields = {
  ...NO_FIELDS,
  patientName: 'Doe',
  patientID: '4711',
  accession: 'A0815',
  date: 'range',
  from: '2026-01-02',
  modalities: ['CT', 'MR'],
  description: 'thorax',
  others: [{ keyword: 'PatientAddress', value: 'Rose Lane 1' }],
};

describe('saved searches', () => {
  it('keep nothing of the patient unless asked to', () => {
    const store = new Memory();
    new SavedSearches(store).save({ name: ' CT ', model: 'STUDY', fields: FIELDS }, false);
    expect(store.text).not.toMatch(/Doe|4711|A0815|Rose/);
    const [saved] = new SavedSearches(store).list;
    expect(saved).toEqual({
      name: 'CT',
      model: 'STUDY',
      fields: {
        ...FIELDS,
        patientName: '',
        patientID: '',
        accession: '',
        others: [{ keyword: 'PatientAddress', value: '' }],
      },
    });
  });

  it('keep all on request, are replaced by name, and go', () => {
    const store = new Memory();
    const searches = new SavedSearches(store);
    searches.save({ name: 'mine', model: 'STUDY', fields: NO_FIELDS }, false);
    searches.save({ name: 'other', model: 'PATIENT', fields: NO_FIELDS }, false);
    searches.save({ name: 'mine', model: 'STUDY', fields: FIELDS }, true);
    searches.save({ name: '  ', model: 'STUDY', fields: FIELDS }, true);
    const again = new SavedSearches(store);
    expect(again.list).toEqual([
      { name: 'mine', model: 'STUDY', fields: FIELDS },
      { name: 'other', model: 'PATIENT', fields: NO_FIELDS },
    ]);
    again.remove('mine');
    expect(store.text).not.toMatch(/Doe|4711/);
    expect(new SavedSearches(store).list.map(({ name }) => name)).toEqual(['other']);
  });

  it('have an end', () => {
    const searches = new SavedSearches(undefined);
    for (let i = 0; i < 60; i++) searches.save({ name: `${i}`, model: 'STUDY', fields: NO_FIELDS }, false);
    expect([searches.list.length, searches.full]).toEqual([50, true]);
    searches.save({ name: '7', model: 'PATIENT', fields: NO_FIELDS }, false);
    expect(searches.list[7]!.model).toBe('PATIENT');
  });

  it.each([
    'no JSON',
    'null',
    '{}',
    '[null, 1, "a", [], {}, {"name": 1}]',
    '[{"name": "x"}, {"name": "", "fields": {}}]',
  ])('of %s are none', (text) => {
    const store = new Memory();
    store.setItem('webdimse.searches', text);
    expect(new SavedSearches(store).list).toEqual([]);
  });

  it('that others have written come back in the form of ours', () => {
    const store = new Memory();
    const fields = {
      patientName: { toString: 1 },
      date: 'tomorrow',
      from: '2026-01-02\\*',
      to: 7,
      modalities: ['CT', 5, null, ...Array<string>(99).fill('X')],
      others: [null, { keyword: 'A'.repeat(1000), value: ['x'] }],
      __proto__: { description: 'x' },
    };
    store.setItem('webdimse.searches', JSON.stringify([{ name: 'x', model: 'SERIES', fields }]));
    const [saved] = new SavedSearches(store).list;
    expect(saved!.model).toBe('STUDY');
    expect(saved!.fields).toMatchObject({
      patientName: '',
      date: 'any',
      from: '',
      to: '',
      description: '',
    });
    expect(saved!.fields.modalities).toHaveLength(30);
    expect(saved!.fields.others).toEqual([
      { keyword: '', value: '' },
      { keyword: 'A'.repeat(64), value: '' },
    ]);
  });

  it('fill the form, and begin no date of their own afterwards', async () => {
    const session = await open({});
    session.search.take({ model: 'PATIENT', fields: FIELDS });
    expect([session.search.model, session.search.fields]).toEqual(['PATIENT', FIELDS]);
    session.choosePeer('FAR');
    expect(session.search.fields.date).toBe('range');
    session.search.clear();
    expect(session.search.fields).toEqual(NO_FIELDS);
  });
});

describe('columns', () => {
  it('are as many as there is room for until a person chooses, and again when asked', () => {
    const store = new Memory();
    const columns = new Columns(store, 'columns');
    expect(columns.chosen).toBeUndefined();
    columns.toggle('id', ['name', 'id', 'when']);
    expect(columns.chosen).toEqual(['name', 'when']);
    columns.toggle('sex', ['name', 'when']);
    expect(new Columns(store, 'columns').chosen).toEqual(['name', 'when', 'sex']);
    columns.reset();
    expect(new Columns(store, 'columns').chosen).toBeUndefined();
    store.setItem('webdimse.columns', '[1, "id", null]');
    expect(new Columns(store, 'columns').chosen).toEqual(['id']);
  });
});

describe('names of attributes', () => {
  it('are completed by the engine, the last that was typed counting', async () => {
    const { engine, close } = fakeEngine({ attributes: async ({ typed }) => attributeHints(typed) });
    const completion = new Completion(engine);
    const first = completion.type('Patient');
    await completion.type('BodyPartEx');
    await first;
    expect(completion.hints).toEqual([
      { keyword: 'BodyPartExamined', tag: '00180015', name: 'Body Part Examined' },
    ]);
    await completion.type(' ');
    expect(completion.hints).toEqual([]);
    expect(await attributeOf(engine, 'bodypartexamined')).toMatchObject({ tag: '00180015' });
    expect(await attributeOf(engine, '00180015')).toMatchObject({ keyword: 'BodyPartExamined' });
    expect(await attributeOf(engine, 'BodyPart')).toBeUndefined();
    expect((await attributeHints('message')).map(({ tag }) => tag.slice(0, 4))).not.toContain('0000');
    close();
  });

  it('become columns when they were asked for', async () => {
    const session = await open({ attributes: async ({ typed }) => attributeHints(typed) });
    const others = ['BodyPartExamined', 'RequestAttributesSequence[0].StudyID', ''].map((keyword) => ({
      keyword,
      value: '',
    }));
    session.search.change({ others });
    await searched(session);
    await until(() => session.search.extras.length > 0);
    expect(session.search.extras).toEqual([{ tag: '00180015', title: 'BodyPartExamined' }]);
  });
});
