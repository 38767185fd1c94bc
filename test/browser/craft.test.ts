/** What everybody can use: what axe finds (WCAG 2.2 A and AA), and what it cannot see. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { violations } from './axe.ts';
import { Hand } from './hand.ts';
import { Keys } from './keys.ts';
import type { TourStage } from './tour.ts';
import { openTourStage, tour } from './tour.ts';

describeWith(['chromium'], 'the craft', () => {
  let stage: TourStage;

  beforeAll(async () => {
    stage = await openTourStage();
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  it('leaves axe without complaint, in every view and both themes', async () => {
    const found: string[] = [];
    await tour(stage, {}, async ({ page }, view) => {
      found.push(...(await violations(page)).map((line) => `${view}: ${line}`));
    });
    expect(found).toEqual([]);
  }, 120_000);

  it.each([
    ['320 pixels', 320, 640],
    ['a screen of 1280 × 720 zoomed to 200 %', 640, 360],
  ])(
    'fits every view into %s, and talks to nobody but its bridge',
    async (_, width, height) => {
      const asked = new Set<string>();
      await tour(stage, { width, height }, async ({ page }, view) => {
        if (asked.size === 0) {
          const note = (url: string) => /^(http|ws)/.test(url) && asked.add(new URL(url).host);
          page.on('request', (request) => note(request.url()));
          page.on('websocket', (socket) => note(socket.url()));
          await page.reload();
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBe(width);
      });
      expect([...asked]).toEqual([new URL(stage.url).host]);
    },
    120_000,
  );

  it('speaks German to whoever prefers it, in one line of views at 1024 pixels, and without scrolling at 320', async () => {
    const page = await stage.visit({ locale: 'de-DE' });
    const bottoms = (): Promise<number[]> =>
      page
        .locator('header')
        .getByRole('tab')
        .or(page.getByRole('button', { name: 'Einstellungen' }))
        .or(page.getByRole('combobox', { name: 'Gegenstelle' }))
        .evaluateAll((all) => all.map((element) => element.getBoundingClientRect().bottom));
    for (const view of ['Suchen', 'Arbeitsliste', 'Empfangen', 'Senden', 'Lernen']) {
      await page.setViewportSize({ width: 1024, height: 700 });
      await page.getByRole('tab', { name: view }).click();
      await page.locator('main').locator('form:visible, section:visible').first().waitFor();
      expect(new Set((await bottoms()).map(Math.round)).size, view).toBe(1);
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBe(320);
    }
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
  });

  it('sends by the keyboard, and tells how far it is', async () => {
    const keys = new Keys(await stage.visit());
    const person = new Hand(keys.page);
    const chosen = keys.page.waitForEvent('filechooser'); // told of nothing before the browser knows that we listen
    await keys.view('Send');
    await person.button('Choose files').waitFor();
    await keys.to('Choose files');
    await keys.press('Enter');
    await (await chosen).setFiles(stage.file);
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
