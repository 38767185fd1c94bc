/** What the origin of a viewer answers: its files as they are, ours in their place, and nothing in place of the facade. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { OHIF } from '../../bridge/viewer/ohif.ts';
import { viewerSite } from '../../bridge/viewer/site.ts';

const INDEX = '<!doctype html><script>one()</script><script src="/app.js"></script><script>two()</script>';
const BUNDLE = '/app.bundle.0f6159c501addfe9.js';
const VIEWER = {
  '/index.html': INDEX,
  '/app-config.js': 'theirs',
  '/init-service-worker.js': 'theirs',
  [BUNDLE]: 'bundle',
  '/assets/favicon.ico': 'icon',
};
const OURS = {
  '/index.html': 'the page',
  '/wipe.js': 'the page',
  '/ohif/app-config.js': 'ours',
  '/ohif/init-service-worker.js': 'ours',
  '/dicomweb/boot.js': 'boot',
  '/assets/engine-abc.js': 'engine',
};
let root: string;
let bridge: Bridge;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'webdimse-'));
  await lay('viewer', VIEWER, (text) => gzipSync(text));
  await lay('web', OURS, Buffer.from);
  const site = await viewerSite({ viewer: OHIF, folder: join(root, 'viewer'), webRoot: join(root, 'web') });
  const frameAncestors = ['https://portal.example'];
  bridge = await startBridge({ host: '127.0.0.1', port: 0, peers: [], frameAncestors, site });
});
afterAll(async () => {
  await bridge.close();
  await rm(root, { recursive: true });
});

async function lay(
  folder: string,
  files: Readonly<Record<string, string>>,
  form: (text: string) => Buffer,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, form(text));
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: bridge.port, path, method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces) }),
      );
    });
    sent.on('error', reject).end();
  });
}

test.each([
  '/',
  '/index.html',
  '/viewer',
  '/viewer/dicomweb?StudyInstanceUIDs=1.2',
  '/segmentation',
  '/viewer/PACS.1?StudyInstanceUIDs=1.2',
])('gives the viewer’s document at %s, byte for byte', async (path) => {
  const { status, headers, body } = await ask(path);
  expect(status).toBe(200);
  expect(body.toString()).toBe(INDEX);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
});

test('lets a document run what it has in it and what is of this origin, and call nobody else', async () => {
  const { headers } = await ask('/viewer');
  const policy = String(headers['content-security-policy']);
  // echo -n 'one()' | openssl dgst -sha256 -binary | base64
  expect(policy).toContain(
    "script-src 'self' 'sha256-HR7iaask9daLMRRskMI++QeJtjWDOjyPA6lGzYGzKW4=' 'sha256-iMrPAWirDC2X0OhZzLsM2MRIWSmepJGI4r7D8ZlwBOw='",
  );
  expect(policy).toContain(`connect-src 'self' blob: data: ws://127.0.0.1:${bridge.port};`);
  expect(policy).toContain("frame-ancestors 'self' https://portal.example");
  expect(policy).not.toMatch(/https?:\/\/(?!portal\.example)|\*|eval|script-src[^;]*unsafe/);
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test('lets workers make code from text, and documents not', async () => {
  expect((await ask(BUNDLE)).headers['content-security-policy']).toContain("'unsafe-eval'");
  expect((await ask('/dicomweb/boot.js')).headers['content-security-policy']).not.toContain('eval');
});

test('gives ours in the place of its configuration and of what unregisters service workers', async () => {
  for (const path of ['/app-config.js', '/init-service-worker.js']) {
    expect((await ask(path)).body.toString()).toBe('ours');
  }
  expect((await ask('/dicomweb/boot.js')).body.toString()).toBe('boot');
  expect((await ask('/assets/engine-abc.js')).body.toString()).toBe('engine');
  expect((await ask('/assets/favicon.ico')).body.toString()).toBe('icon');
});

test.each([
  '/wipe.js',
  '/ohif/app-config.js',
  '/missing.js',
  '/dicomweb/',
  '/assets/',
  '/dicomweb/PACS',
  '/assets/missing.png',
  '/..%2findex.html',
  '/a/../index.html',
])('has nothing at %s', async (path) => {
  expect((await ask(path)).status).toBe(404);
});

test.each(['GET', 'POST'])(
  'answers %s for the facade with 503 and a sentence, never with the document',
  async (method) => {
    for (const path of ['/dicomweb/PACS/studies', '/dicomweb/PACS/studies/1.2/series', '/dicomweb/PACS/']) {
      const { status, body } = await ask(path, {}, method);
      expect(status, path).toBe(503);
      expect(body.toString()).toMatch(/service worker.*is not in control/);
    }
  },
);

test('compresses for who takes it, and keeps what has a hash in its name', async () => {
  const small = await ask(BUNDLE, { 'accept-encoding': 'br, gzip' });
  expect(small.headers).toMatchObject({
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript; charset=utf-8',
  });
  expect(gunzipSync(small.body).toString()).toBe('bundle');
  const plain = await ask(BUNDLE, { 'accept-encoding': 'gzip;q=0' });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body.toString()).toBe('bundle');
  const again = await ask('/', { 'if-none-match': String(plain.headers['etag']) });
  expect([again.status, again.headers['cache-control'], again.body.length]).toEqual([304, 'no-cache', 0]);
  expect(again.headers['content-security-policy']).toContain('sha256-');
  expect((await ask(BUNDLE, {}, 'HEAD')).headers['content-length']).toBe('6');
});

test('stands behind the door of the bridge, beside its own paths', async () => {
  expect((await ask('/viewer', { host: 'rebound.example' })).status).toBe(421);
  expect((await ask('/viewer', { origin: 'https://evil.example' })).status).toBe(403);
  expect(JSON.parse((await ask('/bridge/v1/peers')).body.toString())).toEqual({ peers: [] });
  expect((await ask('/viewer', {}, 'POST')).status).toBe(405);
});

test('says so where the cache was emptied under it', async () => {
  await rm(join(root, 'viewer', 'assets', 'favicon.ico'));
  const { status, body } = await ask('/assets/favicon.ico');
  expect([status, body.toString()]).toEqual([503, expect.stringContaining('start webdimse again')]);
  await writeFile(join(root, 'viewer', BUNDLE), 'damaged');
  expect((await ask(BUNDLE)).status).toBe(503);
});
