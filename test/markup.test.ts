/** That the lint of markup fails on what it is there for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from './check.mjs';
import { temporaryFolder } from './support/peers-process.ts';

test.each([
  ['A.svelte', '<p>text</p>\n{#if true}{@html "<b>"}{/if}', 'A.svelte:2: {@html} makes markup of text\n'],
  [
    'B.svelte',
    '<script>\n  let p;\n  $effect(() => (p.innerHTML = ""));\n</script>\n<p bind:this={p}></p>',
    'B.svelte:3: innerHTML makes markup of text\n',
  ],
  ['c.ts', 'export const f = document.write;', 'c.ts:1: document.write makes markup of text\n'],
  ['D.svelte', '<p>{"{@html}"}</p><!-- {@html x} -->', undefined],
])('%s', async (name, source, expected) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), source);
  expect(await check(['test/markup.mjs', folder])).toBe(expected);
});
