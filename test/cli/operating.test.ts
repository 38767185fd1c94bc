/** `webdimse serve` under a service manager: its log, reloads, and both ways to end. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE, TUNNEL_PROTOCOL } from '../../core/transport/index.ts';
import { WEBDIMSE, temporaryFolder } from '../support/peers-process.ts';

let folder: string;
let child: ChildProcess;
let url: string;
const peer = createServer((socket) => socket.on('error', () => {}).resume());

beforeEach(async () => {
  folder = temporaryFolder();
  await once(peer.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  child.kill('SIGKILL');
  peer.close();
});

async function serve(limits: Readonly<Record<string, number>>, log = join(folder, 'log')): Promise<void> {
  const { port } = peer.address() as AddressInfo;
  const peers = [{ name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port }];
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ peers, limits }));
  const args = ['serve', '--port', '0', '--no-pacs', '--config', join(folder, 'config.json'), '--log', log];
  child = spawn(process.execPath, [WEBDIMSE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const page = (line: string): boolean => / Page +http/.test(line);
  const text = await lineOf(log === '-' ? child.stderr! : child.stdout!, page);
  url = /http:\S+/.exec(text)![0];
}

async function lineOf(stream: NodeJS.ReadableStream, fits: (line: string) => boolean): Promise<string> {
  for await (const line of createInterface(stream)) if (fits(line)) return line;
  throw new Error('it ended before');
}

/** A tunnel that asked for an association. */
async function tunnel(): Promise<WebSocket> {
  const at = new URL('bridge/v1/connect?peer=PACS', url).href.replace('http', 'ws');
  const webSocket = new WebSocket(at, TUNNEL_PROTOCOL);
  await once(webSocket, 'open');
  webSocket.send('{"t":"hello","window":1048576}');
  webSocket.send(Uint8Array.of(1, 0));
  await once(webSocket, 'message');
  return webSocket;
}

const events = (name: string): unknown[] =>
  readFileSync(join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { event: string }).event);

test('SIGHUP opens the log anew; SIGTERM lets a tunnel end, and then ends', async () => {
  await serve({});
  const webSocket = await tunnel();
  renameSync(join(folder, 'log'), join(folder, 'log.1'));
  const again = lineOf(child.stderr!, (line) => line.includes('was read again'));
  child.kill('SIGHUP');
  await again;
  child.kill('SIGTERM');
  let status = 200;
  while (status === 200) ({ status } = await fetch(new URL('healthz', url)));
  expect(status).toBe(503);
  expect(webSocket.readyState).toBe(WebSocket.OPEN);
  webSocket.close(1000);
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(events('log.1')).toEqual(['opened']);
  expect(events('log')).toEqual(['draining', 'closed']);
});

test('SIGHUP takes other limits, and says in a line what takes a new start', async () => {
  await serve({});
  const webSocket = await tunnel();
  const file = join(folder, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const limits = { connections: 1, headerBytes: 8192 };
  const more = { host: 'localhost', port: 1, dicomPort: 11114, limits };
  writeFileSync(file, JSON.stringify({ ...config, ...more }));
  const [kept, again] = ['These stay', 'was read again'].map((words) =>
    lineOf(child.stderr!, (line) => line.includes(words)),
  );
  child.kill('SIGHUP');
  expect(await kept).toBe(
    'These stay as they were at the start, until the next: host, dicomHost, dicomPort, limits.headerBytes.',
  );
  await again;
  const at = new URL('bridge/v1/connect?peer=PACS', url).href.replace('http', 'ws');
  const [code] = (await once(new WebSocket(at, TUNNEL_PROTOCOL), 'close')) as [number];
  expect([code, webSocket.readyState]).toEqual([CLOSE.LIMIT, WebSocket.OPEN]);
});

test('SIGHUP while it drains opens the log anew, and ends nothing', async () => {
  await serve({});
  const webSocket = await tunnel();
  child.kill('SIGTERM');
  while ((await fetch(new URL('healthz', url))).status === 200);
  renameSync(join(folder, 'log'), join(folder, 'log.1'));
  const again = lineOf(child.stderr!, (line) => line.includes('was read again'));
  child.kill('SIGHUP');
  await again;
  expect(webSocket.readyState).toBe(WebSocket.OPEN);
  webSocket.close(1000);
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(events('log')).toEqual(['closed']);
});

test('SIGINT ends at once, and so does SIGTERM when its time is over', async () => {
  await serve({ drainTime: 0.2 });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    if (signal === 'SIGTERM') await serve({ drainTime: 0.2 });
    const closed = once(await tunnel(), 'close') as Promise<[number]>;
    child.kill(signal);
    expect((await closed)[0]).toBe(CLOSE.SHUTTING_DOWN);
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
});

test('a later second signal does not wait for tunnels', async () => {
  await serve({});
  const closed = once(await tunnel(), 'close') as Promise<[number]>;
  const exit = once(child, 'exit');
  // Two within a second are one: npm passes on what the terminal has delivered already.
  while (child.exitCode === null) {
    child.kill('SIGTERM');
    await fetch(new URL('healthz', url)).catch(() => exit);
  }
  expect(await exit).toEqual([1, null]);
  expect((await closed)[0]).toBe(CLOSE.ABNORMAL);
});

test('--log - has stdout for itself; numbers of the process are among the metrics', async () => {
  await serve({}, '-');
  const first = lineOf(child.stdout!, () => true);
  await tunnel();
  expect(JSON.parse(await first)).toMatchObject({ event: 'opened', peer: 'PACS' });
  const metrics = await (await fetch(new URL('metrics', url))).text();
  expect(metrics).toContain('webdimse_tunnels_opened_total{direction="out",peer="PACS"} 1');
  expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m);
});

test('a log that cannot be opened is a mistake in what was typed', async () => {
  const args = [WEBDIMSE, 'serve', '--no-pacs', '--log', join(folder, 'missing/log')];
  child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const line = await lineOf(child.stderr!, () => true);
  expect(line).toMatch(/^webdimse serve: --log: .*missing\/log cannot be opened: /);
  expect((await once(child, 'exit'))[0]).toBe(2);
});
