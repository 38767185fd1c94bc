/** The page as destination of a C-MOVE, with nothing but `webdimse serve --dicom-port`. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import type { Running } from '../support/peers-process.ts';
import { LOOPBACK, WEBDIMSE, accepts, freePort, start, webdimse } from '../support/peers-process.ts';
import { Hand } from './hand.ts';
import type { Visits } from './stage.ts';
import { buildPage, launchBrowser, visits } from './stage.ts';

describeWith(['chromium'], 'a page that receives', () => {
  let browser: Browser;
  let serve: Running;
  let visit: Visits;
  let dicomPort: number;
  let person: Hand;

  beforeAll(async () => {
    await buildPage();
    const [port, pacsPort] = [await freePort(), await freePort()];
    await freePort(); // the second mini-PACS takes it
    dicomPort = await freePort();
    const ports = { '--port': port, '--pacs-port': pacsPort, '--dicom-port': dicomPort };
    const args = Object.entries(ports).flatMap(([flag, value]) => [flag, String(value)]);
    serve = await start(process.execPath, [WEBDIMSE, 'serve', ...args], () => accepts(port));
    browser = await launchBrowser();
    visit = visits(browser, `http://${LOOPBACK}:${port}/`);
    person = new Hand(await visit.visit({ width: 1400 }));
  });
  afterAll(async () => {
    await visit?.visitsEnd();
    await Promise.all([browser?.close(), serve?.stop()]);
  });

  const echo = async (): Promise<number | null> =>
    (await webdimse('echo', `WEB01@${LOOPBACK}:${dicomPort}`)).code;

  test('has the embedded PACS move a study to it', async () => {
    await person.search();
    await person.on(person.row('Results', 'Phantom, Ada'), 'Move');
    await person.page.getByRole('menuitem', { name: 'This page' }).click();
    await person.hears(/^Retrieved 24 images from WEBDIMSE: .* They are under Received\.$/);
    await person.view('Received');
    await person.page.getByText(`Receiving as WEB01 (port ${dicomPort})`).waitFor();
    expect(await person.row('Received files', 'Phantom, Ada').textContent()).toContain('WEBDIMSE');
  });

  test('goes on receiving until it is switched off, and takes its title again', async () => {
    expect(await echo()).toBe(0);
    await person.press('Stop receiving');
    await person.button('Start receiving').waitFor();
    expect(await echo()).toBe(3);
    await person.press('Start receiving');
    await person.page.getByText('Receiving as WEB01').waitFor();
    expect(await echo()).toBe(0);
  });

  test('gives its title back when it is closed', async () => {
    await person.page.close();
    await expect.poll(echo).toBe(3);
  });
});
