/** The elements in a portal's pages, of another origin, under the policies that web/EMBEDDING.md prints. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import { build, stale } from '../../bridge/build.mjs';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { describeWith } from '../support/needs.ts';
import type { Portal } from './portal.ts';
import { openPortal, printedPolicy } from './portal.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = { authorization: 'Bearer of the portal' };
const ELEMENTS = fileURLToPath(new URL('../../dist/elements', import.meta.url));

function authorize({ headers }: IncomingMessage): Rights | undefined {
  const known = headers.authorization === SECRET.authorization;
  return known ? { user: 'anna', peers: '*', aeTitles: '*' } : undefined;
}

/** The portal's own scripts, as its build would make them. */
async function bundle(outdir: string): Promise<void> {
  const { build: bundled } = await import('esbuild');
  await bundled({
    entryPoints: ['react-portal', 'library', 'engine'].map((name) => join(ROOT, `test/portal/${name}.js`)),
    outdir,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      webdimse: join(ROOT, 'core/index.ts'),
      'webdimse/browser': join(ROOT, 'web/browser/index.ts'),
    },
    logLevel: 'silent',
  });
}

describeWith(['chromium'], 'elements in a portal', () => {
  let stage: Stage;
  let portal: Portal;
  /** The same peers for who signs in. */
  let guarded: Bridge;
  const bundles = mkdtempSync(join(tmpdir(), 'portal-'));

  beforeAll(async () => {
    await build(stale().filter(({ name }) => name === 'elements'));
    await bundle(bundles);
    portal = await openPortal(
      { webdimse: ELEMENTS, bundle: bundles },
      { '/peers': peers, '/ticket': ticket },
    );
    const { origin } = portal;
    const options = { elementsRoot: ELEMENTS, allowOrigins: [origin], frameAncestors: [origin] };
    stage = await openStage({}, options);
    const host = '127.0.0.1';
    guarded = await startBridge({ ...options, host, port: 0, peers: stage.peers, authorize });
  });
  afterEach(() => stage.visitsEnd());
  afterAll(async () => {
    await guarded?.close();
    await stage?.close();
    await portal?.close();
    rmSync(bundles, { recursive: true, force: true });
  });

  /** What the portal's server says; it alone knows the secret of the bridge. */
  async function peers(): Promise<string> {
    return JSON.stringify(stage.peers.slice(0, 1));
  }

  async function ticket(query: URLSearchParams): Promise<string> {
    const headers = { ...SECRET, origin: portal.origin, 'content-type': 'application/json' };
    const body = JSON.stringify({ peer: query.get('peer') });
    const answer = await fetch(`${guarded.url}bridge/v1/tickets`, { method: 'POST', headers, body });
    return ((await answer.json()) as { tickets: string[] }).tickets[0]!;
  }

  async function visit(page: string, heading: string, bridge: string = stage.url): Promise<Page> {
    portal.use(bridge, await printedPolicy(heading, bridge));
    return stage.visit({ url: `${portal.origin}/${page}`, width: 1100, height: 800 });
  }

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

  it('are the whole page and its inspector, their engine from the origin of the portal', async () => {
    const page = await visit('whole.html', 'Elements from your own origin');
    const whole = page.locator('dimse-scu');
    await whole.getByRole('button', { name: 'Search', exact: true }).click();
    await whole.getByRole('row', { name: /Yamada/ }).waitFor();
    await page.locator('dimse-inspector').getByText('A-ASSOCIATE-AC').first().waitFor();
    expect(page.workers().map((worker) => worker.url())).toEqual([`${portal.origin}/webdimse/engine.js`]);
    // Theirs is one keyboard, and it ends at the element.
    await whole.getByRole('row', { name: /Yamada/ }).click();
    await page.keyboard.press('2');
    await whole.getByRole('tab', { name: 'Worklist', selected: true }).waitFor();
    await page.getByRole('heading', { name: 'Portal' }).click();
    await page.keyboard.press('1');
    await whole.getByRole('tab', { name: 'Worklist', selected: true }).waitFor();
  });

  it('in React take properties and tell events, with tickets that the portal’s server got', async () => {
    const page = await visit('react.html', 'Elements from your own origin', guarded.url);
    await page.getByLabel('Name').fill('Yamada*');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByText('1 found').waitFor();
    await page
      .locator('dimse-query')
      .getByRole('row', { name: /Yamada/ })
      .waitFor();
    expect(await page.getByRole('alert').allInnerTexts()).toEqual(['']);
  });

  it('by properties and events alone do what a person could, and leave a picture to the portal', async () => {
    const page = await visit('angular.html', 'Elements from the bridge');
    await page.locator('[data-done]').waitFor({ state: 'attached' });
    const done = await page.locator('[data-done]').getAttribute('data-done');
    expect(JSON.parse(done!)).toEqual([
      'done',
      1,
      true,
      'None of these files can be sent.',
      'Nobody is called: NOBODY is none of the peers that are known here.',
      'done',
    ]);
    const query = page.locator('dimse-query');
    expect([await query.getAttribute('theme'), await query.getAttribute('peer')]).toEqual([
      'dark',
      'WEBDIMSE',
    ]);
    await expect.poll(() => page.locator('output').innerText()).toMatch(/^opens [\d.]+$/);
  });

  it('or not at all: the page in a frame, and pages over the library and its engine', async () => {
    const framed = await visit('frame.html', 'A frame');
    const frame = framed.frameLocator('iframe');
    await frame.getByRole('button', { name: 'Search', exact: true }).click();
    await frame.getByRole('row', { name: /Yamada/ }).waitFor();
    const library = await visit('library.html', 'The library');
    await library.getByText(/^1 echo, \d+ studies$/).waitFor();
    const engine = await visit('engine.html', 'Elements from your own origin', guarded.url);
    await engine.getByText(/^[1-9]\d* studies, with tickets$/).waitFor();
  });
});
