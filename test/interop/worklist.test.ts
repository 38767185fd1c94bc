/** The modality worklist of DCMTK's wlmscpfs, asked from the command line. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../core/data/index.ts';
import { worklistKeys } from '../../core/service/index.ts';
import { describeWith } from '../support/needs.ts';
import { records, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWlmscpfs } from '../support/peers.ts';

const STEP = 'ScheduledProcedureStepSequence[0]';

/** wlmscpfs rejects entries that lack the attributes of types 1 and 2: all keys are there. */
function entry(number: number, modality: string, patient: string): Uint8Array {
  const values = worklistKeys({
    [`${STEP}.ScheduledStationAETitle`]: `SCANNER${number}`,
    [`${STEP}.ScheduledProcedureStepStartDate`]: '20261122',
    [`${STEP}.ScheduledProcedureStepStartTime`]: `0${number}0000`,
    [`${STEP}.Modality`]: modality,
    [`${STEP}.ScheduledProcedureStepDescription`]: 'Examination',
    [`${STEP}.ScheduledProcedureStepID`]: `S${number}`,
    RequestedProcedureID: `R${number}`,
    RequestedProcedureDescription: 'Procedure',
    StudyInstanceUID: `2.25.7.${number}`,
    AccessionNumber: `A${number}`,
    PatientName: patient,
    PatientID: `P${number}`,
  });
  return writeDataSet(
    { ...dataSet({ SpecificCharacterSet: 'ISO_IR 100' }), ...values },
    EXPLICIT_VR_LITTLE_ENDIAN,
  );
}

describeWith(['dcmtk'], 'against wlmscpfs', () => {
  let peer: RealPeer;
  beforeAll(async () => {
    peer = await startWlmscpfs([
      entry(1, 'CT', 'Doe^Jane'),
      entry(2, 'MR', 'Doe^John'),
      entry(3, 'CT', 'Müller^Jürgen'),
    ]);
  });
  afterAll(() => peer?.stop());

  const matches = async (...args: string[]): Promise<Record<string, { Value?: unknown[] }>[]> => {
    const finished = await webdimse('worklist', peer.address, ...args, '--json');
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    return records(finished)
      .filter(({ type }) => type === 'match')
      .map(({ dataset }) => dataset as Record<string, { Value?: unknown[] }>);
  };

  test('everything that is scheduled', async () => {
    const entries = await matches();
    expect(entries.map((found) => found['00401001']?.Value?.[0]).toSorted()).toEqual(['R1', 'R2', 'R3']);
    expect(entries.some((found) => JSON.stringify(found).includes('Müller^Jürgen'))).toBe(true);
  });

  test('by a key inside the scheduled procedure step', async () => {
    const entries = await matches('-k', `${STEP}.Modality=CT`);
    expect(entries.map((found) => found['00401001']?.Value?.[0]).toSorted()).toEqual(['R1', 'R3']);
  });

  test('by the name of a patient, as a table for people', async () => {
    const { code, stdout } = await webdimse('worklist', peer.address, '-k', 'PatientName=Doe^Jo*');
    expect(code).toBe(0);
    expect(stdout).toMatch(/PatientName/);
    expect(stdout).toMatch(/20261122 .*MR .*SCANNER2 .*P2 .*Doe\^John/);
    expect(stdout).not.toMatch(/Jane/);
  });
});
