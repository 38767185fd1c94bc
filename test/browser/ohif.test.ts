/**
 * OHIF as it lies in the npm registry, before archives that speak DIMSE alone: what it asks for is answered in its page, and
 * no request of it leaves the origin.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { kept } from '../../bridge/viewer/kept.ts';
import { OHIF } from '../../bridge/viewer/ohif.ts';
import { viewerSite } from '../../bridge/viewer/site.ts';
import { sampleInstances } from '../../core/archive/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { OHIF_CACHE, OHIF_SPEC } from '../ohif.mjs';
import { describeWith } from '../support/needs.ts';
import { freePort, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startDcmqrscp, startOrthanc } from '../support/peers.ts';
import { WEB_ROOT, buildPage, launchBrowser } from './stage.ts';
import { wavelet } from './wavelet.ts';

const HEAD = '2.25.338284966917262053850989384370301672020';
const ECHO = '2.25.265345346798248206698266035112230374331';
const MR = '2.25.36384342083228138489104583089621616314';
const WAVELET = '1.2.3.4';
/** Where OHIF draws. */
const VIEWPORT = 'canvas.cornerstone-canvas';

describeWith(['chromium', 'dcmtk', 'orthanc', 'OHIF, from the npm registry'], 'OHIF', () => {
  let archives: readonly RealPeer[] = [];
  let front: Bridge;
  let bridge: Bridge;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const log = join(temporaryFolder(), 'net-log.json');
  const complaints: string[] = [];

  beforeAll(async () => {
    await buildPage();
    const dicomPort = await freePort();
    const destinations = [{ aeTitle: 'WEB01', port: dicomPort }];
    const moving = startDcmqrscp(destinations, ['--disable-get']);
    archives = await Promise.all([startOrthanc(), startDcmqrscp(), moving]);
    const [orthanc, qrscp, moveOnly] = archives as [RealPeer, RealPeer, RealPeer];
    const { usual, moved, compressed } = await studies();
    await sent(moved, moveOnly);
    await sent(usual, qrscp);
    await sent(usual, orthanc);
    await sent(compressed, orthanc); // dcmqrscp takes no JPEG 2000
    const nothing = { signal: new AbortController().signal, note: () => {} };
    const folder = await kept(OHIF, { cache: OHIF_CACHE, ...nothing });
    const site = await viewerSite({ viewer: OHIF, folder, webRoot: WEB_ROOT });
    const names = ['ORTHANC', 'QRSCP', 'MOVES'];
    const at = { host: '127.0.0.1', port: 0 };
    const peers = archives.map(({ aeTitle, port }, i) => ({ ...at, name: names[i]!, aeTitle, port }));
    const listener = { ...at, port: dicomPort, pools: { page: ['WEB01'] } };
    front = await startBridge({ ...at, peers, listener });
    bridge = await startBridge({ ...at, peers, site, beside: front });
    browser = await launchBrowser([`--log-net-log=${log}`]);
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    context.setDefaultTimeout(30_000);
    context.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    await context.addInitScript(() => {
      localStorage.setItem('shownTours', '["basicViewerTour"]'); // it would lie over the pictures
      Reflect.set(window, 'controlledAtStart', navigator.serviceWorker.controller !== null);
    });
    page = await context.newPage();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await bridge?.close();
    await front?.close();
    await Promise.all(archives.map((archive) => archive.stop()));
  });

  const at = (path: string): string => new URL(path, bridge.url).href;

  test('is the build that stands in the source', () => {
    expect(OHIF_SPEC).toBe(`${OHIF.name}@${OHIF.version}`);
  });

  test('lists the studies of Orthanc at the first visit', { timeout: 60_000 }, async () => {
    await page.goto(at('/'));
    expect(await controlled(page)).toBe(false);
    await listed(page);
    await page.getByText('Confirm and hide').click();
  });

  test('lists them after a reload', { timeout: 60_000 }, async () => {
    await page.reload();
    expect(await controlled(page)).toBe(true);
    await listed(page);
  });

  test('lists them after a reload that goes past the service worker', { timeout: 60_000 }, async () => {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Page.reload', { ignoreCache: true }); // Shift
    await page.waitForFunction(() => Reflect.get(window, 'controlledAtStart') === false);
    await listed(page);
  });

  test('scrolls through a CT series of dcmqrscp', { timeout: 60_000 }, async () => {
    await page.goto(at(`/viewer/QRSCP?StudyInstanceUIDs=${HEAD}`));
    const first = await shown(page, 1, 24);
    expect(first.corners).toBe(0);
    expect(first.centre).toBeGreaterThan(0);
    expect(first.box.width / first.box.height).toBeCloseTo(0.77, 1); // a head, from above
    await scroll(page, 1, 12, 24);
    await expect.poll(async () => (await picture(page)).box.height).toBeGreaterThan(first.box.height);
    const { box } = await picture(page);
    expect(box.width / box.height).toBeCloseTo(0.77, 1);
  });

  test('shows a JPEG 2000 series of Orthanc in a second tab', { timeout: 60_000 }, async () => {
    const second = await context.newPage();
    await second.goto(at(`/viewer/ORTHANC?StudyInstanceUIDs=${WAVELET}`));
    const { thirds, box } = await shown(second, 1, 1);
    expect(thirds[0]).toBeLessThan(thirds[1]!); // from dark to bright
    expect(thirds[1]).toBeLessThan(thirds[2]!);
    expect(box.width / box.height).toBeCloseTo(1, 1);
    await second.close();
  });

  test('opens a multi-frame series of Orthanc from the list', { timeout: 60_000 }, async () => {
    await page.goto(at('/'));
    await page.getByText('Example, Eve Echo').first().click();
    await page.getByText('Basic Viewer').click();
    const first = await shown(page, 1, 30);
    expect(first.corners).toBe(0);
    await scroll(page, 1, 6, 30);
    await expect.poll(async () => (await picture(page)).sum).not.toBe(first.sum);
  });

  test(
    'shows a series of a peer without C-GET, which sends it to this page',
    { timeout: 60_000 },
    async () => {
      await page.goto(at(`/viewer/MOVES?StudyInstanceUIDs=${MR}`));
      const { corners, centre } = await shown(page, 1, 16);
      expect(corners).toBe(0);
      expect(centre).toBeGreaterThan(0);
      await scroll(page, 1, 4, 16);
    },
  );

  test('asked nobody but its own origin, and the service worker for all of DICOMweb', async () => {
    await browser.close();
    const origin = new URL(bridge.url).origin;
    const asked = requestsBy(origin, log);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((url) => new URL(url.replace(/^ws/, 'http')).origin !== origin)).toEqual([]);
    expect(asked.filter((url) => /\/dicomweb\/(QRSCP|ORTHANC|MOVES)\//.test(url))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** Folders: the synthetic studies that are shown, one of them of who only moves, and one of JPEG 2000. */
async function studies(): Promise<Readonly<Record<'usual' | 'moved' | 'compressed', string>>> {
  const [usual, moved, compressed] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  let count = 0;
  for (const { info, dataSet } of sampleInstances()) {
    const head = Buffer.from(dataSet.buffer, dataSet.byteOffset, Math.min(dataSet.length, 4096));
    const folder = [HEAD, ECHO].some((uid) => head.includes(uid)) ? usual : moved;
    if (folder === moved && !head.includes(MR)) continue;
    writeFileSync(join(folder, `${count++}.dcm`), concat([fileMetaInformation(info), dataSet]));
  }
  const file = await wavelet({ PatientID: 'WAVE', StudyID: '1' });
  writeFileSync(join(compressed, 'wavelet.dcm'), file);
  return { usual, moved, compressed };
}

async function sent(folder: string, { address }: RealPeer): Promise<void> {
  expect(await webdimse('store', address, folder)).toMatchObject({ code: 0, stderr: '' });
}

/** Whether a service worker was in control when the document began. */
function controlled(page: Page): Promise<boolean> {
  return page.evaluate(() => Reflect.get(window, 'controlledAtStart') === true);
}

async function listed(page: Page): Promise<void> {
  const row = page.locator('tr', { hasText: 'Phantom, Ada' });
  await row.first().waitFor();
  expect(await row.innerText()).toMatch(/CT\s+CT head without contrast\s+A0001\s+24/);
  await page.locator('tr', { hasText: 'Example, Eve Echo' }).first().waitFor();
}

/** What a viewport shows, in its own pixels. */
interface Shown {
  /** Of those that are not black. */
  readonly box: { readonly width: number; readonly height: number };
  readonly sum: number;
  readonly centre: number;
  readonly corners: number;
  /** Mean brightness from top to bottom of the picture. */
  readonly thirds: readonly number[];
}

/** Waits until the n-th of so many images is there, and drawn. */
async function shown(page: Page, number: number, of: number): Promise<Shown> {
  await page
    .getByText(of === 1 ? /^1\/1$|\(1\/1\)/ : `(${number}/${of})`)
    .first()
    .waitFor();
  await expect.poll(async () => (await picture(page)).sum).toBeGreaterThan(0);
  return picture(page);
}

function picture(page: Page): Promise<Shown> {
  return page.locator(VIEWPORT).first().evaluate(look);
}

/** Runs in the page. */
function look(element: Element): Shown {
  const { width, height } = element as HTMLCanvasElement;
  const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
  const grey = (x: number, y: number): number => data[4 * (y * width + x)]!;
  let [left, right, top, bottom, sum] = [width, -1, height, -1, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (grey(x, y) === 0) continue;
      [left, right, top, bottom] = [
        Math.min(left, x),
        Math.max(right, x),
        Math.min(top, y),
        Math.max(bottom, y),
      ];
      sum += grey(x, y);
    }
  }
  const across = Math.floor(width / 2);
  const rows = (third: number): number =>
    grey(across, Math.floor(top + ((bottom - top) * (2 * third + 1)) / 6));
  const corners = [grey(2, 2), grey(width - 3, 2), grey(2, height - 3), grey(width - 3, height - 3)];
  return {
    box: { width: right - left + 1, height: bottom - top + 1 },
    sum,
    centre: grey(across, Math.floor(height / 2)),
    corners: Math.max(...corners),
    thirds: [0, 1, 2].map(rows),
  };
}

/** Turns the wheel until the n-th of so many images is there, one by one. */
async function scroll(page: Page, from: number, to: number, of: number): Promise<void> {
  await page.locator(VIEWPORT).first().hover();
  for (let number = from + 1; number <= to; number++) {
    await page.mouse.wheel(0, 100);
    await page.getByText(`(${number}/${of})`).first().waitFor();
  }
}

/** What pages and workers of an origin had Chromium's network fetch, as Chromium logged it. */
function requestsBy(origin: string, log: string): string[] {
  const { events } = JSON.parse(readFileSync(log, 'utf8')) as {
    events: readonly { readonly params?: { readonly url?: string; readonly initiator?: string } }[];
  };
  return events.flatMap(({ params }) =>
    params?.initiator === origin && /^(https?|wss?):/.test(params.url ?? '') ? [params.url!] : [],
  );
}
