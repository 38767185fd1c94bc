/** The routes of the bridge and the guard before them. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import type { Answer } from '../support/ask.ts';
import { askOf } from '../support/ask.ts';

const PEERS = [{ name: 'PACS', aeTitle: 'ARCHIVE', host: '127.0.0.1', port: 11112 }];
const events: BridgeEvent[] = [];
let bridge: Bridge;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webdimse-'));
  await writeFile(join(folder, 'secret.txt'), 'not for the page');
  await mkdir(join(folder, 'web/assets'), { recursive: true });
  await writeFile(join(folder, 'web/index.html'), '<title>page</title>');
  await writeFile(join(folder, 'web/assets/index-abc123.js'), 'export {};');
  await writeFile(join(folder, 'web/assets/index-abc123.js.br'), 'brotli');
  await writeFile(join(folder, 'web/assets/index-abc123.js.gz'), 'zipped');
  await writeFile(join(folder, 'web/lone.gz'), 'a file of its own');
  await symlink(join(folder, 'secret.txt'), join(folder, 'web/link.txt'));
  bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: PEERS,
    webRoot: join(folder, 'web'),
    onEvent: (event) => events.push(event),
  });
});
afterAll(async () => {
  await bridge.close();
  await rm(folder, { recursive: true });
});

function ask(path: string, headers?: Record<string, string>, method?: string): Promise<Answer> {
  return askOf(bridge.port, path, headers, method);
}

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol': 'dimse-bridge.v1',
};
const ROUTES: [string, string, Record<string, string>, number][] = [
  ['file', '/', {}, 200],
  ['JSON', '/bridge/v1/peers', {}, 200],
  ['upgrade', '/bridge/v1/connect?peer=PACS', UPGRADE, 101],
];

describe.each(ROUTES)('the guard before the %s', (_, path, more, passes) => {
  test.each(['127.0.0.1:PORT', 'localhost:PORT', 'LocalHost:PORT', '[::1]:PORT'])(
    'Host %s passes',
    async (host) => {
      expect((await ask(path, { ...more, host })).status).toBe(passes);
    },
  );

  test.each([
    'evil.example:PORT',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:1',
    '127.0.0.2:PORT',
    'localhost.evil.example:PORT',
    '127.0.0.1:PORT.evil.example',
    'evil.example@127.0.0.1:PORT',
    '::1:PORT',
    '0.0.0.0:PORT',
    '2130706433:PORT',
  ])('Host %s is refused', async (host) => {
    const { status, body } = await ask(path, { ...more, host });
    expect(status).toBe(421);
    expect(body).toContain(`Call this bridge as 127.0.0.1:${bridge.port}`);
    expect(body).not.toContain('evil');
  });

  test.each(['http://127.0.0.1:PORT', 'http://localhost:PORT', 'http://[::1]:PORT'])(
    'Origin %s passes',
    async (origin) => {
      expect((await ask(path, { ...more, origin })).status).toBe(passes);
    },
  );

  test.each([
    'null',
    '',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'http://evil.example',
    'http://localhost:PORT.evil.example',
    'http://127.0.0.1:PORT/',
    'http://127.0.0.1:PORT http://evil.example',
  ])('Origin "%s" is refused', async (origin) => {
    expect((await ask(path, { ...more, origin })).status).toBe(403);
  });
});

test('a refusal is told to the log, without what was sent', async () => {
  events.length = 0;
  await ask('/patient?name=DOE', { host: 'evil.example' });
  expect(events).toEqual([
    { type: 'refused', status: 421, cause: 'host', reason: expect.not.stringContaining('evil') },
  ]);
});

test.each([
  ['GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: evil.example\r\n\r\n', ' 400 '],
  ['GET / HTTP/1.0\r\n\r\n', ' 400 '],
  [
    'GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\nOrigin: http://x\r\n\r\n',
    ' 403 ',
  ],
  ['GET http://127.0.0.1:PORT/ HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n', ' 400 '],
  ['OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n', ' 400 '],
  ['CONNECT evil.example:80 HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n', ' 405 '],
  ['nonsense\r\n\r\n', ' 400 '],
])('raw request %j', async (text, status) => {
  const socket = connect(bridge.port, '127.0.0.1');
  socket.end(text.replaceAll('PORT', String(bridge.port)));
  let answer = '';
  for await (const piece of socket.setEncoding('latin1')) answer += String(piece);
  expect(answer.split('\r\n')[0]).toContain(status);
});

describe('upgrades', () => {
  test('another path, no subprotocol of ours', async () => {
    expect((await ask('/bridge/v1/other', UPGRADE)).status).toBe(404);
    expect((await ask('/', UPGRADE)).status).toBe(404);
    const { status, body } = await ask('/bridge/v1/connect', {
      ...UPGRADE,
      'sec-websocket-protocol': 'chat',
    });
    expect([status, body]).toEqual([400, 'The WebSocket subprotocol here is dimse-bridge.v1.']);
  });

  test('of several subprotocols ours is chosen; no compression is agreed on', async () => {
    const { headers } = await ask('/bridge/v1/connect', {
      ...UPGRADE,
      'sec-websocket-protocol': 'ticket.abc, dimse-bridge.v1',
      'sec-websocket-extensions': 'permessage-deflate',
    });
    expect(headers['sec-websocket-protocol']).toBe('dimse-bridge.v1');
    expect(headers['sec-websocket-extensions']).toBeUndefined();
  });

  test('a plain GET is told what to do', async () => {
    expect((await ask('/bridge/v1/connect')).status).toBe(426);
  });
});

describe('files', () => {
  test('have their type, their caching, and the headers that shut the page in', async () => {
    const page = await ask('/');
    expect(page.body).toBe('<title>page</title>');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    const policy = page.headers['content-security-policy'];
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self';/);
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${bridge.port};`);
    expect(policy).not.toContain('unsafe');
    const script = await ask('/assets/index-abc123.js?v=1');
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  test('are not sent again where they did not change', async () => {
    const { headers } = await ask('/index.html');
    const again = await ask('/index.html', { 'if-none-match': headers.etag! });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  test.each([
    ['br, gzip', 'br', 'brotli'],
    ['gzip, deflate, br;q=0.5', 'br', 'brotli'],
    ['gzip;q=1.0, br;q=0', 'gzip', 'zipped'],
    ['BR; q=0.000, identity', undefined, 'export {};'],
    ['deflate', undefined, 'export {};'],
    ['', undefined, 'export {};'],
  ])('are sent to who takes %j as %s', async (accepted, encoding, body) => {
    const answer = await ask('/assets/index-abc123.js', { 'accept-encoding': accepted });
    expect([answer.headers['content-encoding'], answer.body]).toEqual([encoding, body]);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'Accept-Encoding',
      'content-length': String(body.length),
    });
    const again = { 'accept-encoding': accepted, 'if-none-match': answer.headers.etag! };
    expect((await ask('/assets/index-abc123.js', again)).status).toBe(304);
    const plain = await ask('/assets/index-abc123.js', { 'if-none-match': answer.headers.etag! });
    expect(plain.status).toBe(encoding === undefined ? 304 : 200);
  });

  test('have no address in a compressed form', async () => {
    expect((await ask('/assets/index-abc123.js.br')).status).toBe(404);
    expect((await ask('/lone.gz')).body).toBe('a file of its own');
  });

  test('HEAD sends no body, other methods get 405', async () => {
    const head = await ask('/', {}, 'HEAD');
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '19']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await ask('/bridge/v1/peers', {}, method);
      expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    }
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/../index.html',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/link.txt',
    '/assets',
    '/assets/',
    '/constructor',
    '/__proto__',
    '/%00',
    '/index.html/',
  ])('%s is not there', async (path) => {
    const { status, body } = await ask(path);
    expect([status, body]).toEqual([404, 'Nothing is here.\n']);
  });

  test('without a built page the answer says what to do', async () => {
    const bare = await startBridge({
      host: 'localhost',
      port: 0,
      peers: [],
      webRoot: join(folder, 'absent'),
    });
    const response = await fetch(bare.url);
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(/npm run build/);
    await bare.close();
  });
});

test('GET /bridge/v1/peers lists who can be called', async () => {
  const { headers, body } = await ask('/bridge/v1/peers');
  expect(headers['content-type']).toBe('application/json');
  expect(headers['cache-control']).toBe('no-store');
  expect(JSON.parse(body)).toEqual({ peers: PEERS });
});

describe('starting', () => {
  test('without sign-in on loopback only', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.1', 'example.org', '']) {
      await expect(startBridge({ host, port: 0, peers: [] })).rejects.toMatchObject({ code: 'USAGE' });
    }
  });

  test('not on a port in use', async () => {
    await expect(startBridge({ host: '127.0.0.1', port: bridge.port, peers: [] })).rejects.toMatchObject({
      code: 'USAGE',
      details: { reason: 'EADDRINUSE', port: bridge.port },
      message: expect.stringContaining(String(bridge.port)),
    });
  });

  test('closing frees the port, and may be asked again', async () => {
    const first = await startBridge({ host: '127.0.0.1', port: 0, peers: [] });
    await fetch(first.url);
    await Promise.all([first.close(), first.close()]);
    const second = await startBridge({ host: '127.0.0.1', port: first.port, peers: [] });
    await second.close();
  });
});
