// Makes tags.ts and uids.ts from attributes.tsv and uids.tsv: `node core/dict/generate.mjs`.
// They ship to the browser, so each is one string table, read at the first look-up.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const here = (name) => new URL(name, import.meta.url);

/** @returns {string[][]} the rows under the heading, split into columns */
function rows(name) {
  const [, ...lines] = readFileSync(here(name), 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split('\t'));
}

/** The name that most keywords stand for, so that it need not be written. `spaced.ts` does the same. */
const spaced = (keyword) =>
  keyword.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');

const fields = (...values) => values.join('|').replace(/\|+$/, '');

function checked(text) {
  if (/[`\\]|\$\{/.test(text)) throw new Error('a table holds a character that a template literal cannot');
  return text;
}

/** Lines: `#gggg` opens a group, `eeee|VR|VM|keyword|name|Y` follow; VM 1 and names as `spaced` are left out. */
export function tags() {
  const lines = [];
  let group = '';
  for (const [tag, vr, vm, keyword, name, retired] of rows('attributes.tsv')) {
    if (tag.slice(0, 4) !== group) lines.push(`#${(group = tag.slice(0, 4))}`);
    const element = tag.slice(4);
    lines.push(
      fields(element, vr, vm === '1' ? '' : vm, keyword, name === spaced(keyword) ? '' : name, retired),
    );
  }
  return `// Made by generate.mjs from attributes.tsv (PS3.6, PS3.7 Annex E). Edit those.
export const TAGS: string = \`
${checked(lines.join('\n'))}\`;
`;
}

/** Lines: `#type` opens a type, `UID|keyword|name|Y` follow; a UID that begins with a dot stands under DICOM's root. */
export function uids() {
  const lines = [];
  const keywords = [];
  let group = '';
  for (const [uid, type, keyword, name, , retired] of rows('uids.tsv')) {
    if (type !== group) lines.push(`#${(group = type)}`);
    lines.push(
      fields(
        uid.replace(/^1\.2\.840\.10008(?=\.)/, ''),
        keyword,
        name === spaced(keyword) ? '' : name,
        retired,
      ),
    );
    if (keyword !== '') keywords.push(keyword);
  }
  return `// Made by generate.mjs from uids.tsv (PS3.6 Annex A). Edit those.
export const UIDS: string = \`
${checked(lines.join('\n'))}\`;

/** The keywords of PS3.6 Table A-1. */
export type UIDKeyword =
${keywords.map((keyword) => `  | '${keyword}'`).join('\n')};
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(here('tags.ts'), tags());
  writeFileSync(here('uids.ts'), uids());
}
