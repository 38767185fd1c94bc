/** What people come for, from a cold load and by what they read on the page alone: how many actions it takes them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { sampleInstances } from '../../core/archive/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { describeWith } from '../support/needs.ts';
import { isBright } from './canvas.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import { longestTask } from './trace.ts';

/** Counts what a person does: a press, a field filled in, a choice in a dialog of the browser. */
class Counting {
  readonly page: Page;
  actions = 0;

  constructor(page: Page) {
    this.page = page;
  }

  async press(target: string | Locator): Promise<void> {
    this.actions++;
    const button = (name: string) => this.page.getByRole('button', { name, exact: true });
    await (typeof target === 'string' ? button(target) : target).first().click();
  }

  async fill(label: string, text: string): Promise<void> {
    this.actions++;
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name });
  }

  row(grid: string, text: string | RegExp): Locator {
    return this.page.getByRole('grid', { name: grid }).getByRole('row').filter({ hasText: text }).first();
  }
}

describeWith(['chromium'], 'a person', () => {
  let stage: Stage;
  let folder: string;

  beforeAll(async () => {
    stage = await openStage({
      SLOW: {
        async *find({ keys }, _requestor, signal) {
          yield { '0020000D': { vr: 'UI', Value: ['1.2.3'] } };
          if (JSON.stringify(keys).includes('oe*')) return;
          await new Promise<void>((resolve) =>
            signal.addEventListener('abort', () => resolve(), { once: true }),
          );
        },
      },
    });
    folder = mkdtempSync(join(tmpdir(), 'webdimse-tasks-'));
    const files = [...sampleInstances()]
      .slice(0, 3)
      .map(({ info, dataSet }) => concat([fileMetaInformation(info), dataSet]));
    files.forEach((bytes, i) =>
      writeFileSync(join(folder, `${i}.dcm`), i === 1 ? bytes.subarray(0, -1000) : bytes),
    );
    // The browser has begun, and has what the page is made of: it is the page's tasks that are measured.
    await (await stage.visit()).getByRole('button', { name: 'Search', exact: true }).waitFor();
    await stage.visitsEnd();
  }, 60_000);
  afterEach(() => stage.visitsEnd());
  afterAll(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page and runs the task, at most in so many actions, with no long task of the main thread from the first. */
  async function task(most: number, work: (person: Counting) => Promise<void>, width = 1600): Promise<void> {
    const page = await stage.visit({ width, height: 900, url: 'about:blank' });
    const person = new Counting(page);
    const longest = await longestTask(page, async () => {
      await page.goto(stage.url);
      await work(person);
    });
    expect(person.actions).toBeLessThanOrEqual(most);
    expect(longest).toBeLessThan(50);
  }

  it('has today’s CT of a patient on screen in 6 actions', async () => {
    await task(6, async (person) => {
      await person.fill('Patient', 'phantom');
      await person.press(person.page.getByText('Today', { exact: true }));
      await person.press(person.page.getByText('CT', { exact: true }));
      await person.press('Search');
      await person.press(person.row('Results', 'Phantom, Ada').getByRole('button', { name: 'View' }));
      await person.page.getByText('W 80 L 40').waitFor();
      await expect.poll(() => isBright(person.page)).toBe(true);
    });
  });

  it('has two series on the disk in 6', async () => {
    await task(
      6,
      async (person) => {
        await person.press('Search');
        await person.press(person.row('Results', 'Yamada'));
        for (const series of ['T1', 'T2']) {
          await person.press(
            person.row('Results', series).getByRole('button', { name: 'Retrieve', exact: true }),
          );
        }
        await person.page.getByRole('tab', { name: /Received\s*32/ }).waitFor();
        await person.press(person.tab('Received'));
        const download = person.page.waitForEvent('download');
        await person.press('Save');
        expect((await download).suggestedFilename()).toMatch(/\.zip$/);
      },
      1024,
    );
  });

  it('has a folder sent, and its one failure explained, in 5', async () => {
    await task(5, async (person) => {
      await person.press(person.tab('Send'));
      const chooser = person.page.waitForEvent('filechooser');
      await person.press('Choose a folder');
      await (await chooser).setFiles(folder);
      await person.row('Files to send', '2.dcm').waitFor();
      await person.press('Send');
      await new Hand(person.page).hears(/2 files? stored/);
      expect(await person.row('Files to send', '1.dcm').textContent()).toMatch(/cut off|shorter|ends/);
    });
  });

  it('has the reason of a rejected association in the clipboard in 4', async () => {
    await task(4, async (person) => {
      await person.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await person.press(person.page.getByRole('combobox', { name: 'Peer' }));
      await person.press(person.page.getByRole('option', { name: 'STRANGER' }));
      await person.press('Echo');
      await person.press('Copy the reason');
      await person.page.getByRole('button', { name: 'Copied' }).waitFor();
      const copied = await person.page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toMatch(/^Echo STRANGER: STRANGER refused .*called AE title STRANGER/s);
    });
  });

  it('cancels a search and narrows it in 4', async () => {
    await task(
      6, // two of them choose the slow peer
      async (person) => {
        await person.press(person.page.getByRole('combobox', { name: 'Peer' }));
        await person.press(person.page.getByRole('option', { name: 'SLOW' }));
        await person.press('Search');
        await person.page.getByText(/1 study so far/).waitFor();
        await person.press('Cancel');
        await person.fill('Patient', 'doe');
        await person.press('Search');
        await person.page
          .getByRole('region', { name: 'Results' })
          .getByText(/1 study · /)
          .waitFor();
      },
    );
  });
});
