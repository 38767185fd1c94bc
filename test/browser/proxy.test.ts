/** The page of `webdimse proxy`: what passes is seen while it does, and saved. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tcpDialer } from '../../bridge/node/index.ts';
import { associate, VERIFICATION } from '../../core/service/index.ts';
import { describeWith } from '../support/needs.ts';
import { LOOPBACK } from '../support/peers-process.ts';
import type { Proxy, RealPeer } from '../support/peers.ts';
import { startProxy, startWebdimsePacs } from '../support/peers.ts';
import type { Visits } from './stage.ts';
import { launchBrowser, visits } from './stage.ts';

describeWith(['chromium'], 'the page of a proxy', () => {
  let pacs: RealPeer;
  let proxy: Proxy;
  let browser: Browser;
  let seen: Visits;

  beforeAll(async () => {
    pacs = await startWebdimsePacs();
    proxy = await startProxy(pacs.address);
    browser = await launchBrowser();
    seen = visits(browser, `http://${LOOPBACK}:${proxy.pagePort}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await proxy?.stop();
    await pacs?.stop();
  });

  async function echo(callingAETitle: string): Promise<void> {
    const to = { host: LOOPBACK, port: proxy.port };
    const contexts = [{ abstractSyntax: VERIFICATION, transferSyntaxes: ['1.2.840.10008.1.2'] }];
    const titles = { callingAETitle, calledAETitle: pacs.aeTitle };
    const association = await associate(tcpDialer(), to, { ...titles, contexts });
    await association.echo();
    await association.release();
  }

  test('shows each association as it passes, and saves them all', async () => {
    await echo('EARLIER');
    const page = await seen.visit();
    const released = page.getByText('A-RELEASE-RP', { exact: true });
    await expect.poll(() => released.count()).toBe(1);
    for (const [i, title] of ['SECOND', 'THIRD'].entries()) {
      await echo(title);
      await page.getByText(`${title} calls ${pacs.aeTitle}`).waitFor();
      await expect.poll(() => released.count()).toBe(i + 2);
    }
    await page.getByRole('button', { name: 'Save' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByText('All as pcapng', { exact: true }).click(),
    ]);
    const file = readFileSync(await download.path());
    for (const title of ['EARLIER', 'SECOND', 'THIRD']) expect(file.includes(title)).toBe(true);
    await seen.visitsEnd();
  });
});
