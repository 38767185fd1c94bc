/**
 * The facade in a portal's own pages: its options, its script element, its workers, and what comes to an end meanwhile.
 * One server has the portal's pages and, below paths of it, a bridge that wants a sign-in and one that wants none.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import { listenTcp } from '../../bridge/node/index.ts';
import type { Bridge } from '../../bridge/server.ts';
import { mountBridge } from '../../bridge/server.ts';
import type { Sink } from '../../core/bytes/index.ts';
import type { Handlers, Server as DicomServer } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import type { Peer, TicketsAnswer } from '../../core/transport/index.ts';
import { PEERS_PATH, TICKETS_PATH } from '../../core/transport/index.ts';
import { describeWith } from '../support/needs.ts';
import { SLICES, SlowArchive } from './slow-archive.ts';
import { WEB_ROOT, buildPage, launchBrowser } from './stage.ts';

const HOST = '127.0.0.1';
const PORTAL = readFileSync(fileURLToPath(new URL('../portal/facade.js', import.meta.url)));
const PATIENT = { timeout: 20_000 };
const SECRET = 'Bearer of the portal';
const STUDY = '/studies/2.25.1';
const SERIES = `${STUDY}/series/2.25.1.1`;

const head =
  '<!doctype html><link rel="icon" href="data:,"><title>portal</title><script type="module" src="/portal.js"></script>';
const script = (attributes: string): string =>
  `${head}<script type="module" src="/dicom/dicomweb/boot.js" data-bridge="/dicom/" ${attributes}></script>`;
const PAGES: Readonly<Record<string, string>> = {
  '/viewer': head,
  '/element': script(
    'data-worker="/sw.js" data-scope="/" data-token="of anna" data-calling-ae-title="PORTAL"',
  ),
  // Its own worker calls ours, and claims nothing.
  '/own': script('data-worker="/own-sw.js" data-worker-type="module" data-scope="/" data-token="of anna"'),
  '/outside': script('data-worker="/sw.js" data-scope="/elsewhere/" data-token="of anna"'),
};
const SCRIPTS: Readonly<Record<string, string>> = {
  '/sw.js': "importScripts('/dicom/dicomweb/worker.js');",
  '/own-sw.js':
    "import { handle } from '/dicom/dicomweb/handle.js'; addEventListener('fetch', (event) => void handle(event));",
};

/** Has the page do what `test/portal/facade.js` can. */
function call(page: Page, name: string, how: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const run = ([what, options]: readonly [string, unknown]): unknown =>
    (window as unknown as { portal: Record<string, (how: unknown) => unknown> }).portal[what]!(options);
  return page.evaluate(run, [name, how] as const);
}

function ask(page: Page, path: string, way?: string): Promise<unknown> {
  return call(page, 'ask', { path: `/dicomweb/${path}`, ...(way !== undefined && { way }) });
}

async function endWorkers(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await devtools.detach();
}

describeWith(['chromium'], 'the facade in a portal', () => {
  const slow = new SlowArchive();
  const titles = new Set<string>();
  const asked: string[] = [];
  let server: Server;
  let origin: string;
  const scps: DicomServer[] = [];
  let peers: Peer[];
  const bridges: Bridge[] = [];
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    await buildPage();
    const handlers = await slow.handlers();
    const accept: Handlers['accept'] = ({ callingAETitle }) => void titles.add(callingAETitle);
    const { find, move } = handlers;
    const whole = await scp('SLOW', { ...handlers, accept }, slow.sink);
    const withoutGet = await scp('MOVEONLY', { find: find!, move: move! });
    server = createServer(answer).listen(0, HOST);
    await once(server, 'listening');
    origin = `http://${HOST}:${(server.address() as AddressInfo).port}`;
    peers = [{ ...whole, associations: 1 }, withoutGet];
    const authorize = ({ headers }: IncomingMessage): Rights | undefined =>
      [SECRET, 'Bearer of anna'].includes(headers.authorization ?? '')
        ? { user: 'anna', peers: '*', aeTitles: '*' }
        : undefined;
    bridges.push(await mountBridge({ server, path: '/dicom', peers, webRoot: WEB_ROOT, authorize }));
    bridges.push(await mountBridge({ server, path: '/open', peers, webRoot: WEB_ROOT }));
    browser = await launchBrowser();
  }, 60_000);
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    for (const bridge of bridges) await bridge.close();
    for (const one of scps) await one.close();
    server?.closeAllConnections();
    server?.close();
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { url = '' } = request;
    asked.push(url);
    if (url === '/portal.js') response.setHeader('content-type', 'text/javascript').end(PORTAL);
    else if (url === '/ticket') void ticket(request).then((text) => response.end(text));
    else if (url in PAGES) response.setHeader('content-type', 'text/html').end(PAGES[url]);
    else if (url in SCRIPTS) response.setHeader('content-type', 'text/javascript').end(SCRIPTS[url]);
    else response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  }

  async function scp(aeTitle: string, handlers: Handlers, sink?: Sink): Promise<Peer> {
    const listener = await listenTcp({ host: HOST, port: 0 });
    scps.push(serve(listener, handlers, { aeTitle, ...(sink && { sink }) }));
    return { name: aeTitle, aeTitle, host: HOST, port: listener.port };
  }

  /** As a portal's server does it, for whom its session names. */
  async function ticket(request: IncomingMessage): Promise<string> {
    const headers = { authorization: SECRET, origin, 'content-type': 'application/json' };
    const body = await textOf(request);
    const told = await fetch(`${origin}/dicom/${TICKETS_PATH}`, { method: 'POST', headers, body });
    return ((await told.json()) as TicketsAnswer).tickets[0]!;
  }

  async function open(path: string, beside?: BrowserContext): Promise<Page> {
    const page = await (beside ?? (await browser.newContext())).newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(origin + path);
    return page;
  }

  async function viewer(options: Readonly<Record<string, unknown>>, beside?: BrowserContext): Promise<Page> {
    const page = await open('/viewer', beside);
    await call(page, 'boot', { bridge: '/dicom/', worker: '/sw.js', scope: '/', ...options });
    return page;
  }

  it(
    'asks for tickets, users and peers of the portal, and says what keeps it from them',
    { timeout: 60_000 },
    async () => {
      const how = { withTickets: true, user: 'anna', peers };
      const page = await viewer(how);
      asked.splice(0);
      const late = ask(page, 'SLOW/studies?limit=1', 'hangs');
      await expect.poll(() => call(page, 'asked'), PATIENT).toEqual([{ peer: 'SLOW' }]);
      expect(await call(page, 'giveUp', { path: '/dicomweb/MOVEONLY/studies' })).toBe('AbortError');
      const other = await viewer(how, page.context());
      // The only association of the peer is what the late one waits for.
      const given = ask(other, 'SLOW/studies', 'right');
      expect(await late).toEqual([504, expect.stringMatching(/no ticket .* did not answer in 8 seconds\.$/)]);
      expect(await given).toEqual([200, 1]);
      expect(await call(page, 'asked')).toEqual([{ peer: 'SLOW' }, { peer: 'MOVEONLY' }]);
      expect(await ask(page, 'SLOW/studies', 'rejects')).toEqual([
        403,
        'The page has no ticket for the bridge: Your session has ended.',
      ]);
      expect(await ask(page, 'SLOW/studies', 'none')).toEqual([
        403,
        expect.stringMatching(/it gave none\.$/),
      ]);
      expect(await ask(page, 'SLOW/studies', 'wrong')).toEqual([401, expect.stringMatching(/sign-in/)]);
      expect(await ask(page, 'ELSE/studies', 'right')).toEqual([404, expect.stringMatching(/no peer/)]);
      expect(await ask(page, `SLOW${SERIES}/metadata`, 'right')).toEqual([200, SLICES]);
      expect(await ask(page, `MOVEONLY${STUDY}/series/2.25.1.2/metadata`, 'right')).toEqual([
        502,
        expect.stringMatching(/./),
      ]);
      await expect.poll(() => call(page, 'slots'), PATIENT).toBe(0);
      expect(asked).not.toContain(`/dicom/${PEERS_PATH}`);

      // What anna has is hers: bert asks the peer, another tab of hers does not.
      expect(slow.sent.splice(0)).toHaveLength(SLICES);
      expect(await ask(other, `SLOW${SERIES}/metadata`, 'right')).toEqual([200, SLICES]);
      expect(slow.sent.splice(0)).toEqual([]);
      const bert = await viewer({ ...how, user: 'bert' }, page.context());
      expect(await ask(bert, `SLOW${SERIES}/metadata`, 'right')).toEqual([200, SLICES]);
      expect(slow.sent.splice(0)).toHaveLength(SLICES);
    },
  );

  it(
    'boots by an element, and loads a page that is not controlled anew once',
    { timeout: 60_000 },
    async () => {
      const loads = (path: string): number => asked.filter((url) => url === path).length;
      async function byElement(): Promise<void> {
        const page = await open('/element');
        expect(await call(page, 'boot')).toBe(`${origin}/dicomweb/SLOW`);
        expect(await ask(page, 'SLOW/studies')).toEqual([200, 1]);
        expect([...titles]).toContain('PORTAL');
        expect(loads('/element')).toBe(1);
      }
      // A worker that claims nothing has the page from its next load on.
      async function byOwnWorker(): Promise<void> {
        const page = await open('/own');
        await expect.poll(() => loads('/own'), PATIENT).toBe(2);
        await page.waitForFunction(() => navigator.serviceWorker.controller !== null && 'portal' in window);
        await call(page, 'boot');
        expect(await ask(page, 'SLOW/studies')).toEqual([200, 1]);
        const devtools = await page.context().newCDPSession(page);
        await devtools.send('Page.reload', { ignoreCache: true });
        await expect.poll(() => loads('/own'), PATIENT).toBe(4);
        await page.waitForFunction(() => navigator.serviceWorker.controller !== null && 'portal' in window);
        await call(page, 'boot');
        expect(await ask(page, 'SLOW/studies')).toEqual([200, 1]);
        expect(loads('/own')).toBe(4);
      }
      // One that it does not control at all is told so.
      async function outside(): Promise<void> {
        await open('/outside');
        await expect.poll(() => complaints, PATIENT).toEqual([STUCK]);
        expect(loads('/outside')).toBe(2);
        complaints.splice(0);
      }
      await Promise.all([byElement(), byOwnWorker(), outside()]);
    },
  );

  it('shares the archive with pages below other paths of its origin', { timeout: 60_000 }, async () => {
    const below = await open('/open/wipe.js');
    await below.evaluate("import('/portal.js')");
    await call(below, 'boot', { script: '/open/dicomweb/boot.js' });
    slow.sent.splice(0);
    const path = `/open/dicomweb/SLOW${SERIES}/metadata`;
    expect(await call(below, 'ask', { path })).toEqual([200, SLICES]);
    const context = below.context();
    await below.close();
    const page = await viewer({ bridge: '/open/' }, context);
    expect(await page.evaluate(() => document.cookie.match(/webdimse-session=/g))).toHaveLength(1);
    expect(await ask(page, `SLOW${SERIES}/metadata`)).toEqual([200, SLICES]);
    expect(slow.sent).toHaveLength(SLICES);
  });

  it(
    'never passes off as whole what its worker or its bridge left unfinished',
    { timeout: 60_000 },
    async () => {
      const page = await viewer({ token: 'of anna' });
      const body = { path: `/dicomweb/SLOW${SERIES}`, bytes: 40_000 };
      slow.sent.splice(0);
      slow.until = 8;
      await call(page, 'begin', body);
      await expect.poll(() => slow.waiting, PATIENT).toBe(1);
      await endWorkers(page);
      expect(await call(page, 'rest')).toBe('broken off');
      slow.goOn();
      // Begun again it comes to its end, by a new worker.
      await call(page, 'begin', body);
      expect(await call(page, 'rest')).toBe('whole');

      slow.sent.splice(0);
      slow.until = 8;
      const other = { ...body, path: `/dicomweb/SLOW${STUDY}/series/2.25.1.2` };
      await call(page, 'begin', other);
      await expect.poll(() => slow.waiting, PATIENT).toBe(1);
      await bridges.shift()!.close();
      expect(await call(page, 'rest')).toBe('broken off');
      slow.goOn();
      // The portal's server says of its own that nobody is behind it.
      expect(await ask(page, 'SLOW/studies')).toEqual([502, expect.stringMatching(/^The bridge .* down/)]);
      expect(await ask(page, 'MOVEONLY/studies')).toEqual([
        502,
        'The bridge does not answer this page: HTTP status 502.',
      ]);
    },
  );
});

const STUCK =
  'The service worker does not take control of this page. Close its other tabs and open it again.';

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
