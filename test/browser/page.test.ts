import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { concat } from '../../core/bytes/index.ts';
import type { SampleInstance } from '../../core/archive/index.ts';
import { sampleInstances } from '../../core/archive/index.ts';
import { dataSet } from '../../core/data/index.ts';
import { bytesSource, fileMetaInformation, openPart10 } from '../../core/file/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { describeWith } from '../support/needs.ts';
import { unzip } from '../support/zip.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const SAMPLES = [...sampleInstances()];
const CT = SAMPLES.filter(({ info }) => info.sopClassUID === '1.2.840.10008.5.1.4.1.1.2');

/** Holds 700 studies; of any it sends one image and half of another, the rest of which comes when it is cancelled. */
class Endless implements Handlers {
  cancelled = 0;
  found = 0;

  async *find() {
    for (let i = 1; i <= 700; i++) {
      this.found = i;
      yield dataSet({ PatientName: `Doe^${i}`, StudyInstanceUID: `1.2.${i}`, StudyDate: '20260102' });
    }
  }

  get(_request: unknown, _requestor: unknown, signal: AbortSignal) {
    const [whole, halting] = CT as [SampleInstance, SampleInstance];
    const cancelled = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const note = (): void => void this.cancelled++;
    async function* halfway() {
      yield halting.dataSet.subarray(0, 1000);
      await cancelled;
      note();
      yield halting.dataSet.subarray(1000);
    }
    async function* instances() {
      yield { ...whole.info, open: () => whole.dataSet };
      yield { ...halting.info, open: halfway };
    }
    return { instances: instances() };
  }
}

describeWith(['chromium'], 'the page, by the mouse alone', () => {
  const endless = new Endless();
  let stage: Stage;
  let folder: string;

  beforeAll(async () => {
    stage = await openStage({ ENDLESS: endless });
    folder = await mkdtemp(join(tmpdir(), 'webdimse-page-'));
    await mkdir(join(folder, 'study', 'deep'), { recursive: true });
    await writeFile(join(folder, 'study', 'notes.txt'), 'not DICOM');
    for (const [i, { info, dataSet: bytes }] of CT.slice(0, 3).entries()) {
      const file = concat([fileMetaInformation(info), bytes]);
      await writeFile(join(folder, 'study', i === 0 ? 'one.dcm' : `deep/${i}.dcm`), file);
    }
  });
  afterEach(() => stage.visitsEnd());
  afterAll(async () => {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });

  const hand = async (): Promise<Hand> => new Hand(await stage.visit());

  it('shows studies at one press of Search, and says how many and how fast', async () => {
    const person = await hand();
    await person.press('Search');
    await person.reads(/^\s*7 studies · [\d.]+ m?s$/);
    expect(await person.page.getByRole('grid', { name: 'Results' }).getAttribute('aria-rowcount')).toBe('8');
    await person.row('Results', '山田').waitFor();
  });

  it('echoes', async () => {
    const person = await hand();
    await person.press('Echo');
    await person.hears(/^WEBDIMSE answered the echo in .* It is WEBDIMSE/);
  });

  it('retrieves a study with progress, saves one file as it is and several as one ZIP', async () => {
    const person = await hand();
    await person.search();
    await person.openCT();
    await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
    await person.hears(/^Retrieved 24 images from WEBDIMSE: 3\.2 MB in .* They are under Received\.$/);

    await person.view('Received');
    const several = await person.download(() => person.press('Save'));
    expect(several.name).toBe('webdimse.zip');
    const files = unzip(several.bytes);
    expect(files.size).toBe(24);
    for (const { info, dataSet: bytes } of CT) {
      await expectSame(files.get(`${info.sopInstanceUID}.dcm`)!, bytes);
    }

    await person.row('Received files', 'Phantom, Ada').click();
    await person.row('Received files', 'Image 3').getByRole('checkbox').click();
    const one = await person.download(() => person.press('Save'));
    expect(one.name).toBe(`${CT[2]!.info.sopInstanceUID}.dcm`);
    await expectSame(one.bytes, CT[2]!.dataSet);

    await person.press('Remove');
    await person.page.getByText('23 files ·').waitFor();
  });

  it('moves to a named peer by its AE title', async () => {
    const person = await hand();
    await person.search();
    await person.on(person.row('Results', 'Yamada'), 'Move');
    await person.page.getByRole('menuitem', { name: 'ARCHIVE2' }).click();
    await person.hears(/^WEBDIMSE moved \d+ images? to ARCHIVE2 in /);
    const moved = SAMPLES.filter(({ info }) => info.sopClassUID === '1.2.840.10008.5.1.4.1.1.4');
    expect(await stage.archive2.has(moved[0]!.info.sopInstanceUID)).toBe(true);
  });

  it('sends files, a folder and what is dropped, with a result for each', async () => {
    const person = await hand();
    await person.pick('ARCHIVE2');
    await person.view('Send');
    await person.choose('Choose files', [
      join(folder, 'study', 'one.dcm'),
      join(folder, 'study', 'notes.txt'),
    ]);
    await person.press('Send');
    await person.hears('1 file stored by ARCHIVE2');
    await person.row('Files to send', 'one.dcm').getByText('Stored').waitFor();
    await person.row('Files to send', 'notes.txt').getByText('Left out').waitFor();
    expect(await stage.archive2.has(CT[0]!.info.sopInstanceUID)).toBe(true);

    await person.press('Clear the list');
    await person.choose('Choose a folder', join(folder, 'study'));
    await person.row('Files to send', 'study/deep/2.dcm').waitFor();
    await person.press('Clear the list');

    await dropFolder(person, join(folder, 'study'));
    await person.row('Files to send', 'study/deep/1.dcm').waitFor();
    await person.press('Send');
    await person.hears('3 files stored by ARCHIVE2');
    const sent = await stage.archive2.open(CT[2]!.info.sopInstanceUID);
    expect(sent.info.bytes).toBe(CT[2]!.dataSet.length);
  });

  it('stops a search at 500 and says so', async () => {
    const person = await hand();
    await person.pick('ENDLESS');
    await person.press('Search');
    await person.reads(/^\s*500 studies · .* stopped at 500, there are more/);
    expect(endless.found).toBeLessThan(701);
  });

  it('cancels a retrieve and stays usable', async () => {
    const person = await hand();
    await person.pick('ENDLESS');
    await person.search();
    const before = endless.cancelled;
    await person.on(person.row('Results', 'Doe, 7'), 'Retrieve');
    await person.page.getByRole('tab', { name: 'Received 1' }).waitFor();
    await person.press('Cancel');
    await person.hears('Retrieve cancelled; what had arrived is under Received.');
    await person.press('Echo');
    await person.hears(/ENDLESS answered the echo/);
    expect(endless.cancelled).toBe(before + 1);
  });

  it('drills down from patients at Patient Root', async () => {
    const person = await hand();
    await person.page.getByLabel('Query model').selectOption('Patient Root');
    await person.press('Search');
    await person.reads('5 patients ·');
    await person.row('Results', 'Phantom, Ada').click();
    await person.row('Results', 'CT head').click();
    await person.row('Results', 'Series 2').waitFor();
    await person.page.getByLabel('Description').fill('echo');
    await person.page.getByText('Patient Root asks for patients first').waitFor();
    await person.press('Search');
    await person.row('Results', 'Phantom, Ada').click();
    await person.hears(/^Opened: 0 studies with the date, .* The patient may have others\.$/);
    await person.page.getByLabel('Description').fill('CT');
    await person.press('Search');
    await person.row('Results', 'Phantom, Ada').click();
    await person.row('Results', 'CT head').click();
    await person.row('Results', 'Series 2').click();
    await person.on(person.row('Results', 'Image 5'), 'Retrieve');
    await person.hears(/^Retrieved 1 image from WEBDIMSE/);
  });

  it('finds by name and says when nothing matches', async () => {
    const person = await hand();
    await person.page.getByLabel('Patient', { exact: true }).fill('phantom, a');
    await person.press('Search');
    await person.row('Results', 'Phantom, Ada').waitFor();
    await person.page.getByLabel('Patient', { exact: true }).fill('zzz');
    await person.press('Search');
    await person.reads('Nothing matches.');
  });

  it('moves by the keyboard', async () => {
    const person = await hand();
    await person.search();
    const { keyboard } = person.page;
    await person.page.getByRole('grid', { name: 'Results' }).focus();
    await keyboard.press('m');
    await person.page.getByRole('menu').waitFor(); // it comes with its first use
    await keyboard.press('ArrowDown');
    expect(await person.page.locator(':focus').innerText()).toContain('ARCHIVE2');
    await keyboard.press('Escape');
    await person.page.getByRole('menu').waitFor({ state: 'detached' });
    expect(await person.page.locator(':focus').getAttribute('aria-label')).toBe('Results');
  });

  it('works by the keyboard in the grid', async () => {
    const person = await hand();
    await person.search();
    const { keyboard } = person.page;
    await person.page.getByRole('grid', { name: 'Results' }).focus();
    await keyboard.press('ArrowRight');
    await person.row('Results', 'Series 2').waitFor();
    await keyboard.press('ArrowDown');
    await keyboard.press('r');
    await person.hears(/^Retrieved 24 images/);
  });
});

describeWith(['chromium'], 'failures are sentences', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ DEAF: { echo() {} } });
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  it('where nothing listens', async () => {
    const person = new Hand(await stage.visit());
    await person.pick('DOWN');
    await person.press('Echo');
    await person.hears(
      /^DOWN refused the connection: nothing listens at 127\.0\.0\.1:\d+\. Check that it runs/,
    );
  });

  it('where the peer goes by another title', async () => {
    const person = new Hand(await stage.visit());
    await person.pick('STRANGER');
    await person.press('Search');
    await person.reads(
      /^\s*✕?\s*STRANGER refused the association: it does not go by the called AE title STRANGER/,
    );
  });

  it('where the peer does not offer the service', async () => {
    const person = new Hand(await stage.visit());
    await person.pick('DEAF');
    await person.press('Search');
    await person.reads(/DEAF accepted the association, but nothing of what the search needs/);
  });

  it('where the destination is unknown', async () => {
    const person = new Hand(await stage.visit());
    await person.search();
    await person.on(person.row('Results', 'Phantom, Ada'), 'Move');
    await person.page.getByLabel('Another AE title').fill('NOWHERE');
    await person.press('Move there');
    await person.hears(/^WEBDIMSE does not know the destination NOWHERE, so it cannot send there/);
  });

  it('where our title cannot be one', async () => {
    const person = new Hand(await stage.visit());
    await person.page.getByLabel('Calling AE title').fill('SEVENTEEN_LETTERS');
    await person.page.getByText('An AE title has 16 characters at most; this one has 17.').waitFor();
    expect(await person.button('Search').isDisabled()).toBe(true);
  });

  it('and the way to another peer is told', async () => {
    const person = new Hand(await stage.visit());
    await person.pick('Add a peer');
    await person.page.getByText(/npm start -- --peer \w+=\w+@/).waitFor();
  });
});

describeWith(['chromium'], 'the page at every width', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  it('fits into 360 pixels with a long sentence above the results', async () => {
    const person = new Hand(await stage.visit({ width: 360 }));
    await person.pick('STRANGER');
    await person.press('Search');
    await person.reads(/STRANGER refused the association/);
    expect(await person.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  it('shows results on a screen of 1280 × 720 zoomed to 200 %', async () => {
    const person = new Hand(await stage.visit({ width: 640, height: 360 }));
    await person.search();
    const row = person.row('Results', 'Phantom, Ada');
    await row.scrollIntoViewIfNeeded();
    await person.on(row, 'Retrieve');
    await person.hears(/^Retrieved 24 images/);
  });

  it('moves nothing of the header when something was received', async () => {
    const person = new Hand(await stage.visit());
    await person.search();
    const before = await person.button('Echo').boundingBox();
    await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
    await person.hears(/^Retrieved 24 images/);
    expect(await person.button('Echo').boundingBox()).toEqual(before);
  });

  it.each([360, 620, 800, 1024, 1920])('fits into %i pixels, light and dark', async (width) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const person = new Hand(await stage.visit({ width, colorScheme }));
      await person.search();
      await person.row('Results', 'Phantom, Ada').click();
      await person.row('Results', 'Series 2').waitFor();
      const { page } = person;
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      const grid = page.getByRole('grid', { name: 'Results' });
      expect(await grid.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
      const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(dark === 'rgb(255, 255, 255)').toBe(colorScheme === 'light');
    }
  });
});

/** A real drop from outside the browser: only that brings folders. */
async function dropFolder(person: Hand, path: string): Promise<void> {
  const devtools = await person.page.context().newCDPSession(person.page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 400, data });
  }
}

/** Behind the file meta information, which names its writer, every byte is the same. */
async function expectSame(file: Uint8Array<ArrayBuffer>, bytes: Uint8Array): Promise<void> {
  const { dataSetOffset } = await openPart10(bytesSource(file));
  expect(Buffer.compare(file.subarray(dataSetOffset), bytes)).toBe(0);
}
