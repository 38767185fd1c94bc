/** What a page loads for an element: counted in what is built, compressed as servers do. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { build, stale } from '../../bridge/build.mjs';
import { WEB_ROOT, buildPage } from './stage.ts';

const ELEMENTS = fileURLToPath(new URL('../../dist/elements', import.meta.url));
/** Bytes of an element of its own, beyond what all share. */
const OWN = 20_000;
/** What an element is that the page is not: classes, hub, desks and tickets, and the cut into pieces that five elements share. */
const AROUND = 12_000;

/** Bytes by name of what one script imports at once, itself included. */
async function atOnce(
  root: string,
  name: string,
  found: Map<string, number> = new Map(),
): Promise<Map<string, number>> {
  if (found.has(name)) return found;
  const code = await readFile(join(root, name), 'utf8');
  found.set(name, gzipSync(code, { level: 9 }).length);
  const imports = code.matchAll(/(?:from|import)\s*["'`](\.[^"'`]+\.js)["'`]/g);
  for (const [, other] of imports) await atOnce(root, join(name, '..', other!), found);
  return found;
}

function sum(scripts: Iterable<readonly [string, number]>): number {
  return [...scripts].reduce((bytes, [, each]) => bytes + each, 0);
}

beforeAll(async () => {
  await buildPage();
  await build(stale().filter(({ name }) => name === 'elements'));
});

it.each(['dimse-query', 'dimse-queue', 'dimse-viewer', 'dimse-inspector'])(
  '%s weighs less than 20 kB beyond the core and Svelte that all share',
  async (tag) => {
    const scripts = [...(await atOnce(ELEMENTS, `${tag}.js`))];
    const own = scripts.filter(([name]) => !/^chunks\/(core|svelte)-/.test(name));
    expect(scripts.length - own.length).toBe(2);
    expect(sum(own), JSON.stringify(own)).toBeLessThan(OWN);
  },
);

it('dimse-scu weighs what the page weighs with the styles of all its views', async () => {
  const html = await readFile(join(WEB_ROOT, 'index.html'), 'utf8');
  const [, script = ''] = /<script[^>]+src="\.?\/?([^"]+\.js)"/.exec(html)!;
  const page = sum(await atOnce(WEB_ROOT, script));
  const styles = gzipSync(await sheets(), { level: 9 }).length;
  const element = [...(await atOnce(ELEMENTS, 'dimse-scu.js'))];
  expect(Math.min(page, 10 * styles)).toBeGreaterThan(50_000); // they were counted
  expect(sum(element), JSON.stringify(element)).toBeLessThan(page + styles + AROUND);
});

async function sheets(): Promise<string> {
  const assets = join(WEB_ROOT, 'assets');
  const names = (await readdir(assets)).filter((name) => name.endsWith('.css'));
  return (await Promise.all(names.map((name) => readFile(join(assets, name), 'utf8')))).join('');
}
