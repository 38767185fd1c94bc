/** Our mini-PACS with faults, as DCMTK's programs meet it: they say what they were told. */
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { filesBelow } from '../support/peers-files.ts';
import type { Finished } from '../support/peers-process.ts';
import { built, LOOPBACK, run, temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';
import { FILES } from './instances.ts';

async function pacs(...faults: string[]): Promise<RealPeer> {
  const more = faults.flatMap((fault) => ['--fault', fault]);
  const peer = await startWebdimsePacs([], { more });
  onTestFinished(() => peer.stop());
  return peer;
}

async function ask(command: string, { aeTitle, port }: RealPeer, ...args: string[]): Promise<Finished> {
  return await run(command, ['-v', '-aec', aeTitle, LOOPBACK, String(port), ...args]);
}

const said = ({ stdout, stderr }: Finished): string => stdout + stderr;

describeWith(['dcmtk', 'pydicom'], 'a PACS with faults and DCMTK', () => {
  beforeAll(() => built);

  test.each([
    ['reject=permanent/calling-ae-not-recognized', /Calling AE Title Not Recognized/],
    ['reject=transient/local-limit-exceeded', /Local Limit Exceeded/],
    ['contexts', /No Acceptable Presentation Contexts/],
    ['abort', /Peer aborted Association/],
    ['abort=C-ECHO-RQ', /Peer aborted Association/],
    ['reset', /Peer aborted Association|closed|reset/i],
  ])('echoscu: %s', async (fault, sentence) => {
    const finished = await ask('echoscu', await pacs(fault));
    expect(said(finished)).toMatch(sentence);
  });

  test('echoscu called by another name: refused, but by who is lenient', async () => {
    const strange = { ...(await pacs('lenient')), aeTitle: 'NOBODY' };
    expect((await ask('echoscu', strange)).code).toBe(0);
  });

  test('echoscu and a strict peer: DCMTK keeps to the standard but for reserved fields', async () => {
    expect((await ask('echoscu', await pacs('strict'))).code).toBe(0);
  });

  test('storescu: the second instance fails, the third is not tried after an abort', async () => {
    const peer = await pacs('status=A700/C-STORE/2,abort=3/C-STORE-RQ');
    const finished = await ask('storescu', peer, '-nh', ...FILES.slice(0, 4));
    expect(said(finished)).toMatch(/Refused: OutOfResources/);
    expect(said(finished)).toMatch(/Peer aborted Association/);
    expect(filesBelow(peer.folder).filter((path) => path.endsWith('.dcm'))).toHaveLength(1);
  });

  test('getscu: the second sub-operation fails', async () => {
    const peer = await pacs('fail=2');
    const stored = await ask('storescu', peer, '-nh', ...FILES.slice(0, 3));
    expect(said(stored)).not.toMatch(/Refused|Error/);
    const folder = temporaryFolder();
    const keys = ['-k', 'QueryRetrieveLevel=PATIENT', '-k', 'PatientID=77654033'];
    const finished = await ask('getscu', peer, '-P', '-od', folder, ...keys);
    expect(said(finished)).toMatch(/Number of Failed Suboperations +: 1/);
    expect(filesBelow(folder)).toHaveLength(2);
  });
});
