/** The page over plain http under a name that is not this machine's, where browsers withhold much; and behind a proxy. */
import type { IncomingMessage } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startBridge } from '../../bridge/server.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/peers-process.ts';
import { unzip } from '../support/zip.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { WEB_ROOT, openStage } from './stage.ts';

const HOST = '127.0.0.1';
const NAME = 'hospital.example';
const PREFIX = '/radiology/dimse';

describeWith(['chromium'], 'the page elsewhere', () => {
  let stage: Stage;
  let plain: string;

  beforeAll(async () => {
    const port = await freePort();
    plain = `http://${NAME}:${port}/`;
    const options = { port, insecure: true, allowHosts: [`${NAME}:${port}`] };
    stage = await openStage({}, options, [`--host-resolver-rules=MAP ${NAME} ${HOST}`]);
  });
  afterAll(() => stage.close());
  afterEach(() => stage.visitsEnd());

  async function retrievesAndSaves(hand: Hand): Promise<void> {
    await hand.search();
    await hand.openCT();
    await hand.on(hand.row('Results', 'Phantom, Ada'), 'Retrieve');
    await hand.hears(/^Retrieved 24 images from WEBDIMSE/);
    await hand.view('Received');
    const zip = await hand.download(() => hand.press('Save'));
    expect(unzip(zip.bytes).size).toBe(24);
  }

  test(
    'over plain http: finds, retrieves and saves; says once what is withheld',
    { timeout: 30_000 },
    async () => {
      const page = await stage.visit({ url: plain });
      const hand = new Hand(page);
      // It is a page from which the browser withholds: else this would show nothing.
      const has = await page.evaluate(() => [
        isSecureContext,
        ...['locks', 'storage', 'clipboard', 'serviceWorker'].map((name) => name in navigator),
        ...['subtle', 'randomUUID'].map((name) => name in crypto),
      ]);
      expect(has).toEqual(has.map(() => false));
      const notice = page.getByRole('complementary', { name: 'Notice' });
      await notice.getByText(/plain http.*withholds locks between tabs .* storage for files/).waitFor();
      await retrievesAndSaves(hand);
      await hand.press('Dismiss the notice');
      await notice.waitFor({ state: 'detached' });
      await page.reload();
      await hand.button('Search').waitFor();
      expect(await notice.count()).toBe(0);
    },
  );

  test('over plain http: copies by the older way', async () => {
    const page = await stage.visit({ url: plain });
    const hand = new Hand(page);
    await page.getByRole('combobox', { name: 'Peer' }).click();
    await page.getByRole('option', { name: 'Add a peer' }).click();
    await hand.press('Copy the line to start with');
    const field = page.getByLabel('Calling AE title');
    await field.fill('');
    await field.press('Control+v');
    expect(await field.inputValue()).toMatch(/^npm start -- --peer/);
  });

  test('on this machine nothing is withheld, and nothing said', async () => {
    const page = await stage.visit();
    await new Hand(page).button('Search').waitFor();
    expect(await page.evaluate(() => isSecureContext)).toBe(true);
    expect(await page.getByRole('complementary').count()).toBe(0);
  });

  test('behind a proxy with a path before it', { timeout: 30_000 }, async () => {
    const proxy = await startProxy();
    const publicUrl = `${proxy.url}${PREFIX}/`;
    const bridge = await startBridge({
      host: HOST,
      port: 0,
      peers: stage.peers,
      publicUrl,
      webRoot: WEB_ROOT,
    });
    onTestFinished(() => bridge.close());
    proxy.port = bridge.port;
    // By its own name it sends the page to the public one.
    const page = await stage.visit({ url: `http://${HOST}:${bridge.port}/` });
    expect(page.url()).toBe(publicUrl);
    await retrievesAndSaves(new Hand(page));
    expect(proxy.others).toEqual([]);
  });
});

interface Proxy {
  readonly url: string;
  /** Of the bridge. */
  port: number;
  /** What was asked for beside the prefix. */
  readonly others: string[];
}

/** Passes on what lies below the prefix, without it; Host stays as it was. */
async function startProxy(): Promise<Proxy> {
  const others: string[] = [];
  const inside = ({ url = '' }: IncomingMessage): string => {
    if (url.startsWith(`${PREFIX}/`)) return url.slice(PREFIX.length);
    others.push(url);
    return '/none';
  };
  const server = createServer((request, response) => {
    const { method = 'GET', headers } = request;
    const passed = httpRequest({ host: HOST, port: proxy.port, path: inside(request), method, headers });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  server.on('upgrade', (request, socket, head) => {
    const lines = request.rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`));
    const passed = connect(proxy.port, HOST, () => passed.write(head));
    passed.write(`GET ${inside(request)} HTTP/1.1\r\n${lines.join('')}\r\n`);
    passed.on('error', () => socket.destroy()).pipe(socket);
    socket.on('error', () => passed.destroy()).pipe(passed);
  });
  await new Promise<void>((resolve) => void server.listen(0, HOST, resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  const proxy: Proxy = { url, port: 0, others };
  return proxy;
}
