/** `webdimse receive --via`: sent to by the DICOM port of a bridge. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { content } from '../support/peers-files.ts';
import type { Running } from '../support/peers-process.ts';
import { WEBDIMSE, freePort, start, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startBridgeProcess, startWebdimsePacs } from '../support/peers.ts';

let pacs: RealPeer;
let bridge: RealPeer;
let dicomPort: number;
let receive: Running;
const [sent, inbox] = [temporaryFolder(), temporaryFolder()];

const lines = (): Record<string, unknown>[] =>
  receive
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  pacs = await startWebdimsePacs([], { sample: true, folder: sent });
  dicomPort = await freePort();
  const listening = ['--dicom-port', String(dicomPort), '--pool', 'WEB01,WEB02'];
  bridge = await startBridgeProcess([pacs], [...listening, '--allow-source', '127.0.0.1']);
  const args = ['receive', '--out', inbox, '--via', bridge.address, '--aet', 'WEB02', '--json'];
  receive = await start(process.execPath, [WEBDIMSE, ...args], () => Promise.resolve(true));
  await vi.waitFor(() => expect(lines()).toHaveLength(1), 15_000);
});
afterAll(async () => {
  await Promise.all([receive, bridge, pacs].map((each) => each?.stop()));
});

test('says as whom it waits, and keeps what comes', async () => {
  const [listening] = lines();
  expect(listening).toEqual({ type: 'listening', aeTitle: 'WEB02', host: '127.0.0.1', port: dicomPort });
  expect((await webdimse('store', `WEB02@127.0.0.1:${dicomPort}`, sent)).code).toBe(0);
  expect(content(inbox)).toEqual(content(sent));
  expect((await webdimse('echo', `WEB01@127.0.0.1:${dicomPort}`)).code).toBe(3);
});

test('has no port of its own then', async () => {
  const typed = await webdimse('receive', '--out', inbox, '--via', bridge.address, '--port', '11114');
  expect([typed.code, typed.stderr]).toEqual([2, expect.stringContaining('--port is for a port of ours')]);
});

test('ends with the bridge, and tells why', async () => {
  const ended = new Promise((resolve) => receive.process.once('close', resolve));
  await bridge.stop();
  expect(await ended).toBe(1);
  const [summary, failure] = lines().slice(-2);
  expect(summary).toMatchObject({ type: 'result', name: 'Success' });
  expect(failure).toMatchObject({ name: 'CONNECTION_LOST' });
  expect(receive.output()).toMatch(/shutting down/);
});
