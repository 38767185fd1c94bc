/** Every close code of the tunnel, provoked, and read by our own client in a real page as code and sentence. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import type { BridgeLimits } from '../../bridge/limits.ts';
import { readTlsClient } from '../../bridge/node/index.ts';
import type { Bridge, BridgeOptions } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import {
  ACCEPT_PATH,
  CLOSE,
  LISTEN_PATH,
  MAX_FRAME,
  TUNNEL_PATH,
  TUNNEL_PROTOCOL,
  UP_WINDOW,
} from '../../core/transport/index.ts';
import { requestFor } from '../support/leased.ts';
import { describeWith } from '../support/needs.ts';
import type { Conduct, Heard } from './client.ts';
import { addClient, leaseByHand, meet } from './client.ts';
import type { Fate, Site, Step } from './raw.ts';
import { HELLO, openSite, play } from './raw.ts';
import { launchBrowser } from './stage.ts';

const HOST = '127.0.0.1';
const POOL = 'WEB';
const TITLE = 'WEB01';

/** A listener whose thread sleeps, and so accepts nobody. */
const DEAF = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** How a code comes about, and what is read then; or why it cannot. */
type Row = { readonly provoke: () => Promise<Heard>; readonly says: RegExp } | { readonly because: string };

describeWith(['chromium'], 'read in Chromium', () => {
  let browser: Browser;
  let site: Site;
  let page: Page;
  let bridge: Bridge;
  const events: BridgeEvent[] = [];
  const bridges: Bridge[] = [];
  const servers: Server[] = [];
  let peers: BridgeOptions['peers'];
  /** Called when the peer NOTES is connected. */
  let noted = (): void => {};

  async function server(onSocket: (socket: Socket) => void): Promise<number> {
    const listening = createServer((socket) => onSocket(socket.on('error', () => {})));
    servers.push(listening);
    await new Promise<void>((resolve) => void listening.listen(0, HOST, resolve));
    return (listening.address() as AddressInfo).port;
  }

  async function start(options: Partial<Omit<BridgeOptions, 'limits'>>, limits: Partial<BridgeLimits> = {}) {
    const more = { allowOrigins: [site.origin], onEvent: (event: BridgeEvent) => events.push(event) };
    const started = await startBridge({ host: HOST, port: 0, peers, limits, ...more, ...options });
    bridges.push(started);
    return started;
  }

  beforeAll(async () => {
    site = await openSite();
    const tls = await readTlsClient(true);
    const silent = await server(() => {});
    const ending = await server((socket) => socket.end());
    const closed = await server(() => {});
    await new Promise((resolve) => servers.pop()!.close(resolve));
    peers = [
      { name: 'ECHOES', port: await server((socket) => socket.pipe(socket)) },
      { name: 'SILENT', port: silent },
      { name: 'ENDS', port: ending },
      { name: 'ENDS-TLS', port: ending, tls },
      { name: 'RESETS', port: await server((socket) => socket.once('data', () => socket.resetAndDestroy())) },
      { name: 'NOTES', port: await server(() => noted()) },
      { name: 'DOWN', port: closed },
    ].map((peer) => ({ ...peer, aeTitle: peer.name.slice(0, 16), host: HOST }));
    bridge = await start({ listener: { host: HOST, port: 0, pools: { [POOL]: [TITLE] } } });
    browser = await launchBrowser();
    page = await visit();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(bridges.map((each) => each.close()));
    for (const each of servers) each.close();
    site?.close();
  });

  async function visit(): Promise<Page> {
    const visited = await browser.newPage();
    await visited.goto(site.origin);
    await addClient(visited);
    return visited;
  }

  const at = (path: string, port = bridge.port): string => `ws://${HOST}:${port}/${path}`;
  const tunnelTo = (peer: string, more: Partial<Conduct> = {}): Promise<Heard> =>
    page.evaluate(meet, { url: at(TUNNEL_PATH), peer, ...more });
  /** Through a bridge of its own. */
  const via = async (peer: string, options: Partial<BridgeOptions>, limits: Partial<BridgeLimits> = {}) =>
    tunnelTo(peer, { url: at(TUNNEL_PATH, (await start(options, limits)).port) });

  /** By hand: our client sends no more than it may. */
  const raw = (peer: string, steps: readonly Step[]): Promise<Fate> =>
    page.evaluate(play, { url: `${at(TUNNEL_PATH)}?peer=${peer}`, protocols: [TUNNEL_PROTOCOL], steps });
  /** Open, with the first byte of an A-ASSOCIATE-RQ sent. */
  const OPENED: readonly Step[] = [HELLO, { until: 'open' }, { send: [1] }];

  const REQUEST = [...requestFor('ECHOES')];
  const text = (line: string): number[] => [...new TextEncoder().encode(line)];

  /** Something between page and bridge breaks once the peer is called. */
  async function cutOff(): Promise<Heard> {
    const port = await server((socket) => {
      const onward = connect(behind.port, HOST).on('error', () => {});
      noted = () => socket.destroy();
      socket.on('close', () => onward.destroy());
      socket.pipe(onward).pipe(socket);
    });
    const behind = await start({ allowHosts: [`${HOST}:${port}`] });
    return tunnelTo('NOTES', { url: at(TUNNEL_PATH, port) });
  }

  /** The peer's host takes no more connections: the queue of a listener that accepts none is full. */
  async function unanswered(): Promise<Heard> {
    const busy = new Worker(DEAF, { eval: true });
    const [port] = (await once(busy, 'message')) as [number];
    const queued = Array.from({ length: 4 }, () => connect(port, HOST).on('error', () => {}));
    await once(queued[0]!, 'connect');
    const deaf = { name: 'DEAF', aeTitle: 'DEAF', host: HOST, port };
    const heard = await via('DEAF', { peers: [deaf] }, { connectTime: 500 });
    for (const socket of queued) socket.destroy();
    await busy.terminate();
    return heard;
  }

  /** A page that is closed gives its title back. */
  async function giveBack(holder: Page): Promise<void> {
    await holder.close();
    await expect.poll(() => events.some(({ type }) => type === 'lease ended')).toBe(true);
  }

  async function callerLeft(): Promise<Heard> {
    const away = await visit();
    await away.evaluate(leaseByHand, { url: at(LISTEN_PATH), protocols: [TUNNEL_PROTOCOL] });
    const caller = connect(bridge.dicomPort!, HOST, () => caller.write(requestFor(TITLE)));
    caller.on('error', () => {});
    const { ticket, node } = await away.evaluate(() => window.call.incoming);
    caller.destroy();
    await away.evaluate(() => window.call.withdrawn);
    const heard = await away.evaluate(meet, {
      url: at(`${ACCEPT_PATH}/${node}`),
      peer: 'the caller',
      ticket,
    });
    await giveBack(away);
    return heard;
  }

  /** Browsers say this code when a page is left; nobody is there to read it but the bridge. */
  async function pageLeft(): Promise<Heard> {
    const left = await visit();
    const connected = new Promise<void>((resolve) => (noted = resolve));
    left.evaluate(meet, { url: at(TUNNEL_PATH), peer: 'NOTES' }).catch(() => {}); // goes with the page
    await connected;
    await left.goto('about:blank');
    await left.close();
    await expect.poll(() => codes()).toContain(CLOSE.GOING_AWAY);
    return { code: CLOSE.GOING_AWAY, sentence: '' };
  }

  const codes = (): number[] => events.flatMap((event) => ('code' in event ? [event.code] : []));

  const ROWS: Record<keyof typeof CLOSE, Row> = {
    NORMAL: { provoke: () => tunnelTo('ENDS'), says: /^ENDS closed the connection\.$/ },
    GOING_AWAY: { provoke: pageLeft, says: /^$/ },
    ABNORMAL: {
      provoke: cutOff,
      says: /^The connection to the bridge broke; check that the bridge runs/,
    },
    TOO_BIG: {
      provoke: () => tunnelTo('SILENT', { first: 'x'.repeat(MAX_FRAME + 1) }),
      says: /^The bridge refused a frame as too long;/,
    },
    PROTOCOL: {
      provoke: () => tunnelTo('SILENT', { first: 'hello' }),
      says: /^a control message is not JSON\.$/,
    },
    UNAUTHORIZED: {
      provoke: () => via('SILENT', { authorize: () => undefined }),
      says: /^The bridge wants a new sign-in;/,
    },
    FORBIDDEN: {
      provoke: () => tunnelTo('SILENT', { bytes: text('GET / HTTP/1.1\r\n\r\n') }),
      says: /^The bridge let nothing through to SILENT: not an association request\.$/,
    },
    UNKNOWN_PEER: { provoke: () => tunnelTo('NOBODY'), says: /^The bridge knows no peer named NOBODY;/ },
    CONNECT_TIMEOUT: { provoke: unanswered, says: /DEAF/ },
    TITLE_TAKEN: {
      provoke: async () => {
        const holder = await visit();
        await holder.evaluate(leaseByHand, { url: at(LISTEN_PATH), protocols: [TUNNEL_PROTOCOL] });
        const heard = await tunnelTo(TITLE, { url: at(LISTEN_PATH), lease: TITLE });
        await giveBack(holder);
        return heard;
      },
      says: /^Another page uses this AE title;/,
    },
    CALLER_LEFT: { provoke: callerLeft, says: /^The caller left before its connection was accepted;/ },
    LIMIT: {
      provoke: () =>
        raw('SILENT', [...OPENED, { zeros: 32 * UP_WINDOW, frame: MAX_FRAME }, { until: 'close' }]),
      says: /bytes came where \d+ were granted\.$/,
    },
    RESET: {
      provoke: () => tunnelTo('RESETS', { bytes: REQUEST }),
      says: /^The connection to RESETS \(.*\) was cut off \(ECONNRESET\);/,
    },
    CONNECT_FAILED: {
      provoke: () => tunnelTo('DOWN'),
      says: /^Could not connect to DOWN \(127\.0\.0\.1:\d+\): nothing listens there;/,
    },
    SHUTTING_DOWN: {
      provoke: async () => {
        const brief = await start({});
        noted = () => void brief.close();
        return tunnelTo('NOTES', { url: at(TUNNEL_PATH, brief.port) });
      },
      says: /^The bridge is shutting down;/,
    },
    IDLE: { provoke: () => via('SILENT', {}, { requestTime: 100 }), says: /SILENT/ },
    TLS_FAILED: { provoke: () => via('ENDS-TLS', {}), says: /ENDS-TLS.*TLS/ },
  };

  test.each(Object.entries(CLOSE))('%s, %i', async (name, code) => {
    const row = ROWS[name as keyof typeof CLOSE];
    if ('because' in row) return expect(row.because).not.toBe('');
    events.splice(0);
    const heard = await row.provoke();
    expect(heard).toMatchObject({ code, sentence: expect.stringMatching(row.says) });
    await expect.poll(() => codes()).toContain(code);
  });

  describe('an acknowledgement', () => {
    const N = REQUEST.length;
    /** Sends a request that comes back, acknowledges, and sees whether another byte still comes back. */
    const acknowledging = async (...totals: (string | number)[]): Promise<Fate> => {
      const acks = totals.map((total): Step => ({ say: `{"t":"ack","n":${total}}` }));
      return raw('ECHOES', [
        HELLO,
        { send: REQUEST },
        { until: N },
        ...acks,
        { send: [0] },
        { until: N + 1 },
      ]);
    };

    test.each<[string, (string | number)[], RegExp]>([
      ['beyond what was sent', [N + 1], /bytes are acknowledged, \d+ were sent\.$/],
      ['that falls', [N, N - 1], /^the acknowledged total fell to \d+ bytes\.$/],
      ['of half a byte', [N - 0.5], /is not a whole number from 0 on\.$/],
      ['of 2^53', ['9007199254740992'], /is not a whole number from 0 on\.$/],
      ['of 2^53 - 1', ['9007199254740991'], /bytes are acknowledged, \d+ were sent\.$/],
      ['below nothing', [-1], /is not a whole number from 0 on\.$/],
      ['in words', ['"1"'], /is not a whole number from 0 on\.$/],
    ])('%s ends the tunnel: 4400', async (_, totals, says) => {
      const fate = await acknowledging(...totals);
      expect(fate).toEqual({
        code: CLOSE.PROTOCOL,
        reason: 'protocol error',
        sentence: expect.stringMatching(says),
      });
    });

    test('of what was sent, rising or again the same, does not', async () => {
      expect((await acknowledging(N - 1, N, N)).code).toBe(0);
    });
  });
});
