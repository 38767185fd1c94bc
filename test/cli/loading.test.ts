/** What is loaded before a command runs: packages that only others need would keep everybody waiting. */
import { readFileSync, readdirSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { built } from '../support/peers-process.ts';

const FOLDER = `${import.meta.dirname}/../../dist/cli`;
const OURS = '.';
beforeAll(() => built);

/** The packages that come with a built file: those that are in it, or that it imports, and what it imports, at once. */
function packagesWith(beginning: string): string[] {
  const first = readdirSync(FOLDER).find((name) => name.startsWith(beginning) && name.endsWith('.js'))!;
  const files = [first];
  const packages = new Set<string>();
  for (const file of files) {
    const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
    for (const [, from = ''] of text.matchAll(/\b(?:from|import)"([^"]+)"/g)) {
      if (from.startsWith('./') && !files.includes(from.slice(2))) files.push(from.slice(2));
      if (/^(?!node:)[a-z]/.test(from)) packages.add(from);
    }
    const { sources } = JSON.parse(readFileSync(`${FOLDER}/${file}.map`, 'utf8')) as { sources: string[] };
    for (const source of sources) packages.add(/node_modules\/([^/]+)/.exec(source)?.[1] ?? OURS);
  }
  packages.delete(OURS);
  return [...packages].toSorted();
}

test.each([
  ['main', ['valibot']],
  ['asking', ['valibot']],
  ['serve-archives', ['valibot']],
  ['others', ['valibot', 'ws']],
  ['serve-', ['valibot', 'ws']],
  ['jwt', ['jose', 'valibot']],
  ['metrics', ['prom-client']],
])('%s comes with %j alone', (file, packages) => {
  expect(packagesWith(file)).toEqual(packages);
});
