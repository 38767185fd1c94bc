/**
 * Files of others through the whole page: each is shown, or refused with a reason, and none throws. Those of an npm
 * package, or of the folder that DICOM_SAMPLES names: then what became of each is printed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asError } from '../../core/bytes/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import { LISTENING, sendToPage, startReceiving } from './receiving.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const PACKAGE = join(
  createRequire(import.meta.url).resolve('jpeg-lossless-decoder-js'),
  '../../../tests/data',
);
const named = process.env['DICOM_SAMPLES'];
const FOLDER = named ?? PACKAGE;
const FILES = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name));
const SECOND = 1000;

/** What became of a file: shown as what, or why not. */
type Outcome = readonly ['shown' | 'refused', string];

describeWith(['chromium'], `the files of ${named === undefined ? 'a package' : 'DICOM_SAMPLES'}`, () => {
  let stage: Stage;
  let person: Hand;

  beforeAll(async () => {
    stage = await openStage({}, LISTENING);
    person = new Hand(await stage.visit());
    await person.page.evaluate(() => {
      const { drawImage } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.drawImage = function (...args: unknown[]) {
        document.body.dataset['drawn'] = String(Number(document.body.dataset['drawn']) + 1);
        return Reflect.apply(drawImage, this, args) as undefined;
      };
    });
    await startReceiving(person);
  });
  afterAll(async () => {
    await stage?.visitsEnd(); // nothing was complained of by the page or a worker
    await stage?.close();
  });

  it(
    'are shown, or refused with a reason',
    { timeout: 30 * SECOND + FILES.length * 5 * SECOND },
    async () => {
      const outcomes = new Map<string, Outcome>();
      for (const [i, path] of FILES.entries())
        outcomes.set(path.slice(FOLDER.length + 1), await look(path, i));
      if (named !== undefined) for (const [path, became] of outcomes) console.log(path, ...became);
      const refused = [...outcomes].filter(([, [became]]) => became === 'refused');
      for (const [path, [, why]] of refused) expect(why, path).toMatch(/\w+ \w+/);
      if (named === undefined) expect(refused).toEqual([]);
      expect(refused.length).toBeLessThan(FILES.length);
    },
  );

  it('are looked into before they are sent', { timeout: 30 * SECOND + FILES.length * SECOND }, async () => {
    await person.view('Send');
    await person.choose('Choose a folder', FOLDER);
    const grid = person.page.getByRole('grid', { name: 'Files to send' });
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(1 + FILES.length));
    await person.page
      .getByText(/^looking into/)
      .waitFor({ state: 'detached', timeout: FILES.length * SECOND });
  });

  /** Sends a file to the page, looks at it there, and removes it. */
  async function look(path: string, number: number): Promise<Outcome> {
    const bytes = new Uint8Array(readFileSync(path));
    try {
      const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
      // Some files tell the same UID, and some tell none.
      const named = { ...info, sopInstanceUID: `1.2.3.${number + 1}` };
      const instance = { label: path, info: named, dataSet: bytes.subarray(dataSetOffset) };
      const problem = (await sendToPage(stage, [instance])).get(path);
      if (problem !== undefined) return ['refused', `not stored: ${problem}`];
    } catch (error) {
      return ['refused', asError(error).message];
    }
    await person.page.evaluate(() => (document.body.dataset['drawn'] = '0'));
    await person.page
      .getByRole('grid', { name: 'Received files' })
      .getByRole('button', { name: 'View' })
      .click();
    const outcome = await judged();
    await person.press('Close');
    await person.press('Remove all');
    await person.button('Remove all').and(person.page.locator(':disabled')).waitFor();
    return outcome;
  }

  /** Waits until the viewer shows something, of a series of frames the last one too. */
  async function judged(): Promise<Outcome> {
    const first = await seen();
    if (first[1] !== 'image') return first;
    await person.page.getByRole('application').focus();
    await person.page.evaluate(() => (document.body.dataset['drawn'] = '0'));
    await person.page.keyboard.press('End');
    await person.page.keyboard.press('i');
    return seen();
  }

  async function seen(): Promise<Outcome> {
    const viewer = person.page.getByRole('region', { name: 'Viewer' });
    const outcome = await viewer.evaluate(async (region) => {
      for (;;) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const alert = region.querySelector('[role=alert], .message[role=status]')?.textContent ?? '';
        if (alert.trim() !== '') return ['refused', alert.trim()];
        if (region.querySelector('canvas') && document.body.dataset['drawn'] !== '0')
          return ['shown', 'image'];
        const kinds = { article: 'report', '[role=img]': 'waveform', iframe: 'document' };
        const kind = Object.entries(kinds).find(([selector]) => region.querySelector(selector));
        if (kind !== undefined) return ['shown', kind[1]];
      }
    });
    return outcome as unknown as Outcome;
  }
});
