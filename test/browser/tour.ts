/** Every view of the page and every state that a person brings it to, one after the other. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleInstances, sampleWorklist, worklistHandler } from '../../core/archive/index.ts';
import { concat } from '../../core/bytes/index.ts';
import type { KeyValue } from '../../core/data/index.ts';
import { dataSet, toBase64 } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import type { TestInstance } from '../store/instances.ts';
import { instance } from '../store/instances.ts';
import { Hand } from './hand.ts';
import type { Stage, VisitOptions } from './stage.ts';
import { openStage } from './stage.ts';
import type { StaticServer } from './static-server.ts';
import { serveStatic } from './static-server.ts';

/** Finds a study and then nothing more until it is cancelled; asked for a name, it answers at once. */
async function* slowly(request: { readonly keys: object }, _: unknown, signal: AbortSignal) {
  yield dataSet({ PatientName: 'Doe^Jane', StudyInstanceUID: '1.2.3', StudyDate: '20260102' });
  if (JSON.stringify(request).includes('oe*')) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

const PEERS: Readonly<Record<string, Handlers>> = {
  SLOW: { find: slowly },
  RIS: { worklist: worklistHandler(() => sampleWorklist()) },
};

const PDF = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
const binary = (vr: string, bytes: Uint8Array): KeyValue => ({ vr, InlineBinary: toBase64(bytes) });

/** An instance of a series of its own, in one study of a patient whose name and words are long. */
function part(series: number, modality: string, keys: Record<string, KeyValue>): TestInstance {
  return instance(`1.2.3.${series}.1`, {
    SpecificCharacterSet: 'ISO_IR 192',
    PatientName: 'Müller-Lüdenscheidt^Hans-Jürgen^^Prof. Dr.=山田^太郎',
    StudyDescription: 'Verlaufskontrolle nach sechs Wochen, nativ und mit Kontrastmittel',
    SeriesInstanceUID: `1.2.3.${series}`,
    SeriesNumber: series,
    Modality: modality,
    ...keys,
  });
}

/** A report, a document, a waveform, and an image without pixels. */
const OTHERS: readonly TestInstance[] = [
  part(1, 'SR', {
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [dataSet({ CodeMeaning: 'Chest report' })],
    ContentSequence: [
      dataSet({
        ValueType: 'TEXT',
        RelationshipType: 'CONTAINS',
        ConceptNameCodeSequence: [dataSet({ CodeMeaning: 'Finding' })],
        TextValue: 'Degenerative Veränderungen der Brustwirbelsäule, sonst unauffällig. '.repeat(8),
      }),
    ],
  }),
  part(2, 'DOC', {
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocumentLength: PDF.length,
    '00420011': binary('OB', new TextEncoder().encode(PDF)),
  }),
  part(3, 'ECG', {
    WaveformSequence: [
      dataSet({
        WaveformSampleInterpretation: 'SS',
        NumberOfWaveformSamples: 500,
        NumberOfWaveformChannels: 1,
        SamplingFrequency: '250',
        ChannelDefinitionSequence: [dataSet({ ChannelLabel: 'Lead I' })],
        '54001010': binary(
          'OW',
          Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) & 0x7f),
        ),
      }),
    ],
  }),
  part(4, 'CT', {}),
];

async function put(store: InstanceStore, instances: readonly TestInstance[]): Promise<void> {
  for (const { info, dataSet: bytes } of instances) {
    const sink = await store.put(info);
    await sink.write(bytes);
    await sink.commit();
  }
}

/** A stage with peers for every state, and a folder of two files to send, one of which is cut off. */
export interface TourStage extends Stage {
  readonly folder: string;
  readonly file: string;
  /** The page without a bridge. */
  readonly alone: StaticServer;
}

export async function openTourStage(): Promise<TourStage> {
  const listener = { host: '127.0.0.1', port: 0, pools: { page: ['WEB01', 'WEB02'] } };
  const stage = await openStage(PEERS, { listener });
  await put(stage.archive2, OTHERS);
  const folder = await mkdtemp(join(tmpdir(), 'webdimse-tour-'));
  const file = join(folder, 'one.dcm');
  const { info, dataSet: bytes } = [...sampleInstances()][0]!;
  const whole = concat([fileMetaInformation(info), bytes]);
  await writeFile(file, whole);
  await writeFile(join(folder, 'cut-off.dcm'), whole.subarray(0, -1000));
  const alone = await serveStatic();
  const close = async (): Promise<void> => {
    await alone.close();
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...stage, folder, file, alone, close };
}

/** What is done with each state: looked at by axe, measured. */
export type See = (person: Hand, view: string) => Promise<void>;

export async function tour(stage: TourStage, options: VisitOptions, see: See): Promise<void> {
  const person = new Hand(await stage.visit(options));
  await searching(person, see);
  await peers(person, see);
  await retrieving(person, see);
  await inspecting(person, see);
  await keeping(person, see);
  await looking(person, see);
  await scheduled(person, see);
  await sending(person, stage, see);
  await learning(person, see);
  await alone(new Hand(await stage.visit({ ...options, url: stage.alone.url })), see);
}

/** Opens what a button opens, looks at it, and closes it by Escape. */
async function opened(person: Hand, button: string, see: See): Promise<void> {
  await person.press(button);
  await see(person, button);
  await person.page.keyboard.press('Escape');
}

const narrow = ({ page }: Hand): boolean => (page.viewportSize()?.width ?? 0) < 620;

async function searching(person: Hand, see: See): Promise<void> {
  const { page } = person;
  await page.getByRole('combobox', { name: 'Peer' }).getByText('WEBDIMSE').first().waitFor();
  await see(person, 'before the first search');
  await page.getByRole('combobox', { name: 'Peer' }).click();
  await see(person, 'list of peers');
  await page.keyboard.press('Escape');
  if (narrow(person)) await person.press('More fields');
  await page.getByText('Range', { exact: true }).click();
  await page.getByText('CT', { exact: true }).click();
  await person.press('+ Attribute');
  await see(person, 'every field of the form');
  await person.press('Clear the form');
  await page.getByText('Any', { exact: true }).click();
  await person.search();
  await person.openCT();
  await see(person, 'results');
  for (const menu of ['Save this search', 'Ask others, too', 'Export']) await opened(person, menu, see);
  if (!narrow(person)) await opened(person, 'Columns', see);
  await opened(person, 'Settings', see);
  await person.pick('SLOW');
  await person.press('Search');
  await person.reads(/1 study so far/);
  await see(person, 'a search that runs');
  await person.press('Cancel');
  await person.pick('STRANGER');
  await person.press('Search');
  await person.reads(/refused the association/);
  await see(person, 'a search that failed');
}

async function peers(person: Hand, see: See): Promise<void> {
  const { page } = person;
  await person.pick('WEBDIMSE');
  await person.press('About');
  await person.press('Ask it');
  await person.hears(/told what it can do/);
  await person.press('Start receiving');
  await page.getByText('Waiting for an echo …').waitFor();
  await person.press('Move one image here');
  await person.hears(/does not know the destination/);
  await see(person, 'about a peer');
  await person.press('Close');
  await person.pick('Add a peer');
  await person.button('Look again').waitFor();
  await see(person, 'add a peer');
  await person.press('Close');
}

async function retrieving(person: Hand, see: See): Promise<void> {
  const { page } = person;
  await person.search();
  await person.on(person.row('Results', 'Phantom, Ada'), 'Move');
  await page.getByRole('menu').waitFor(); // it comes with its first use
  await see(person, 'destinations');
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
  await person.hears(/^Retrieved 24 images/);
  await person.pick('ARCHIVE2');
  await person.press('Search');
  await person.on(person.row('Results', 'Müller'), 'Retrieve');
  await person.hears(/^Retrieved 4 images/);
  await person.pick('DOWN');
  await person.press('Echo');
  await person.hears(/^DOWN/);
  await page.getByRole('button', { name: /^Show all/ }).click();
  await see(person, 'all that was done');
  await person.press('Show the last');
}

async function inspecting(person: Hand, see: See): Promise<void> {
  const { page } = person;
  await person.press('Inspector');
  const drawer = page.getByRole('region', { name: 'Inspector' });
  const lines = drawer.getByRole('grid', { name: 'What was sent and received' });
  await lines.getByRole('row').nth(3).waitFor();
  await see(person, 'the inspector');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await see(person, 'what the inspector saves');
  await page.keyboard.press('Escape');
  await lines.getByRole('row').nth(2).click();
  await drawer.getByRole('tab', { name: 'Contexts' }).waitFor();
  await see(person, 'a line of the inspector');
  const filters = drawer.getByRole('button', { name: 'Filter' });
  if (await filters.isVisible()) await filters.click();
  await drawer.getByRole('combobox', { name: 'Message' }).selectOption('N-ACTION');
  await drawer.getByText('These filters leave nothing.').waitFor();
  await see(person, 'an inspector with nothing left');
  await drawer.getByRole('button', { name: 'Show all' }).first().click();
  await drawer.getByRole('button', { name: 'Close the inspector' }).click();
}

async function keeping(person: Hand, see: See): Promise<void> {
  const { page } = person;
  await person.view('Received');
  await person.row('Received files', 'Müller').click();
  await page.getByRole('checkbox', { name: 'Choose Series 1' }).check();
  await see(person, 'received');
  await person.press('Wipe everything');
  await see(person, 'whether to wipe');
  await person.press('Do not wipe');
}

async function looking(person: Hand, see: See): Promise<void> {
  const { page } = person;
  const view = (name: string) =>
    person.row('Received files', name).getByRole('button', { name: 'View' }).click();
  await view('Phantom');
  await page.getByText('W 80 L 40').waitFor();
  await see(person, 'an image');
  await person.press('Tags');
  await page.getByRole('grid', { name: 'Tags' }).getByText('SOPClassUID').waitFor();
  await see(person, 'tags');
  await person.press('Tags');
  await person.press('Close');
  await view('Müller');
  const viewer = page.getByRole('region', { name: 'Viewer' });
  const shown = [
    viewer.getByRole('article'),
    viewer.locator('iframe'),
    viewer.getByRole('img', { name: 'Waveform: Lead I' }),
    viewer.getByText(/^There is nothing to draw/),
  ];
  for (const [i, what] of shown.entries()) {
    await viewer.getByRole('combobox', { name: 'Series', exact: true }).selectOption(`1.2.3.${i + 1}`);
    await what.waitFor();
    await see(person, ['a report', 'a document', 'a waveform', 'what cannot be shown'][i]!);
  }
  await person.press('Close');
}

async function scheduled(person: Hand, see: See): Promise<void> {
  const { page } = person;
  await person.view('Worklist');
  await person.pick('RIS');
  await page.getByRole('form', { name: 'Search the worklist' }).getByText('Any', { exact: true }).click();
  await person.press('Search');
  const rows = page.getByRole('grid', { name: 'Worklist' }).getByRole('row');
  await rows.nth(1).click();
  await person.button('Close the details').waitFor();
  await see(person, 'worklist');
}

async function sending(person: Hand, { folder }: TourStage, see: See): Promise<void> {
  const { page } = person;
  await person.view('Send');
  await person.button('Choose files').waitFor();
  await see(person, 'nothing to send');
  await person.pick('ARCHIVE2');
  await person.choose('Choose a folder', folder);
  await person.row('Files to send', 'one.dcm').waitFor();
  await person.press('Ask ARCHIVE2 what it takes');
  await page.getByText('Sent as it is').first().waitFor();
  await page.getByRole('checkbox', { name: 'De-identify' }).check();
  await person.row('Files to send', 'one.dcm').click();
  await page.getByRole('region', { name: 'What changes' }).waitFor();
  await see(person, 'what is sent, and what changes in it');
  await person.press('Send');
  await person.hears(/^1 file stored/);
  await see(person, 'sent');
}

async function learning(person: Hand, see: See): Promise<void> {
  const { page } = person;
  await person.view('Learn');
  await page.getByRole('heading', { name: 'The handshake' }).waitFor();
  await see(person, 'a lesson that was not run');
  await page.getByRole('navigation', { name: 'Lessons' }).getByText('C-MOVE and its').click();
  await person.press('Run');
  const said = page.getByRole('list', { name: 'What was said' });
  await said.locator('summary').first().click();
  await page.getByLabel('Your answer').fill('WEBSCU');
  await person.press('Check');
  await page.getByText(/Not what this record says/).waitFor();
  await see(person, 'a lesson that was run, and answered wrongly');
}

async function alone(person: Hand, see: See): Promise<void> {
  const { page } = person;
  await page.getByText(/^This page works by itself/).waitFor();
  await see(person, 'a page without a bridge');
  await person.pick('Add a peer');
  await page.getByText(/^No bridge is behind this page, and a browser/).waitFor();
  await see(person, 'a peer that cannot be added');
  await person.press('Close');
  await person.press('About');
  await person.press('Move one image here');
  await person.hears(/^It works: DEMOPACS moved an image/);
  await see(person, 'about a PACS within the page');
  await person.press('Close');
  await person.view('Received');
  await page.getByText('No bridge is behind this page: only').waitFor();
  await see(person, 'received without a bridge');
}
