/** PixelMed's server, the only one here that shares no line with DCMTK, against our command line. */
import { afterAll, beforeAll, expect } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { content } from '../support/peers-files.ts';
import { startPixelmed, webdimseBeside } from '../support/peers-pixelmed.ts';
import { records, temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startReceive, startStorescp } from '../support/peers.ts';
import { proves } from '../support/proves.ts';
import { received } from '../support/servers.ts';
import { FILES, NUMBERS, PATIENT, SERIES, STUDY } from './instances.ts';

const PEER = 'PixelMed DicomAndWebStorageServer';
const MOVEDST = { aeTitle: 'MOVEDST', port: 11113 };
const RECEIVE = { aeTitle: 'RECEIVE', port: 11114 };

describeWith(['dcmtk', 'pydicom', 'pixelmed', 'network namespaces (as root)'], `against ${PEER}`, () => {
  let peer: RealPeer;
  let third: RealPeer;
  let receive: RealPeer;
  beforeAll(async () => {
    peer = await startPixelmed([MOVEDST, RECEIVE]);
    [third, receive] = await Promise.all([
      startStorescp(MOVEDST.aeTitle, { port: MOVEDST.port, beside: peer }),
      startReceive(RECEIVE.aeTitle, { port: RECEIVE.port, beside: peer }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([receive, third, peer].map((each) => each?.stop()));
  });

  type Line = Record<string, unknown>;
  const call = async (
    command: string,
    ...args: string[]
  ): Promise<{ code: number | null; lines: Line[] }> => {
    const finished = await webdimseBeside(peer, command, peer.address, ...args, '--json');
    return { code: finished.code, lines: records(finished) };
  };
  const matches = async (model: string, level: string, ...keys: string[]): Promise<number> => {
    const given = keys.flatMap((key) => ['-k', key]);
    const { code, lines } = await call('find', '--model', model, '--level', level, ...given);
    expect(lines.at(-1)).toMatchObject({ type: 'result', status: '0000' });
    expect(code).toBe(0);
    return lines.filter(({ type }) => type === 'match').length;
  };

  proves(PEER, 'Verification', 'echo', async () => {
    const { code, lines } = await call('echo', '--repeat', '3');
    expect(lines).toMatchObject([{ type: 'result', status: '0000', echoes: 3 }]);
    expect(code).toBe(0);
  });

  proves(PEER, 'Storage, native', 'store', async () => {
    // Over several associations at once it lists patients and studies twice.
    const { code, lines } = await call('store', ...FILES, '--associations', '1');
    expect(lines.at(-1)).toMatchObject({ type: 'result', status: '0000', sent: FILES.length, failed: 0 });
    expect(code).toBe(0);
  });

  const [patient, study, series] = [
    `PatientID=${PATIENT}`,
    `StudyInstanceUID=${STUDY}`,
    `SeriesInstanceUID=${SERIES}`,
  ] as const;

  proves(PEER, 'Query, Patient Root', 'find at every level of Patient Root', async () => {
    const counts = await Promise.all([
      matches('patient', 'patient'),
      matches('patient', 'study', patient),
      matches('patient', 'series', patient, study),
      matches('patient', 'image', patient, study, series),
    ]);
    expect(counts).toEqual([NUMBERS.patients, NUMBERS.studiesOfPatient, NUMBERS.series, NUMBERS.images]);
  });

  proves(
    PEER,
    'Query, Study Root',
    'find at every level of Study Root; a list of UIDs matches nothing',
    async () => {
      const counts = await Promise.all([
        matches('study', 'study'),
        matches('study', 'series', study),
        matches('study', 'image', study, series),
        matches('study', 'study', `${study}\\${STUDY}`),
      ]);
      expect(counts).toEqual([NUMBERS.studies, NUMBERS.series, NUMBERS.images, 0]);
    },
  );

  proves(PEER, 'query cancelled', 'find ends at its limit, though the peer sends on', async () => {
    const { code, lines } = await call('find', '--limit', '1');
    expect(lines.map(({ type }) => type)).toEqual(['match', 'result']);
    expect(lines.at(-1)).toMatchObject({ matches: 1, limited: true });
    expect(code).toBe(0);
  });

  proves(PEER, ['GET', 'MOVE', 'MOVE to us'], 'get and move bring the same bytes', async () => {
    const folder = temporaryFolder();
    const [got, moved, movedToUs] = await Promise.all([
      call('get', '--study', STUDY, '--out', folder),
      call('move', '--dest', third.aeTitle, '--study', STUDY),
      call('move', '--dest', receive.aeTitle, '--study', STUDY),
    ]);
    expect(got.lines.at(-1)).toMatchObject({ verdict: 'complete', received: NUMBERS.ofStudy, missing: [] });
    for (const { code, lines } of [moved, movedToUs]) {
      expect(lines.at(-1)).toMatchObject({ status: '0000', completed: NUMBERS.ofStudy });
      expect(code).toBe(0);
    }
    expect(got.code).toBe(0);
    expect(Object.keys(content(folder))).toHaveLength(NUMBERS.ofStudy);
    expect(received(third)).toEqual(content(folder));
    expect(received(receive)).toEqual(content(folder));
  });

  proves(
    PEER,
    'refusals and faults',
    'completed sub-operations that never were are told as what they are',
    async () => {
      const flags = ['--transfer-syntax', 'JPEGBaseline8Bit']; // the peer takes no storage context then
      const { code, lines } = await call('get', '--study', STUDY, '--discard', ...flags);
      const { ofStudy } = NUMBERS;
      // It is asked twice, by the study and by its instances; each time it counts what failed as completed too.
      expect(lines.at(-1)!['completed']).toBeGreaterThanOrEqual(ofStudy);
      const nothing = { failed: ofStudy, promised: ofStudy, received: 0 };
      expect(lines.at(-1)).toMatchObject({ ...nothing, verdict: 'failed' });
      expect(lines.at(-1)!['missing']).toHaveLength(ofStudy);
      expect(code).toBe(1);
    },
  );

  proves(
    PEER,
    'refusals and faults',
    'a destination that it does not know, a title that it is not',
    async () => {
      const other = peer.address.replace(peer.aeTitle, 'NOBODY');
      const [moved, called] = await Promise.all([
        call('move', '--dest', 'NOWHERE', '--study', STUDY),
        webdimseBeside(peer, 'echo', other),
      ]);
      expect(moved.lines.at(-1)).toMatchObject({ status: 'A801' });
      expect(moved.code).toBe(1);
      expect(called.stderr).toMatch(/NOBODY refused the association .*called-AE-title-not-recognized/);
      expect(called.code).toBe(3);
    },
  );
});
