/**
 * Shortens the data dictionary in what the engine loads first: whole, it is as heavy as the rest of the engine. A part
 * of the build, not of the page.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { TAGS } from '../core/dict/tags.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ID = '\0short-dictionary';

interface Row {
  readonly group: string;
  readonly element: string;
  readonly vr: string;
  readonly keyword: string;
  readonly line: string;
}

/**
 * Puts in the place of `core/dict/tags.ts` the attributes that our own sources name; all others are there with their
 * VR only, for who reads Implicit VR. `dictionary.ts` fetches the rest.
 */
export function shortDictionary(): Plugin {
  return {
    name: 'short-dictionary',
    enforce: 'pre',
    resolveId: (source, importer) =>
      source === './tags.ts' && importer?.endsWith('/core/dict/attributes.ts') === true ? ID : undefined,
    load: (id) => (id === ID ? shortTags() : undefined),
  };
}

function shortTags(): string {
  const words = wordsOfSources();
  const all = rows();
  const named = all.filter(({ keyword }) => words.has(keyword));
  const others = all.filter(({ keyword }) => !words.has(keyword));
  return `const named = ${JSON.stringify(inGroups(named))};
const others = ${JSON.stringify(deltas(others))};
${expanded.toString()}
export const TAGS = named + ${expanded.name}(others);
`;
}

/** The table as it is: lines of a group below `#gggg`. */
function inGroups(some: readonly Row[]): string {
  let group = '';
  return some
    .map((row) => {
      const head = row.group === group ? '' : `#${(group = row.group)}\n`;
      return `${head}${row.line}\n`;
    })
    .join('');
}

/** `VR:tag,tag,…` for each VR, each tag as its distance from the one before; those of repeating groups as they are. */
function deltas(some: readonly Row[]): string {
  const vrs = [...new Set(some.map(({ vr }) => vr))];
  return vrs
    .map((vr) => {
      let last = 0;
      const members = some.filter((row) => row.vr === vr);
      const tags = members.map(({ group, element }) => {
        if ((group + element).includes('x')) return group + element;
        const tag = parseInt(group + element, 16);
        const distance = (tag - last).toString(36);
        last = tag;
        return distance;
      });
      return `${vr}:${tags.join()}`;
    })
    .join('\n');
}

/** Runs in the browser: the lines of `deltas` in the form of the table. */
function expanded(text: string): string {
  const lines: string[] = [];
  for (const line of text.split('\n').filter(Boolean)) {
    const [vr, tags] = line.split(':') as [string, string];
    let last = 0;
    for (const item of tags.split(',')) {
      const repeating = item.includes('x');
      if (!repeating) last += parseInt(item, 36);
      const tag = repeating ? item : last.toString(16).toUpperCase().padStart(8, '0');
      lines.push(`#${tag.slice(0, 4)}\n${tag.slice(4)}|${vr}\n`);
    }
  }
  return lines.join('');
}

function rows(): Row[] {
  let group = '';
  return TAGS.trim()
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('#')) {
        group = line.slice(1);
        return [];
      }
      const [element = '', vr = '', , keyword = ''] = line.split('|');
      return [{ group, element, vr, keyword, line }];
    });
}

/** Every word that may be a keyword. */
function wordsOfSources(): ReadonlySet<string> {
  const words = new Set<string>();
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
