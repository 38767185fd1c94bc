/** The page as a folder of files, below a path of a server that knows nothing of it; whatever it asks elsewhere is heard of. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startBridge } from '../../bridge/server.ts';
import { describeWith } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import { isBright } from './canvas.ts';
import { Hand } from './hand.ts';
import type { Visits } from './stage.ts';
import { STATIC_ROOT, WEB_ROOT, buildPage, launchBrowser, visits } from './stage.ts';
import type { StaticServer } from './static-server.ts';
import { serveStatic } from './static-server.ts';
import { wavelet } from './wavelet.ts';

const HOST = '127.0.0.1';
const NAME = 'demo.example';
/** A browser asks its maker for this and that, whatever page is open. */
const OF_BROWSER = /(google|googleapis|gstatic|gvt1|chromium)\.(com|org)/;

interface Everybody {
  readonly port: number;
  readonly asked: string[];
  close(): Promise<void>;
}

/** A proxy for all that does not go to the server of the page: it answers nothing, and remembers. */
async function everybodyElse(): Promise<Everybody> {
  const asked: string[] = [];
  const note = (url = ''): void => void (OF_BROWSER.test(url) || asked.push(url));
  const server: Server = createServer(({ url }, response) => {
    note(url);
    response.writeHead(502).end();
  });
  server.on('connect', ({ url }: { url?: string }, socket: { destroy(): void }) => {
    note(url);
    socket.destroy();
  });
  await new Promise<void>((resolve) => void server.listen(0, HOST, resolve));
  const close = (): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
  return { port: (server.address() as AddressInfo).port, asked, close };
}

describeWith(['chromium'], 'the page without a bridge', () => {
  let files: StaticServer;
  let others: Everybody;
  let stage: Visits & { close(): Promise<void> };

  beforeAll(async () => {
    await buildPage();
    files = await serveStatic();
    others = await everybodyElse();
    const near = `<-loopback>;${HOST}:${files.port};${NAME}:${files.port}`;
    const browser = await launchBrowser([
      `--proxy-server=http://${HOST}:${others.port}`,
      `--proxy-bypass-list=${near}`,
      `--host-resolver-rules=MAP ${NAME} ${HOST}`,
    ]);
    stage = { ...visits(browser, files.url), close: () => browser.close() };
  });
  afterAll(async () => {
    await stage?.close();
    await others?.close();
    await files?.close();
  });

  async function move(hand: Hand, destination: string): Promise<void> {
    await hand.on(hand.row('Results', 'Phantom, Ada'), 'Move');
    await hand.page.getByRole('menuitem', { name: destination }).click();
  }

  /** The association for the move is told, though neither end of it is ours. */
  async function inspects(page: Page): Promise<void> {
    await page.getByRole('tab', { name: 'Find' }).focus();
    await page.keyboard.press('i');
    const drawer = page.locator('[aria-label=Inspector]');
    await drawer.getByText('DEMOARCHIVE').first().waitFor();
    // The end of a list of these alone: what else is said afterwards does not drive it out of sight.
    await drawer.getByRole('combobox', { name: 'Message' }).selectOption({ label: 'C-STORE' });
    await drawer.getByText(/^C-STORE-RQ 24$/).waitFor();
    await page.getByRole('button', { name: 'Close the inspector' }).click();
  }

  /** Every lesson runs; what is asked about them, and answered, is looked at where there is a bridge. */
  async function learns(page: Page): Promise<void> {
    await page.getByRole('tab', { name: 'Learn' }).click();
    const lessons = page.getByRole('navigation', { name: 'Lessons' }).getByRole('button');
    await lessons.first().waitFor();
    expect(await lessons.count()).toBe(10);
    for (const lesson of await lessons.all()) {
      await lesson.click();
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByText(/^(It went through to its end\.|It ended early:)/).waitFor();
      expect(await page.getByRole('list', { name: 'What was said' }).count()).toBe(1);
    }
  }

  async function ends(): Promise<void> {
    await stage.visitsEnd();
    expect(files.strays.splice(0)).toEqual([]);
    expect(others.asked.splice(0)).toEqual([]);
  }

  test.each([
    ['on this machine', HOST, true],
    ['over plain http elsewhere', NAME, false],
  ])('does all that it does, %s', { timeout: 60_000 }, async (_, host, trusted) => {
    const page = await stage.visit({ url: `http://${host}:${files.port}${files.path}` });
    const hand = new Hand(page);
    const notice = page.getByRole('complementary', { name: 'Notice' });
    await notice.getByText(/works by itself.*nothing that you open here leaves this browser/).waitFor();
    expect(await notice.getByText(/plain http .* withholds/).count()).toBe(trusted ? 0 : 1);
    expect(await page.evaluate(() => isSecureContext)).toBe(trusted);
    expect(await page.getByText(/needs a web server/).isVisible()).toBe(false);

    await hand.press('Echo');
    await hand.hears(/^DEMOPACS answered the echo/);
    await hand.search();
    await hand.reads(/7 studies · /);
    await hand.openCT();

    await move(hand, 'DEMOARCHIVE');
    await hand.hears(/^DEMOPACS moved 24 images to DEMOARCHIVE/);
    await inspects(page);
    await hand.pick('DEMOARCHIVE');
    await hand.press('Search');
    await hand.reads(/1 study · /);
    await move(hand, 'This page');
    await hand.hears(/^Retrieved 24 images from DEMOARCHIVE/);

    await hand.view('Received');
    await page.getByText(/only the PACS within it can send here/).waitFor();
    await page.getByText(trusted ? /^On this computer’s disk/ : /^In this page’s memory/).waitFor();
    await hand.row('Received files', 'Phantom').getByRole('button', { name: 'View' }).click();
    await page.getByText('W 80 L 40').waitFor();
    await hand.press('Close');

    const file = join(temporaryFolder(), 'wavelet.dcm');
    writeFileSync(file, await wavelet());
    await hand.view('Send');
    await hand.choose('Choose files', file);
    await hand.press('Send');
    await hand.hears(/^1 file stored by DEMOARCHIVE/);
    await hand.view('Find');
    await hand.press('Search');
    await hand.reads(/2 studies · /);
    await hand.on(hand.row('Results', 'Wave'), 'Retrieve');
    await hand.hears(/^Retrieved 1 image from DEMOARCHIVE/);
    // Its decoder is WebAssembly, in a worker that no header allows it.
    await hand.row('Results', 'Wave').getByRole('button', { name: 'View' }).click();
    await expect.poll(() => isBright(page)).toBe(true);
    await hand.press('Close');

    await hand.pick('Add a peer');
    await page.getByText(/No bridge is behind this page/).waitFor();
    await hand.press('Close');

    await learns(page);
    await hand.view('Received');
    await hand.press('Wipe everything');
    await hand.press('Wipe it now');
    await hand.hears('Everything that this page kept in this browser is gone.');
    await hand.view('Received');
    await page.getByText('Nothing received yet.').waitFor();
    await ends();
  });

  test('says that it needs a server, where it is opened as a file', async () => {
    const page = await stage.visit({ url: pathToFileURL(join(STATIC_ROOT, 'index.html')).href });
    await page.getByText(/needs a web server and does not run as a file/).waitFor();
    await expect(stage.visitsEnd()).rejects.toThrow(); // of scripts that the browser does not load
  });

  test('keeps its page from every other server by the policy of the bridge', async () => {
    const page = await stage.visit();
    const policy = await page.locator('meta[http-equiv]').getAttribute('content');
    const bridge = await startBridge({ host: HOST, port: 0, peers: [], webRoot: WEB_ROOT });
    onTestFinished(() => bridge.close());
    const headers = (await fetch(bridge.url)).headers.get('content-security-policy') ?? '';
    // Who may frame it cannot be said in a document, and there is no bridge to open WebSockets to.
    const said = headers.replace(/; frame-ancestors [^;]*/, '').replace(/ ws:[^;]*/, '');
    expect(policy).toBe(said);
    const blocked = await page.evaluate((url) => fetch(url).then(String, () => 'blocked'), bridge.url);
    expect(blocked).toBe('blocked');
    await expect(stage.visitsEnd()).rejects.toThrow(); // the browser complains of what was tried
  });
});
