/** DICOMweb in a page: a viewer asks, a service worker passes on, the page's own engine asks the peers. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import { listenTcp, tcpDialer } from '../../bridge/node/index.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import { startBridge } from '../../bridge/server.ts';
import { Archive, MemoryStore, addSamples, archiveHandlers } from '../../core/archive/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { createDicomWeb, dicomWebPeer } from '../../core/dicomweb/index.ts';
import type { Server } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import type { Peer, PeerList } from '../../core/transport/index.ts';
import { PEERS_PATH } from '../../core/transport/index.ts';
import type { BootOptions } from '../../web/facade/boot.ts';
import type { TestInstance } from '../store/instances.ts';
import { instance as testInstance, keep } from '../store/instances.ts';
import { SLICES, SlowArchive } from './slow-archive.ts';
import { describeWith } from '../support/needs.ts';
import type { Served } from './stage.ts';
import { WEB_ROOT, launchBrowser, servePage } from './stage.ts';

const HOST = '127.0.0.1';
const FRAME = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
const DICOM = 'multipart/related; type="application/dicom"; transfer-syntax=*';
/** A document of the bridge without a page of ours in it. */
const BLANK = 'wipe.js';
const SLOW_STUDY = '2.25.1';

/** An answer, with its body as a hash where it is no text. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

describeWith(['chromium'], 'DICOMweb in the page', () => {
  const slow = new SlowArchive();
  const events: BridgeEvent[] = [];
  let stage: Served;
  let browser: Browser;
  const complaints: string[] = [];
  let slowServer: Server;
  let inNode: DicomWeb;

  beforeAll(async () => {
    const listener = await listenTcp({ host: HOST, port: 0 });
    slowServer = serve(listener, await slow.handlers(), { aeTitle: 'SLOW', sink: slow.sink });
    const called = { aeTitle: 'SLOW', host: HOST, port: listener.port };
    const others: Peer[] = [
      { name: 'SLOW', ...called, associations: 2 },
      { name: 'ONE', ...called, associations: 1 },
    ];
    let port = 0;
    const samples = new MemoryStore();
    await addSamples(samples);
    const destination = (aeTitle: string) => ({ aeTitle, host: HOST, port });
    const { find, move } = archiveHandlers(await Archive.open(samples), { aeTitle: 'MOVEONLY', destination });
    const leases = { host: HOST, port: 0, pools: { page: ['WEB01', 'WEB02'] }, allowSource: [HOST] };
    const options = { listener: leases, onEvent: (event: BridgeEvent) => events.push(event) };
    stage = await servePage({ MOVEONLY: { find, move } }, options, others);
    browser = await launchBrowser();
    const { listening } = (await (await fetch(stage.url + PEERS_PATH)).json()) as PeerList;
    port = listening!.port;
    inNode = await facadeInNode(stage);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
    await slowServer?.close();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  /** A page of a viewer: it has nothing but the boot script, which has begun. */
  async function visit(beside?: Page, url = stage.url, options: BootOptions = {}): Promise<Page> {
    const page = await (beside?.context() ?? (await browser.newContext())).newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(url + BLANK);
    await boot(page, options);
    return page;
  }

  it(
    'answers as a server in Node does, also to a worker, and through a worker that was ended',
    { timeout: 60_000 },
    async () => {
      const page = await visit();
      const [study] = (await found(
        page,
        'WEBDIMSE',
        '/studies?PatientName=Phantom*&ModalitiesInStudy=CT',
      )) as Json[];
      const studyPath = `/studies/${uidOf(study!, '0020000D')}`;
      const [one] = (await found(page, 'WEBDIMSE', `${studyPath}/instances?Modality=CT`)) as Json[];
      const series = `${studyPath}/series/${uidOf(one!, '0020000E')}`;
      const image = `${series}/instances/${uidOf(one!, '00080018')}`;
      const asked: readonly (readonly [path: string, accept?: string])[] = [
        ['/studies?limit=3&includefield=StudyDescription'],
        ['/studies?00100010=Nobody'],
        [`${studyPath}/series?includefield=00080021,00201209`],
        [`${series}/metadata`],
        [`${image}/frames/1`, FRAME],
        [image, DICOM],
        [`${image}/frames/9`, FRAME],
        [image, 'text/html'],
        ['/studies/1.2.3.4.5.6'],
        ['/nonsense'],
      ];
      for (const [path, accept] of asked) {
        expect(await inPage(page, 'WEBDIMSE', path, accept), path).toEqual(
          await ofNode(inNode, path, accept),
        );
      }
      const picture = await inPage(page, 'WEBDIMSE', `${image}/rendered?viewport=64,64`, 'image/png');
      expect(picture).toMatchObject({ status: 200, type: 'image/png' });
      expect(await sizeOf(page, `${image}/rendered?viewport=64,64`)).toEqual([64, 64]);

      await endWorkers(page);
      expect(await inPage(page, 'WEBDIMSE', `${image}/frames/1`, FRAME)).toMatchObject({ status: 200 });
      expect(await fromWorker(page, '/dicomweb/WEBDIMSE/studies?limit=1')).toBe(200);
      expect(await inPage(page, 'NOBODY', '/studies')).toMatchObject({ status: 404 });
      expect(await inPage(page, 'DOWN', '/studies')).toMatchObject({ status: 502 });
      // What was retrieved is answered without the peer.
      const calls = events.length;
      expect(await inPage(page, 'WEBDIMSE', image, DICOM)).toMatchObject({ status: 200 });
      expect(events.slice(calls)).toEqual([]);
    },
  );

  it(
    'shares what two tabs retrieve, and what one has that crashes in the middle',
    { timeout: 60_000 },
    async () => {
      const page = await visit();
      const other = await visit(page);
      const study = `/studies/${SLOW_STUDY}`;
      await Promise.all([
        inPage(page, 'SLOW', `${study}/series/2.25.1.1/metadata`),
        inPage(other, 'SLOW', `${study}/series/2.25.1.2/metadata`),
      ]);
      for (const tab of [page, other]) {
        expect(await found(tab, 'SLOW', `${study}/metadata`)).toHaveLength(2 * SLICES);
      }
      expect(slow.sent).toHaveLength(2 * SLICES); // none twice
      expect(slow.most).toBe(2);
      await wipe(other);

      // One association, so that one instance is under way.
      slow.sent.splice(0);
      slow.until = 8;
      const url = `/dicomweb/ONE${study}/series/2.25.1.1/metadata`;
      page.evaluate(askInPage, { url, accept: '*/*' }).catch(() => {}); // it goes with its page
      await expect.poll(() => slow.waiting, { timeout: 10_000 }).toBe(1);
      await crash(page);
      await expect.poll(() => slow.established, { timeout: 10_000 }).toBe(0);
      slow.goOn();
      await new Promise((resolve) => setImmediate(resolve)); // it goes nowhere
      slow.sent.splice(0);
      expect(await found(other, 'ONE', `${study}/series/2.25.1.1/metadata`)).toHaveLength(SLICES);
      // The eight that it had kept are not asked for again; the one in flight is, and what was to follow.
      expect(slow.sent).toHaveLength(SLICES - 8);
      await page.close();
    },
  );

  it('says with a status and a sentence what is in the way', { timeout: 60_000 }, async () => {
    const users: Record<string, Rights> = { 'Bearer right': { user: 'anna', peers: '*', aeTitles: '*' } };
    const authorize = ({ headers }: IncomingMessage) => users[headers.authorization ?? ''];
    const peers = [...stage.peers];
    const guarded = await startBridge({ host: HOST, port: 0, peers, webRoot: WEB_ROOT, authorize });
    const study = '2.25.4711';
    const path = `/studies/${study}`;
    await keep(stage.archive2, removable(study));
    try {
      const stranger = await visit(undefined, guarded.url, { token: 'wrong' });
      expect(await problem(stranger, 'WEBDIMSE', '/studies')).toEqual([
        401,
        'The bridge wants its users to sign in, and nobody is.',
      ]);
      const visitor = await visit(undefined, guarded.url, { token: 'right' });
      expect(await found(visitor, 'ARCHIVE2', `/studies?StudyInstanceUID=${study}`)).toHaveLength(1);
      expect(await found(visitor, 'SLOW', `/studies/${SLOW_STUDY}/series/2.25.1.2/metadata`)).toHaveLength(
        SLICES,
      );
      await stage.archive2.delete(`${study}.1.1`);
      expect(await problem(visitor, 'ARCHIVE2', path)).toEqual([404, 'There is no such study.']);
      await guarded.close();
      const [status, sentence] = await problem(visitor, 'ARCHIVE2', '/studies');
      expect([status, sentence]).toEqual([502, expect.stringMatching(/bridge/i)]);
      // What had come is here all the same.
      const image = `/studies/${SLOW_STUDY}/series/2.25.1.2/instances/2.25.1.2.1`;
      expect(await inPage(visitor, 'SLOW', image, DICOM)).toMatchObject({ status: 200 });
    } finally {
      await guarded.close();
    }
    const page = await visit();
    expect(await problem(page, 'NOBODY', '/studies')).toEqual([
      404,
      expect.stringMatching(/no peer of this name/),
    ]);
    expect((await problem(page, 'DOWN', '/studies'))[0]).toBe(502);
    const [moved] = (await found(
      page,
      'MOVEONLY',
      '/studies?PatientName=Phantom*&ModalitiesInStudy=CT',
    )) as Json[];
    const answer = await inPage(page, 'MOVEONLY', `/studies/${uidOf(moved!, '0020000D')}`, DICOM);
    expect(answer).toMatchObject({ status: 200 });
    expect(events.some((event) => event.type === 'leased')).toBe(true);
  });

  it('is in control after a reload of either kind, and in a second tab', { timeout: 60_000 }, async () => {
    const page = await visit();
    await page.reload();
    await boot(page);
    expect(await inPage(page, 'WEBDIMSE', '/studies?limit=1')).toMatchObject({ status: 200 });
    const devtools = await page.context().newCDPSession(page);
    const loaded = page.waitForEvent('load');
    await devtools.send('Page.reload', { ignoreCache: true });
    await loaded;
    expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
    expect(await problemText(page, '/dicomweb/WEBDIMSE/studies')).toMatch(
      /^Reload the page: its service worker/,
    );
    await boot(page);
    expect(await inPage(page, 'WEBDIMSE', '/studies?limit=1')).toMatchObject({ status: 200 });
    const other = await visit(page);
    expect(await inPage(other, 'WEBDIMSE', '/studies?limit=1')).toMatchObject({ status: 200 });
  });
});

/** All that lies in the archive, as a portal does at its sign-out. */
async function wipe(page: Page): Promise<void> {
  await page.evaluate(`import('/wipe.js').then(({ wipe }) => wipe())`);
}

async function crash(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await Promise.race([
    devtools.send('Page.crash').catch(() => {}), // the answer does not come
    new Promise((resolve) => page.once('crash', resolve)),
  ]);
}

type Json = Readonly<Record<string, { readonly Value?: readonly unknown[] }>>;

function uidOf(match: Json, tag: string): string {
  return String(match[tag]?.Value?.[0]);
}

async function facadeInNode({ peers }: Served): Promise<DicomWeb> {
  const { host, port } = peers.find(({ name }) => name === 'WEBDIMSE')!;
  const archive = await Archive.open(new MemoryStore());
  const peer = { dialer: tcpDialer(), target: { host, port }, aeTitle: 'WEBDIMSE', callingAETitle: 'WEBSCU' };
  return createDicomWeb({ archive, path: '/dicomweb/WEBDIMSE', ...dicomWebPeer(peer, archive) });
}

async function boot(page: Page, options: BootOptions = {}): Promise<void> {
  await page.evaluate(`import('/dicomweb/boot.js').then(({ boot }) => boot(${JSON.stringify(options)}))`);
}

/** Status and sentence of a refusal. */
async function problem(page: Page, peer: string, path: string): Promise<[number, string]> {
  const { status, detail } = (await found(page, peer, path)) as { status: number; detail: string };
  return [status, detail];
}

/** What the bridge says where nobody catches a request. */
function problemText(page: Page, path: string): Promise<string> {
  return page.evaluate(async (url) => (await fetch(url)).text(), path);
}

function removable(study: string): TestInstance {
  return testInstance(`${study}.1.1`, { StudyInstanceUID: study, SeriesInstanceUID: `${study}.1` });
}

function inPage(page: Page, peer: string, path: string, accept = 'application/dicom+json'): Promise<Answer> {
  return page.evaluate(askInPage, { url: `/dicomweb/${peer}${path}`, accept }).then(plain);
}

/** Runs in the page. */
async function askInPage({
  url,
  accept,
}: {
  url: string;
  accept: string;
}): Promise<[number, string, string]> {
  const response = await fetch(url, { headers: { accept } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return [response.status, response.headers.get('content-type') ?? '', text];
}

async function ofNode(handle: DicomWeb, path: string, accept = 'application/dicom+json'): Promise<Answer> {
  const response = await handle(new Request(`http://node/dicomweb/WEBDIMSE${path}`, { headers: { accept } }));
  const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
  return plain([response.status, response.headers.get('content-type') ?? '', text]);
}

/** Without what differs from one answer to the next: where we are, and what stands between parts. */
function plain([status, type, body]: [number, string, string]): Answer {
  const same = (text: string): string =>
    text.replaceAll(/http:\/\/[^/]+\//g, '/').replaceAll(/webdimse-[0-9a-f]{32}/g, 'B');
  const text = type === 'application/dicom+json' ? sorted(same(body)) : same(body);
  const isLong = text.length > 5000;
  return { status, type: same(type), text: isLong ? createHash('sha256').update(text).digest('hex') : text };
}

/** Instances come in the order in which associations bring them. */
function sorted(json: string): string {
  const rows = json === '' ? [] : (JSON.parse(json) as unknown[]);
  return rows
    .map((row) => JSON.stringify(row))
    .toSorted()
    .join('\n');
}

async function found(page: Page, peer: string, path: string): Promise<unknown> {
  const { url, accept } = { url: `/dicomweb/${peer}${path}`, accept: 'application/dicom+json' };
  const [, , text] = await page.evaluate(askInPage, { url, accept });
  return JSON.parse(text);
}

function sizeOf(page: Page, path: string): Promise<[number, number]> {
  return page.evaluate(async (url) => {
    const response = await fetch(url, { headers: { accept: 'image/png' } });
    const { width, height } = await createImageBitmap(await response.blob());
    return [width, height];
  }, `/dicomweb/WEBDIMSE${path}`);
}

/** As a browser does where it needs the memory, or after 30 idle seconds: with the next request it begins anew. */
async function endWorkers(page: Page): Promise<void> {
  const devtools: CDPSession = await page.context().newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await devtools.detach();
}

/** The status of a request that a worker of the page makes: the service worker knows it by another client. */
async function fromWorker(page: Page, url: string): Promise<number> {
  const body = `fetch(${JSON.stringify(url)}).then(({ status }) => postMessage(status))`;
  await page
    .context()
    .route('**/asks.js', (route) => route.fulfill({ body, contentType: 'text/javascript' }));
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const worker = new Worker('/asks.js');
        worker.onmessage = ({ data }) => resolve(data as number);
        worker.onerror = () => reject(new Error('the worker does not run'));
      }),
  );
}
