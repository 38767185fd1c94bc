/** What an operator sees: the log, the metrics, health; and an end that lets pages finish. */
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import { Journal, logLine } from '../../bridge/record/journal.ts';
import { LateMetrics } from '../../bridge/record/late-metrics.ts';
import { Metrics } from '../../bridge/record/metrics.ts';
import { listenTcp } from '../../bridge/node/index.ts';
import type { Bridge, BridgeOptions } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import type { Connection } from '../../core/transport/index.ts';
import { CLOSE, TUNNEL_PROTOCOL } from '../../core/transport/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { askOf } from '../support/ask.ts';
import { RawTunnel } from '../support/bridge.ts';
import { readBytes } from '../support/streams.ts';

const TOKEN = 'bearer-token-of-anna-0123456789';
/** What no log may hold, whoever sent it and wherever. */
const SECRETS = [TOKEN, 'DOE^JANE', 'evil.example', 'hunter2', 'SELECT'];

let listener: Awaited<ReturnType<typeof listenTcp>>;
let inbound: ReadableStreamDefaultReader<Connection>;
let bridge: Bridge;
let events: BridgeEvent[];
let metrics: Metrics;
let folder: string;
let journal: Journal;

beforeEach(async () => {
  listener = await listenTcp({ host: '127.0.0.1', port: 0 });
  inbound = listener.incoming.getReader();
  events = [];
  folder = await mkdtemp(join(tmpdir(), 'webdimse-'));
  journal = new Journal(join(folder, 'log'), { failed: (error) => expect.unreachable(error.message) });
});
afterEach(async () => {
  await bridge.close();
  await listener.close();
  journal.close();
  await rm(folder, { recursive: true });
});

async function start(more: Partial<BridgeOptions> = {}): Promise<void> {
  metrics = new Metrics({ isPeer: (name) => name === 'PACS' });
  bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: [{ name: 'PACS', aeTitle: 'ARCHIVE', host: '127.0.0.1', port: listener.port }],
    metrics,
    onEvent(event) {
      events.push(event);
      metrics.count(event);
      journal.write(event);
      heard();
    },
    ...more,
  });
  metrics.watch(bridge);
}

let heard = (): void => {};
/** Waits until an event of this kind was told. */
async function told(type: BridgeEvent['type'], count = 1): Promise<void> {
  while (events.filter((event) => event.type === type).length < count) {
    await new Promise<void>((resolve) => (heard = resolve));
  }
}

const ask = (path: string, headers: Record<string, string> = {}): ReturnType<typeof askOf> =>
  askOf(bridge.port, path, headers);
const authorize = ({ headers }: IncomingMessage) =>
  headers.authorization === `Bearer ${TOKEN}`
    ? { user: 'anna', peers: ['PACS'], aeTitles: ['ANNA'] }
    : undefined;

function request(callingAETitle: string): Uint8Array {
  return encodePdu({
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAETitle: 'ARCHIVE',
    callingAETitle,
    applicationContext: '1.2.840.10008.3.1.1.1',
    contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }],
    userInformation: {},
  });
}

async function ticket(): Promise<string> {
  const response = await fetch(new URL('bridge/v1/tickets', bridge.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: '{"peer":"PACS"}',
  });
  return ((await response.json()) as { tickets: string[] }).tickets[0]!;
}

/** A page with this ticket, that sends these bytes and waits for the end. */
async function visit(
  shown: string,
  bytes: Uint8Array,
  then?: (webSocket: WebSocket) => Promise<void>,
): Promise<number> {
  const url = `ws://127.0.0.1:${bridge.port}/bridge/v1/connect?peer=PACS&name=DOE^JANE`;
  const webSocket = new WebSocket(url, [TUNNEL_PROTOCOL, `ticket.${shown}`], {
    origin: `http://127.0.0.1:${bridge.port}`,
  });
  const closed = once(webSocket, 'close') as Promise<[number]>;
  await once(webSocket, 'open');
  webSocket.send('{"t":"hello","window":1048576}');
  webSocket.send(bytes);
  await then?.(webSocket);
  return (await closed)[0];
}

describe('the log', () => {
  test('holds who called whom and how much, and nothing else, whatever is sent', async () => {
    await start({ authorize });
    const origin = { origin: `http://127.0.0.1:${bridge.port}` };
    const fetched = await fetch(new URL('bridge/v1/tickets', bridge.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...origin },
      body: '{"peer":"PACS","count":3}',
    });
    const { tickets } = (await fetched.json()) as { tickets: [string, string, string] };
    const payload = new TextEncoder().encode('DOE^JANE'.padEnd(500, '.'));
    const rq = request('ANNA');
    await visit(tickets[0], rq, async (webSocket) => {
      webSocket.send(payload);
      const { value: peer } = await inbound.read();
      await readBytes(peer!.readable, rq.length + payload.length);
      webSocket.close(1000, 'hunter2');
    });
    expect(await visit(tickets[1], request('DOE^JANE'))).toBe(CLOSE.FORBIDDEN);
    expect(await visit(tickets[2], new TextEncoder().encode('GET /?DOE^JANE HTTP/1.1'))).toBe(
      CLOSE.FORBIDDEN,
    );
    expect(await visit('hunter2', payload)).toBe(CLOSE.UNAUTHORIZED);
    await ask('/?q=SELECT', { host: 'evil.example' });
    await ask('/bridge/v1/peers', { origin: 'https://evil.example', cookie: 'hunter2' });
    await ask('/bridge/v1/peers', { authorization: 'Bearer hunter2' });
    await ask('/DOE^JANE?hunter2');
    connect(bridge.port, '127.0.0.1').end('SELECT hunter2\r\n\r\n');
    await told('closed', 3);
    await told('refused', 5);
    const text = await readFile(join(folder, 'log'), 'utf8');
    for (const secret of [...SECRETS, ...tickets]) {
      // A title that somebody borrows is what such a log is for; here it is a name as well.
      const elsewhere = text.replaceAll('"callingAETitle":"DOE^JANE"', '');
      expect(elsewhere).not.toContain(secret);
    }
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => [line['event'], line['code'] ?? line['status'], line['cause']])).toEqual(
      expect.arrayContaining([
        ['closed', 1000, undefined],
        ['closed', 4403, 'title'],
        ['closed', 4403, 'not-an-RQ'],
        ['denied', 4401, 'ticket'],
        ['refused', 421, 'host'],
        ['refused', 403, 'origin'],
        ['refused', 401, 'user'],
        ['refused', 404, 'path'],
        ['refused', 400, 'malformed'],
      ]),
    );
    const ended = lines.find(({ event, code }) => event === 'closed' && code === 1000);
    expect(ended).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      event: 'closed',
      connection: 1,
      user: 'anna',
      origin: `http://127.0.0.1:${bridge.port}`,
      peer: 'PACS',
      inbound: false,
      callingAETitle: 'ANNA',
      calledAETitle: 'ARCHIVE',
      bytesUp: rq.length + payload.length,
      bytesDown: 0,
      milliseconds: expect.any(Number),
      code: 1000,
    });
  });

  test('leaves out what is no AE title', () => {
    const event = { type: 'turned away', outcome: 'unknown AE title', remote: '10.0.0.5:1' } as const;
    const line = logLine({ ...event, calledAETitle: 'WEB\n01', callingAETitle: 'PACS' }, new Date(0));
    expect(JSON.parse(line)).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      event: 'turned away',
      remote: '10.0.0.5:1',
      callingAETitle: 'PACS',
      outcome: 'unknown AE title',
    });
  });

  test('goes on in a new file once the old one was moved away', async () => {
    await start();
    await ask('/nothing');
    await rename(join(folder, 'log'), join(folder, 'log.1'));
    await ask('/nothing');
    journal.reopen();
    await ask('/nothing');
    const count = async (name: string) => (await readFile(join(folder, name), 'utf8')).split('\n').length - 1;
    expect([await count('log.1'), await count('log')]).toEqual([2, 1]);
  });

  test('that cannot be written is told once', async () => {
    await start();
    const failures: string[] = [];
    const full = new Journal('/dev/full', { failed: ({ code }) => failures.push(code!) });
    full.write({ type: 'page lost' });
    full.write({ type: 'page lost' });
    full.close();
    expect(failures).toEqual(['ENOSPC']);
  });
});

describe('the metrics', () => {
  async function samples(): Promise<string[]> {
    const { status, body, headers } = await ask('/metrics');
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    return body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }

  test('count what happened before what counts was loaded', async () => {
    const late = new LateMetrics({ isPeer: () => false });
    late.count({ type: 'page lost' });
    late.watch({ tunnels: () => [{ bytesDown: 7, bytesUp: 0, held: 0 }] });
    late.count({ type: 'page lost' });
    expect((await late.read()).text).toMatch(/^webdimse_pages_lost_total 2$/m);
    late.count({ type: 'page lost' });
    const { text, contentType } = await late.read();
    expect(text).toMatch(/^webdimse_pages_lost_total 3$/m);
    expect(text).toMatch(/^webdimse_bytes_total\{direction="down"\} 7$/m);
    expect(contentType).toMatch(/^text\/plain/);
  });

  test('count what happened, and tell what is open', async () => {
    await start();
    await ask('/', { host: 'evil.example' });
    const raw = await new RawTunnel(bridge, 'PACS').open();
    raw.bytes(100);
    const { value: peer } = await inbound.read();
    await readBytes(peer!.readable, 100);
    const nobody = new RawTunnel(bridge, 'NOBODY');
    await nobody.closed;
    expect(await samples()).toEqual(
      expect.arrayContaining([
        'webdimse_refused_total{status="421",cause="host"} 1',
        'webdimse_denied_total{code="4404",cause="peer",reason="unknown peer"} 1',
        'webdimse_tunnels_opened_total{direction="out",peer="PACS"} 1',
        'webdimse_tunnels_open 1',
        'webdimse_bytes_total{direction="up"} 100',
        'webdimse_held_bytes 0',
        'webdimse_draining 0',
      ]),
    );
    raw.webSocket.close(4999, 'whatever a page likes');
    await told('closed');
    expect(await samples()).toEqual(
      expect.arrayContaining([
        'webdimse_tunnels_closed_total{direction="out",peer="PACS",code="other",cause=""} 1',
        'webdimse_tunnels_open 0',
        'webdimse_bytes_total{direction="up"} 100',
      ]),
    );
  });

  test('are for those whom the operator lists, where users sign in', async () => {
    await start({ authorize });
    expect((await ask('/metrics')).status).toBe(401);
    const anna = { authorization: `Bearer ${TOKEN}` };
    expect((await ask('/metrics', anna)).status).toBe(403);
    bridge.reconfigure({ peers: [], authorize, metricsUsers: ['anna'] });
    const { status, body } = await ask('/metrics', anna);
    expect(status).toBe(200);
    expect(body).not.toContain('anna');
    expect((await ask('/metrics', { ...anna, host: 'evil.example' })).status).toBe(421);
  });

  test('count tickets', async () => {
    await start({ authorize, metricsUsers: ['anna'] });
    await visit(await ticket(), new Uint8Array()); // of no page: its origin is another
    const { body } = await ask('/metrics', { authorization: `Bearer ${TOKEN}` });
    expect(body).toContain('webdimse_tickets_total{outcome="issued"} 1');
    expect(body).toContain('webdimse_tickets_total{outcome="refused"} 1');
  });

  test('are there where they are wanted, and found at the bound address behind a public one', async () => {
    await start({ publicUrl: 'http://127.0.0.1:1/dimse/' });
    expect((await ask('/')).status).toBe(307);
    expect((await ask('/metrics')).status).toBe(200);
    await bridge.close();
    await start({ metrics: undefined });
    expect((await ask('/metrics')).status).toBe(404);
  });
});

describe('draining', () => {
  test('takes nothing new, lets what is open end, and says so', async () => {
    await start({ webRoot: folder });
    const raw = await new RawTunnel(bridge, 'PACS').open();
    raw.bytes(10);
    const { value: peer } = await inbound.read();
    await readBytes(peer!.readable, 10);
    expect((await ask('/healthz', { host: 'any.example' })).status).toBe(200);
    let over = false;
    const drained = bridge.drain().then(() => (over = true));
    const { status, headers } = await ask('/healthz');
    expect([status, headers['content-security-policy']]).toEqual([503, expect.stringContaining("'none'")]);
    expect((await ask('/bridge/v1/peers')).status).toBe(503);
    const late = new RawTunnel(bridge, 'PACS');
    expect(await late.closed).toEqual({ code: CLOSE.SHUTTING_DOWN, reason: 'shutting down' });
    raw.bytes(10);
    await readBytes(peer!.readable, 10);
    expect(over).toBe(false);
    raw.webSocket.close(1000);
    await drained;
    expect(await raw.closed).toMatchObject({ code: 1000 });
    expect(events.filter(({ type }) => type === 'draining')).toHaveLength(1);
    await expect(ask('/healthz')).rejects.toThrow('ECONNREFUSED');
  });

  test('ends with its time: 4503', async () => {
    await start({ limits: { drainTime: 30 } });
    const raw = await new RawTunnel(bridge, 'PACS').open();
    await raw.ready();
    await bridge.drain();
    expect(await raw.closed).toMatchObject({ code: CLOSE.SHUTTING_DOWN });
  });

  test('can be cut short', async () => {
    await start();
    const raw = await new RawTunnel(bridge, 'PACS').open();
    await raw.ready();
    const drained = bridge.drain();
    await bridge.close();
    expect(await raw.closed).toMatchObject({ code: CLOSE.SHUTTING_DOWN });
    await drained;
  });
});

test('a bridge that was closed leaves no timer behind', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  await start({ listener: { host: '127.0.0.1', port: 0, pools: { web: ['WEB01'] } } });
  const raw = await new RawTunnel(bridge, 'PACS').open();
  await raw.ready();
  await bridge.close();
  await raw.closed;
  expect(timers()).toBeLessThanOrEqual(before);
});
