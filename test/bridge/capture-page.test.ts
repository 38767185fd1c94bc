/** The capture as it grows, on a port of its own behind the bridge's door. */
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveCapture } from '../../bridge/relay/capture-page.ts';
import { GrowingFile } from '../../bridge/relay/growing-file.ts';
import { askOf } from '../support/ask.ts';
import { temporaryFolder } from '../support/peers-process.ts';

const LONG = 60_000;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function served(wait = LONG): Promise<{ capture: GrowingFile; url: string; port: number }> {
  const folder = temporaryFolder();
  const webRoot = join(folder, 'web');
  mkdirSync(webRoot);
  writeFileSync(join(webRoot, 'index.html'), 'the page with a bridge');
  writeFileSync(join(webRoot, 'inspector.html'), 'the inspector');
  const capture = new GrowingFile(openSync(join(folder, 'capture'), 'wx+'));
  const page = await serveCapture({ port: 0, webRoot, capture, wait });
  onTestFinished(async () => {
    await page.close();
    capture.close();
  });
  return { capture, url: `${page.url}capture.pcapng`, port: page.port };
}

const from = (start: number): RequestInit => ({ headers: { range: `bytes=${start}-` } });

test('is given whole, and from any byte on', async () => {
  const { capture, url } = await served();
  capture.append(bytes('hello '));
  capture.append(bytes('world'));
  const whole = await fetch(url);
  expect([whole.status, await whole.text()]).toEqual([200, 'hello world']);
  expect(whole.headers.get('content-disposition')).toContain('capture.pcapng');
  expect(whole.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  const rest = await fetch(url, from(6));
  expect([rest.status, await rest.text()]).toEqual([206, 'world']);
  expect(rest.headers.get('content-range')).toBe('bytes 6-10/*');
  const some = await fetch(url, { headers: { range: 'bytes=1-3' } });
  expect([some.status, await some.text()]).toEqual([206, 'ell']);
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '11']);
});

test('is waited for: an answer comes with the first byte that is new', async () => {
  const { capture, url } = await served();
  capture.append(bytes('old'));
  const answers = [fetch(url, from(3)), fetch(url, from(3))];
  // Its answer comes behind theirs: they wait by now.
  await fetch(url);
  capture.append(bytes('new'));
  for (const answer of await Promise.all(answers))
    expect([answer.status, await answer.text()]).toEqual([206, 'new']);
});

test('that does not grow in time is told so without a word', async () => {
  const { capture, url } = await served(1);
  capture.append(bytes('all'));
  expect((await fetch(url, from(3))).status).toBe(204);
  const beyond = await fetch(url, from(4));
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */3']);
});

test('is given in pieces where there is much of it', async () => {
  const { capture, url } = await served();
  const all = new Uint8Array(9 << 20).fill(7);
  capture.append(all);
  let read = 0;
  for (let answers = 0; read < all.length; answers++) {
    expect(answers).toBeLessThan(4);
    read += (await (await fetch(url, from(read))).arrayBuffer()).byteLength;
  }
  expect(read).toBe(all.length);
  expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(all.length);
});

test('comes with the inspector, and without the page that needs a bridge', async () => {
  const { url } = await served();
  expect(await (await fetch(new URL('/', url))).text()).toBe('the inspector');
  expect((await fetch(new URL('/index.html', url))).status).toBe(404);
  expect((await fetch(new URL('/bridge/v1/peers', url))).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
});

test('is kept from other names and other pages', async () => {
  const { port } = await served();
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await askOf(port, '/capture.pcapng', headers)).status;
  expect(await status({})).toBe(200);
  expect(await status({ host: 'evil.example:PORT' })).toBe(421);
  expect(await status({ origin: 'http://evil.example' })).toBe(403);
  expect(await status({ origin: 'null' })).toBe(403);
  expect(await status({ origin: 'http://127.0.0.1:PORT' })).toBe(200);
});
