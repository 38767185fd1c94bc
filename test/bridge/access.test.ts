/** Users, tickets, names and origins through the bridge itself; each refusal beside its twin that gets in. */
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RawData } from 'ws';
import { WebSocket } from 'ws';
import type { Rights } from '../../bridge/access/access.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import { parseAllowedTarget } from '../../bridge/dial/addresses.ts';
import { listenTcp } from '../../bridge/node/index.ts';
import type { Bridge, BridgeOptions, BridgeSettings } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { CLOSE, TUNNEL_PROTOCOL } from '../../core/transport/index.ts';
import { requestFor } from '../support/leased.ts';
import { turns } from '../support/streams.ts';

const PORTAL = 'https://portal.example';
const USERS: Record<string, Rights> = {
  'Bearer anna': { user: 'anna', peers: ['PACS'], aeTitles: ['ANNA'] },
  'Bearer bert': { user: 'bert', peers: ['OTHER'], aeTitles: ['BERT'] },
  'Bearer late': { user: 'late', peers: '*', aeTitles: '*', expires: 1 },
};

let listener: Awaited<ReturnType<typeof listenTcp>>;
let bridge: Bridge;
let events: BridgeEvent[];

beforeEach(async () => {
  listener = await listenTcp({ host: '127.0.0.1', port: 0 });
  events = [];
});
afterEach(async () => {
  await bridge.close();
  await listener.close();
});

function settings(more: Partial<BridgeSettings> = {}): BridgeSettings {
  const peer = (name: string) => ({ name, aeTitle: name, host: '127.0.0.1', port: listener.port });
  return {
    peers: [peer('PACS'), peer('OTHER')],
    allowOrigins: [PORTAL],
    authorize: ({ headers }: IncomingMessage) => USERS[headers.authorization ?? ''],
    ...more,
  };
}

async function start(more: Partial<BridgeOptions> = {}): Promise<void> {
  bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    onEvent: (event) => events.push(event),
    ...settings(),
    ...more,
  });
}

const at = (path: string): URL => new URL(path, `http://127.0.0.1:${bridge.port}/`);

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(at('bridge/v1/tickets'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer anna', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function ticket(peer = 'PACS', headers: Record<string, string> = {}): Promise<string> {
  const response = await post({ peer }, headers);
  expect(response.status).toBe(200);
  const { tickets } = (await response.json()) as { tickets: string[] };
  return tickets[0]!;
}

/** Knocks with a hello; tells `open`, or the close code. */
function knock(
  options: { peer?: string; target?: string; ticket?: string; headers?: Record<string, string> } = {},
): Promise<number | 'open'> & { webSocket: WebSocket } {
  const { peer = 'PACS', headers = {} } = options;
  const protocols = [TUNNEL_PROTOCOL, ...(options.ticket === undefined ? [] : [`ticket.${options.ticket}`])];
  const wanted = options.target === undefined ? `peer=${peer}` : `target=${options.target}`;
  const url = at(`bridge/v1/connect?${wanted}`).href.replace('http', 'ws');
  const webSocket = new WebSocket(url, protocols, { headers });
  webSocket.on('open', () => webSocket.send('{"t":"hello","window":65536}'));
  const outcome = new Promise<number | 'open'>((resolve) => {
    webSocket.on('message', (data: RawData) => {
      if (String(data).includes('"open"')) resolve('open');
    });
    webSocket.on('close', (code) => resolve(code));
    webSocket.on('error', () => {});
    webSocket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0));
  });
  return Object.assign(outcome, { webSocket });
}

describe('tickets', () => {
  test('one lets in once, to its own peer, from its own origin', async () => {
    await start();
    const good = await ticket();
    expect(await knock({ ticket: good, peer: 'OTHER' })).toBe(CLOSE.UNAUTHORIZED);
    expect(await knock({ ticket: good })).toBe(CLOSE.UNAUTHORIZED); // used up by the attempt
    expect(await knock({ ticket: await ticket() })).toBe('open');
    const portal = { origin: PORTAL };
    expect(await knock({ ticket: await ticket(), headers: portal })).toBe(CLOSE.UNAUTHORIZED);
    expect(await knock({ ticket: await ticket('PACS', portal), headers: portal })).toBe('open');
    expect(await knock({ ticket: await ticket('PACS', portal) })).toBe(CLOSE.UNAUTHORIZED);
    expect(await knock({ ticket: 'made-up' })).toBe(CLOSE.UNAUTHORIZED);
    expect(await knock()).toBe(CLOSE.UNAUTHORIZED);
    const denied = events.filter(({ type }) => type === 'denied');
    expect(denied).toHaveLength(6);
    expect(JSON.stringify(events)).not.toContain(good);
  });

  test('end with their lifetime', async () => {
    await start({ limits: { ticketLifetime: 0 } });
    expect(await knock({ ticket: await ticket() })).toBe(CLOSE.UNAUTHORIZED);
  });

  test('several at once, up to what one user may have out', async () => {
    await start({ limits: { tickets: 9 } });
    const eight = (await (await post({ peer: 'PACS', count: 8 })).json()) as { tickets: string[] };
    expect(new Set(eight.tickets).size).toBe(8);
    expect((await post({ peer: 'PACS', count: 2 })).status).toBe(429);
    expect((await post({ peer: 'PACS', count: 1 })).status).toBe(200);
  });

  test.each<[string, unknown, Record<string, string>, number]>([
    ['nobody', { peer: 'PACS' }, { authorization: 'Bearer eve' }, 401],
    ['somebody whose sign-in ended', { peer: 'PACS' }, { authorization: 'Bearer late' }, 401],
    ['a user, to a peer of others', { peer: 'OTHER' }, {}, 403],
    ['a page of another origin', { peer: 'PACS' }, { origin: 'https://evil.example' }, 403],
    ['a form', 'peer=PACS', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
    ['a form that looks like JSON', '{"peer":"PACS"}', { 'content-type': 'text/plain' }, 400],
    ['no JSON', 'peer', {}, 400],
    ['too many', { peer: 'PACS', count: 9 }, {}, 400],
    ['half a ticket', { peer: 'PACS', count: 0.5 }, {}, 400],
    ['nothing', {}, {}, 400],
    ['a list', [], {}, 400],
    ['an endless body', { peer: 'x'.repeat(5000) }, {}, 400],
  ])('%s gets none', async (_, body, headers, status) => {
    await start();
    expect((await post(body, headers)).status).toBe(status);
  });

  test('a header that no page can set stands for a ticket; a cookie does not', async () => {
    await start({
      authorize: ({ headers }) =>
        USERS[headers.authorization ?? ''] ?? (headers.cookie === 'anna' ? USERS['Bearer anna'] : undefined),
    });
    expect(await knock({ headers: { authorization: 'Bearer anna' } })).toBe('open');
    expect(await knock({ headers: { cookie: 'anna' } })).toBe(CLOSE.UNAUTHORIZED);
    expect((await post({ peer: 'PACS' }, { authorization: '', cookie: 'anna' })).status).toBe(200);
  });

  test('an authorize that fails lets nobody in', async () => {
    await start({ authorize: () => Promise.reject(new Error('directory is down')) });
    expect((await post({ peer: 'PACS' })).status).toBe(401);
  });
});

describe('what a user sees', () => {
  test('only the peers he may call', async () => {
    await start();
    const asked = await fetch(at('bridge/v1/peers'), { headers: { authorization: 'Bearer bert' } });
    expect(await asked.json()).toMatchObject({ peers: [{ name: 'OTHER' }] });
    expect((await fetch(at('bridge/v1/peers'))).status).toBe(401);
    expect(await knock({ peer: 'PACS', headers: { authorization: 'Bearer bert' } })).toBe(CLOSE.FORBIDDEN);
    // Whether a peer exists that he may not call is not told.
    expect(await knock({ peer: 'NONE', headers: { authorization: 'Bearer bert' } })).toBe(CLOSE.FORBIDDEN);
  });

  test('his AE titles, and whether addresses without a name are called for him', async () => {
    USERS['Bearer carl'] = { user: 'carl', peers: [], aeTitles: '*', targets: true };
    const seen = async (user: string): Promise<unknown> =>
      (await fetch(at('bridge/v1/peers'), { headers: { authorization: `Bearer ${user}` } })).json();
    await start({ allowTargets: [parseAllowedTarget('10.0.0.0/8:104')] });
    expect(await seen('anna')).toMatchObject({ aeTitles: ['ANNA'] });
    expect(await seen('anna')).not.toHaveProperty('targets');
    expect(await seen('carl')).toEqual({ peers: [], targets: true });
    bridge.reconfigure(settings()); // no network is allowed any more
    expect(await seen('carl')).toEqual({ peers: [] });
  });

  test('the door tells a listed portal what it is taken for, and nothing else', async () => {
    await start();
    const door = async (headers: Record<string, string>): Promise<unknown> =>
      (await fetch(at('bridge/v1/door'), { headers })).json();
    expect(await door({ origin: PORTAL })).toEqual({ origin: PORTAL, ticket: true, user: null });
    expect(await door({ origin: PORTAL, authorization: 'Bearer anna' })).toEqual({
      origin: PORTAL,
      ticket: true,
      user: 'anna',
    });
    const foreign = await fetch(at('bridge/v1/door'), { headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a listed portal may read answers and post; others may not even ask', async () => {
    await start();
    const ask = (origin: string): Promise<Response> =>
      fetch(at('bridge/v1/tickets'), { method: 'OPTIONS', headers: { origin } });
    const listed = await ask(PORTAL);
    expect([listed.status, listed.headers.get('access-control-allow-origin')]).toEqual([204, PORTAL]);
    expect(listed.headers.get('access-control-allow-headers')).toContain('authorization');
    expect((await ask('https://evil.example')).status).toBe(403);
    expect((await ask('https://portal.example.evil.example')).status).toBe(403);
    expect((await ask('http://portal.example')).status).toBe(403);
  });
});

describe('before a byte goes out', () => {
  test.each([
    ['a borrowed calling AE title', requestFor('PACS', 'BERT')],
    ['another called AE title', requestFor('OTHER', 'ANNA')],
    ['HTTP', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')],
  ])('%s: 4403, and nothing is relayed', async (_, bytes) => {
    await start();
    const knocking = knock({ ticket: await ticket() });
    expect(await knocking).toBe('open');
    const inbound = (await listener.incoming.getReader().read()).value!;
    const closed = new Promise<number>((resolve) => knocking.webSocket.on('close', resolve));
    knocking.webSocket.send(bytes);
    expect(await closed).toBe(CLOSE.FORBIDDEN);
    await expect(inbound.readable.getReader().read()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('its twin gets through, and the log knows the titles', async () => {
    await start();
    const knocking = knock({ ticket: await ticket() });
    expect(await knocking).toBe('open');
    const bytes = requestFor('PACS', 'ANNA');
    knocking.webSocket.send(bytes);
    const inbound = (await listener.incoming.getReader().read()).value!;
    expect((await inbound.readable.getReader().read()).value).toEqual(bytes);
    expect(bridge.tunnels()[0]).toMatchObject({ callingAETitle: 'ANNA', calledAETitle: 'PACS' });
  });
});

describe('addresses without a name', () => {
  const allow = (text: string) => ({ allowTargets: [parseAllowedTarget(text)] });
  const here = (): string => `127.0.0.1:${listener.port}`;
  const loopback = (): object => allow(`127.0.0.0/8:${listener.port}`);
  const user: Rights = { user: 'cleo', peers: [], aeTitles: ['CLEO'], targets: true };
  const authorize = ({ headers }: IncomingMessage): Rights | undefined =>
    headers.authorization === 'Bearer cleo' ? user : USERS[headers.authorization ?? ''];
  const cleo = { headers: { authorization: 'Bearer cleo' } };

  test('only where the operator allows them, at the ports that he names', async () => {
    await start({ ...loopback(), authorize: undefined });
    expect(await knock({ target: here() })).toBe('open');
    expect(await knock({ target: '127.0.0.1:1' })).toBe(CLOSE.FORBIDDEN);
    expect(await knock({ target: '10.0.0.5:104' })).toBe(CLOSE.FORBIDDEN);
    expect(await knock({ target: 'nonsense' })).toBe(CLOSE.FORBIDDEN);
    bridge.reconfigure(settings({ authorize: undefined }));
    expect(await knock({ target: here() })).toBe(CLOSE.FORBIDDEN);
  });

  test('a wide network does not open this machine, in any spelling; nor the bridge itself', async () => {
    await start({ ...allow(`0.0.0.0/0:${listener.port}`), authorize: undefined });
    for (const host of ['127.0.0.1', 'localhost', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]', '2130706433']) {
      expect(await knock({ target: `${host}:${listener.port}` }), host).toBe(CLOSE.FORBIDDEN);
    }
    bridge.reconfigure(settings({ ...allow(`127.0.0.0/8:${bridge.port}`), authorize: undefined }));
    expect(await knock({ target: `127.0.0.1:${bridge.port}` })).toBe(CLOSE.FORBIDDEN);
  });

  test('only by whom they are allowed, with tickets of their own', async () => {
    await start({ ...loopback(), authorize });
    expect(await knock({ target: here(), ...cleo })).toBe('open');
    expect(await knock({ target: here(), headers: { authorization: 'Bearer anna' } })).toBe(CLOSE.FORBIDDEN);
    const ask = (as: string) => post({ target: here() }, { authorization: `Bearer ${as}` });
    expect((await ask('anna')).status).toBe(403);
    const { tickets } = (await (await ask('cleo')).json()) as { tickets: string[] };
    expect(await knock({ target: here(), ticket: tickets[0]! })).toBe('open');
    expect((await post({ target: here(), peer: 'PACS' })).status).toBe(400);
  });

  test('the calling title is held to the user, the called one is the address’s own', async () => {
    await start({ ...loopback(), authorize });
    const knocking = knock({ target: here(), ...cleo });
    expect(await knocking).toBe('open');
    knocking.webSocket.send(requestFor('ANYTHING', 'CLEO'));
    const inbound = (await listener.incoming.getReader().read()).value!;
    expect((await inbound.readable.getReader().read()).done).toBe(false);
    const borrowed = knock({ target: here(), ...cleo });
    expect(await borrowed).toBe('open');
    const closed = new Promise<number>((resolve) => borrowed.webSocket.on('close', resolve));
    borrowed.webSocket.send(requestFor('ANYTHING', 'ANNA'));
    expect(await closed).toBe(CLOSE.FORBIDDEN);
  });

  test('end when they are allowed no more', async () => {
    await start({ ...loopback(), authorize: undefined });
    const knocking = knock({ target: here() });
    expect(await knocking).toBe('open');
    const closed = new Promise<number>((resolve) => knocking.webSocket.on('close', resolve));
    bridge.reconfigure(settings({ ...allow(`127.0.0.0/8:${listener.port}`), authorize: undefined }));
    expect(knocking.webSocket.readyState).toBe(WebSocket.OPEN);
    bridge.reconfigure(settings({ ...allow(`10.0.0.0/8:${listener.port}`), authorize: undefined }));
    expect(await closed).toBe(CLOSE.FORBIDDEN);
  });
});

describe('what was authorised ends', () => {
  async function opened(headers: Record<string, string> = {}): Promise<{ closed: Promise<number> }> {
    const knocking = knock({ ticket: await ticket('PACS', headers), headers });
    expect(await knocking).toBe('open');
    return { closed: new Promise((resolve) => knocking.webSocket.on('close', resolve)) };
  }

  test.each<[string, Partial<BridgeSettings>, number]>([
    ['when the user is none any more', { rightsOf: () => undefined }, CLOSE.UNAUTHORIZED],
    [
      'when the user may not call the peer any more',
      { rightsOf: (rights) => ({ ...rights, peers: [] }) },
      CLOSE.FORBIDDEN,
    ],
    ['when the peer is gone', { peers: [] }, CLOSE.FORBIDDEN],
    [
      'when the peer is elsewhere',
      { peers: [{ name: 'PACS', aeTitle: 'PACS', host: '127.0.0.2', port: 104 }] },
      CLOSE.FORBIDDEN,
    ],
  ])('%s', async (_, more, code) => {
    await start();
    const { closed } = await opened();
    bridge.reconfigure(settings(more));
    expect(await closed).toBe(code);
  });

  test('when the user may not call by the title any more', async () => {
    await start();
    const knocking = knock({ ticket: await ticket() });
    expect(await knocking).toBe('open');
    const closed = new Promise<number>((resolve) => knocking.webSocket.on('close', resolve));
    knocking.webSocket.send(requestFor('PACS', 'ANNA'));
    while (bridge.tunnels()[0]?.callingAETitle === undefined) await turns(1);
    const aeTitles = (...titles: string[]) => settings({ rightsOf: (now) => ({ ...now, aeTitles: titles }) });
    bridge.reconfigure(aeTitles('OTHER', 'ANNA'));
    expect(knocking.webSocket.readyState).toBe(WebSocket.OPEN);
    expect(bridge.tunnels()).toHaveLength(1);
    bridge.reconfigure(aeTitles('OTHER'));
    expect(await closed).toBe(CLOSE.FORBIDDEN);
    while (bridge.tunnels().length > 0) await turns(1);
    expect(events.at(-1)).toMatchObject({ type: 'closed', cause: 'title' });
  });

  test('when the page’s origin is listed no more; another page’s tunnel goes on', async () => {
    await start();
    const { closed } = await opened({ origin: PORTAL });
    const own = knock({ ticket: await ticket() });
    expect(await own).toBe('open');
    bridge.reconfigure(settings({ allowOrigins: [] }));
    expect(await closed).toBe(CLOSE.FORBIDDEN);
    expect(own.webSocket.readyState).toBe(WebSocket.OPEN);
  });

  test('when the sign-in expires', async () => {
    const expires = Date.now() + 300;
    const brief: Rights = { user: 'brief', peers: '*', aeTitles: '*', expires };
    await start({ authorize: () => brief, limits: { reviewInterval: 20 } });
    const { closed } = await opened();
    expect(await closed).toBe(CLOSE.UNAUTHORIZED);
    expect(Date.now()).toBeGreaterThanOrEqual(expires);
  });
});

describe('limits', () => {
  const headers = { authorization: 'Bearer anna' };
  test.each([
    ['connections', { connections: 2 }],
    ['connections of a user', { connectionsPerUser: 2 }],
    ['connections to a peer', { connectionsPerPeer: 2 }],
    ['connections of a user to a peer', { connectionsPerPeerAndUser: 2 }],
    ['opens in a minute', { opensPerMinute: 2 }],
  ])('%s: the third is told 4429, the first two stay', async (_, limits) => {
    await start({ limits });
    const first = [knock({ headers }), knock({ headers })];
    expect(await Promise.all(first)).toEqual(['open', 'open']);
    expect(await knock({ headers })).toBe(CLOSE.LIMIT);
    expect(first.map(({ webSocket }) => webSocket.readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  });
});
