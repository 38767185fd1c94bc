/** What only Orthanc does here: it commits, asks for commitment, and calls our mini-PACS where its REST API says so. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { content, readRaw } from '../support/peers-files.ts';
import { freePort, records, runWell, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { Orthanc, RealPeer } from '../support/peers.ts';
import { startOrthanc, startReceive, startWebdimsePacs } from '../support/peers.ts';
import { proves } from '../support/proves.ts';
import { received, studyArguments } from '../support/servers.ts';
import { FILES, NUMBERS, STUDY } from './instances.ts';

const SCU = 'Orthanc, by its REST API';

describeWith(['orthanc', 'dcmtk', 'pydicom'], 'Orthanc', () => {
  const stored = FILES.slice(0, 3);
  const lacking = FILES[4]!;
  let orthanc: Orthanc;
  let receive: RealPeer;
  let pacs: RealPeer;
  let port: number;
  const fill = (files: readonly string[]): Promise<string> =>
    runWell('storescu', ['-aec', orthanc.aeTitle, '127.0.0.1', String(orthanc.port), ...files]);
  beforeAll(async () => {
    [port, receive] = await Promise.all([freePort(), startReceive('RECEIVE')]);
    orthanc = await startOrthanc([{ aeTitle: 'WEBSCU', port }, receive]);
    pacs = await startWebdimsePacs([orthanc]);
    await orthanc.rest('/modalities/pacs', [pacs.aeTitle, '127.0.0.1', pacs.port], 'PUT');
    await fill(stored);
  });
  afterAll(async () => {
    await Promise.all([pacs, orthanc, receive].map((each) => each?.stop()));
  });

  describe('asked for storage commitment by us', () => {
    const ask = (...args: string[]): ReturnType<typeof webdimse> =>
      webdimse('commit', orthanc.address, ...args);

    proves('Orthanc', 'Storage Commitment', 'all that it has is committed', async () => {
      const finished = await ask(...stored, '--receive-port', String(port), '--json');
      expect(finished).toMatchObject({ code: 0, stderr: '' });
      expect(records(finished).at(-1)).toMatchObject({
        status: '0000',
        committed: 3,
        failed: 0,
        unanswered: 0,
      });
    });

    proves('Orthanc', 'Storage Commitment', 'what it lacks is told with its reason', async () => {
      const { code, stdout, stderr } = await ask(...stored, lacking, '--receive-port', String(port));
      expect(stdout).toMatch(/^3 instances committed, 1 failed in /);
      expect(stderr).toBe(`not committed ${lacking}: 0112, The peer does not have the instance.\n`);
      expect(code).toBe(1);
    });

    proves('Orthanc', 'refusals and faults', 'where we do not listen, no answer comes in time', async () => {
      const { code, stdout, stderr } = await ask(...stored, '--timeout', 'report=0.5');
      expect(stdout).toMatch(/^0 instances committed, 3 not answered in /);
      expect(stderr).toMatch(
        /no answer for .*\n.*\n.*\nwebdimse commit: .* did not report for 0\.5 s.*--timeout report=/,
      );
      expect(code).toBe(1);
    });
  });

  describe('with all instances, calling our mini-PACS', () => {
    beforeAll(() => fill(FILES));

    proves(
      SCU,
      ['Verification', 'Storage, native'],
      'it stores, bit by bit what it sends to others',
      async () => {
        await orthanc.rest('/modalities/pacs/echo', {});
        const Resources = await orthanc.rest('/instances');
        await orthanc.rest('/modalities/pacs/store', { Resources, Synchronous: true });
        const kept = content(pacs.folder);
        const sent = FILES.map((file) => readRaw(file).sopInstanceUID);
        expect(Object.keys(kept).toSorted()).toEqual(sent.toSorted());
        const folder = temporaryFolder();
        await runWell('getscu', ['+B', '-od', folder, ...studyArguments(orthanc, STUDY)]);
        const theirs = Object.entries(content(folder));
        expect(theirs).toHaveLength(NUMBERS.ofStudy);
        for (const [uid, bytes] of theirs) expect(kept[uid] === bytes).toBe(true);
      },
    );

    proves(SCU, 'Storage Commitment', 'it is told what is committed and what is not', async () => {
      const { sopClassUID: SOPClassUID, sopInstanceUID: SOPInstanceUID } = readRaw(FILES[0]!);
      const [kept, unknown] = [
        { SOPClassUID, SOPInstanceUID },
        { SOPClassUID, SOPInstanceUID: '2.25.404' },
      ];
      const fate = async (...DicomInstances: object[]): Promise<unknown> => {
        const asked = await orthanc.rest('/modalities/pacs/storage-commitment', { DicomInstances });
        const { Path } = asked as { Path: string };
        const report = async (): Promise<{ Status: string }> =>
          (await orthanc.rest(Path)) as { Status: string };
        await expect.poll(async () => (await report()).Status, { timeout: 5000 }).not.toBe('Pending');
        return report();
      };
      expect(await fate(kept)).toMatchObject({ Status: 'Success', Success: [kept], Failures: [] });
      expect(await fate(kept, unknown)).toMatchObject({
        Status: 'Failure',
        Success: [kept],
        Failures: [{ ...unknown, FailureReason: 0x0112 }],
      });
    });

    proves(SCU, ['Query, Study Root', 'MOVE'], 'it finds, and has moved to it what it lacks', async () => {
      for (const id of (await orthanc.rest('/patients')) as string[]) {
        await orthanc.rest(`/patients/${id}`, {}, 'DELETE');
      }
      const find = async (Query: object): Promise<string> => {
        const { ID } = (await orthanc.rest('/modalities/pacs/query', { Level: 'Study', Query })) as {
          ID: string;
        };
        return `/queries/${ID}`;
      };
      expect(await orthanc.rest(`${await find({})}/answers`)).toHaveLength(NUMBERS.studies);
      const one = await find({ StudyInstanceUID: STUDY });
      expect(await orthanc.rest(`${one}/answers`)).toHaveLength(1);
      await orthanc.rest(`${one}/retrieve`, { TargetAet: orthanc.aeTitle, Synchronous: true });
      expect(await orthanc.rest('/instances')).toHaveLength(NUMBERS.ofStudy);
    });
  });

  proves('Orthanc', 'MOVE to us', 'a move to `webdimse receive` brings what a get brings', async () => {
    const folder = temporaryFolder();
    const study = [orthanc.address, '--study', STUDY];
    const got = await webdimse('get', ...study, '--out', folder);
    const moved = await webdimse('move', ...study, '--dest', receive.aeTitle);
    for (const finished of [got, moved]) expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(Object.keys(content(folder))).toHaveLength(NUMBERS.ofStudy);
    expect(received(receive)).toEqual(content(folder));
  });
});
