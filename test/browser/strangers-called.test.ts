/**
 * Who does not get a caller of the DICOM port, in a real browser: the ticket comes over the control WebSocket of the page that
 * holds the title, and each who is refused stands beside its twin that differs in the one respect and gets in.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import {
  ACCEPT_PATH,
  CLOSE,
  DOOR_PATH,
  LISTEN_PATH,
  TICKETS_PATH,
  TICKET_PREFIX,
  TUNNEL_PROTOCOL,
} from '../../core/transport/index.ts';
import { requestFor } from '../support/leased.ts';
import { describeWith } from '../support/needs.ts';
import { leaseByHand } from './client.ts';
import type { Fate, Site, Step } from './raw.ts';
import { HELLO, openSite, play } from './raw.ts';
import { launchBrowser } from './stage.ts';

const HOST = '127.0.0.1';
const TITLE = 'WEB01';
const NO_TICKET = `${CLOSE.UNAUTHORIZED} ticket`;
const REQUEST = requestFor(TITLE);

/** By their cookies. */
const USERS: Record<string, Rights> = {
  'user=anna': { user: 'anna', peers: ['PACS'], aeTitles: [TITLE] },
  'user=bert': { user: 'bert', peers: ['PACS'], aeTitles: [TITLE] },
};

/** The caller's first bytes arrive, all of them. */
const TAKES: readonly Step[] = [HELLO, { until: 'open' }, { until: REQUEST.length }];

describeWith(['chromium'], 'a caller, in Chromium,', () => {
  let browser: Browser;
  let portal: Site;
  /** With the usual limits, and one whose tickets are soon too old. */
  let [bridge, hasty]: Bridge[] = [];
  let [anna, bert, elsewhere]: Page[] = [];
  const callers: Socket[] = [];
  const events: BridgeEvent[] = [];

  beforeAll(async () => {
    portal = await openSite();
    const start = (claimTime: number): Promise<Bridge> =>
      startBridge({
        host: HOST,
        port: 0,
        peers: [{ name: 'PACS', aeTitle: 'PACS', host: HOST, port: 1 }],
        allowOrigins: [portal.origin],
        authorize: ({ headers }: IncomingMessage) => USERS[headers.cookie ?? ''],
        listener: { host: HOST, port: 0, pools: { page: [TITLE] } },
        limits: { claimTime },
        onEvent: (event) => events.push(event),
      });
    [bridge, hasty] = [await start(9500), await start(100)];
    browser = await launchBrowser();
    anna = await visit('anna', bridge.url);
    bert = await visit('bert', bridge.url);
    elsewhere = await visit('anna', `${portal.origin}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([bridge, hasty].map((each) => each?.close()));
    portal?.close();
  });
  beforeEach(() => void events.splice(0));
  afterEach(() => {
    for (const caller of callers.splice(0)) caller.destroy();
  });

  /** A page at this address in which nothing of ours runs, with the cookie of a user. */
  async function visit(user: string, url: string): Promise<Page> {
    const context = await browser.newContext();
    await context.addCookies([{ name: 'user', value: user, domain: HOST, path: '/' }]);
    const page = await context.newPage();
    await page.goto(url + DOOR_PATH);
    return page;
  }

  const at = ({ url }: Bridge, path: string): string => new URL(path, url.replace('http:', 'ws:')).href;

  function fetchTicket(page: Page, from: Bridge, purpose: object): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(purpose) };
    return page.evaluate(
      async ([url, how]) => {
        const { tickets } = (await (await fetch(url, how)).json()) as { tickets: string[] };
        return tickets[0]!;
      },
      [from.url + TICKETS_PATH, init] as const,
    );
  }

  /** Leases the title, is called, and gives the ticket and the way to the caller. */
  async function called(holder: Page, by: Bridge): Promise<{ ticket: string; url: string }> {
    const own = await fetchTicket(holder, by, { pool: 'page' });
    await holder.evaluate(leaseByHand, {
      url: `${at(by, LISTEN_PATH)}?pool=page`,
      protocols: [TUNNEL_PROTOCOL, TICKET_PREFIX + own],
    });
    const caller = connect(by.dicomPort!, HOST, () => caller.write(REQUEST));
    callers.push(caller.on('error', () => {}));
    const { ticket, node } = await holder.evaluate(() => window.call.incoming);
    return { ticket, url: at(by, `${ACCEPT_PATH}/${node}`) };
  }

  const release = (holder: Page): Promise<void> => holder.evaluate(() => window.call.release());

  async function take(page: Page, url: string, ticket?: string): Promise<number> {
    const tickets = ticket === undefined ? [] : [TICKET_PREFIX + ticket];
    const script = { url, protocols: [TUNNEL_PROTOCOL, ...tickets], steps: TAKES };
    const { code }: Fate = await page.evaluate(play, script);
    return code;
  }

  /** As the bridge counts them. */
  const denied = (): string[] =>
    events.flatMap((event) => (event.type === 'denied' ? [`${event.code} ${event.cause}`] : []));

  test('comes to the page that was told the ticket, once, and to none without', async () => {
    const { ticket, url } = await called(anna!, bridge!);
    expect([await take(anna!, url), denied()]).toEqual([CLOSE.UNAUTHORIZED, [NO_TICKET]]);
    expect([await take(anna!, url, ticket), denied()]).toEqual([0, [NO_TICKET]]);
    expect(await take(anna!, url, ticket)).toBe(CLOSE.UNAUTHORIZED);
    expect(denied()).toEqual([NO_TICKET, NO_TICKET]);
    expect(JSON.stringify(events)).not.toContain(ticket);
    await release(anna!);
  });

  test('does not come where the ticket is too old', async () => {
    const page = await visit('anna', hasty!.url);
    const { ticket, url } = await called(page, hasty!);
    await page.evaluate(() => window.call.withdrawn);
    expect([await take(page, url, ticket), denied()]).toEqual([CLOSE.UNAUTHORIZED, [NO_TICKET]]);
    await release(page);
  });

  test.each<[string, () => Page]>([
    ['to the page of another user', () => bert!],
    ['to a page of another origin of the same user', () => elsewhere!],
  ])('does not come %s, who has the ticket from elsewhere', async (_, other) => {
    const heard = await called(anna!, bridge!);
    expect([await take(other(), heard.url, heard.ticket), denied()]).toEqual([
      CLOSE.UNAUTHORIZED,
      [NO_TICKET],
    ]);
    await release(anna!);
    const own = await called(anna!, bridge!);
    expect([await take(anna!, own.url, own.ticket), denied()]).toEqual([0, [NO_TICKET]]);
    await release(anna!);
  });

  test('does not come for a ticket that was fetched for something else', async () => {
    const { ticket, url } = await called(anna!, bridge!);
    const bought = await fetchTicket(anna!, bridge!, { peer: 'PACS' });
    expect([await take(anna!, url, bought), denied()]).toEqual([CLOSE.UNAUTHORIZED, [NO_TICKET]]);
    expect([await take(anna!, url, ticket), denied()]).toEqual([0, [NO_TICKET]]);
    await release(anna!);
  });
});
