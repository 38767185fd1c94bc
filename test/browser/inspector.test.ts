/** The inspector in the page: every byte of a search, a retrieve and a refusal, captures that are saved and opened. */
import { execFileSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { serveCapture } from '../../bridge/relay/capture-page.ts';
import { GrowingFile } from '../../bridge/relay/growing-file.ts';
import { writeLargeCapture } from '../support/large-capture.ts';
import { describeWith, program } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage, WEB_ROOT } from './stage.ts';
import { longestTask } from './trace.ts';

const OPEN_MS = 10_000;
const LONGEST_TASK_MS = 50;

/** The drawer, as a person reads it. */
class Drawer {
  readonly page: Page;
  readonly lines: Locator;

  constructor({ page }: Hand) {
    this.page = page;
    this.lines = page.getByRole('grid', { name: 'What was sent and received' });
  }

  /** Waits until a line tells it. */
  async reads(...texts: readonly RegExp[]): Promise<void> {
    for (const text of texts) await this.line(text).waitFor();
  }

  line(text: RegExp): Locator {
    return this.lines.getByRole('row').filter({ hasText: text }).first();
  }

  async hears(sentence: RegExp): Promise<void> {
    await this.page.getByRole('region', { name: 'Inspector' }).getByText(sentence).first().waitFor();
  }

  async only(filter: 'Message' | 'Status', choice: string): Promise<void> {
    await this.page.getByRole('combobox', { name: filter }).selectOption(choice);
  }

  /** What the menu of Save gives. */
  async save(choice: string): Promise<void> {
    await this.page.getByRole('region', { name: 'Inspector' }).getByRole('button', { name: 'Save' }).click();
    await this.page.getByRole('button', { name: choice, exact: true }).click();
  }

  async open(file: string): Promise<void> {
    const [chooser] = await Promise.all([
      this.page.waitForEvent('filechooser'),
      this.page.getByRole('button', { name: 'Open a capture…' }).click(),
    ]);
    await chooser.setFiles(file);
  }
}

describeWith(['chromium', 'tshark'], 'the inspector', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  it('shows a search and a retrieve, filters, unfolds, and gives them as tshark and DCMTK tell them', async () => {
    const person = new Hand(await stage.visit({ width: 1400, height: 900 }));
    const { page } = person;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const drawer = new Drawer(person);
    await person.press('Search');
    await person.reads(/7 studies · /);
    await page.getByRole('grid', { name: 'Results' }).focus();
    await page.keyboard.press('i');
    await drawer.reads(
      /A-ASSOCIATE-RQ\s*WEBSCU calls WEBDIMSE/,
      /C-FIND-RSP 1\s*Pending \(0xFF00\)/,
      /A-RELEASE-RP/,
    );
    await drawer.only('Message', 'C-FIND');
    await drawer.only('Status', 'pending');
    await drawer.hears(/^7 lines/);
    await person.press('Show all');
    await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
    await person.hears(/^Retrieved 24 images/);

    await drawer.only('Message', 'C-GET');
    await drawer.line(/C-GET-RSP/).click();
    await page.getByRole('tab', { name: 'Command set' }).click();
    await page.getByText('MessageIDBeingRespondedTo').first().waitFor();
    await drawer.only('Message', 'C-STORE');
    await drawer
      .line(/C-STORE-RQ/)
      .getByRole('button', { name: 'Show its PDUs' })
      .click();
    await drawer.reads(/P-DATA-TF\s*command set, to its end/, /P-DATA-TF\s*data set/);

    const { bytes } = await person.download(() => drawer.save('All as pcapng'));
    const file = join(temporaryFolder(), 'saved.pcapng');
    await writeFile(file, bytes);
    const told = execFileSync(program('tshark')!, [
      '-r',
      file,
      '-Y',
      'dicom',
      '-T',
      'fields',
      '-e',
      'dicom.pdu.type',
    ]);
    const types = told
      .toString()
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
    const count = (type: number): number => types.filter((one) => one === type).length;
    expect(count(1)).toBeGreaterThanOrEqual(2);
    expect([count(2), count(5), count(6)]).toEqual([count(1), count(1), count(1)]);

    await drawer.save('All, as with -v');
    await drawer.hears(/^Copied: \d+ lines\./);
    const log = await page.evaluate(() => navigator.clipboard.readText());
    expect(log).toMatch(/^I: Requesting Association/);
    expect(log.match(/^I: Received C-STORE Request/gm)).toHaveLength(24);

    await drawer.open(file);
    await drawer.hears(/^saved\.pcapng: \d+ associations\./);
    await drawer.reads(/connection opened/, /C-FIND-RQ/);
  }, 60_000);

  it('opens at what a failure is about', async () => {
    const person = new Hand(await stage.visit());
    const drawer = new Drawer(person);
    await person.pick('STRANGER');
    await person.press('Echo');
    await person.hears(/refused the association/);
    await person.press('Show in inspector');
    await drawer.reads(/A-ASSOCIATE-RQ/, /A-ASSOCIATE-RJ[^]*called.AE.title.not.recognized/i);
    await person.page.getByRole('checkbox', { name: 'Errors only' }).check();
    await drawer.hears(/^1 line/);
  });

  it('has one line of tools on a phone, folds the filters, and closes what covers the list before itself', async () => {
    const person = new Hand(await stage.visit({ width: 390, height: 844 }));
    const { page } = person;
    const drawer = new Drawer(person);
    await person.press('Echo');
    await person.hears(/answered/);
    await page.getByRole('button', { name: /^Inspector/ }).click();
    await drawer.reads(/C-ECHO-RSP 1/);
    const failed: string[] = [];
    page.on('pageerror', ({ message }) => failed.push(message));
    const list = (await drawer.lines.elementHandle())!;
    const { y: top } = (await drawer.lines.boundingBox())!;
    expect(top).toBeLessThan(80);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter'); // on what opened it, where the focus is again
    await drawer.reads(/C-ECHO-RSP 1/);
    const message = page.getByRole('combobox', { name: 'Message' });
    expect(await message.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Filter' }).click();
    await message.selectOption('C-FIND');
    await drawer.hears(/^These filters leave nothing/);
    await list.evaluate((gone) => gone.dispatchEvent(new Event('scroll')));
    expect(failed).toEqual([]);
    await page.getByRole('button', { name: 'Filter (1)' }).click();
    await person.press('Show all');
    await drawer.reads(/C-ECHO-RSP 1/);
    await page.getByRole('button', { name: 'Filter', exact: true }).waitFor();

    await drawer.lines.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const back = page.getByRole('button', { name: 'Back to the list' });
    await back.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await drawer.lines.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await page
      .getByRole('button', { name: /^Inspector/ })
      .and(page.locator(':focus'))
      .waitFor();
    expect(await drawer.lines.count()).toBe(0);
  }, 30_000);

  it('opens a large capture soon, and no task of the page is long meanwhile', async () => {
    const person = new Hand(await stage.visit({ width: 1400, height: 900 }));
    const { page } = person;
    const drawer = new Drawer(person);
    const file = join(temporaryFolder(), 'large.pcapng');
    const { associations, pdus } = writeLargeCapture(file);
    await page.getByRole('button', { name: /^Inspector/ }).click();
    await drawer.hears(/^Nothing was sent/);
    const longest = await longestTask(page, async () => {
      const began = performance.now();
      await drawer.open(file);
      await drawer.hears(new RegExp(`^large\\.pcapng: ${associations} associations\\.`));
      expect(performance.now() - began).toBeLessThan(OPEN_MS);
      await page.getByRole('combobox', { name: 'Lines are' }).selectOption('PDUs');
      for (const layer of ['Steps', 'Transport', 'Service'])
        await page.getByRole('checkbox', { name: layer }).uncheck();
      await drawer.hears(new RegExp(`^${pdus.toLocaleString('en')} lines`));
      await drawer.lines.focus();
      for (const [key, index] of [
        ['End', pdus + 1],
        ['Home', 2],
      ] as const) {
        await page.keyboard.press(key);
        await drawer.lines.locator(`[aria-selected=true][aria-rowindex="${index}"]`).waitFor();
      }
    });
    expect(longest).toBeLessThan(LONGEST_TASK_MS);
  }, 60_000);

  it('follows a capture while it is written, as a page of its own', async () => {
    const source = new Hand(await stage.visit());
    await source.press('Echo');
    await source.hears(/answered/);
    await source.page.getByRole('button', { name: /^Inspector/ }).click();
    const from = new Drawer(source);
    await from.reads(/C-ECHO-RSP/);
    const { bytes } = await source.download(() => from.save('All as pcapng'));
    const capture = new GrowingFile(openSync(join(temporaryFolder(), 'capture.pcapng'), 'wx+'));
    const served = await serveCapture({ port: 0, webRoot: WEB_ROOT, capture });
    try {
      const half = bytes.length >> 1;
      capture.append(bytes.subarray(0, half));
      const person = new Hand(await stage.visit({ url: served.url }));
      const drawer = new Drawer(person);
      await drawer.reads(/A-ASSOCIATE-RQ/);
      expect(await drawer.line(/connection closed/).count()).toBe(0);
      capture.append(bytes.subarray(half));
      await drawer.reads(/C-ECHO-RSP 1\s*Success/, /connection closed/);
      await person.page.context().close();
    } finally {
      await served.close();
      capture.close();
    }
  });
});
