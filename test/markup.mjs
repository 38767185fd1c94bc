// @ts-check
/**
 * What no component may do, because what a peer says would become markup: `{@html}`, and the calls of the DOM that
 * parse text. `npm run check` runs it over web; an argument names another folder.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'svelte/compiler';

const folder = process.argv[2] ?? fileURLToPath(new URL('../web', import.meta.url));
const PARSES_TEXT =
  /\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|srcdoc|DOMParser)\b|\bdocument\.write/;

for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!/\.(svelte|ts)$/.test(name)) continue;
  const source = readFileSync(join(folder, name), 'utf8');
  for (const [at, what] of [...found(source), ...(name.endsWith('.svelte') ? rawHtml(source) : [])]) {
    console.log(`${name}:${source.slice(0, at).split('\n').length}: ${what} makes markup of text`);
    process.exitCode = 1;
  }
}

/**
 * @param {string} source
 * @returns {(readonly [at: number, what: string])[]}
 */
function found(source) {
  return [...source.matchAll(new RegExp(PARSES_TEXT, 'g'))].map((match) => [match.index, match[0]]);
}

/**
 * @param {string} source
 * @returns {(readonly [at: number, what: string])[]}
 */
function rawHtml(source) {
  /** @type {(readonly [at: number, what: string])[]} */
  const tags = [];
  const walk = (/** @type {unknown} */ node) => {
    if (typeof node !== 'object' || node === null) return;
    if ('type' in node && node.type === 'HtmlTag' && 'start' in node)
      tags.push([Number(node.start), '{@html}']);
    Object.values(node).forEach(walk);
  };
  walk(parse(source, { modern: true }).fragment);
  return tags;
}
