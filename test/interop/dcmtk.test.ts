/** DCMTK's tools against our mini-PACS: echo, store, find, move, get, and its files read back. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';
import { content, filesBelow, instancesBelow, pixels, readRaw } from '../support/peers-files.ts';
import { run, runWell, temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startStorescp, startWebdimsePacs } from '../support/peers.ts';
import { DCMTK_TOOLS, proves } from '../support/proves.ts';
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

  proves(DCMTK_TOOLS, 'Verification', 'echoscu', async () => {
    expect(await runWell('echoscu', to())).toBe('');
  });

  proves(
    DCMTK_TOOLS,
    'Storage, native',
    'storescu; what is kept is what storescp keeps of it, and dcmdump reads it without a warning',
    async () => {
      await runWell('storescu', [...to(), ...FILES]);
      await runWell('storescu', ['-aec', third.aeTitle, '127.0.0.1', String(third.port), ...FILES]);
      expect(content(pacs.folder)).toEqual(content(third.folder));
      expect(Object.keys(content(third.folder))).toHaveLength(FILES.length);
      const { code, stderr } = await run('dcmdump', filesBelow(pacs.folder));
      expect(stderr).toBe('');
      expect(code).toBe(0);
      for (const file of filesBelow(third.folder)) rmSync(file);
    },
  );

  const [patient, study, series] = [
    `PatientID=${PATIENT}`,
    `StudyInstanceUID=${STUDY}`,
    `SeriesInstanceUID=${SERIES}`,
  ] as const;

  proves(DCMTK_TOOLS, 'Query, Patient Root', 'findscu at every level of Patient Root', async () => {
    expect(await found('-P', 'PATIENT', 'PatientID')).toBe(NUMBERS.patients);
    expect(await found('-P', 'STUDY', patient, 'StudyInstanceUID')).toBe(NUMBERS.studiesOfPatient);
    expect(await found('-P', 'SERIES', patient, study, 'SeriesInstanceUID')).toBe(NUMBERS.series);
    expect(await found('-P', 'IMAGE', patient, study, series, 'SOPInstanceUID')).toBe(NUMBERS.images);
  });

  proves(DCMTK_TOOLS, 'Query, Study Root', 'findscu at every level of Study Root', async () => {
    expect(await found('-S', 'STUDY', 'StudyInstanceUID')).toBe(NUMBERS.studies);
    expect(await found('-S', 'SERIES', study, 'SeriesInstanceUID')).toBe(NUMBERS.series);
    expect(await found('-S', 'IMAGE', study, series, 'SOPInstanceUID')).toBe(NUMBERS.images);
  });

  proves(DCMTK_TOOLS, 'Patient/Study Only', 'findscu at both levels of Patient/Study Only', async () => {
    expect(await found('-O', 'PATIENT', 'PatientID')).toBe(NUMBERS.patients);
    expect(await found('-O', 'STUDY', patient, 'StudyInstanceUID')).toBe(NUMBERS.studiesOfPatient);
  });

  proves(DCMTK_TOOLS, 'MOVE', 'movescu to a third party', async () => {
    const args = ['-S', '-aem', third.aeTitle, ...keys('STUDY', `StudyInstanceUID=${STUDY}`)];
    await runWell('movescu', [...args, ...to()]);
    expect(Object.keys(content(third.folder))).toHaveLength(NUMBERS.ofStudy);
    expect(content(pacs.folder)).toMatchObject(content(third.folder));
  });

  proves(DCMTK_TOOLS, 'refusals and faults', 'movescu to nobody we know', async () => {
    const args = ['-S', '-aem', 'NOWHERE', ...keys('STUDY', `StudyInstanceUID=${STUDY}`)];
    const { code, stderr, stdout } = await run('movescu', ['-v', ...args, ...to()]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/Refused: MoveDestinationUnknown/);
  });

  proves(DCMTK_TOOLS, 'GET', 'getscu', async () => {
    const folder = temporaryFolder();
    const args = ['-S', '+B', '-od', folder, ...keys('STUDY', `StudyInstanceUID=${STUDY}`)];
    await runWell('getscu', [...args, ...to()]);
    expect(Object.keys(content(folder))).toHaveLength(NUMBERS.ofStudy);
    expect(content(pacs.folder)).toMatchObject(content(folder));
  });

  proves(DCMTK_TOOLS, 'Storage, encapsulated', 'storescu of compressed images', async () => {
    const compressed = ['MR_small_RLE.dcm', 'JPGExtended.dcm'].map((name) => join(PYDICOM_FILES, name));
    for (const [i, proposal] of ['-xr', '-xx'].entries()) {
      await runWell('storescu', [proposal, ...to(), compressed[i]!]);
    }
    const kept = instancesBelow(pacs.folder);
    for (const sent of compressed.map(readRaw)) {
      const came = kept.get(sent.sopInstanceUID)!;
      expect(came.transferSyntaxUID).toBe(sent.transferSyntaxUID);
      expect(pixels(came).equals(pixels(sent))).toBe(true);
    }
  });

  proves(
    DCMTK_TOOLS,
    'refusals and faults',
    'a wrong called AE title is rejected with its reason',
    async () => {
      const { code, stderr, stdout } = await run('echoscu', [
        '-aec',
        'SOMEBODY',
        '127.0.0.1',
        String(pacs.port),
      ]);
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/Called AE Title Not Recognized/i);
    },
  );
});
