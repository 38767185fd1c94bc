/** `webdimse commit` against our own mini-PACS, which reports on the association of the request. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSamples } from '../../core/archive/index.ts';
import { DiskStore } from '../../bridge/node/index.ts';
import { OURS } from '../conformance.mjs';
import { filesBelow } from '../support/peers-files.ts';
import { records, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';
import { proves } from '../support/proves.ts';

let full: RealPeer;
let empty: RealPeer;
/** Two of the instances that one of them has. */
let files: readonly string[];

beforeAll(async () => {
  [full, empty] = await Promise.all([startWebdimsePacs([], { sample: true }), startWebdimsePacs()]);
  const folder = temporaryFolder();
  await addSamples(await DiskStore.open(folder));
  files = filesBelow(folder).slice(0, 2);
});
afterAll(async () => {
  await Promise.all([full, empty].map((each) => each?.stop()));
});

proves(OURS, 'Storage Commitment', 'what is kept is committed', async () => {
  const { code, stdout, stderr } = await webdimse('commit', full.address, ...files);
  expect(stdout).toMatch(/^2 instances committed in [\d.]+ s\n$/);
  expect([code, stderr]).toEqual([0, '']);
});

test('what is not there is named with the reason, and is exit code 1', async () => {
  const { code, stdout, stderr } = await webdimse('commit', empty.address, ...files);
  expect(stdout).toMatch(/^0 instances committed, 2 failed in /);
  expect(stderr).toBe(
    files.map((file) => `not committed ${file}: 0112, The peer does not have the instance.\n`).join(''),
  );
  expect(code).toBe(1);
});

test('--json tells the fate of each', async () => {
  const lines = records(await webdimse('commit', empty.address, files[0]!, '--json'));
  expect(lines).toMatchObject([
    {
      type: 'instance',
      fate: 'failed',
      failureReason: '0112',
      name: 'No such object instance',
      file: files[0],
    },
    { type: 'result', status: null, name: 'Failure', committed: 0, failed: 1, unanswered: 0, skipped: 0 },
  ]);
});
