/**
 * Who does not get in, in a real browser: each beside its twin that differs in the one respect and gets in, and each
 * counted by the bridge, so that it is the bridge who refuses and not the browser.
 */
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import type { Bridge, BridgeSettings } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import {
  CLOSE,
  DOOR_PATH,
  LISTEN_PATH,
  PEERS_PATH,
  TICKETS_PATH,
  TUNNEL_PATH,
  TUNNEL_PROTOCOL,
} from '../../core/transport/index.ts';
import { requestFor } from '../support/leased.ts';
import { describeWith } from '../support/needs.ts';
import type { Fate, Site, Step } from './raw.ts';
import { HELLO, openSite, play } from './raw.ts';
import { WEB_ROOT, buildPage, launchBrowser } from './stage.ts';

const HOST = '127.0.0.1';
const NO_TICKET = `${CLOSE.UNAUTHORIZED} ticket`;
const EVIL = 'evil.example';
const FRIEND = 'friend.example';
/** The title that the requests of `requestFor` call as. */
const CALLER = 'CALLER';

const USERS: Record<string, Rights> = {
  'Bearer anna': { user: 'anna', peers: ['PACS'], aeTitles: [CALLER, 'WEB01'] },
  'Bearer bert': { user: 'bert', peers: ['PACS', 'OTHER'], aeTitles: ['BERT'] },
};

describeWith(['chromium'], 'in Chromium', () => {
  let browser: Browser;
  let peer: Server;
  /** What reached the peer, in bytes. */
  let relayed = 0;
  let [stranger, portal]: Site[] = [];
  /** Without sign-in; with it; and the same with tickets that are too old at once. */
  let [bridge, guarded, late]: Bridge[] = [];
  /** One page for each origin. */
  const pages = new Map<string, Page>();
  const events: BridgeEvent[] = [];

  beforeAll(async () => {
    await buildPage();
    peer = createServer((socket: Socket) => {
      socket
        .on('error', () => {})
        .on('data', (bytes) => {
          relayed += bytes.length;
          socket.write(bytes);
        });
    });
    await new Promise<void>((resolve) => void peer.listen(0, HOST, resolve));
    [stranger, portal] = [await openSite(), await openSite()];
    const { port } = peer.address() as AddressInfo;
    const open: BridgeSettings = {
      peers: ['PACS', 'OTHER'].map((name) => ({ name, aeTitle: name, host: HOST, port })),
      allowOrigins: [portal.origin],
    };
    const signIn: BridgeSettings = {
      ...open,
      authorize: ({ headers }: IncomingMessage) => USERS[headers.authorization ?? ''],
      listener: {
        host: HOST,
        port: 0,
        pools: { WEB: ['WEB01'], MORE: ['WEB02'] },
      },
    };
    const start = (settings: BridgeSettings, ticketLifetime = 30_000): Promise<Bridge> =>
      startBridge({
        host: HOST,
        port: 0,
        webRoot: WEB_ROOT,
        limits: { ticketLifetime },
        onEvent: (event) => events.push(event),
        ...settings,
      });
    bridge = await start(open);
    bridge.reconfigure({ ...open, allowHosts: [`${FRIEND}:${bridge.port}`] });
    [guarded, late] = [await start(signIn), await start(signIn, 0)];
    const names = [EVIL, FRIEND].map((name) => `MAP ${name} ${HOST}`).join(', ');
    browser = await launchBrowser([`--host-resolver-rules=${names}`]);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([bridge, guarded, late].map((each) => each?.close()));
    for (const site of [stranger, portal]) site?.close();
    peer?.close();
  });
  beforeEach(() => void events.splice(0));

  /**
   * A page at this origin that nothing of ours runs in. It comes over the network: one that the test would put there
   * had no address, and the browser would keep it from this machine before the bridge could.
   */
  async function at(origin: string): Promise<Page> {
    const open = pages.get(origin);
    if (open !== undefined) return open;
    const page = await browser.newPage();
    pages.set(origin, page);
    await page.goto(`${origin}/${DOOR_PATH}`);
    return page;
  }

  const origin = ({ port }: Bridge, name = HOST): string => `http://${name}:${port}`;

  async function knock(page: Page, to: string, steps: readonly Step[], ticket?: string): Promise<Fate> {
    const tickets = ticket === undefined ? [] : [`ticket.${ticket}`];
    const url = to.replace('http', 'ws');
    return page.evaluate(play, { url, protocols: [TUNNEL_PROTOCOL, ...tickets], steps });
  }

  /** What a page gets by fetch: the status, or that the browser tells it nothing. */
  const ask = (page: Page, url: string, init: RequestInit = {}): Promise<number | 'nothing'> =>
    page.evaluate(
      ([to, how]) =>
        fetch(to, how).then(
          ({ status }) => status,
          () => 'nothing' as const,
        ),
      [url, init] as const,
    );

  /** What the door has sent away; a browser also asks for icons that are not there. */
  const refused = (): string[] =>
    events.flatMap((event) =>
      event.type === 'refused' && (event.cause === 'host' || event.cause === 'origin')
        ? [`${event.status} ${event.cause}`]
        : [],
    );
  const denied = (): string[] =>
    events.flatMap((event) => (event.type === 'denied' ? [`${event.code} ${event.cause}`] : []));

  const OPENS: Step[] = [HELLO, { until: 'open' }];
  const toPeer = (to: string, name = 'PACS'): string => `${to}/${TUNNEL_PATH}?peer=${name}`;

  describe('a page of another origin', () => {
    test('opens no WebSocket; a listed one does', async () => {
      const closed = await knock(await at(stranger!.origin), toPeer(origin(bridge!)), OPENS);
      expect([closed.code, refused()]).toEqual([CLOSE.ABNORMAL, ['403 origin']]);
      expect((await knock(await at(portal!.origin), toPeer(origin(bridge!)), OPENS)).code).toBe(0);
      expect(refused()).toEqual(['403 origin']);
    });

    const json: RequestInit = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"peer":"PACS"}',
    };
    test.each<[string, string, RequestInit, number | 'nothing']>([
      ['reads no list of peers', PEERS_PATH, {}, 200],
      ['gets no ticket', TICKETS_PATH, json, 200],
      [
        'is not heard with a form',
        TICKETS_PATH,
        { method: 'POST', mode: 'no-cors', body: 'peer=PACS' },
        'nothing',
      ],
    ])('%s; a listed one is', async (_, path, init, listed) => {
      const url = `${origin(bridge!)}/${path}`;
      expect(await ask(await at(stranger!.origin), url, init)).toBe('nothing');
      expect(refused()).toEqual(['403 origin']);
      expect(await ask(await at(portal!.origin), url, init)).toBe(listed);
      expect(refused()).toEqual(['403 origin']);
    });

    test('reads nothing that it asks for without Origin: the answer says whose it is', async () => {
      const url = `${origin(bridge!)}/${PEERS_PATH}`;
      expect(await ask(await at(stranger!.origin), url, { mode: 'no-cors' })).toBe('nothing');
      expect(await ask(await at(origin(bridge!)), url, { mode: 'no-cors' })).toBe(200);
      expect(refused()).toEqual([]);
    });
  });

  test('a rebound name gets no answer, no WebSocket and no page; a name of ours all three', async () => {
    const visit = async (name: string): Promise<unknown[]> => {
      const own = origin(bridge!, name);
      const page = await at(own);
      const read = await counting(() => ask(page, `${own}/${PEERS_PATH}`));
      const fate = await counting(() => knock(page, toPeer(own), OPENS));
      const response = await counting(() => page.goto(`${own}/`));
      return [read, fate?.code, response?.status()];
    };
    // A browser asks again where it is told 421, so only whether it is counted is looked at.
    const counting = async <T>(action: () => Promise<T>): Promise<T> => {
      const before = refused().length;
      const result = await action();
      counted.push(refused().length > before);
      return result;
    };
    const counted: boolean[] = [];
    expect(await visit(EVIL)).toEqual([421, CLOSE.ABNORMAL, 421]);
    expect(new Set(refused())).toEqual(new Set(['421 host']));
    expect(counted.splice(0)).toEqual([true, true, true]);
    expect(await visit(FRIEND)).toEqual([200, 0, 200]);
    expect(counted).toEqual([false, false, false]);
  });

  describe('a ticket', () => {
    /** Where WebSockets go in by a ticket that a page fetches. */
    interface Entrance {
      readonly path: string;
      readonly purpose: object;
      /** Another, of which bert has a ticket. */
      readonly foreign: object;
      /** What is done there. */
      readonly steps: readonly Step[];
    }
    const ENTRANCES: Record<string, Entrance> = {
      connect: {
        path: `${TUNNEL_PATH}?peer=PACS`,
        purpose: { peer: 'PACS' },
        foreign: { peer: 'OTHER' },
        steps: OPENS,
      },
      listen: {
        path: `${LISTEN_PATH}?pool=WEB`,
        purpose: { pool: 'WEB' },
        foreign: { pool: 'MORE' },
        steps: [{ say: '{"t":"lease"}' }, { until: 'leased' }, { say: '{"t":"release"}' }],
      },
    };

    function fetchTicket(page: Page, from: Bridge, purpose: object, user = 'anna'): Promise<string> {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${user}` };
      const init = { method: 'POST', headers, body: JSON.stringify(purpose) };
      return page.evaluate(
        async ([url, how]) => {
          const { tickets } = (await (await fetch(url, how)).json()) as { tickets: string[] };
          return tickets[0]!;
        },
        [`${origin(from)}/${TICKETS_PATH}`, init] as const,
      );
    }

    describe.each(Object.entries(ENTRANCES))('at %s', (_, { path, purpose, foreign, steps }) => {
      const enter = async (page: Page, to: Bridge, ticket?: string): Promise<number> =>
        (await knock(page, `${origin(to)}/${path}`, steps, ticket)).code;

      test('that is fresh and its own lets in, once', async () => {
        const page = await at(origin(guarded!));
        const ticket = await fetchTicket(page, guarded!, purpose);
        expect([await enter(page, guarded!, ticket), denied()]).toEqual([0, []]);
        expect(await enter(page, guarded!, ticket)).toBe(CLOSE.UNAUTHORIZED);
        expect(await enter(page, guarded!)).toBe(CLOSE.UNAUTHORIZED);
        expect(denied()).toEqual([NO_TICKET, NO_TICKET]);
        expect(JSON.stringify(events)).not.toContain(ticket);
      });

      test('that is too old does not', async () => {
        const page = await at(origin(late!));
        const ticket = await fetchTicket(page, late!, purpose);
        expect(await enter(page, late!, ticket)).toBe(CLOSE.UNAUTHORIZED);
        expect(denied()).toEqual([NO_TICKET]);
      });

      test('of another user for something else does not', async () => {
        const page = await at(origin(guarded!));
        const ticket = await fetchTicket(page, guarded!, foreign, 'bert');
        expect(await enter(page, guarded!, ticket)).toBe(CLOSE.UNAUTHORIZED);
        expect(denied()).toEqual([NO_TICKET]);
      });

      test('of a page of another origin lets in that page, and no other', async () => {
        const [own, other] = [await at(origin(guarded!)), await at(portal!.origin)];
        const tickets = [
          await fetchTicket(other, guarded!, purpose),
          await fetchTicket(other, guarded!, purpose),
        ];
        expect(await enter(own, guarded!, tickets[0])).toBe(CLOSE.UNAUTHORIZED);
        expect(await enter(other, guarded!, tickets[1])).toBe(0);
        expect(denied()).toEqual([NO_TICKET]);
      });
    });

    describe('opens a tunnel, and the first bytes', () => {
      const REQUEST = [...requestFor('PACS')];
      const HTTP = [...new TextEncoder().encode('GET / HTTP/1.1\r\nHost: pacs\r\n\r\n')];
      test.each<[string, string, number[], string]>([
        ['with a calling AE title of another user', 'bert', REQUEST, 'calling AE title not allowed'],
        ['that are HTTP', 'anna', HTTP, 'not an association request'],
        [
          'with another called AE title',
          'anna',
          [...requestFor('OTHER')],
          'called AE title is not that of the peer',
        ],
      ])('%s go nowhere', async (_, user, bytes, reason) => {
        const page = await at(origin(guarded!));
        const before = relayed;
        const ticket = await fetchTicket(page, guarded!, { peer: 'PACS' }, user);
        const steps = [HELLO, { until: 'open' }, { send: bytes }, { until: 'close' }];
        const fate = await knock(page, toPeer(origin(guarded!)), steps, ticket);
        expect(fate).toMatchObject({ code: CLOSE.FORBIDDEN, reason });
        expect(fate.sentence).toBe(`The bridge let nothing through to PACS: ${reason}.`);
        await expect
          .poll(() => events.at(-1))
          .toMatchObject({ type: 'closed', code: CLOSE.FORBIDDEN, bytesUp: 0 });
        expect(relayed).toBe(before);
      });

      test('that are as they should be come through, and back', async () => {
        const page = await at(origin(guarded!));
        const before = relayed;
        const ticket = await fetchTicket(page, guarded!, { peer: 'PACS' });
        const steps = [HELLO, { send: REQUEST }, { until: REQUEST.length }];
        expect((await knock(page, toPeer(origin(guarded!)), steps, ticket)).code).toBe(0);
        expect(relayed).toBe(before + REQUEST.length);
      });
    });
  });

  test('no path leads out of the folder of the page; its files are there', async () => {
    const page = await at(origin(bridge!));
    const own = origin(bridge!);
    const climbs = ['..', '%2e%2e', '%2E.', '.%00.', '..;', '%252e%252e', '%c0%ae%c0%ae'].flatMap((up) =>
      ['/', '%2f', '\\', '%5c'].flatMap((slash) =>
        // Two folders up, and one more from `assets`: the bridge could read it.
        ['', `assets${slash}${up}${slash}`].map((start) => `${start}${up}${slash}${up}${slash}package.json`),
      ),
    );
    const others = ['assets', 'assets/', '%00', 'C:%5c', 'file:%2f%2f%2fetc%2fpasswd', '/etc/passwd'];
    const answers = await page.evaluate(
      (urls) => Promise.all(urls.map(async (url) => [url, (await fetch(url)).status] as const)),
      [...climbs, ...others].map((path) => `${own}/${path}`),
    );
    expect(answers.filter(([, status]) => status !== 404)).toEqual([]);
    const script = await page.evaluate(
      async (url) => /src="(.*?\.js)"/.exec(await (await fetch(url)).text())![1]!,
      `${own}/`,
    );
    expect(await ask(page, new URL(script, `${own}/`).href)).toBe(200);
  });
});
