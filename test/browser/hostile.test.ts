/** What a hostile peer or file says is text and nothing else: no script runs, no path leads elsewhere. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { concat, StatusError } from '../../core/bytes/index.ts';
import type { KeyValue } from '../../core/data/index.ts';
import { dataSet, toBase64 } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import type { TestInstance } from '../store/instances.ts';
import { instance } from '../store/instances.ts';
import { describeWith } from '../support/needs.ts';
import { zip } from '../support/zip.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

/** Fits into LO, and into Error Comment. */
const SCRIPT = '<img src=x onerror="window.ran=1">';
/** A person's name takes no equals sign. */
const NAME = '<script>ran()</script>';
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1"><script>window.ran=1</script></svg>`;
const FORMULA = '=HYPERLINK("http://x";"y")';
const BOMB_BYTES = 65 << 20;

function document(number: number, type: string, text: string, keys: Record<string, KeyValue>): TestInstance {
  const InlineBinary = toBase64(new TextEncoder().encode(text.padEnd(text.length + (text.length % 2))));
  return instance(`1.2.3.${number}.1`, {
    SeriesInstanceUID: `1.2.3.${number}`,
    SeriesNumber: String(number),
    Modality: 'DOC',
    PatientName: NAME,
    MIMETypeOfEncapsulatedDocument: type,
    '00420011': { vr: 'OB', InlineBinary },
    ...keys,
  });
}

const KEPT: readonly TestInstance[] = [
  document(1, 'image/svg+xml', SVG, { PatientID: '../../up', SeriesDescription: SCRIPT }),
  document(2, 'application/pdf', `<html>${SCRIPT}<script>window.ran=1</script></html>`, {
    PatientID: 'CON',
    InstanceNumber: '1',
  }),
  document(3, 'text/html', `<html>${SCRIPT}</html>`, {
    PatientID: '..\\..\\<b>',
    SeriesInstanceUID: '1.2.3.2',
    InstanceNumber: '2',
  }),
];

/** Answers with all of it, and to the second search with an Error Comment. */
class Hostile implements Handlers {
  #asked = 0;

  async *find() {
    if (this.#asked++ > 0) throw new StatusError(0xc001, SCRIPT);
    yield dataSet({
      PatientName: NAME,
      PatientID: FORMULA,
      StudyDescription: SCRIPT,
      StudyInstanceUID: '1.2.3',
      AccessionNumber: '@SUM(1+1)',
    });
  }

  get() {
    async function* instances() {
      for (const { info, dataSet: bytes } of KEPT) yield { ...info, open: () => bytes };
    }
    return { instances: instances() };
  }

  store(): never {
    throw new StatusError(0xc002, SCRIPT);
  }
}

describeWith(['chromium'], 'a hostile peer', () => {
  let stage: Stage;
  let person: Hand;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'webdimse-hostile-'));
    stage = await openStage({ HOSTILE: new Hostile() });
    person = new Hand(await stage.visit({ width: 1600, height: 900 }));
    await person.pick('HOSTILE');
  });
  afterAll(async () => {
    await stage?.visitsEnd();
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ran = (): Promise<boolean[]> =>
    Promise.all(person.page.frames().map((frame) => frame.evaluate(() => 'ran' in window)));

  it('is quoted, and its formulas are none for a spreadsheet', async () => {
    await person.press('Search');
    await person.row('Results', NAME).getByText(FORMULA).waitFor();
    await person.page.getByRole('button', { name: 'Export' }).click();
    const { bytes } = await person.download(() => person.press('CSV, for spreadsheets'));
    const csv = new TextDecoder().decode(bytes);
    expect(csv).toContain(`"'${FORMULA.replaceAll('"', '""')}"`);
    expect(csv).toContain(`'@SUM(1+1)`);
    expect(csv).not.toMatch(/(^|[,\n])"?[=+@-]/);
    expect(await ran()).toEqual([false]);
  });

  it('has its documents saved and not opened, whatever they claim to be', async () => {
    await person.row('Results', NAME).getByRole('button', { name: 'View' }).click();
    const viewer = person.page.getByRole('region', { name: 'Viewer' });
    const series = person.page.getByRole('combobox', { name: 'Series', exact: true });
    const shows = async (told: string | RegExp): Promise<void> => {
      await viewer.getByText(told).waitFor();
      expect(await ran()).toEqual([false]);
    };
    await shows('Documents of the type image/svg+xml are saved and not opened here.');
    await expect.poll(() => series.locator('option').count()).toBe(2);
    await series.selectOption('1.2.3.2');
    await shows(/^This claims to be a PDF, but does not begin as one/);
    await viewer.getByRole('slider').press('End');
    await shows('Documents of the type text/html are saved and not opened here.');
    await person.press('Close');
  });

  it('leads no file out of the folder, nor to a device', async () => {
    await person.view('Received');
    await person.page.evaluate(() => {
      const chosen = async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle('chosen', { create: true });
      Object.assign(window, { showDirectoryPicker: chosen });
    });
    await person.page.getByLabel('Names there').fill('{PatientID}/{PatientName}/../{InstanceNumber}');
    await person.press('Save to a folder');
    await person.hears(/^Saved 3 files/);
    const names = await person.page.evaluate(async () => {
      const top = await navigator.storage.getDirectory();
      const found = [];
      for await (const name of (await top.getDirectoryHandle('chosen')).keys()) found.push(name);
      return found.sort();
    });
    expect(names).toEqual(['_', '_CON', '__.._up']);
  });

  it('explains its failures by text', async () => {
    await person.view('Find');
    await person.press('Search');
    await person.reads(`It says: “${SCRIPT}”`);
    await person.view('Send');
    const { info, dataSet: bytes } = KEPT[0]!;
    await writeFile(join(folder, 'one.dcm'), concat([fileMetaInformation(info), bytes]));
    await person.choose('Choose files', join(folder, 'one.dcm'));
    await person.press('Send');
    await person.row('Files to send', 'one.dcm').getByText(SCRIPT).waitFor();
    expect(await ran()).toEqual([false]);
  });

  it('does not fill the memory by a few bytes', async () => {
    await person.press('Clear the list');
    const bomb = zip([{ name: '../bomb.dcm', data: new Uint8Array(BOMB_BYTES) }]);
    expect(bomb.length).toBeLessThan(BOMB_BYTES / 500);
    await writeFile(join(folder, 'bomb.zip'), bomb);
    await person.choose('Choose files', join(folder, 'bomb.zip'));
    await person
      .row('Files to send', 'bomb.zip')
      .getByText('the ZIP archive holds more than 67108864 bytes')
      .waitFor();
  });
});
