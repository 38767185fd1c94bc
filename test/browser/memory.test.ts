/** A study goes onto the disk, not into the memory of the page. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { largeInstance } from '../store/instances.ts';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { launchKept, openStage } from './stage.ts';

const MIB = 1 << 20;
/** 256 MiB, or 2 GiB where there is time. */
const INSTANCES = process.env['SOAK'] === '1' ? 1024 : 128;
const PATIENCE = INSTANCES * 2300;
const sized = (number: number) => largeInstance(`1.2.1.${1000 + number}`, 2 * MIB);

const BIG: Handlers = {
  async *find() {
    yield dataSet({ PatientName: 'Big^Study', StudyInstanceUID: '1.2.3' });
  },
  get() {
    async function* instances() {
      for (let number = 1; number <= INSTANCES; number++)
        yield { ...sized(number).info, open: () => sized(number).dataSet };
    }
    return { instances: instances() };
  },
};

describeWith(['chromium'], 'the memory of the page', () => {
  let stage: Stage;
  let profile: string;
  let kept: BrowserContext | undefined;
  beforeAll(async () => {
    stage = await openStage({ BIG });
    profile = await mkdtemp(join(tmpdir(), 'webdimse-profile-'));
  });
  afterAll(async () => {
    await kept?.close();
    await stage.close();
    await rm(profile, { recursive: true, force: true });
  });

  it('does not grow with what is retrieved, nor with what is saved', { timeout: 3 * PATIENCE }, async () => {
    // Private windows, as visits are otherwise, keep in memory what they are to keep on a disk.
    kept = await launchKept(profile);
    const person = new Hand(await kept.newPage());
    const { page } = person;
    await page.goto(stage.url);
    page.setDefaultTimeout(PATIENCE);
    await page.addInitScript(givePicker);
    await page.reload();
    await person.pick('BIG');
    await person.press('Search');
    const row = person.row('Results', 'Big, Study');
    await row.waitFor();
    await expectFlat('retrieving', page, async () => {
      await person.on(row, 'Retrieve');
      await person.hears(/^Retrieved \d/);
    });
    const { stored } = await page.evaluate(() => window.webdimse!.stats());
    expect(stored).toBe(INSTANCES * sized(0).dataSet.length);
    await person.press('Until the browser is closed');
    await person.view('Received');
    await expectFlat('saving where the person says', page, async () => {
      await person.press('Save');
      await person.hears(new RegExp(`^Saved ${INSTANCES.toLocaleString('en')} files .* as chosen\\.zip`));
    });
    expect(await sizeOf(page, 'chosen.zip')).toBeGreaterThan(stored);

    await page.addInitScript(() => Object.assign(window, { showSaveFilePicker: undefined }));
    await page.reload();
    await person.view('Received');
    const saving = page.waitForEvent('download');
    await expectFlat('saving where the browser saves', page, async () => {
      await person.press('Save');
      await (await saving).path();
    });
    const { size } = await stat(await (await saving).path());
    expect(size).toBeGreaterThan(stored);
    await (await saving).delete();
    await person.press('Wipe everything');
    await person.press('Wipe it now');
    await person.hears('Everything that this page kept in this browser is gone.');
    expect(await sizeOf(page, 'webdimse')).toBeLessThan(1000); // the page began anew, and may know its session
  });
});

/** Runs in the page: a file of the origin private file system stands for the one that is picked. */
function givePicker(): void {
  const showSaveFilePicker = async () =>
    (await navigator.storage.getDirectory()).getFileHandle('chosen.zip', { create: true });
  Object.assign(window, { showSaveFilePicker });
}

/** Bytes of a file in the origin private file system, or of all below a folder. */
function sizeOf(page: Page, name: string): Promise<number> {
  return page.evaluate(async (name) => {
    async function sum(handle: FileSystemHandle): Promise<number> {
      if (handle.kind === 'file') return (await (handle as FileSystemFileHandle).getFile()).size;
      let bytes = 0;
      for await (const inner of (handle as FileSystemDirectoryHandle).values()) bytes += await sum(inner);
      return bytes;
    }
    const root = await navigator.storage.getDirectory();
    for await (const [known, handle] of root.entries()) if (known === name) return sum(handle);
    return 0;
  }, name);
}

/** What passes leaves garbage until it is collected: what stays is seen between two collections. */
async function expectFlat(what: string, page: Page, action: () => Promise<void>): Promise<void> {
  const devtools = await page.context().browser()!.newBrowserCDPSession();
  const before = await renderers(devtools);
  const sizes: number[] = [];
  const sampling = setInterval(
    () =>
      void renderers(devtools).then(
        (size) => sizes.push(size),
        () => {},
      ),
    50,
  );
  await action().finally(() => clearInterval(sampling));
  await devtools.detach();
  const later = sizes.slice(sizes.length / 2);
  const [stays, most] = [Math.min(...later) - before, Math.max(...sizes) - before];
  if (process.env['SOAK'] === '1')
    console.log(`${what}: ${Math.round(stays / MIB)} MiB stay, ${Math.round(most / MIB)} MiB at most`);
  expect(later.length, what).toBeGreaterThan(3);
  expect(stays, what).toBeLessThan(64 * MIB);
  expect(most, what).toBeLessThan(160 * MIB);
}

/** Anonymous memory of all processes that run pages, in bytes. */
async function renderers(devtools: CDPSession): Promise<number> {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  let sum = 0;
  for (const { id, type } of processInfo) {
    if (type !== 'renderer') continue;
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => ''); // it ended
    sum += 1024 * Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return sum;
}
