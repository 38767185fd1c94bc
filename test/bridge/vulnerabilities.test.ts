/** What was wrong with programs like this one, by its record, and the tests that show that it is not wrong with ours. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Rights } from '../../bridge/access/access.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import { listenTcp } from '../../bridge/node/index.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import {
  ACCEPT_PATH,
  CLOSE,
  DOOR_PATH,
  LISTEN_PATH,
  PEERS_PATH,
  TICKETS_PATH,
  TUNNEL_PATH,
  TUNNEL_PROTOCOL,
} from '../../core/transport/index.ts';
import { askOf } from '../support/ask.ts';
import { RawTunnel } from '../support/bridge.ts';

/** Of each class: where it was, what it was, and the tests by file and words of their names. */
const RECORDS: [string, string, [string, string][]][] = [
  [
    'chisel GHSA-24fp-5v3p-rvpw',
    'rights were looked at when the connection was made, and not for each channel',
    [
      ['bridge/vulnerabilities', 'each dial is looked at anew'],
      ['bridge/dial', 'is asked once, and what it says later changes nothing'],
      ['bridge/dial', 'one good address and one that is forbidden: the name is refused'],
      ['bridge/access', 'what was authorised ends'],
    ],
  ],
  [
    'chisel CVE-2024-43798',
    'a setting that was documented was never read, and the door stood open',
    [
      ['bridge/config', 'c.json: unknown key colour'],
      ['bridge/server', 'without sign-in on loopback only'],
      ['bridge/exposure', 'another address without sign-in'],
      ['bridge/exposure', 'a public URL without sign-in'],
    ],
  ],
  [
    'CVE-2025-52882, CVE-2025-49596, CVE-2026-25253, edex-ui GHSA-q8xc-f2wf-ffh9',
    'a WebSocket on loopback that any web page could open',
    [
      ['bridge/server', 'Host %s is refused'],
      ['bridge/server', 'Origin "%s" is refused'],
      ['bridge/access', 'one lets in once, to its own peer, from its own origin'],
      ['browser/strangers', 'a page of another origin'],
      ['browser/strangers', 'a rebound name gets no answer'],
    ],
  ],
  [
    'Next.js GHSA-c4j6-fc7j-m34r',
    'requests to upgrade went past what other requests were held to',
    [['bridge/vulnerabilities', 'one guard for both']],
  ],
  [
    'Nova CVE-2015-9543, bugs 1197459 and 1447679, OSSN-0008',
    'tokens in logs and URLs, and as many sessions of one as wanted',
    [
      ['bridge/vulnerabilities', 'no token and no ticket'],
      ['bridge/vulnerabilities', 'a ticket or a token in a URL lets nobody in'],
      ['bridge/access', 'several at once, up to what one user may have out'],
      ['bridge/tickets', 'lets in once, by its own pass'],
    ],
  ],
  [
    'ws, 2021 to 2026',
    'headers and fragments that cost far more than they are long',
    [
      ['bridge/vulnerabilities', 'the library is new enough'],
      ['bridge/vulnerabilities', 'a list of subprotocols'],
      ['bridge/vulnerabilities', 'more header lines than Node keeps'],
      ['bridge/vulnerabilities', 'tiny fragments without end'],
    ],
  ],
  [
    'websockify issue 404',
    'no protection against too many, or against who stands still',
    [
      ['bridge/limits', 'a page that does not read: 4429'],
      ['bridge/limits', 'a peer that does not read: 4504'],
      ['bridge/limits', 'too many WebSockets: HTTP 503'],
      ['bridge/access', 'the third is told 4429'],
    ],
  ],
];

test.each(RECORDS)('%s: %s', (_, __, tests) => {
  for (const [file, words] of tests) {
    const path = join(import.meta.dirname, '..', `${file}.test.ts`);
    const source = readFileSync(path, 'utf8');
    // The table names its own tests as well: those count where they stand a second time.
    const named = source.split(words).length - 1;
    expect(named, `${words} (${file}.test.ts)`).toBeGreaterThan(file === 'bridge/vulnerabilities' ? 1 : 0);
  }
});

const ANNA: Rights = { user: 'anna', peers: '*', aeTitles: '*' };
const SECRET = 'a-secret-that-nobody-may-read';

let listener: Awaited<ReturnType<typeof listenTcp>>;
let bridge: Bridge;
let events: BridgeEvent[];

beforeEach(async () => {
  listener = await listenTcp({ host: '127.0.0.1', port: 0 });
  events = [];
});
afterEach(async () => {
  await bridge?.close(); // none was started to read the table
  await listener.close();
});

const peers = () => [{ name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: listener.port }];
const authorize = ({ headers }: IncomingMessage): Rights | undefined =>
  headers.authorization === `Bearer ${SECRET}` ? ANNA : undefined;

async function start(signIn = false): Promise<void> {
  const dicomPort = { host: '127.0.0.1', port: 0, pools: { page: ['WEB01'] }, allowSource: [] };
  bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: peers(),
    listener: dicomPort,
    onEvent: (event) => events.push(event),
    ...(signIn && { authorize }),
  });
}

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol': TUNNEL_PROTOCOL,
};

/** Sends text as it is, and returns the first line of what comes back, and after how many milliseconds. */
async function raw(lines: readonly string[]): Promise<[string, number]> {
  const begun = performance.now();
  const socket = connect(bridge.port, '127.0.0.1').setEncoding('latin1');
  socket.write([...lines, '', ''].join('\r\n'));
  let answer = '';
  for await (const piece of socket) {
    answer += String(piece);
    if (answer.includes('\r\n')) break;
  }
  return [answer.split('\r\n')[0]!, performance.now() - begun];
}

const upgradeLines = (more: Record<string, string> = {}): string[] => [
  `GET /${TUNNEL_PATH}?peer=PACS HTTP/1.1`,
  `Host: 127.0.0.1:${bridge.port}`,
  ...Object.entries({ ...UPGRADE, ...more }).map(([name, value]) => `${name}: ${value}`),
];

test('each dial is looked at anew', async () => {
  await start();
  const first = await new RawTunnel(bridge, 'PACS').open();
  await first.ready();
  bridge.reconfigure({ peers: [] });
  expect(await first.closed).toMatchObject({ code: CLOSE.FORBIDDEN });
  const second = await new RawTunnel(bridge, 'PACS').open();
  expect(await second.closed).toMatchObject({ code: CLOSE.UNKNOWN_PEER });
  bridge.reconfigure({ peers: peers() });
  const third = await (await new RawTunnel(bridge, 'PACS').open()).ready();
  third.webSocket.terminate();
});

const PATHS = [
  '/',
  '/nothing',
  ...[PEERS_PATH, TICKETS_PATH, DOOR_PATH, TUNNEL_PATH, LISTEN_PATH, ACCEPT_PATH, `${ACCEPT_PATH}/node`].map(
    (path) => `/${path}`,
  ),
];

describe.each(PATHS)('one guard for both: %s', (path) => {
  test.each([
    ['a foreign Origin', { origin: 'https://evil.example' }, 403],
    ['a foreign Host', { host: 'evil.example' }, 421],
  ])('%s', async (_, headers, status) => {
    await start(true);
    const signedIn = { authorization: `Bearer ${SECRET}`, ...headers };
    const asked = await askOf(bridge.port, path, signedIn);
    const upgraded = await askOf(bridge.port, path, { ...UPGRADE, ...signedIn });
    const posted = await askOf(bridge.port, path, signedIn, 'POST');
    expect([asked.status, upgraded.status, posted.status]).toEqual([status, status, status]);
    expect(events.filter(({ type }) => type === 'refused')).toHaveLength(3);
  });
});

describe('secrets', () => {
  const knock = (query: string, protocols: string[]): Promise<number> =>
    new Promise((resolve) => {
      const url = `${bridge.url.replace('http', 'ws')}${TUNNEL_PATH}?peer=PACS${query}`;
      const webSocket = new WebSocket(url, protocols);
      webSocket.on('open', () => webSocket.send('{"t":"hello","window":65536}'));
      webSocket.on('message', () => webSocket.close(1000));
      webSocket.on('close', resolve).on('error', () => {});
    });
  const buy = async (): Promise<string> => {
    const answer = await fetch(`${bridge.url}${TICKETS_PATH}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
      body: '{"peer":"PACS"}',
    });
    return ((await answer.json()) as { tickets: [string] }).tickets[0];
  };

  test('no token and no ticket is told to the log, used, wrong or in the wrong place', async () => {
    await start(true);
    const tickets = [await buy(), await buy()] as const;
    const made = `${SECRET}-made-up`;
    const codes = [
      await knock('', [TUNNEL_PROTOCOL, `ticket.${tickets[0]}`]),
      await knock('', [TUNNEL_PROTOCOL, `ticket.${tickets[0]}`]),
      await knock('', [TUNNEL_PROTOCOL, `ticket.${made}`]),
      await knock(`&ticket=${tickets[1]}`, [TUNNEL_PROTOCOL]),
    ];
    await askOf(bridge.port, `/${PEERS_PATH}?token=${made}`, { authorization: `Bearer ${made}` });
    await askOf(bridge.port, `/${made}`, { host: `${made}.example`, origin: `https://${made}.example` });
    const [ok, no] = [CLOSE.NORMAL, CLOSE.UNAUTHORIZED];
    expect(codes).toEqual([ok, no, no, no]);
    expect(events.length).toBeGreaterThan(4);
    for (const secret of [SECRET, ...tickets]) expect(JSON.stringify(events)).not.toContain(secret);
  });

  test('a ticket or a token in a URL lets nobody in', async () => {
    await start(true);
    const ticket = await buy();
    for (const query of [
      `&ticket=${ticket}`,
      `&access_token=${SECRET}`,
      `&authorization=Bearer%20${SECRET}`,
    ]) {
      expect(await knock(query, [TUNNEL_PROTOCOL])).toBe(CLOSE.UNAUTHORIZED);
    }
    expect((await fetch(`${bridge.url}${PEERS_PATH}?access_token=${SECRET}`)).status).toBe(401);
    expect(await knock('', [TUNNEL_PROTOCOL, `ticket.${ticket}`])).toBe(CLOSE.NORMAL);
  });
});

describe('more than anybody needs', () => {
  test('the library is new enough', () => {
    const read = (path: string): Record<string, unknown> =>
      JSON.parse(readFileSync(join(import.meta.dirname, '../..', path), 'utf8')) as Record<string, unknown>;
    const { ws } = read('package.json')['dependencies'] as Record<string, string>;
    expect(ws).toMatch(/^\d+\.\d+\.\d+$/); // pinned
    expect(read('node_modules/ws/package.json')['version']).toBe(ws);
    const [major = 0, minor = 0] = ws!.split('.').map(Number);
    expect(major * 1000 + minor).toBeGreaterThanOrEqual(8021);
  });

  test.each([
    ['commas', ','],
    ['spaces', 'a '],
    ['names', 'a,'],
    ['tabs', '\t,'],
  ])('a list of subprotocols of 15 KiB, all %s, is answered at once', async (_, piece) => {
    await start();
    const list = `x${piece.repeat(15_360 / piece.length)}y`;
    const [status, milliseconds] = await raw(upgradeLines({ 'sec-websocket-protocol': list }));
    expect(status).toMatch(/^HTTP\/1.1 400 /);
    expect(milliseconds).toBeLessThan(1000);
  });

  test('a list of subprotocols of 16 KiB is too long', async () => {
    await start();
    const [status] = await raw(upgradeLines({ 'sec-websocket-protocol': 'a,'.repeat(8192) }));
    expect(status).toMatch(/^HTTP\/1.1 431 /);
  });

  test.each([
    ['before what matters', true],
    ['behind it', false],
  ])('more header lines than Node keeps by itself, %s, hide nothing', async (_, before) => {
    await start();
    const [request = '', host = '', ...rest] = upgradeLines();
    const flood = Array.from({ length: 2100 }, () => 'a:b');
    const lines = before ? [request, host, ...flood, ...rest] : [request, host, ...rest, ...flood];
    const [status, milliseconds] = await raw(lines);
    expect(status).toMatch(/^HTTP\/1.1 101 /);
    expect(milliseconds).toBeLessThan(1000);
    const [refused] = await raw([...lines, 'Origin: https://evil.example']);
    expect(refused).toMatch(/^HTTP\/1.1 403 /);
    expect((await askOf(bridge.port, `/${PEERS_PATH}`)).status).toBe(200);
  });

  test.each([0, 1])('tiny fragments without end, of %d bytes each, end the tunnel', async (length) => {
    await start();
    const page = await (await new RawTunnel(bridge, 'PACS').open()).ready();
    const fragment = new Uint8Array(length).fill(1);
    for (let i = 0; i < 20_000; i++) page.webSocket.send(fragment, { binary: true, fin: false });
    expect(await page.closed).toMatchObject({ code: 1008 });
    const [inbound] = await Promise.all([listener.incoming.getReader().read(), bridge.close()]);
    expect(await inbound.value!.closed).toMatchObject({ kind: 'reset' });
    expect(bridge.tunnels()).toEqual([]);
  });
});
