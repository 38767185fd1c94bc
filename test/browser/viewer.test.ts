/** What a person sees of images, reports, waveforms and documents, and that nothing in them runs. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { concat, fromHex } from '../../core/bytes/index.ts';
import type { SampleInstance } from '../../core/archive/index.ts';
import { sampleInstances } from '../../core/archive/index.ts';
import type { KeyValue } from '../../core/data/index.ts';
import { dataSet, readDataSet, text, toBase64 } from '../../core/data/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { instance } from '../store/instances.ts';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const CT = [...sampleInstances()].filter(({ info }) => info.sopClassUID === '1.2.840.10008.5.1.4.1.1.2');
const STUDY = text(readDataSet(CT[0]!.dataSet, CT[0]!.info.transferSyntaxUID), 'StudyInstanceUID');
const SCRIPT = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;

const bytesOf = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0));
const binary = (vr: string, bytes: Uint8Array): KeyValue => ({ vr, InlineBinary: toBase64(bytes) });

/** An instance of the second study, in a series of its own. */
function other(series: number, keys: Record<string, KeyValue>): SampleInstance {
  return instance(`1.2.3.${series}.1`, {
    StudyInstanceUID: '1.2.3',
    SeriesInstanceUID: `1.2.3.${series}`,
    SeriesNumber: series,
    SeriesDescription: SCRIPT,
    PatientName: SCRIPT.replaceAll('=', ''),
    ...keys,
  });
}

function pdf(series: number, document: string): SampleInstance {
  const declared = {
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocumentLength: document.length,
  };
  return other(series, { Modality: 'DOC', ...declared, '00420011': binary('OB', bytesOf(document)) });
}

/** A CT that promises more pixels than it has. */
function broken(): SampleInstance {
  const size = {
    Rows: 512,
    Columns: 512,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
  };
  const { info, dataSet: head } = other(1, {
    ...size,
    Modality: 'CT',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
  });
  return { info, dataSet: concat([head, fromHex('e07f 1000 4f57 0000 0400 0000 01020304')]) };
}

const ECG = dataSet({
  WaveformSampleInterpretation: 'SS',
  NumberOfWaveformSamples: 500,
  NumberOfWaveformChannels: 1,
  SamplingFrequency: '250',
  ChannelDefinitionSequence: [dataSet({ ChannelLabel: 'Lead I' })],
  '54001010': binary(
    'OW',
    Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) & 0x7f),
  ),
});

const MIXED: readonly SampleInstance[] = [
  broken(),
  other(2, {
    Modality: 'SR',
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [dataSet({ CodeMeaning: 'Chest report' })],
    ContentSequence: [
      dataSet({
        ValueType: 'TEXT',
        RelationshipType: 'CONTAINS',
        ConceptNameCodeSequence: [dataSet({ CodeMeaning: 'Finding' })],
        TextValue: `Nothing but ${SCRIPT}`,
      }),
    ],
  }),
  pdf(3, PDF),
  pdf(4, `<html><body>${SCRIPT}</body></html>`),
  other(5, { Modality: 'ECG', WaveformSequence: [ECG] }),
];

/** Holds both studies. The CT comes slice by slice from the last to the first, and waits for `go` after the third. */
class Slow implements Handlers {
  go: () => void = () => {};

  async *find() {
    for (const [uid, name] of [
      [STUDY, 'Phantom^Ada'],
      ['1.2.3', 'Mixed^Bag'],
    ]) {
      yield dataSet({ StudyInstanceUID: uid!, PatientName: name!, StudyDate: '20260102' });
    }
  }

  get({ keys }: { keys: ReturnType<typeof dataSet> }) {
    const mixed = text(keys, 'StudyInstanceUID') === '1.2.3';
    const going = new Promise<void>((resolve) => (this.go = resolve));
    async function* when(bytes: SampleInstance['dataSet']) {
      await going;
      yield bytes;
    }
    async function* instances() {
      for (const [i, { info, dataSet: bytes }] of (mixed ? MIXED : CT.toReversed()).entries()) {
        yield { ...info, open: () => (!mixed && i === 3 ? when(bytes) : bytes) };
      }
    }
    return { instances: instances() };
  }
}

/** How bright the pane is as it is on the screen: the sum of its pixels. */
async function brightness(page: Page): Promise<number> {
  return page.getByRole('application').evaluate(async (element) => {
    // Two frames of the screen later what was wanted before is drawn.
    for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    const canvas = element.querySelector('canvas')!;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
      willReadFrequently: true,
    })!;
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += data[i]!;
    return sum;
  });
}

describeWith(['chromium'], 'the viewer', () => {
  const slow = new Slow();
  let stage: Stage;
  let person: Hand;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage({ SLOW: slow });
    page = await stage.visit({ width: 1600, height: 900, colorScheme: 'dark' });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    person = new Hand(page);
    await person.pick('SLOW');
    await person.search();
  });
  afterAll(async () => {
    slow.go();
    await stage?.visitsEnd();
    await stage?.close();
  });

  const corner = (told: string | RegExp) => page.getByRole('application').getByText(told, { exact: true });
  const series = () => page.getByRole('combobox', { name: 'Series', exact: true });

  it('shows the first image while the rest is still on its way, in the order of the series', async () => {
    await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
    await corner('1/3').or(corner('2/3')).or(corner('3/3')).waitFor();
    slow.go();
    await corner(/\/24$/).waitFor();
    await person.press('Whole view');
    const view = page.getByRole('application');
    await view.focus();
    await page.keyboard.press('Home');
    await corner('1/24').waitFor();
    await corner('Location 0 mm').waitFor();
    await page.keyboard.press('End');
    await corner('24/24').waitFor();
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowUp');
    await corner('12/24').waitFor();
    await corner('Phantom, Ada').waitFor();
    await page.mouse.move(700, 500);
    await page.mouse.wheel(0, 60);
    await corner('13/24').waitFor();
    await expect.poll(() => brightness(page)).toBeGreaterThan(0);
  });

  it('draws another window when one is dragged, chosen or reset, and inverts', async () => {
    await corner('W 80 L 40').waitFor();
    const before = await brightness(page);
    await page.getByRole('combobox', { name: 'Window' }).selectOption('Bone');
    await corner('W 2500 L 480').waitFor();
    await expect.poll(() => brightness(page)).not.toBe(before);
    await person.press('Reset');
    await expect.poll(() => brightness(page)).toBe(before);
    await page.mouse.move(700, 400);
    await page.mouse.down();
    await page.mouse.move(800, 400, { steps: 5 });
    await page.mouse.up();
    await corner(/^W 1\d\d/).waitFor();
    await expect.poll(() => brightness(page)).not.toBe(before);
    await person.press('Reset');
    await person.press('Invert');
    await expect.poll(() => brightness(page)).toBeGreaterThan(before);
    await person.press('Reset');
  });

  it('measures, enlarges and plays', async () => {
    await person.press('Measure');
    await page.mouse.move(700, 400);
    await page.mouse.down();
    await page.mouse.move(800, 400);
    await page.mouse.up();
    await page
      .getByRole('application')
      .getByRole('status')
      .getByText(/^\d+\.\d mm$/)
      .waitFor();
    await page.getByRole('application').focus();
    await page.keyboard.press('+');
    await corner('125 %').waitFor();
    await person.press('Play');
    await corner('13/24').waitFor({ state: 'detached' });
    await person.press('Stop');
    await person.button('Play').waitFor();
  });

  it('lists all tags, finds among them, and copies them as DICOM JSON', async () => {
    await person.press('Tags');
    const grid = page.getByRole('grid', { name: 'Tags' });
    await grid.getByRole('row').filter({ hasText: 'PatientName' }).getByText('Phantom^Ada').waitFor();
    await page.getByRole('searchbox', { name: 'Search tags' }).fill('windowcenter');
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('3');
    await person.press('Copy as JSON');
    await page.getByText('Copied').waitFor();
    const json = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as object;
    expect(json).toMatchObject({ '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Phantom^Ada' }] } });
    await person.press('Copy as text');
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toMatch(/^\(0028,1050\) DS WindowCenter: 40\\500\n\(0028,1055\) LO WindowCenterWidthExplanation/);
    await person.press('Tags');
    await page.keyboard.press('Escape');
  });

  it('shows reports, documents and waveforms, says what it cannot show, and runs nothing of it', async () => {
    await person.row('Results', 'Mixed, Bag').getByRole('button', { name: 'View' }).click();
    const viewer = page.getByRole('region', { name: 'Viewer' });
    const choose = async (at: number): Promise<void> => {
      await series().selectOption(`1.2.3.${at}`);
    };
    await viewer
      .getByRole('alert')
      .getByText(/^This cannot be shown: unreadable image: /)
      .waitFor();
    await expect.poll(() => series().locator('option').count()).toBe(5);

    await choose(2);
    await viewer.getByRole('article').getByText('Nothing but <img src=x').waitFor();
    await choose(3);
    await expect.poll(() => viewer.locator('iframe').getAttribute('src')).toMatch(/^blob:/);
    await expect.poll(() => page.frames().some((frame) => frame.url().startsWith('blob:'))).toBe(true);
    const saved = await person.download(() => person.press('Save the document'));
    expect([saved.name, Buffer.from(saved.bytes).toString('latin1')]).toEqual(['1.2.3.3.1.pdf', PDF]);

    await choose(4);
    await viewer.getByText(/^This claims to be a PDF, but does not begin as one/).waitFor();
    expect(await viewer.locator('iframe').count()).toBe(0);
    await choose(5);
    await viewer.getByRole('img', { name: 'Waveform: Lead I' }).waitFor();
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });
});
