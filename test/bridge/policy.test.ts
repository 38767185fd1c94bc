/** Every answer of the bridge, whoever makes it, carries the policy that shuts the page in; none goes without. */
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';

const PORTAL = 'https://portal.example';
const CODEC_WORKER = 'assets/codec-worker-B2f_x-9a.js';
const LIKE_CODEC_WORKER = [
  'codec-worker-B2f_x-9a.js',
  'assets/codec-worker.js',
  'assets/codec-worker-B2f_x-9a.js.map',
  'assets/my-codec-worker-B2f_x-9a.js',
  'assets/codec-worker-B2f_x-9a/index.js',
  'assets/jpeg-B2f_x-9a.js',
];
let bridge: Bridge;
let folder: string;
const events: BridgeEvent[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webdimse-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<title>page</title>');
  await writeFile(join(folder, 'assets/worker-abc123.js'), 'export {};');
  for (const name of [CODEC_WORKER, ...LIKE_CODEC_WORKER]) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), 'export {};');
  }
  bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: [{ name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: 1 }],
    webRoot: folder,
    allowHosts: ['second.example'],
    allowOrigins: [PORTAL],
    frameAncestors: [PORTAL],
    authorize: ({ headers }: IncomingMessage) =>
      headers.authorization === 'Bearer anna' ? { user: 'anna', peers: ['PACS'], aeTitles: '*' } : undefined,
    limits: { headerTime: 200, bodyTime: 200, headerBytes: 4096, tickets: 1, webSockets: 1 },
    onEvent: (event) => events.push(event),
  });
});
afterAll(async () => {
  await bridge.close();
  await rm(folder, { recursive: true });
});

interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

/** What comes back on a connection of its own, byte for byte as sent. */
async function raw(text: string): Promise<RawAnswer> {
  const socket = connect(bridge.port, '127.0.0.1');
  socket.write(text.replaceAll('PORT', String(bridge.port)));
  let answer = '';
  for await (const piece of socket.setEncoding('latin1')) {
    answer += String(piece);
    if (answer.includes('\r\n\r\n')) break;
  }
  const [first = '', ...lines] = answer.split('\r\n\r\n')[0]!.split('\r\n');
  const fields = lines.map(
    (line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 2)] as const,
  );
  return { status: Number(first.split(' ')[1]), headers: new Map(fields) };
}

const HOST = 'Host: 127.0.0.1:PORT\r\n';
const ANNA = 'Authorization: Bearer anna\r\n';
const get = (path: string, more = '', host = HOST): string => `GET ${path} HTTP/1.1\r\n${host}${more}\r\n`;
const post = (body: string, more = ''): string =>
  `POST /bridge/v1/tickets HTTP/1.1\r\n${HOST}${more}Content-Type: application/json\r\n` +
  `Content-Length: ${body.length}\r\n\r\n${body}`;
const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
const KEY = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const OURS = 'Sec-WebSocket-Protocol: dimse-bridge.v1\r\n';
const TUNNEL = '/bridge/v1/connect?peer=PACS';

test.each<[string, string, number]>([
  ['the page', get('/'), 200],
  ['a worker', get('/assets/worker-abc123.js'), 200],
  ['the peers', get('/bridge/v1/peers', ANNA), 200],
  ['the door', get('/bridge/v1/door'), 200],
  ['health', get('/healthz', '', 'Host: anything\r\n'), 200],
  ['a preflight', `OPTIONS /bridge/v1/tickets HTTP/1.1\r\n${HOST}Origin: ${PORTAL}\r\n\r\n`, 204],
  ['a page that changed', get('/', 'If-None-Match: "x"\r\n'), 200],
  ['no request', 'nonsense\r\n\r\n', 400],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['a shapeless order', post('{}', ANNA), 400],
  ['another subprotocol', get(TUNNEL, `${UPGRADE}${KEY}Sec-WebSocket-Protocol: chat\r\n`), 400],
  ['half a handshake', get(TUNNEL, `${UPGRADE}${OURS}`), 400],
  ['nobody', get('/bridge/v1/peers'), 401],
  ['nobody who orders', post('{"peer":"PACS"}'), 401],
  ['a foreign page', get('/', 'Origin: https://evil.example\r\n'), 403],
  ['a foreign page, upgrading', get(TUNNEL, `Origin: https://evil.example\r\n${UPGRADE}${KEY}${OURS}`), 403],
  ['an order for others', post('{"peer":"OTHER"}', ANNA), 403],
  ['nothing there', get('/nothing'), 404],
  ['nothing there to upgrade', get('/nothing', `${UPGRADE}${KEY}${OURS}`), 404],
  ['another method', `DELETE / HTTP/1.1\r\n${HOST}\r\n`, 405],
  ['what a proxy is asked', `CONNECT evil.example:80 HTTP/1.1\r\n${HOST}\r\n`, 405],
  ['half a request', 'GET / HTTP/1.1\r\nHost: 127.0', 408],
  ['half a body', post('{}').slice(0, -1), 408],
  ['an expectation', get('/', 'Expect: the-impossible\r\n'), 417],
  ['a foreign Host', get('/', '', 'Host: evil.example\r\n'), 421],
  ['no upgrade', get(TUNNEL), 426],
  ['too many tickets', post('{"peer":"PACS","count":2}', ANNA), 429],
  ['long headers', get('/', `X: ${'x'.repeat(5000)}\r\n`), 431],
])('%s: %#', async (_, text, status) => {
  const answer = await raw(text);
  expect(answer.status).toBe(status);
  const policy = answer.headers.get('content-security-policy');
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'self';.* frame-ancestors 'self'( https:\/\/portal\.example)?$/,
  );
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  const told =
    status < 400 ||
    [426].includes(status) ||
    events.some((event) => 'status' in event && event.status === status);
  expect(told, 'counted').toBe(true);
});

test('an answer without a body', async () => {
  const etag = (await raw(get('/'))).headers.get('etag')!;
  const answer = await raw(get('/', `If-None-Match: ${etag}\r\n`));
  expect([answer.status, answer.headers.has('content-security-policy')]).toEqual([304, true]);
});

test('is what it is meant to be, to the word', async () => {
  const policy = (await raw(get('/assets/worker-abc123.js'))).headers.get('content-security-policy');
  expect(policy).toBe(
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob:; " +
      `connect-src 'self' ws://127.0.0.1:${bridge.port}; frame-src blob:; base-uri 'none'; form-action 'none'; ` +
      "frame-ancestors 'self' https://portal.example",
  );
});

test('lets the worker of the decoders run WebAssembly, and fetch from here, and nothing else', async () => {
  const answer = await raw(get(`/${CODEC_WORKER}`));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
  ]);
  expect(answer.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
      "frame-ancestors 'none'",
  );
});

test.each(LIKE_CODEC_WORKER)('lets no WebAssembly run in %s', async (name) => {
  const answer = await raw(get(`/${name}`));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
});
