/** The elements in a portal's pages, of another origin, under the policies that web/EMBEDDING.md prints. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { build, stale } from '../../bridge/build.mjs';
import { describeWith } from '../support/needs.ts';
import type { Portal } from './portal.ts';
import { openPortal, printedPolicy } from './portal.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const ELEMENTS = fileURLToPath(new URL('../../dist/elements', import.meta.url));

/** What one script imports at once, itself included. */
async function atOnce(name: string, found: Map<string, number> = new Map()): Promise<Map<string, number>> {
  if (found.has(name)) return found;
  const code = await readFile(join(ELEMENTS, name), 'utf8');
  found.set(name, gzipSync(code, { level: 9 }).length);
  const imports = code.matchAll(/(?:from|import)\s*["'`](\.[^"'`]+\.js)["'`]/g);
  for (const [, other] of imports) await atOnce(join(name, '..', other!), found);
  return found;
}

describeWith(['chromium'], 'elements in a portal', () => {
  let stage: Stage;
  let portal: Portal;

  beforeAll(async () => {
    await build(stale().filter(({ name }) => name === 'elements'));
    portal = await openPortal({ webdimse: ELEMENTS });
    stage = await openStage({}, { elementsRoot: ELEMENTS, allowOrigins: [portal.origin] });
  });
  afterEach(() => stage.visitsEnd());
  afterAll(async () => {
    await stage?.close();
    await portal?.close();
  });

  async function visit(page: string, heading: string): Promise<Page> {
    portal.use(stage.url, await printedPolicy(heading, stage.url));
    return stage.visit({ url: `${portal.origin}/${page}`, width: 1100, height: 800 });
  }

  it.each(['dimse-query', 'dimse-queue', 'dimse-viewer', 'dimse-inspector'])(
    '%s weighs less than 20 kB beyond the core and Svelte that all share',
    async (tag) => {
      const scripts = [...(await atOnce(`${tag}.js`))];
      const own = scripts.filter(([name]) => !/^chunks\/(core|svelte)-/.test(name));
      expect(scripts.length - own.length).toBe(2);
      expect(
        own.reduce((sum, [, bytes]) => sum + bytes, 0),
        JSON.stringify(own),
      ).toBeLessThan(20_000);
    },
  );

  it('in plain HTML find, show and tell, by one engine, and leave the page around alone', async () => {
    const page = await visit('plain.html', 'Elements from the bridge');
    const query = page.locator('dimse-query');
    await query.getByRole('button', { name: 'Search', exact: true }).click();
    const row = query.getByRole('row', { name: /Yamada/ });
    await row.click();
    await expect.poll(() => page.locator('[name=chosen]').innerText()).toMatch(/^STUDY [\d.]+$/);
    await row.getByRole('button', { name: 'View' }).click();
    await page.locator('dimse-viewer').getByRole('application').waitFor();
    await page
      .locator('dimse-queue')
      .getByText(/Retrieved \d+ images/)
      .first()
      .waitFor();
    await expect.poll(() => page.locator('[name=here]').innerText()).toBe('32');
    expect(page.workers().length).toBe(1);
    // Its keys are its own, and so are theirs.
    const own = page.getByLabel('Patient').first();
    await own.press('/');
    expect(await own.inputValue()).toBe('/');
    await page.locator('h1').click();
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('body');
    expect(await page.evaluate(() => [document.title, location.hash, document.documentElement.lang])).toEqual(
      ['A portal in plain HTML', '', 'en'],
    );
  });
});
