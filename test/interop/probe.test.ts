/** `webdimse probe`: what servers that we did not write say of themselves, and ours. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeReport } from '../../core/peer/index.ts';
import { describeWith } from '../support/needs.ts';
import { records, runWell, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startDcmqrscp, startOrthanc, startWebdimsePacs } from '../support/peers.ts';
import { FILES } from './instances.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const HELPFUL = [
  'ModalitiesInStudy',
  'SOPClassesInStudy',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
];

describeWith(['dcmtk', 'orthanc', 'pydicom'], 'probe', () => {
  let dcmqrscp: RealPeer;
  let orthanc: RealPeer;
  let pacs: RealPeer;
  beforeAll(async () => {
    [dcmqrscp, orthanc, pacs] = await Promise.all([startDcmqrscp(), startOrthanc(), startWebdimsePacs([])]);
    for (const { aeTitle, port } of [dcmqrscp, orthanc, pacs])
      await runWell('storescu', ['-R', '-aec', aeTitle, '127.0.0.1', String(port), ...FILES]);
  });
  afterAll(async () => {
    await Promise.all([dcmqrscp, orthanc, pacs].map((each) => each?.stop()));
  });

  const report = async (peer: RealPeer, ...args: string[]): Promise<ProbeReport> => {
    const finished = await webdimse('probe', peer.address, '--json', ...args);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    return records(finished).at(-1) as unknown as ProbeReport;
  };
  /** `FIND`, `MOVE` and `GET` of the three models have UIDs 1.2.1.1 to 1.2.3.3. */
  const models = (services: readonly string[]): string =>
    services.flatMap((uid) => /^1\.2\.840\.10008\.5\.1\.4\.(1\.2\.\d\.\d)$/.exec(uid)?.[1] ?? []).join(' ');

  test('dcmqrscp has three models, three syntaxes, and leaves counts empty', async () => {
    const told = await report(dcmqrscp, '--since', 'all');
    expect(told.implementationVersionName).toMatch(/^OFFIS_DCMTK_/);
    expect(models(told.services)).toBe(
      '1.2.2.1 1.2.2.2 1.2.2.3 1.2.1.1 1.2.1.2 1.2.1.3 1.2.3.1 1.2.3.2 1.2.3.3',
    );
    expect(told).toMatchObject({ maximumLength: 131_072, extended: {}, roleSelection: true });
    expect(told.storageClasses).toContain(CT);
    expect(told.syntaxes?.transferSyntaxUIDs).toEqual([
      '1.2.840.10008.1.2.1',
      '1.2.840.10008.1.2',
      '1.2.840.10008.1.2.2',
    ]);
    expect(told.query).toEqual({ matches: 5, characterSets: [''], filled: [] });
  });

  test('Orthanc has storage commitment, compressed syntaxes, and fills what spares queries', async () => {
    const told = await report(orthanc, '--since', 'all');
    expect(models(told.services)).toBe('1.2.2.1 1.2.2.2 1.2.2.3 1.2.1.1 1.2.1.2 1.2.1.3');
    expect(told.services).toContain('1.2.840.10008.1.20.1');
    expect(told).toMatchObject({ maximumLength: 16_384, roleSelection: true });
    expect(told.syntaxes?.transferSyntaxUIDs).toContain('1.2.840.10008.1.2.4.90');
    expect(told.query).toEqual({ matches: 5, characterSets: ['ISO_IR 100'], filled: HELPFUL });
  });

  test('our mini-PACS agrees to more than the baseline', async () => {
    const told = await report(pacs, '--since', 'all');
    expect(told.extended).toEqual({ relational: true, combinedDateTime: true, fuzzy: true });
    expect(told.query).toMatchObject({ matches: 5, filled: HELPFUL });
  });

  test('for people it is a table, and the studies of one month are looked at', async () => {
    const { code, stdout } = await webdimse('probe', orthanc.address);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Implementation +OFFIS_DCMTK_\d+\nLongest PDU +16384 bytes\nEcho +\d+\.\d ms\n/);
    expect(stdout).toMatch(/^C-GET +Study Root, Patient Root$/m);
    expect(stdout).toMatch(/^CT Image Storage +Explicit VR Little Endian\n {3,}Implicit VR Little Endian$/m);
    expect(stdout).toMatch(/^Answers +no study matched$/m);
  });

  test('what is no date is said', async () => {
    const { code, stderr } = await webdimse('probe', orthanc.address, '--since', 'yesterday');
    expect(code).toBe(2);
    expect(stderr).toContain('--since is a date as 20261122, or "all"');
  });
});
