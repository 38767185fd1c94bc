/** Storage commitment by Orthanc, which reports on an association of its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { freePort, records, runWell, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startOrthanc } from '../support/peers.ts';
import { FILES } from './instances.ts';

describeWith(['orthanc', 'dcmtk', 'pydicom'], 'against Orthanc', () => {
  const stored = FILES.slice(0, 3);
  let peer: RealPeer;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    peer = await startOrthanc([{ aeTitle: 'WEBSCU', port }]);
    await runWell('storescu', ['-aec', peer.aeTitle, '127.0.0.1', String(peer.port), ...stored]);
  });
  afterAll(() => peer?.stop());

  const ask = (...args: string[]): ReturnType<typeof webdimse> => webdimse('commit', peer.address, ...args);

  test('all that it has is committed', async () => {
    const finished = await ask(...stored, '--receive-port', String(port), '--json');
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(records(finished).at(-1)).toMatchObject({
      status: '0000',
      committed: 3,
      failed: 0,
      unanswered: 0,
    });
  });

  test('what it lacks is told with its reason', async () => {
    const lacking = FILES[4]!;
    const { code, stdout, stderr } = await ask(...stored, lacking, '--receive-port', String(port));
    expect(stdout).toMatch(/^3 instances committed, 1 failed in /);
    expect(stderr).toBe(`not committed ${lacking}: 0112, The peer does not have the instance.\n`);
    expect(code).toBe(1);
  });

  test('where we do not listen, no answer comes in time', async () => {
    const { code, stdout, stderr } = await ask(...stored, '--timeout', 'report=0.5');
    expect(stdout).toMatch(/^0 instances committed, 3 not answered in /);
    expect(stderr).toMatch(
      /no answer for .*\n.*\n.*\nwebdimse commit: .* did not report for 0\.5 s.*--timeout report=/,
    );
    expect(code).toBe(1);
  });
});
