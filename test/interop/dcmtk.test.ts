/** DCMTK's tools against our mini-PACS: echo, store, find, move, get, and its files read back. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { filesBelow, instancesBelow, readRaw } from '../support/peers-files.ts';
import { run, runWell, temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startStorescp, startWebdimsePacs } from '../support/peers.ts';
import { FILES, NUMBERS, PATIENT, SERIES, STUDY } from './instances.ts';

describeWith(['dcmtk', 'pydicom'], "DCMTK's tools against our mini-PACS", () => {
  let third: RealPeer;
  let pacs: RealPeer;
  beforeAll(async () => {
    third = await startStorescp('MOVEDST');
    pacs = await startWebdimsePacs([third]);
  });
  afterAll(async () => {
    await Promise.all([pacs, third].map((each) => each?.stop()));
  });

  const to = (): string[] => ['-aec', pacs.aeTitle, '127.0.0.1', String(pacs.port)];
  const keys = (level: string, ...more: string[]): string[] =>
    [`QueryRetrieveLevel=${level}`, ...more].flatMap((key) => ['-k', key]);
  /** How many matches findscu writes into files. */
  const found = async (model: string, level: string, ...more: string[]): Promise<number> => {
    const folder = temporaryFolder();
    await runWell('findscu', [model, '-X', '-od', folder, ...keys(level, ...more), ...to()]);
    return readdirSync(folder).length;
  };

  test('echoscu', async () => {
    expect(await runWell('echoscu', to())).toBe('');
  });

  test('storescu; what is kept is what was sent, and dcmdump reads it without a warning', async () => {
    await runWell('storescu', [...to(), ...FILES]);
    const kept = instancesBelow(pacs.folder);
    expect(kept.size).toBe(FILES.length);
    for (const sent of FILES.map(readRaw)) {
      expect(kept.get(sent.sopInstanceUID)?.dataSet.equals(sent.dataSet)).toBe(true);
    }
    const { code, stderr } = await run('dcmdump', filesBelow(pacs.folder));
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('findscu at every level of both models', async () => {
    const [patient, study, series] = [
      `PatientID=${PATIENT}`,
      `StudyInstanceUID=${STUDY}`,
      `SeriesInstanceUID=${SERIES}`,
    ];
    expect(await found('-P', 'PATIENT', 'PatientID')).toBe(NUMBERS.patients);
    expect(await found('-P', 'STUDY', patient, 'StudyInstanceUID')).toBe(NUMBERS.studiesOfPatient);
    expect(await found('-P', 'SERIES', patient, study, 'SeriesInstanceUID')).toBe(NUMBERS.series);
    expect(await found('-P', 'IMAGE', patient, study, series, 'SOPInstanceUID')).toBe(NUMBERS.images);
    expect(await found('-S', 'STUDY', 'StudyInstanceUID')).toBe(NUMBERS.studies);
    expect(await found('-S', 'SERIES', study, 'SeriesInstanceUID')).toBe(NUMBERS.series);
    expect(await found('-S', 'IMAGE', study, series, 'SOPInstanceUID')).toBe(NUMBERS.images);
  });

  test('movescu to a third party', async () => {
    const args = ['-S', '-aem', third.aeTitle, ...keys('STUDY', `StudyInstanceUID=${STUDY}`)];
    await runWell('movescu', [...args, ...to()]);
    const kept = instancesBelow(pacs.folder);
    const moved = instancesBelow(third.folder);
    expect(moved.size).toBe(NUMBERS.ofStudy);
    for (const [uid, file] of moved) expect(file.dataSet.equals(kept.get(uid)!.dataSet)).toBe(true);
  });

  test('movescu to nobody we know', async () => {
    const args = ['-S', '-aem', 'NOWHERE', ...keys('STUDY', `StudyInstanceUID=${STUDY}`)];
    const { code, stderr, stdout } = await run('movescu', ['-v', ...args, ...to()]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/Move Destination Unknown/i);
  });

  test('getscu', async () => {
    const folder = temporaryFolder();
    await runWell('getscu', [
      '-S',
      '+B',
      '-od',
      folder,
      ...keys('STUDY', `StudyInstanceUID=${STUDY}`),
      ...to(),
    ]);
    const kept = instancesBelow(pacs.folder);
    const got = instancesBelow(folder);
    expect(got.size).toBe(NUMBERS.ofStudy);
    for (const [uid, file] of got) expect(file.dataSet.equals(kept.get(uid)!.dataSet)).toBe(true);
  });

  test('a wrong called AE title is rejected with its reason', async () => {
    const { code, stderr, stdout } = await run('echoscu', [
      '-aec',
      'SOMEBODY',
      '127.0.0.1',
      String(pacs.port),
    ]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/Called AE Title Not Recognized/i);
  });
});
