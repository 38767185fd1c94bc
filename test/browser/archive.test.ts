/** The page's own archive on the disk that the browser gives it: what stays, what goes, and whose it is. */
import type { IncomingMessage } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import { sampleInstances } from '../../core/archive/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import { describeWith } from '../support/needs.ts';
import { unzip } from '../support/zip.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { launchKept, openStage } from './stage.ts';

const CT = [...sampleInstances()].filter(({ info }) => info.sopClassUID === '1.2.840.10008.5.1.4.1.1.2');
/** What must not be found where no patient should be. */
const PATIENT = /Phantom|Ada/;

describeWith(['chromium'], 'the archive of the page', () => {
  let stage: Stage;
  let profile: string;
  let kept: BrowserContext | undefined;

  beforeAll(async () => {
    stage = await openStage();
    profile = await mkdtemp(join(tmpdir(), 'webdimse-profile-'));
  });
  afterEach(async () => {
    await kept?.close();
    kept = undefined;
    await stage.visitsEnd();
  });
  afterAll(async () => {
    await stage.close();
    await rm(profile, { recursive: true, force: true });
  });

  /** A browser that is started anew with what it kept. */
  async function start(): Promise<Hand> {
    await kept?.close();
    kept = await launchKept(profile);
    const page = await kept.newPage();
    await page.goto(stage.url);
    return new Hand(page);
  }

  it('outlives a reload, is seen by another tab, and is emptied from there', async () => {
    const person = new Hand(await stage.visit());
    await retrieve(person);
    await person.page.reload();
    await received(person, 24);
    await person.view('Received');
    await person.page.getByLabel('Names there').fill('{PatientID}/../{Modality}/{InstanceNumber}');
    await person.page.evaluate(() => {
      const chosen = async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle('chosen', { create: true });
      Object.assign(window, { showDirectoryPicker: chosen });
    });
    await person.press('Save to a folder');
    await person.hears('Saved 24 files (3.2 MB) in chosen.');
    const files = await filesIn(person.page, 'chosen');
    expect(Object.keys(files).sort()[0]).toMatch(/^[^/]+\/_\/CT\/1\.dcm$/);
    const sizes = CT.map(({ dataSet }) => dataSet.length);
    expect(Object.values(files).length).toBe(24);
    for (const size of Object.values(files)) expect(size).toBeGreaterThan(Math.min(...sizes));
    const other = new Hand(await person.page.context().newPage());
    await other.page.goto(stage.url);
    await received(other, 24);
    await other.view('Received');
    await other.press('Remove all');
    await other.hears('Removed 24 files from this page.');
    await received(person, 0);
    expect(await walk(person.page)).not.toMatch(PATIENT);
  });

  it('goes with the browser, unless it was chosen to stay', { timeout: 60_000 }, async () => {
    let person = await start();
    await retrieve(person);
    expect(await walk(person.page)).toMatch(PATIENT);
    person = await start();
    await expect.poll(() => walk(person.page)).not.toMatch(PATIENT);
    await received(person, 0);

    await retrieve(person);
    await person.press('Keep on this computer');
    await person.button('Until the browser is closed').waitFor({ state: 'detached' });
    person = await start();
    await received(person, 24);
    await person.view('Received');
    expect(await person.page.getByRole('checkbox', { name: 'Keep on this computer' }).isChecked()).toBe(true);
    await expectWhole(await savedAll(person), 24);

    await person.press('Wipe everything');
    await person.press('Wipe it now');
    await person.hears('Everything that this page kept in this browser is gone.');
    await received(person, 0);
    expect(await walk(person.page)).not.toMatch(PATIENT);
    expect(await person.page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await retrieve(person); // it goes on
  });

  it('is wiped from another tab, and by the sign-out of a portal', { timeout: 60_000 }, async () => {
    const person = new Hand(await stage.visit());
    await retrieve(person);
    await person.press('Until the browser is closed');
    await person.row('Results', 'Phantom, Ada').getByRole('button', { name: 'View' }).click();
    await person.page.getByRole('region', { name: 'Viewer' }).getByText('1/24').waitFor();
    const other = new Hand(await person.page.context().newPage());
    await other.page.goto(stage.url);
    await received(other, 24);
    await other.view('Received');
    await other.press('Wipe everything');
    await other.press('Wipe it now');
    await other.hears('Everything that this page kept in this browser is gone.');
    await emptied(person);

    await retrieve(person);
    await other.page.goto(`${stage.url}wipe.js`); // any page of the same origin
    await other.page.evaluate(`import('${stage.url}wipe.js').then(({ wipe }) => wipe())`);
    expect(await walk(other.page)).not.toMatch(PATIENT);
    expect(await other.page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await emptied(person);
    await retrieve(person); // it goes on
  });

  it('has everything but the instance under way when the page crashes, and fetches the rest', async () => {
    const person = new Hand(await stage.visit());
    const { page } = person;
    await page.evaluate(() => window.webdimse!.pace(1_000_000));
    await person.search();
    await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
    await page.getByRole('tab', { name: /^Received\s+([6-9]|1\d)$/ }).waitFor();
    const before = await countOf(page);
    const devtools = await page.context().newCDPSession(page);
    await Promise.race([
      devtools.send('Page.crash').catch(() => {}), // the answer does not come
      new Promise((resolve) => page.once('crash', resolve)),
    ]);
    const next = new Hand(await page.context().newPage());
    await page.close();
    await next.page.goto(stage.url);
    // What was under way is taken up again: no more is fetched than what was not here.
    const message = next.page.getByRole('log').getByText(/^Retrieved \d+ images? from WEBDIMSE/);
    await message.waitFor();
    expect(Number(/\d+/.exec(await message.innerText()))).toBeLessThanOrEqual(24 - before);
    await received(next, 24);
    await next.view('Received');
    await expectWhole(await savedAll(next), 24);
  });

  it('goes on after a reload with what was under way, and pauses', async () => {
    const person = new Hand(await stage.visit());
    const { page } = person;
    await page.evaluate(() => window.webdimse!.pace(500_000));
    await person.search();
    await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
    await page.getByRole('tab', { name: /^Received\s+[2-9]/ }).waitFor();
    await person.press('Pause');
    await page.getByText('paused', { exact: true }).waitFor();
    await page.reload();
    const before = await page.getByRole('tab', { name: /^Received\s+\d/ }).innerText();
    expect(Number(/\d+/.exec(before))).toBeLessThan(24);
    await page.getByText('paused', { exact: true }).waitFor();
    await person.press('Resume');
    await person.hears(/^Retrieved \d+ images from WEBDIMSE/);
    await received(person, 24);
    await person.view('Received');
    await expectWhole(await savedAll(person), 24);
  });

  it('says that it is full, and goes on when there is room again', async () => {
    const person = new Hand(await stage.visit());
    const { page } = person;
    await person.search();
    const devtools = await page.context().newCDPSession(page);
    const { origin } = new URL(stage.url);
    const quota = (bytes?: number) =>
      devtools.send('Storage.overrideQuotaForOrigin', { origin, ...(bytes && { quotaSize: bytes }) });
    await quota(1_500_000);
    await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
    await person.hears(/^There is no room left in this page: \d+ images? arrived, the rest was refused/);
    const arrived = await countOf(page);
    expect(arrived).toBeGreaterThan(3);
    expect(arrived).toBeLessThan(24);
    await person.view('Received');
    await expectWhole(await savedAll(person), arrived);
    await person.press('Remove all');
    await received(person, 0);
    await quota();
    await person.view('Find');
    await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
    await person.hears(/^Retrieved 24 images/);
  });
});

const USERS: Record<string, Rights> = Object.fromEntries(
  ['anna', 'bert'].map((user) => [
    `Bearer token-of-${user}`,
    { user, peers: '*', aeTitles: '*' } satisfies Rights,
  ]),
);

describeWith(['chromium'], 'the archives of two users', () => {
  let stage: Stage;
  beforeAll(async () => {
    const authorize = ({ headers }: IncomingMessage): Rights | undefined =>
      USERS[headers.authorization ?? ''];
    stage = await openStage({}, { authorize });
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  it('know nothing of each other', async () => {
    const anna = new Hand(await stage.visit());
    await signIn(anna, 'anna');
    await retrieve(anna);
    const bert = new Hand(await anna.page.context().newPage());
    await bert.page.goto(stage.url);
    await signIn(bert, 'bert');
    await bert.search();
    await bert.page.evaluate(() => window.webdimse!.stats());
    await received(bert, 0);
    await bert.on(bert.row('Results', 'Yamada'), 'Retrieve');
    await bert.hears(/^Retrieved/);
    await anna.page.reload();
    await signIn(anna, 'anna');
    await received(anna, 24);
  });
});

async function signIn({ page }: Hand, user: string): Promise<void> {
  await page.getByLabel('Access token').fill(`token-of-${user}`);
  await page.getByLabel('Access token').press('Enter');
  await page.getByRole('combobox', { name: 'Peer' }).waitFor();
}

async function retrieve(person: Hand): Promise<void> {
  await person.view('Find');
  await person.search();
  await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
  await person.hears(/^Retrieved 24 images/);
}

async function received({ page }: Hand, files: number): Promise<void> {
  await page
    .getByRole('tab', { name: files === 0 ? /^Received\s*$/ : new RegExp(`^Received\\s+${files}$`) })
    .waitFor();
}

/** The page began anew: nothing is listed, nothing looked at. */
async function emptied(person: Hand): Promise<void> {
  await person.page.getByText('Press Search to see what WEBDIMSE holds.').waitFor();
  await received(person, 0);
  expect(await person.page.getByRole('region', { name: 'Viewer' }).count()).toBe(0);
  expect(await person.page.getByRole('log').innerText()).not.toMatch(PATIENT);
}

async function countOf(page: Page): Promise<number> {
  return Number(/\d+/.exec(await page.getByRole('tab', { name: 'Received' }).innerText())?.[0] ?? 0);
}

async function savedAll(person: Hand): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  return unzip((await person.download(() => person.press('Save'))).bytes);
}

/** As many files, each byte by byte what the PACS holds. */
async function expectWhole(files: Map<string, Uint8Array<ArrayBuffer>>, count: number): Promise<void> {
  expect(files.size).toBe(count);
  const sent = new Map(CT.map(({ info, dataSet }) => [`${info.sopInstanceUID}.dcm`, dataSet]));
  for (const [name, file] of files) {
    const { dataSetOffset } = await openPart10(bytesSource(file));
    expect(Buffer.compare(file.subarray(dataSetOffset), sent.get(name)!)).toBe(0);
  }
}

/** Sizes of the files in a folder of the origin private file system, which is removed then. */
function filesIn(page: Page, folder: string): Promise<Record<string, number>> {
  return page.evaluate(async (folder) => {
    const sizes: Record<string, number> = {};
    async function read(directory: FileSystemDirectoryHandle, path: string): Promise<void> {
      for await (const [name, handle] of directory.entries()) {
        if (handle.kind === 'directory') await read(handle as FileSystemDirectoryHandle, `${path}${name}/`);
        else sizes[path + name] = (await (handle as FileSystemFileHandle).getFile()).size;
      }
    }
    const root = await navigator.storage.getDirectory();
    await read(await root.getDirectoryHandle(folder), '');
    await root.removeEntry(folder, { recursive: true });
    return sizes;
  }, folder);
}

/** Everything that this browser keeps of the page, as text. */
function walk(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const texts = [
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      document.cookie,
    ];
    for (const { name } of await indexedDB.databases()) texts.push(`database ${name}`);
    async function read(directory: FileSystemDirectoryHandle): Promise<void> {
      for await (const [name, handle] of directory.entries()) {
        texts.push(name);
        if (handle.kind === 'directory') await read(handle as FileSystemDirectoryHandle);
        else {
          const file = await (handle as FileSystemFileHandle).getFile();
          texts.push(new TextDecoder('latin1').decode(await file.arrayBuffer()));
        }
      }
    }
    await read(await navigator.storage.getDirectory());
    return texts.join('\n');
  });
}
