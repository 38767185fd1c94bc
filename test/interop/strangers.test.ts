/** Programs that share no line with DCMTK, CTN (1995) and odil (2014): stored to, and calling our mini-PACS. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';
import { instancesBelow, pixels, readRaw } from '../support/peers-files.ts';
import { records, run, runWell, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startCtnStorage, startWebdimsePacs } from '../support/peers.ts';
import { proves } from '../support/proves.ts';
import { FILES, NUMBERS, PATIENT, SERIES, STUDY } from './instances.ts';

const RLE = join(PYDICOM_FILES, 'MR_small_RLE.dcm');
const RLE_LOSSLESS = '1.2.840.10008.1.2.5';

describeWith(['pydicom', 'ctn'], 'CTN simple_storage', () => {
  let peer: RealPeer;
  beforeAll(async () => {
    peer = await startCtnStorage();
  });
  afterAll(() => peer?.stop());

  proves('CTN simple_storage', 'Verification', 'echo', async () => {
    expect(await webdimse('echo', peer.address)).toMatchObject({ code: 0, stderr: '' });
  });

  proves('CTN simple_storage', 'Storage, native', 'store', async () => {
    const lines = records(await webdimse('store', peer.address, ...FILES, '--json'));
    expect(lines.at(-1)).toMatchObject({ status: '0000', sent: FILES.length, failed: 0 });
    expect([...instancesBelow(peer.folder).keys()].toSorted()).toEqual(
      FILES.map((file) => readRaw(file).sopInstanceUID).toSorted(),
    );
  });

  proves('CTN simple_storage', 'refusals and faults', 'a syntax that it does not take', async () => {
    const { code, stderr } = await webdimse('store', peer.address, RLE);
    expect(stderr).toMatch(/CTN accepted none of the presentation contexts: .* MR Image Storage/);
    expect(code).not.toBe(0);
  });
});

describeWith(['pydicom', 'ctn'], 'CTN against our mini-PACS', () => {
  let pacs: RealPeer;
  beforeAll(async () => {
    pacs = await startWebdimsePacs();
  });
  afterAll(() => pacs?.stop());

  const PEER = 'CTN dicom_echo, send_image';
  const titles = (): string[] => ['-a', 'CTN', '-c', pacs.aeTitle];
  const at = (): string[] => ['127.0.0.1', String(pacs.port)];

  proves(PEER, 'Verification', 'dicom_echo', async () => {
    expect(await runWell('dicom_echo', [...titles(), '-r', '3', ...at()])).toMatch(/Successful operation/);
  });

  proves(PEER, 'Storage, native', 'send_image', async () => {
    await runWell('send_image', ['-r', ...titles(), ...at(), ...FILES]);
    expect([...instancesBelow(pacs.folder).keys()].toSorted()).toEqual(
      FILES.map((file) => readRaw(file).sopInstanceUID).toSorted(),
    );
  });

  proves(PEER, 'Storage, encapsulated', 'send_image of a compressed image', async () => {
    await runWell('send_image', ['-r', ...titles(), '-X', RLE_LOSSLESS, ...at(), RLE]);
    const sent = readRaw(RLE);
    const kept = instancesBelow(pacs.folder).get(sent.sopInstanceUID)!;
    expect(kept.transferSyntaxUID).toBe(RLE_LOSSLESS);
    expect(pixels(kept).equals(pixels(sent))).toBe(true); // it leaves out trailing padding
  });
});

describeWith(['pydicom', 'odil'], 'odil against our mini-PACS', () => {
  let pacs: RealPeer;
  beforeAll(async () => {
    pacs = await startWebdimsePacs();
  });
  afterAll(() => pacs?.stop());

  const PEER = 'odil echo, store, find, get';
  const odil = (command: string, words: readonly string[], ...flags: string[]): Promise<string> =>
    runWell('odil', [command, ...flags, '127.0.0.1', String(pacs.port), 'ODIL', pacs.aeTitle, ...words]);
  const answers = async (model: string, level: string, ...keys: string[]): Promise<number> => {
    const told = await odil('find', [model, `QueryRetrieveLevel=${level}`, ...keys]);
    return Number(/^(\d+) answer/m.exec(told)?.[1]);
  };

  proves(PEER, 'Verification', 'echo', async () => {
    await odil('echo', []);
  });

  proves(PEER, 'Storage, native', 'store', async () => {
    await odil('store', FILES);
    expect([...instancesBelow(pacs.folder).keys()].toSorted()).toEqual(
      FILES.map((file) => readRaw(file).sopInstanceUID).toSorted(),
    );
  });

  const [patient, study, series] = [
    `PatientID=${PATIENT}`,
    `StudyInstanceUID=${STUDY}`,
    `SeriesInstanceUID=${SERIES}`,
  ] as const;

  proves(PEER, 'Query, Patient Root', 'find at every level of Patient Root', async () => {
    expect(await answers('patient', 'PATIENT', patient)).toBe(1);
    expect(await answers('patient', 'STUDY', patient, 'StudyInstanceUID')).toBe(NUMBERS.studiesOfPatient);
    expect(await answers('patient', 'SERIES', patient, study, 'SeriesInstanceUID')).toBe(NUMBERS.series);
    expect(await answers('patient', 'IMAGE', patient, study, series, 'SOPInstanceUID')).toBe(NUMBERS.images);
  });

  proves(PEER, 'Query, Study Root', 'find at every level of Study Root', async () => {
    expect(await answers('study', 'STUDY', 'StudyInstanceUID', 'PatientID=*0*')).toBe(NUMBERS.studies);
    expect(await answers('study', 'SERIES', study, 'SeriesInstanceUID')).toBe(NUMBERS.series);
    expect(await answers('study', 'IMAGE', study, series, 'SOPInstanceUID')).toBe(NUMBERS.images);
  });

  proves(PEER, 'GET', 'get', async () => {
    const folder = temporaryFolder();
    const told = await odil('get', ['study', 'QueryRetrieveLevel=STUDY', study], '--directory', folder);
    expect(told).toMatch(new RegExp(`Completed: ${NUMBERS.ofStudy}`));
    const came = instancesBelow(folder);
    expect(came.size).toBe(NUMBERS.ofStudy);
    for (const uid of came.keys()) expect(instancesBelow(pacs.folder).has(uid)).toBe(true);
  });

  proves(PEER, 'refusals and faults', 'a wrong called AE title', async () => {
    const { code } = await run('odil', ['echo', '127.0.0.1', String(pacs.port), 'ODIL', 'SOMEBODY']);
    expect(code).not.toBe(0);
  });
});
