/** The origin of a viewer at a bridge that tells its users apart: who may sees the peers that are theirs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { OHIF } from '../../bridge/viewer/ohif.ts';
import { viewerSite } from '../../bridge/viewer/site.ts';
import { PEERS_PATH } from '../../core/transport/index.ts';
import { describeWith } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import { violations } from './axe.ts';
import { WEB_ROOT, buildPage, launchBrowser } from './stage.ts';

const ANNA: Rights = { user: 'anna', peers: ['HERS'], aeTitles: '*' };
/** As OHIF's document: it waits for its configuration, then names its data sources. */
const DOCUMENT = `<!doctype html><html lang="en"><title>viewer</title><body style="background: black"><div id="root"></div>
<script src="/app-config.js"></script><script type="module" src="/init-service-worker.js"></script>
<script>
  sessionStorage.setItem('visits', Number(sessionStorage.getItem('visits')) + 1);
  addEventListener('load', async () => {
    const { dataSources } = await window.config();
    document.title = 'sources: ' + dataSources.map(({ sourceName }) => sourceName).join();
  });
</script>`;

describeWith(['chromium'], 'a viewer at a bridge with sign-in', () => {
  let bridge: Bridge;
  let browser: Browser;
  let known = 'Bearer of-anna';

  beforeAll(async () => {
    await buildPage();
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.html'), gzipSync(DOCUMENT));
    const site = await viewerSite({ viewer: OHIF, folder, webRoot: WEB_ROOT });
    const at = { host: '127.0.0.1', port: 0 };
    const peers = ['HERS', 'OTHERS'].map((name) => ({ ...at, name, aeTitle: name, port: 104 }));
    const authorize = ({ headers }: IncomingMessage): Rights | undefined =>
      headers.authorization === known ? ANNA : undefined;
    bridge = await startBridge({ ...at, peers, site, authorize });
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await bridge?.close();
  });

  test('asks for the token until it is one, then goes on as this user; a reload is one visit', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    for (const visits of [1, 2]) {
      if (visits === 1) await page.goto(bridge.url);
      else await page.reload();
      const field = page.getByLabel('Your access token');
      if (visits === 1) {
        await page.route(`**/${PEERS_PATH}`, (route) => route.fulfill({ status: 502 }), { times: 1 });
        await field.fill('of-anna');
        await field.press('Enter');
        await page.getByRole('alert').getByText('cannot be reached').waitFor();
      }
      await field.fill(visits === 1 ? 'made-up' : 'no – header');
      expect(await field.getAttribute('type')).toBe('password');
      await field.press('Enter');
      await page.getByRole('alert').getByText('does not know this token').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.title()).toBe('viewer');
      await field.fill(' of-anna ');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect.poll(() => page.title()).toBe('sources: HERS');
      expect(await field.count()).toBe(0);
      expect(await page.evaluate(() => sessionStorage.getItem('visits'))).toBe(String(visits));
    }
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept + page.url()).not.toContain('of-anna');
    // Answered by the engine of this page, as anna: this peer is not hers.
    const answered = (path: string) =>
      page.evaluate(async (at) => {
        const response = await fetch(at);
        return [response.status, await response.text()];
      }, path);
    expect(await answered('/dicomweb/OTHERS/studies')).toEqual([
      404,
      expect.stringContaining('no peer of this'),
    ]);
    known = 'Bearer none any more';
    expect(await answered('/dicomweb/UNKNOWN/studies')).toEqual([
      401,
      expect.stringContaining('Sign in first'),
    ]);
    expect(complaints).toEqual([]);
  });
});
