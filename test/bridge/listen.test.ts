/** The DICOM port of the bridge: who may call, whom, and what becomes of it. */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Rights } from '../../bridge/access.ts';
import type { BridgeEvent, TurnedAway } from '../../bridge/events.ts';
import type { BridgeLimits } from '../../bridge/limits.ts';
import { REJECT, associateRJ } from '../../bridge/peek.ts';
import type { Bridge, BridgeOptions } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import type { Incoming, TunnelListener } from '../../core/transport/index.ts';
import { CLOSE, TUNNEL_PROTOCOL, tunnelListener } from '../../core/transport/index.ts';
import { lease, listenUrl, requestFor } from '../support/leased.ts';
import { readAll, readBytes, turns } from '../support/streams.ts';

const HERE = '127.0.0.1';
const PORTAL = 'https://portal.example';
const UNKNOWN = Buffer.from(associateRJ(REJECT.calledAETitle));
const LIMIT = Buffer.from(associateRJ(REJECT.localLimit));

let bridge: Bridge;
let events: BridgeEvent[];
beforeEach(() => void (events = []));
afterEach(() => bridge.close());

async function start(limits: Partial<BridgeLimits> = {}, more: Partial<BridgeOptions> = {}): Promise<void> {
  bridge = await startBridge({
    host: HERE,
    port: 0,
    peers: [],
    listener: { host: HERE, port: 0, pools: { page: ['WEB01', 'WEB02'] }, allowSource: ['127.0.0.0/8'] },
    limits,
    onEvent: (event) => events.push(event),
    ...more,
  });
}

/** What a caller gets back, and how it ended. */
interface Call {
  readonly socket: Socket;
  readonly answer: Promise<{ readonly bytes: Buffer; readonly error: string | undefined }>;
}

function call(...first: Uint8Array[]): Call {
  const socket = connect({ port: bridge.dicomPort!, host: HERE, noDelay: true, allowHalfOpen: true });
  const pieces: Buffer[] = [];
  let error: string | undefined;
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.on('end', () => socket.end());
  socket.on('error', (thrown: NodeJS.ErrnoException) => (error = thrown.code));
  const answer = new Promise<Awaited<Call['answer']>>((resolve) => {
    socket.once('close', () => resolve({ bytes: Buffer.concat(pieces), error }));
  });
  for (const bytes of first) socket.write(bytes);
  return { socket, answer };
}

function turnedAway(): TurnedAway[] {
  return events.flatMap((event) => (event.type === 'turned away' ? [event.outcome] : []));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turns(1);
}

/** The next connection of a listener. */
async function next(listener: TunnelListener) {
  const reader = listener.incoming.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return value!;
}

/** A control WebSocket, for what our own client never does. */
async function control(wish: object, headers: Record<string, string> = {}, query = '') {
  const webSocket = new WebSocket(listenUrl(bridge) + query, [TUNNEL_PROTOCOL], { headers });
  const messages: Record<string, unknown>[] = [];
  webSocket.on('message', (data) => messages.push(JSON.parse(String(data)) as Record<string, unknown>));
  webSocket.on('error', () => {});
  const closed = new Promise<number>((resolve) => webSocket.on('close', resolve));
  await new Promise<void>((resolve) => webSocket.once('open', () => resolve()));
  webSocket.send(typeof wish === 'string' ? wish : JSON.stringify(wish));
  return { webSocket, messages, closed };
}

/** Comes for a caller; tells `open`, or the close code. */
function accept({ ticket, node }: Pick<Incoming, 'ticket' | 'node'>, headers: Record<string, string> = {}) {
  const url = listenUrl(bridge).replace('listen', `accept/${node}`);
  const webSocket = new WebSocket(url, [TUNNEL_PROTOCOL, `ticket.${ticket}`], { headers });
  webSocket.on('open', () => webSocket.send('{"t":"hello","window":65536}'));
  return new Promise<number | 'open'>((resolve) => {
    webSocket.on('message', (data) => {
      if (String(data).includes('"open"')) resolve('open');
    });
    webSocket.on('close', (code) => resolve(code));
    webSocket.on('error', () => {});
  });
}

describe('who may call', () => {
  test('an address that is none of a peer and not allowed is closed, and counted', async () => {
    const listener = { host: HERE, port: 0, pools: { page: ['WEB01'] } };
    await start({}, { listener });
    expect((await call(requestFor('WEB01')).answer).bytes).toHaveLength(0);
    expect(turnedAway()).toEqual(['source not allowed']);
    const peer = { name: 'PACS', aeTitle: 'PACS', host: 'localhost', port: 104 };
    bridge.reconfigure({ peers: [peer], listener });
    // The name is resolved first.
    for (;;) if ((await call(requestFor('WEB01')).answer).bytes.equals(LIMIT)) break;
  });

  test.each<[string, Uint8Array, TurnedAway]>([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'not an association request'],
    ['a shorter PDU than there is', Uint8Array.of(1, 0, 0, 0, 0, 67), 'not an association request'],
    ['half a request', requestFor('WEB01').subarray(0, 73), 'silent'],
    ['nothing', new Uint8Array(0), 'silent'],
  ])('%s is closed without a word, and counted', async (_, bytes, outcome) => {
    await start({ peekTime: 100 });
    expect((await call(bytes).answer).bytes).toHaveLength(0);
    expect(turnedAway()).toEqual([outcome]);
  });

  test('nine that say nothing are eight', async () => {
    await start();
    const callers = Array.from({ length: 9 }, () => call());
    const first = await Promise.race(callers.map(({ answer }) => answer));
    expect(first.bytes).toHaveLength(0);
    expect(turnedAway()).toEqual(['too many callers']);
    for (const { socket } of callers) socket.destroy();
    await until(() => turnedAway().length === 9);
    expect((await call(requestFor('WEB09')).answer).bytes).toEqual(UNKNOWN);
  });
});

describe('whom', () => {
  test('an unknown title: 1/1/7; one of the pool that nobody holds: 2/3/2', async () => {
    await start();
    expect((await call(requestFor('WEB09')).answer).bytes).toEqual(UNKNOWN);
    expect((await call(requestFor('WEB01')).answer).bytes).toEqual(LIMIT);
    expect(turnedAway()).toEqual(['unknown AE title', 'nobody there']);
  });

  test('a rejection arrives though the rest of the request comes later', async () => {
    await start();
    const request = requestFor('WEB09', 128);
    const { socket, answer } = call(request.subarray(0, 80));
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.write(request.subarray(80));
    expect(await answer).toEqual({ bytes: UNKNOWN, error: undefined });
  });

  test('who goes on sending behind a rejection is cut off', async () => {
    await start();
    const { socket, answer } = call(requestFor('WEB09'));
    socket.removeAllListeners('end');
    const goOn = (error?: Error | null): void => {
      if (!error) setImmediate(() => socket.write(new Uint8Array(16 << 10), goOn));
    };
    goOn();
    expect((await answer).error).toMatch(/ECONNRESET|EPIPE/);
  });

  test('the page gets every byte from the first, wherever the 74 are cut', async () => {
    await start();
    const listener = await lease(bridge, { aeTitle: 'WEB01' });
    const request = requestFor('WEB01');
    for (let cut = 1; cut <= 74; cut++) {
      const { socket } = call(request.subarray(0, cut));
      setImmediate(() => socket.write(request.subarray(cut)));
      const connection = await next(listener);
      expect(await connection.opened).toMatchObject({ calledAETitle: 'WEB01', callingAETitle: 'CALLER' });
      expect(await readBytes(connection.readable, request.length)).toEqual(request);
      await connection.close();
    }
  });
});

describe('a page that is there and does not come', () => {
  test('leased and not claimed in time: 2/3/2, and withdrawn', async () => {
    await start({ claimTime: 100 });
    const { messages } = await control({ t: 'lease', aeTitle: 'WEB01' });
    expect((await call(requestFor('WEB01')).answer).bytes).toEqual(LIMIT);
    await until(() => messages.length === 3);
    expect(messages).toMatchObject([
      { t: 'leased', aeTitle: 'WEB01', host: HERE, port: bridge.dicomPort },
      { t: 'incoming', called: 'WEB01', calling: 'CALLER', remote: expect.stringContaining(HERE) },
      { t: 'withdrawn', ticket: messages[1]!['ticket'] },
    ]);
    expect(await accept(messages[1] as unknown as Incoming)).toBe(CLOSE.UNAUTHORIZED); // its ticket is over too
    expect(turnedAway()).toEqual(['not claimed']);
  });

  test('eight wait, the ninth is told at once', async () => {
    await start();
    await control({ t: 'lease', aeTitle: 'WEB01' });
    const callers = Array.from({ length: 9 }, () => call(requestFor('WEB01')));
    expect((await Promise.race(callers.map(({ answer }) => answer))).bytes).toEqual(LIMIT);
    expect(turnedAway()).toEqual(['busy']);
    for (const { socket } of callers) socket.destroy();
    await until(() => turnedAway().length === 9);
    expect(turnedAway().slice(1)).toEqual(Array(8).fill('left'));
  });

  test('one that takes a single connection takes the next when that is over', async () => {
    await start();
    const listener = await lease(bridge, { connections: 1 });
    const callers = [call(requestFor('WEB01')), call(requestFor('WEB01'))];
    const first = await next(listener);
    const second = next(listener);
    await first.opened;
    await turns(20);
    expect(bridge.tunnels()).toHaveLength(1);
    await first.close();
    expect((await (await second).opened).remote).toContain(HERE);
    for (const { socket } of callers) socket.destroy();
  });
});

describe('tickets to a caller', () => {
  async function announced(headers: Record<string, string> = {}, aeTitle = 'WEB01') {
    const page = await control({ t: 'lease', aeTitle }, headers);
    const caller = call(requestFor(aeTitle));
    await until(() => page.messages.length === 2);
    return { page, caller, incoming: page.messages[1] as unknown as Incoming };
  }

  test('one lets in once', async () => {
    await start();
    const { incoming } = await announced();
    expect(await accept(incoming)).toBe('open');
    expect(await accept(incoming)).toBe(CLOSE.UNAUTHORIZED);
    expect(JSON.stringify(events)).not.toContain(incoming.ticket);
  });

  test('one of another origin, of a made-up ticket, of another node', async () => {
    await start({}, { allowOrigins: [PORTAL] });
    const { incoming } = await announced();
    expect(await accept({ ...incoming, ticket: 'made-up' })).toBe(CLOSE.UNAUTHORIZED);
    expect(await accept({ ...incoming, node: 'elsewhere' })).toBe(CLOSE.UNKNOWN_PEER);
    expect(await accept(incoming, { origin: PORTAL })).toBe(CLOSE.UNAUTHORIZED);
    expect(await accept(incoming)).toBe(CLOSE.UNAUTHORIZED); // used up by the attempt
    const portal = await announced({ origin: PORTAL }, 'WEB02');
    expect(await accept(portal.incoming, { origin: PORTAL })).toBe('open');
  });

  test('a caller that left: 4410, and withdrawn', async () => {
    await start();
    const { page, caller, incoming } = await announced();
    caller.socket.destroy();
    await until(() => page.messages.length === 3);
    expect(page.messages[2]).toEqual({ t: 'withdrawn', ticket: incoming.ticket });
    expect(await accept(incoming)).toBe(CLOSE.CALLER_LEFT);
    expect(turnedAway()).toEqual(['left']);
  });

  test('a limit of connections: 4429, and the caller is told', async () => {
    await start({ connectionsPerPeer: 0 });
    const { caller, incoming } = await announced();
    expect(await accept(incoming)).toBe(CLOSE.LIMIT);
    expect((await caller.answer).bytes).toEqual(LIMIT);
  });
});

describe('a page that goes away', () => {
  test('in mid-association: the caller is reset at once', async () => {
    await start();
    const listener = await lease(bridge, { aeTitle: 'WEB01' });
    const { socket, answer } = call(requestFor('WEB01'));
    const connection = await next(listener);
    await readBytes(connection.readable, 74);
    socket.write(new Uint8Array(100_000));
    const began = performance.now();
    connection.abort();
    expect((await answer).error).toBe('ECONNRESET');
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test('and comes back in time: who waited is announced again', async () => {
    await start();
    const before = await control({ t: 'lease', aeTitle: 'WEB01' });
    await until(() => before.messages.length === 1);
    before.webSocket.terminate();
    await before.closed;
    const caller = call(requestFor('WEB01'));
    await turns(10);
    const secret = before.messages[0]!['secret'];
    const after = await control({ t: 'lease', aeTitle: 'WEB01', secret });
    await until(() => after.messages.length === 2);
    expect(await accept(after.messages[1] as unknown as Incoming)).toBe('open');
    caller.socket.destroy();
  });

  test('and does not: who waits is told when the grace is over', async () => {
    await start({ leaseGrace: 100 });
    const { webSocket, messages } = await control({ t: 'lease', aeTitle: 'WEB01' });
    await until(() => messages.length === 1);
    webSocket.terminate();
    expect((await call(requestFor('WEB01')).answer).bytes).toEqual(LIMIT);
    await until(() => events.some(({ type }) => type === 'lease ended'));
    expect((await lease(bridge, { aeTitle: 'WEB01' })).aeTitle).toBe('WEB01');
  });

  test('without a word: it answers no ping, and is cut off', async () => {
    await start({ pingInterval: 20, leaseGrace: 20 });
    const dead = new WebSocket(listenUrl(bridge), [TUNNEL_PROTOCOL], { autoPong: false });
    dead.on('open', () => dead.send('{"t":"lease"}'));
    const closed = new Promise<number>((resolve) => dead.on('close', resolve));
    const alive = await lease(bridge);
    expect(await closed).toBe(CLOSE.ABNORMAL);
    await until(() => events.some(({ type }) => type === 'lease ended'));
    expect(events.filter(({ type }) => type === 'lease ended')).toHaveLength(1);
    await alive.close();
  });
});

describe('what was authorised ends', () => {
  const rights: Rights = { user: 'anna', peers: [], aeTitles: ['WEB01', 'WEB02'] };
  const authorize: NonNullable<BridgeOptions['authorize']> = ({ headers }) =>
    headers.authorization === 'Bearer anna'
      ? rights
      : headers.authorization === 'Bearer bert'
        ? { ...rights, user: 'bert' }
        : undefined;
  const listener = { host: HERE, port: 0, pools: { page: ['WEB01'] }, allowSource: [HERE] };
  const getTicket = async ({ pool }: { pool?: string }): Promise<string> => {
    const response = await fetch(new URL('bridge/v1/tickets', bridge.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer anna' },
      body: JSON.stringify({ pool }),
    });
    return ((await response.json()) as { tickets: string[] }).tickets[0]!;
  };

  test.each<[string, Partial<BridgeOptions>, number]>([
    ['when the user is none any more', { rightsOf: () => undefined }, CLOSE.UNAUTHORIZED],
    ['when the title is not his', { rightsOf: () => ({ ...rights, aeTitles: [] }) }, CLOSE.FORBIDDEN],
    ['when the pool is gone', { listener: { ...listener, pools: {} } }, CLOSE.FORBIDDEN],
  ])('%s: the lease, and what came by it', async (_, more, code) => {
    await start({}, { authorize, listener });
    const page = await tunnelListener({
      url: listenUrl(bridge),
      open: (url, protocols) => new WebSocket(url, protocols),
      getTicket: getTicket as never,
    });
    const { answer } = call(requestFor('WEB01'));
    const connection = await next(page);
    await connection.opened;
    bridge.reconfigure({ peers: [], authorize, listener, ...more });
    expect(await page.closed).toMatchObject({ details: { closeCode: code } });
    await expect(readAll(connection.readable)).rejects.toMatchObject({ details: { closeCode: code } });
    expect((await answer).error).toBe('ECONNRESET');
    await expect(page.incoming.getReader().read()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  test('a ticket of a lease is worth nothing to another user', async () => {
    await start({}, { authorize, listener });
    const page = await control({ t: 'lease' }, { authorization: 'Bearer anna' });
    const callers = [call(requestFor('WEB01')), call(requestFor('WEB01'))];
    await until(() => page.messages.length === 3);
    const [one, other] = page.messages.slice(1) as unknown as [Incoming, Incoming];
    expect(await accept(one, { authorization: 'Bearer bert' })).toBe(CLOSE.UNAUTHORIZED);
    expect(await accept(other, { authorization: 'Bearer anna' })).toBe('open');
    for (const { socket } of callers) socket.destroy();
  });

  test('nobody leases without a ticket, or by one of another pool', async () => {
    await start({}, { authorize, listener });
    expect(await (await control({ t: 'lease' })).closed).toBe(CLOSE.UNAUTHORIZED);
    const stranger = tunnelListener({
      url: listenUrl(bridge),
      open: (url, protocols) => new WebSocket(url, protocols),
      pool: 'page',
      getTicket: () => getTicket({ pool: 'other' }),
    });
    await expect(stranger).rejects.toMatchObject({ details: { closeCode: CLOSE.UNAUTHORIZED } });
  });
});

describe('why there is no title', () => {
  test.each<[string, Parameters<typeof lease>[1], string, number]>([
    ['taken', { aeTitle: 'WEB01' }, 'NOT_ALLOWED', CLOSE.TITLE_TAKEN],
    ['of no pool', { aeTitle: 'WEB09' }, 'PEER_UNKNOWN', CLOSE.UNKNOWN_PEER],
    ['of an unknown pool', { pool: 'other' }, 'PEER_UNKNOWN', CLOSE.UNKNOWN_PEER],
  ])('%s', async (_, options, code, closeCode) => {
    await start();
    const first = await lease(bridge, { aeTitle: 'WEB01' });
    await expect(lease(bridge, options)).rejects.toMatchObject({ code, details: { closeCode } });
    await first.close();
    await first.close();
    expect(await first.closed).toBeUndefined();
    expect((await first.incoming.getReader().read()).done).toBe(true);
  });

  test('a bridge that does not listen says so', async () => {
    bridge = await startBridge({ host: HERE, port: 0, peers: [] });
    expect(bridge.dicomPort).toBeUndefined();
    await expect(lease(bridge)).rejects.toMatchObject({ details: { closeCode: CLOSE.UNKNOWN_PEER } });
  });

  test('no bridge; a signal', async () => {
    await start();
    const nowhere = { url: 'ws://127.0.0.1:1/bridge/v1/listen' };
    await expect(lease(bridge, nowhere)).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    const signal = AbortSignal.abort();
    await expect(lease(bridge, { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test.each(['{"t":"lease","aeTitle":" WEB01"}', '{"t":"lease","secret":"a b"}', '{"t":"hello"}', 'x'])(
    '%s is a protocol error',
    async (text) => {
      await start();
      expect(await (await control(text as never)).closed).toBe(CLOSE.PROTOCOL);
    },
  );

  test('a page that lost the bridge gets its title back by itself', async () => {
    await start();
    const sockets: WebSocket[] = [];
    const listener = await lease(bridge, {
      aeTitle: 'WEB02',
      open: (url, protocols) => {
        const webSocket = new WebSocket(url, protocols);
        sockets.push(webSocket);
        return webSocket;
      },
    });
    sockets[0]!.terminate();
    const { socket } = call(requestFor('WEB02'));
    expect(await (await next(listener)).opened).toMatchObject({ calledAETitle: 'WEB02' });
    expect(events.filter(({ type }) => type === 'leased')).toHaveLength(2);
    socket.destroy();
  });
});

test('what a bridge lists of its port, and to whom', async () => {
  await start();
  const { listening } = (await (await fetch(new URL('bridge/v1/peers', bridge.url))).json()) as never;
  expect(listening).toEqual({ host: HERE, port: bridge.dicomPort, pools: { page: ['WEB01', 'WEB02'] } });
});

test('its end: who waits is told, pages are told', async () => {
  await start();
  const listener = await lease(bridge);
  await bridge.close();
  expect(await listener.closed).toMatchObject({ details: { closeCode: CLOSE.SHUTTING_DOWN } });
});
