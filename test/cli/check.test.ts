/** `webdimse check`: what of a configuration works, and what to do about the rest. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenTcp } from '../../bridge/node/index.ts';
import { freePort, records, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';

let pacs: RealPeer;
beforeAll(async () => {
  pacs = await startWebdimsePacs([]);
});
afterAll(() => pacs.stop());

function configured(config: object): string {
  const file = join(temporaryFolder(), 'webdimse.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}
const peer = (name: string, more: object = {}) => ({
  name,
  aeTitle: pacs.aeTitle,
  host: 'localhost',
  port: pacs.port,
  ...more,
});

test('all is well', async () => {
  const { code, stdout } = await webdimse('check', '--config', configured({ peers: [peer('PACS')] }));
  expect(stdout).toMatch(/^ok  bridge +127\.0\.0\.1 +for this machine, no sign-in\n/);
  expect(stdout).toMatch(/\nok  PACS +WEBDIMSE@localhost:\d+ +echo in \d+ ms, WEBDIMSE_\d+\n$/);
  expect(code).toBe(0);
});

test('tells of each peer that does not work why, and goes on with the next', async () => {
  const port = await freePort();
  const file = configured({
    peers: [
      peer('DOWN', { port }),
      peer('STRANGER', { aeTitle: 'OTHER' }),
      peer('NOWHERE', { host: 'no-such-host.invalid' }),
      peer('PLAIN', { tls: true }),
      peer('PACS'),
    ],
  });
  const { code, stdout } = await webdimse('check', '--config', file);
  expect(stdout).toMatch(/\nNO  DOWN +WEBDIMSE@localhost:\d+ +no connection\n/);
  expect(stdout).toMatch(/\nNO  STRANGER +OTHER@localhost:\d+ +connects, but no echo\n/);
  expect(stdout).toMatch(/\nDOWN \(.*\): .*nothing listens there/);
  expect(stdout).toMatch(/\nSTRANGER \(.*\): .*called-AE-title-not-recognized/);
  expect(stdout).toMatch(/\nNOWHERE \(.*\): .*no host has this name/);
  expect(stdout).toMatch(/\nPLAIN \(.*\): .*TLS/);
  expect(stdout).toMatch(/\nok  PACS /);
  expect(code).toBe(1);
});

test('tells programs the same', async () => {
  const lines = records(await webdimse('check', '--config', configured({ peers: [peer('PACS')] }), '--json'));
  expect(lines).toEqual([
    { type: 'finding', what: 'bridge', where: '127.0.0.1', works: true, result: expect.any(String) },
    {
      type: 'finding',
      what: 'PACS',
      where: `WEBDIMSE@localhost:${pacs.port}`,
      works: true,
      result: expect.stringMatching(/^echo in/),
      resolved: expect.arrayContaining(['127.0.0.1']),
      implementation: expect.stringMatching(/^WEBDIMSE_/),
      tls: null,
    },
    { type: 'result', checked: 2, failed: 0 },
  ]);
});

test('tells that the bridge would not start', async () => {
  const open = await webdimse('check', '--config', configured({ host: '0.0.0.0', peers: [] }));
  expect([open.code, open.stdout]).toEqual([1, expect.stringMatching(/bridge \(0\.0\.0\.0\): .*sign in/)]);
  const lost = configured({ signIn: { tokens: 'lost.json' }, peers: [] });
  const absent = await webdimse('check', '--config', lost);
  expect([absent.code, absent.stdout]).toEqual([1, expect.stringMatching(/lost\.json: no such file/)]);
});

test('calls the DICOM port by every address, and names the one that leads to the peer', async () => {
  const dicomPort = await freePort();
  const file = configured({ dicomPort, peers: [peer('PACS')] });
  const before = await webdimse('check', '--config', file);
  expect([before.code, before.stdout]).toEqual([1, expect.stringMatching(/Start the bridge/)]);
  const listening = await listenTcp({ host: '127.0.0.1', port: dicomPort });
  const lines = records(await webdimse('check', '--config', file, '--json'));
  expect(lines).toContainEqual({
    type: 'finding',
    what: 'DICOM port',
    where: `127.0.0.1:${dicomPort}`,
    works: true,
    result: 'answers; give the PACS this address',
    advised: true,
  });
  await listening.close();
});

test.each([
  [['check'], /what shall be checked/],
  [['check', 'PACS'], /one word too many/],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await webdimse(...args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});
