/** What everybody can use: what axe finds (WCAG 2.2 A and AA), and what it cannot see. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { concat } from '../../core/bytes/index.ts';
import { sampleInstances } from '../../core/archive/index.ts';
import { dataSet } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { describeWith } from '../support/needs.ts';
import { violations } from './axe.ts';
import { Hand } from './hand.ts';
import { Keys } from './keys.ts';
import type { Stage, VisitOptions } from './stage.ts';
import { openStage } from './stage.ts';

/** Finds a study and then nothing more until it is cancelled; asked for a name, it answers at once. */
async function* slowly(request: { readonly keys: object }, _: unknown, signal: AbortSignal) {
  yield dataSet({ PatientName: 'Doe^Jane', StudyInstanceUID: '1.2.3', StudyDate: '20260102' });
  if (JSON.stringify(request).includes('oe*')) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

describeWith(['chromium'], 'the craft', () => {
  let stage: Stage;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    stage = await openStage({ SLOW: { find: slowly } });
    folder = await mkdtemp(join(tmpdir(), 'webdimse-craft-'));
    file = join(folder, 'one.dcm');
    const { info, dataSet: bytes } = [...sampleInstances()][0]!;
    await writeFile(file, concat([fileMetaInformation(info), bytes]));
  });
  afterEach(() => stage.visitsEnd());
  afterAll(async () => {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Every view in turn, as a person sees it; `see` looks at each. */
  async function tour(
    options: VisitOptions,
    see: (person: Hand, view: string) => Promise<void>,
  ): Promise<void> {
    const person = new Hand(await stage.visit(options));
    const { page } = person;
    await see(person, 'before the first search');
    await person.search();
    await person.openCT();
    await see(person, 'results');
    await person.on(person.row('Results', 'Phantom, Ada'), 'Move');
    await see(person, 'destinations');
    await page.keyboard.press('Escape');
    await person.on(person.row('Results', 'Image 1'), 'Retrieve');
    await person.hears(/^Retrieved 1 image/);
    await person.view('Received');
    await person.row('Received files', 'Phantom, Ada').click();
    await see(person, 'received');
    await person.row('Received files', 'Image 1').getByRole('button', { name: 'View' }).click();
    await person.button('Close').waitFor();
    await see(person, 'viewer');
    await person.press('Close');
    await page.getByRole('tab', { name: 'Worklist' }).click();
    await person.button('Search').waitFor();
    await see(person, 'worklist');
    await person.view('Send');
    await person.choose('Choose files', file);
    await person.row('Files to send', 'one.dcm').waitFor();
    await see(person, 'send');
    await person.press('Settings');
    await see(person, 'settings');
    await page.keyboard.press('Escape');
    await person.pick('Add a peer');
    await see(person, 'add a peer');
  }

  it('leaves axe without complaint, in every view and both themes', async () => {
    const found: string[] = [];
    await tour({}, async ({ page }, view) => {
      found.push(...(await violations(page)).map((line) => `${view}: ${line}`));
    });
    expect(found).toEqual([]);
  }, 60_000);

  it.each([
    ['320 pixels', 320, 640],
    ['a screen of 1280 × 720 zoomed to 200 %', 640, 360],
  ])(
    'fits every view into %s, and talks to nobody but its bridge',
    async (_, width, height) => {
      const asked = new Set<string>();
      await tour({ width, height }, async ({ page }, view) => {
        if (asked.size === 0) {
          page.on('request', (request) => asked.add(new URL(request.url()).host));
          page.on('websocket', (socket) => asked.add(new URL(socket.url()).host));
          await page.reload();
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBe(width);
      });
      asked.delete(''); // blob: of a file that is saved
      expect([...asked]).toEqual([new URL(stage.url).host]);
    },
    60_000,
  );

  it('is searched, opened, retrieved from and saved from by the keyboard alone', async () => {
    const keys = new Keys(await stage.visit());
    const person = new Hand(keys.page);
    await keys.to('Patient');
    await keys.type('phantom, a');
    await keys.press('Enter');
    await person.row('Results', 'Phantom, Ada').waitFor();
    await keys.to('Results');
    await keys.press('ArrowRight');
    await person.row('Results', /Series/).waitFor();
    await keys.press('ArrowDown', 'ArrowRight');
    await person.row('Results', 'Image 1').waitFor();
    await keys.press('ArrowDown', 'r');
    await person.hears(/^Retrieved 1 image/);
    await keys.view('Received');
    await person.button('Save').waitFor();
    await keys.to('Save');
    const { bytes } = await person.download(() => keys.press('Enter'));
    expect(new TextDecoder().decode(bytes.subarray(128, 132))).toBe('DICM');
  }, 60_000);

  it('is cancelled and narrowed by the keyboard, in one line that is told', async () => {
    const keys = new Keys(await stage.visit());
    const person = new Hand(keys.page);
    await keys.page.getByRole('combobox', { name: 'Peer' }).getByText('WEBDIMSE', { exact: true }).waitFor();
    await keys.to('Peer');
    await keys.press('Enter', 'ArrowDown', 'ArrowDown', 'Enter');
    await keys.to('Patient');
    await keys.press('Enter');
    await person.reads(/1 study so far/);
    await keys.to('Cancel');
    await keys.press('Enter');
    await person.hears('Search cancelled; what had come is shown.');
    await keys.to('Patient');
    await keys.type('doe');
    await keys.press('Enter');
    await person.reads(/1 study · /);
  }, 60_000);

  it('sends by the keyboard, and tells how far it is', async () => {
    const keys = new Keys(await stage.visit());
    const person = new Hand(keys.page);
    const chosen = keys.page.waitForEvent('filechooser'); // told of nothing before the browser knows that we listen
    await keys.view('Send');
    await person.button('Choose files').waitFor();
    await keys.to('Choose files');
    await keys.press('Enter');
    await (await chosen).setFiles(file);
    await keys.page.evaluate(() => {
      const told: string[] = [];
      const status = document.querySelector('[role=status][aria-label=Progress]')!;
      new MutationObserver(() => told.push(status.textContent)).observe(status, {
        characterData: true,
        childList: true,
        subtree: true,
      });
      Object.assign(window, { told });
    });
    await keys.to('Send');
    await keys.press('Enter');
    await person.hears(/^1 file stored by WEBDIMSE/);
    expect(await keys.page.evaluate(() => (window as unknown as { told: string[] }).told)).toContain(
      'Send 1 file to WEBDIMSE: 100 %',
    );
  }, 60_000);

  it('shows in forced colours what is chosen and what has the focus, and keeps still where stillness is asked for', async () => {
    const person = new Hand(await stage.visit());
    const { page } = person;
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await person.search();
    const looks = (name: string) =>
      page.getByRole('tab', { name }).evaluate((tab) => {
        const { borderTopColor, borderTopWidth, backgroundColor } = getComputedStyle(tab);
        return [borderTopColor, borderTopWidth, backgroundColor].join();
      });
    expect(await looks('Find')).not.toBe(await looks('Send'));
    await page.getByRole('grid', { name: 'Results' }).focus();
    await page.keyboard.press('ArrowDown');
    const active = page.locator('.row.active');
    expect(await active.evaluate((row) => getComputedStyle(row).outlineStyle)).toBe('solid');
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element);
          return animationName !== 'none' || parseFloat(transitionDuration) > 0;
        }).length,
    );
    expect(moving).toBe(0);
  });

  it('prints results as a list in black on white, and nothing to press', async () => {
    const person = new Hand(await stage.visit({ colorScheme: 'dark', height: 400 }));
    const { page } = person;
    await person.search();
    await person.openCT();
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    for (const role of ['tab', 'textbox', 'combobox'] as const) {
      expect(await page.getByRole(role).count(), role).toBe(0);
    }
    const headings = page.getByRole('columnheader').getByRole('button');
    expect(await page.getByRole('button').count()).toBe(await headings.count());
    const grid = page.getByRole('grid', { name: 'Results' });
    const rows = Number(await grid.getAttribute('aria-rowcount'));
    expect(await grid.getByRole('row').count()).toBe(rows);
    expect(await grid.evaluate((element) => element.scrollHeight - element.clientHeight)).toBe(0);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  });
});
