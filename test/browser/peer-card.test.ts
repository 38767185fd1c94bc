/** Peers as people add, ask and set them up, and the page as a destination that a PACS is told of. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import type { Running } from '../support/peers-process.ts';
import { LOOPBACK, WEBDIMSE, accepts, freePort, start, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';
import { Hand } from './hand.ts';
import type { Visits } from './stage.ts';
import { buildPage, launchBrowser, visits } from './stage.ts';

describeWith(['chromium'], 'the card of a peer', () => {
  let browser: Browser;
  let serve: Running;
  let far: RealPeer;
  let visit: Visits;
  let dicomPort: number;
  let person: Hand;
  /** It takes connections and says nothing; who calls it goes before it does. */
  const deaf = createServer((socket) => socket.on('error', () => {}));

  beforeAll(async () => {
    await buildPage();
    far = await startWebdimsePacs([], { aeTitle: 'FAR', sample: true });
    const [port, pacsPort] = [await freePort(), await freePort()];
    await freePort(); // the second mini-PACS takes it
    dicomPort = await freePort();
    const ports = { '--port': port, '--pacs-port': pacsPort, '--dicom-port': dicomPort };
    const args = Object.entries(ports).flatMap(([flag, value]) => [flag, String(value)]);
    await new Promise<void>((resolve) => deaf.listen(0, LOOPBACK, resolve));
    const { port: deafPort } = deaf.address() as AddressInfo;
    const target = [
      '--peer',
      `DEAF=DEAF@${LOOPBACK}:${deafPort}`,
      '--allow-target',
      `${LOOPBACK}/32:${far.port}`,
    ];
    serve = await start(process.execPath, [WEBDIMSE, 'serve', ...args, ...target], () => accepts(port));
    browser = await launchBrowser();
    visit = visits(browser, `http://${LOOPBACK}:${port}/`);
    person = new Hand(await visit.visit({ width: 1400 }));
  });
  afterAll(async () => {
    await visit?.visitsEnd();
    await Promise.all([browser?.close(), serve?.stop(), far?.stop()]);
    deaf.close();
  });

  const card = (name: string) => person.page.getByRole('region', { name: `About ${name}` });

  test('a peer is added by its address, called, and there after a reload', async () => {
    await person.page.getByRole('combobox', { name: 'Peer' }).click();
    await person.page.getByRole('option', { name: 'Add a peer' }).click();
    const form = person.page.getByRole('region', { name: 'Add a peer' });
    const fields = { Name: 'Far away', 'AE title': 'FAR', Host: LOOPBACK, Port: String(far.port) };
    for (const [label, value] of Object.entries(fields))
      await form.getByLabel(label, { exact: true }).fill(value);
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await person.press('Echo');
    await person.hears(/^Far away answered the echo in /);
    await person.page.reload();
    await person.press('Echo');
    await person.hears(/^Far away answered the echo in /);
    const command = person.page.getByRole('button', { name: 'Copy as DCMTK command' });
    expect(await command.getAttribute('title')).toBe(`echoscu -aet WEBSCU -aec FAR ${LOOPBACK} ${far.port}`);
  });

  test('it is waited for as long as is chosen for it', async () => {
    await person.pick('DEAF');
    await person.press('About');
    const field = card('DEAF').getByLabel('For the association');
    expect(await field.getAttribute('placeholder')).toBe('30');
    await field.fill('soon');
    await card('DEAF').getByText('A number of seconds, a day at most.').waitFor();
    await field.fill('0.4');
    await person.page.reload(); // it is kept
    await person.press('Echo');
    await person.hears(
      /^DEAF timed out: .* had 0\.4 s to answer the association request and stayed silent\./,
    );
    await person.pick('Far away');
  });

  test('it is asked what it can do, and called by another title from then on', async () => {
    await person.press('About');
    await person.press('Ask it');
    await card('Far away').getByText('CT Image Storage').waitFor();
    expect(await card('Far away').getByRole('definition').first().textContent()).toMatch(/^WEBDIMSE_/);
    await card('Far away').getByLabel('Called AE title').fill('WRONG');
    await person.press('Echo');
    await person.hears(/WRONG/);
    await card('Far away').getByLabel('Called AE title').fill('');
    await person.press('Echo');
    await person.hears(/^Far away answered the echo in /);
    await person.press('Remove this peer');
    await person.page.getByRole('combobox', { name: 'Peer' }).filter({ hasText: 'WEBDIMSE' }).waitFor();
  });

  test('this page becomes a destination: lines to copy, an echo that is heard, an image that comes', async () => {
    await person.press('About');
    await card('WEBDIMSE').getByRole('button', { name: 'Start receiving' }).click();
    const line = `"DicomModalities": { "web01": ["WEB01", "${LOOPBACK}", ${dicomPort}] }`;
    await card('WEBDIMSE').getByText(line).waitFor();
    expect((await webdimse('echo', `WEB01@${LOOPBACK}:${dicomPort}`, '--calling', 'MODALITY7')).code).toBe(0);
    await card('WEBDIMSE').getByText('MODALITY7 sent an echo.').waitFor();
    await person.press('Move one image here');
    await person.hears(/^It works: WEBDIMSE moved an image to WEB01/);
    for (const hop of [
      'It lists an image',
      'It knows the title',
      'It reaches the DICOM port',
      'The image is here',
    ]) {
      const line = card('WEBDIMSE').getByRole('listitem').filter({ hasText: hop }).last();
      expect(await line.textContent()).toContain('works');
    }
  });
});
