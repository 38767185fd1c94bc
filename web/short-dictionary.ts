/**
 * Shortens the data dictionary in what the engine loads first: whole, it is heavier than the rest of the engine. A part
 * of the build, not of the page.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { TAGS } from '../core/dict/tags.ts';
import { UIDS } from '../core/dict/uids.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A line of a table, `heading` being the group or type that it stands under. */
interface Row {
  readonly heading: string;
  readonly keyword: string;
  readonly line: string;
}

/** What stands in the place of a table of `core/dict`, where the file that looks things up asks for it. */
interface Short {
  readonly source: string;
  readonly importer: string;
  code(words: ReadonlySet<string>): string;
}

const SHORT: readonly Short[] = [
  {
    source: './tags.ts',
    importer: '/core/dict/attributes.ts',
    code: (words) => {
      const named = rows(TAGS, 3).filter(({ keyword }) => words.has(keyword));
      return `export const TAGS = ${JSON.stringify(table(named))};`;
    },
  },
  {
    source: './uids.ts',
    importer: '/core/dict/identifiers.ts',
    code: (words) => {
      const some = rows(UIDS, 1).filter((row) => row.heading === 'Transfer Syntax' || words.has(row.keyword));
      return `export const UIDS = ${JSON.stringify(table(some))};`;
    },
  },
];

/**
 * Leaves in `core/dict/tags.ts` the attributes that our own sources name and those below, and in `uids.ts` the UIDs that they name and
 * all transfer syntaxes. `dictionary.ts` fetches the whole tables.
 */
export function shortDictionary(): Plugin {
  const ids = new Map(SHORT.map((short) => [`\0short${short.source.slice(1)}`, short]));
  return {
    name: 'short-dictionary',
    enforce: 'pre',
    resolveId: (source, importer = '') =>
      [...ids].find(([, short]) => short.source === source && importer.endsWith(short.importer))?.[0],
    load: (id) => ids.get(id)?.code(wordsOfSources()),
  };
}

/** The rows of a table of `core/dict`: lines below headings, with the keyword in the given column. */
function rows(text: string, column: number): Row[] {
  let heading = '';
  return text
    .trim()
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('#')) {
        heading = line.slice(1);
        return [];
      }
      return [{ heading, keyword: line.split('|')[column] ?? '', line }];
    });
}

/** Rows in the form of the table that they are from. */
function table(some: readonly Row[]): string {
  let last = '';
  return some
    .map(({ heading, line }) => {
      const head = heading === last ? '' : `#${(last = heading)}\n`;
      return `${head}${line}\n`;
    })
    .join('');
}

/**
 * What a PACS adds to its answers unasked (PS3.4 C.4.1.1.3.2). In Implicit VR what is not known here has the engine fetch the
 * whole dictionary before it tells the first answer.
 */
const UNASKED = [
  'InstanceAvailability',
  'RetrieveAETitle',
  'StorageMediaFileSetID',
  'StorageMediaFileSetUID',
  'TimezoneOffsetFromUTC',
];

/** Every word that may be a keyword. */
function wordsOfSources(): ReadonlySet<string> {
  const words = new Set<string>(UNASKED);
  for (const room of ['core', 'web']) {
    for (const entry of readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !['.ts', '.svelte'].includes(extname(path)) || TABLES.test(path)) continue;
      for (const word of readFileSync(path, 'utf8').match(/\b[A-Z][A-Za-z0-9]+\b/g) ?? []) words.add(word);
    }
  }
  return words;
}

const TABLES = /\/core\/dict\/(tags|uids)\.ts$/;
