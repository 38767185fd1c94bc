/** The page and its worker talk to their bridge and to nobody else, though another server is there and would answer. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { build, stale } from '../../bridge/build.mjs';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { describeWith } from '../support/needs.ts';
import { launchBrowser } from './stage.ts';

/** What came of the attempts of one context, and which directive stopped them. */
interface Attempts {
  readonly fetched: string;
  readonly webSocket: string;
  readonly directives: readonly string[];
}

/** Runs in the page or in a worker. */
async function attempt([url, protocol]: readonly [string, string]): Promise<Attempts> {
  const directives: string[] = [];
  addEventListener('securitypolicyviolation', (event) => {
    directives.push((event as SecurityPolicyViolationEvent).effectiveDirective);
  });
  const fetched = await fetch(url).then(
    ({ status }) => `status ${status}`,
    () => 'blocked',
  );
  const webSocket = await new Promise<string>((resolve) => {
    try {
      const socket = new WebSocket(url.replace('http', 'ws'), protocol);
      socket.addEventListener('open', () => resolve('open'));
      socket.addEventListener('error', () => resolve('blocked'));
    } catch {
      resolve('blocked');
    }
  });
  const stopped = [fetched, webSocket].filter((outcome) => outcome === 'blocked').length;
  while (directives.length < stopped) {
    await new Promise((resolve) => addEventListener('securitypolicyviolation', resolve, { once: true }));
  }
  return { fetched, webSocket, directives };
}

describeWith(['chromium'], 'the policy of the page', () => {
  let browser: Browser;
  let bridge: Bridge;
  let other: Server;
  let otherPort: number;
  let page: Page;
  let asked: number;

  beforeAll(async () => {
    await build(stale().filter(({ name }) => name === 'page'));
    other = createServer(({ url }, response) => {
      if (url !== '/favicon.ico') asked++; // asked for by Chromium itself, whenever it likes
      response.setHeader('access-control-allow-origin', '*').setHeader('content-type', 'text/html').end();
    });
    new WebSocketServer({ server: other as ReturnType<typeof createServer> }).on('connection', () => asked++);
    await once(other.listen(0, '127.0.0.1'), 'listening');
    otherPort = (other.address() as AddressInfo).port;
    bridge = await startBridge({
      host: '127.0.0.1',
      port: 0,
      peers: [{ name: 'NOBODY', aeTitle: 'NOBODY', host: '127.0.0.1', port: 1 }],
      webRoot: fileURLToPath(new URL('../../dist/web', import.meta.url)),
    });
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.goto(bridge.url);
    if (page.workers().length === 0) await page.waitForEvent('worker');
    asked = 0;
  });
  afterAll(async () => {
    await browser.close();
    await bridge.close();
    other.close();
  });

  const elsewhere = (host = '127.0.0.1'): [string, string] => [`http://${host}:${otherPort}/`, 'chat'];
  const blocked: Attempts = {
    fetched: 'blocked',
    webSocket: 'blocked',
    directives: ['connect-src', 'connect-src'],
  };

  test('keeps the page from another port', async () => {
    expect(await page.evaluate(attempt, elsewhere())).toEqual(blocked);
    expect(await page.evaluate(attempt, elsewhere('localhost'))).toMatchObject({ fetched: 'blocked' });
    expect(asked).toBe(0);
  });

  test('keeps the worker from another port', async () => {
    const [worker] = page.workers();
    expect(await worker!.evaluate(attempt, elsewhere())).toEqual(blocked);
    expect(asked).toBe(0);
  });

  test('lets both to their own bridge', async () => {
    const own = [new URL('bridge/v1/connect', bridge.url).href, 'dimse-bridge.v1'] as const;
    const free = { fetched: 'status 426', webSocket: 'open', directives: [] };
    expect(await page.evaluate(attempt, own)).toEqual(free);
    expect(await page.workers()[0]!.evaluate(attempt, own)).toEqual(free);
  });

  test('is what stops them: without it the other server answers', async () => {
    const free = await browser.newPage();
    await free.goto(`http://localhost:${otherPort}/`);
    asked = 0;
    expect(await free.evaluate(attempt, elsewhere())).toMatchObject({
      fetched: 'status 200',
      webSocket: 'open',
    });
    expect(asked).toBe(2);
  });
});
