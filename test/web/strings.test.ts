/** The texts of the page: in one place, and the same in every language. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, test } from 'vitest';
import { bytes, date, seconds } from '../../web/state/format.ts';
import { Settings } from '../../web/state/settings.svelte.ts';
import { de } from '../../web/strings/de.ts';
import { en } from '../../web/strings/en.ts';
import { elementsDe } from '../../web/strings/elements-de.ts';
import { elementsEn } from '../../web/strings/elements-en.ts';
import { failuresDe } from '../../web/strings/failures-de.ts';
import { failuresEn } from '../../web/strings/failures-en.ts';
import { inspectorDe } from '../../web/strings/inspector-de.ts';
import { inspectorEn } from '../../web/strings/inspector-en.ts';
import { count, counted, speak, spoken, t } from '../../web/strings/index.ts';
import { literalTexts } from '../support/literal-texts.ts';

const WEB = fileURLToPath(new URL('../../web', import.meta.url));

afterEach(() => speak('en', []));

describe('texts', () => {
  const files = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(panels|ui|state)\/.*\.(svelte|ts)$|^[A-Za-z]+\.(svelte|ts)$/.test(path))
    .filter((path) => path !== 'vite.config.ts');

  it.each(files)('%s has none of its own', (path) => {
    expect(literalTexts(path, readFileSync(join(WEB, path), 'utf8'))).toEqual([]);
  });

  it.each([
    ['<p>Some words</p>', ['Some words']],
    ['<p>{x ? "More" : "·"}</p>', ['More']],
    ['<p>{`${n} files`}</p>', ['files']],
    ['<button aria-label="Close" class="quiet">✕</button>', ['Close']],
    ['<button title="Copy {what}">✕</button>', ['Copy']],
    ['<Field label="Patient" type="date" />', ['Patient']],
    ['<Select options={[["a", "Any"]]} />', ['Any']],
    ['<script>const C = [{ key: "id", title: "Patient" }];</script>', ['Patient']],
    ['<script>const s = `${n} of many files`;</script>', ['of many files']],
    ['<script>import a from "./of many.ts"; const c = t.a.b;</script><p class:a={b === "Open"}>{c}</p>', []],
    ['{@html x}', ['{@html}']],
  ])('of %s are found', (source, found) => expect(literalTexts('X.svelte', source)).toEqual(found));
});

/** Paths of all texts, with what kind each is. */
function shape(table: object, path = ''): string[] {
  return Object.entries(table).flatMap(([key, value]) =>
    typeof value === 'object' ? shape(value as object, `${path}${key}.`) : [`${path}${key}: ${typeof value}`],
  );
}

type Text = (...values: unknown[]) => string;

function functions(table: object, path = ''): [string, Text][] {
  return Object.entries(table).flatMap(([key, value]): [string, Text][] => {
    if (typeof value === 'function') return [[path + key, value as Text]];
    return typeof value === 'object' ? functions(value as object, `${path}${key}.`) : [];
  });
}

/** Stands for any value: a number where one is wanted, and whatever has members. */
function marker(number: number, members: Map<string, number>): unknown {
  return new Proxy(
    {},
    {
      get: (_, key) => {
        if (key === Symbol.toPrimitive) return () => number;
        if (key === 'service') return 'C-FIND';
        const known = members.get(String(key)) ?? number + 1 + members.size;
        members.set(String(key), known);
        return known;
      },
    },
  );
}

/** Which of the values given to a text stand in it. */
function placeholders(text: Text, members: Map<string, number>[]): number[] {
  const said = text(...members.map((names, at) => marker((at + 2) * 100_000, names))).replaceAll(
    /(?<=\d)[.,](?=\d)/g,
    '',
  );
  return [...new Set(said.match(/\d{6}/g))].map(Number).toSorted();
}

describe('languages', () => {
  const english = { ...en, elements: elementsEn, failures: failuresEn, inspector: inspectorEn };
  const german = { ...de, elements: elementsDe, failures: failuresDe, inspector: inspectorDe };

  it('have the same texts', () => expect(shape(german)).toEqual(shape(english)));

  it.each(functions(english))('say the same values in %s', (path, text) => {
    const other = new Map(functions(german)).get(path)!;
    const members = [1, 2, 3, 4, 5, 6].map(() => new Map<string, number>());
    expect(placeholders(other, members)).toEqual(placeholders(text, members));
  });

  it.each([...functions(english), ...functions(german)])('make a text of one in %s', (_, text) => {
    const said = text(...[1, 2, 3, 4, 5, 6].map(() => 1));
    expect(said).toMatch(/\S/);
  });

  it('say every value they are given', () => {
    const used = placeholders((what) => `${String(what)}`, [new Map()]);
    expect(used).toEqual([200_000]);
    expect(placeholders(() => 'nothing', [new Map()])).toEqual([]);
  });

  it('are chosen by the browser’s order, with its country', async () => {
    await speak('system', ['fr-FR', 'de-CH', 'en-GB']);
    expect(spoken()).toBe('de');
    expect(t.queue.cancel).toBe('Abbrechen');
    expect(count(1_234_567)).toMatch(/^1[’']234[’']567$/);
    await speak('system', ['fr']);
    expect([spoken(), t.queue.cancel]).toEqual(['en', 'Cancel']);
  });

  it('are chosen by a person, whatever the browser prefers', async () => {
    await speak('de', ['en-US']);
    expect(counted(1, { one: 'Bild', other: 'Bilder' })).toBe('1 Bild');
    expect([count(1234), bytes(12_345), seconds(430), date('20261121')]).toEqual([
      '1.234',
      '12,3 kB',
      '0,4 s',
      '21.11.2026',
    ]);
    await speak('en', ['de-DE', 'en-GB']);
    expect(date('20261121')).toBe('21 Nov 2026');
  });

  it('do not overtake each other', async () => {
    await Promise.all([speak('de', []), speak('en', [])]);
    expect(t.queue.cancel).toBe('Cancel');
  });
});

test('the chosen language is kept', () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  expect(new Settings(store).language).toBe('system');
  new Settings(store).language = 'de';
  expect(new Settings(store).language).toBe('de');
  kept.set('webdimse.language', 'xx');
  expect(new Settings(store).language).toBe('system');
});
