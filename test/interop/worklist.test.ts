/** The modality worklist: DCMTK's wlmscpfs and Orthanc's plugin asked from the command line, and the mini-PACS over the same files by findscu. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../core/data/index.ts';
import { worklistKeys } from '../../core/service/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { describeWith } from '../support/needs.ts';
import { records, runWell, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startOrthancWorklist, startWebdimsePacs, startWlmscpfs } from '../support/peers.ts';
import { DCMTK_TOOLS, proves } from '../support/proves.ts';

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

const ENTRIES = [entry(1, 'CT', 'Doe^Jane'), entry(2, 'MR', 'Doe^John'), entry(3, 'CT', 'Müller^Jürgen')];

const SERVERS = [
  { name: 'wlmscpfs', needs: ['dcmtk'], start: startWlmscpfs },
  { name: 'Orthanc', needs: ['orthanc', 'orthanc-worklist'], start: startOrthancWorklist },
] as const;

describe.each(SERVERS)('$name', ({ name, needs, start }) =>
  describeWith(needs, 'worklist', () => {
    let peer: RealPeer;
    beforeAll(async () => {
      peer = await start(ENTRIES);
    });
    afterAll(() => peer?.stop());

    const matches = async (...args: string[]): Promise<Record<string, { Value?: unknown[] }>[]> => {
      const finished = await webdimse('worklist', peer.address, ...args, '--json');
      expect(finished).toMatchObject({ code: 0, stderr: '' });
      return records(finished)
        .filter(({ type }) => type === 'match')
        .map(({ dataset }) => dataset as Record<string, { Value?: unknown[] }>);
    };

    proves(name, 'Worklist', 'everything that is scheduled', async () => {
      const entries = await matches();
      expect(entries.map((found) => found['00401001']?.Value?.[0]).toSorted()).toEqual(['R1', 'R2', 'R3']);
      expect(entries.some((found) => JSON.stringify(found).includes('Müller^Jürgen'))).toBe(true);
    });

    proves(name, 'Worklist', 'by a key inside the scheduled procedure step', async () => {
      const entries = await matches('-k', `${STEP}.Modality=CT`);
      expect(entries.map((found) => found['00401001']?.Value?.[0]).toSorted()).toEqual(['R1', 'R3']);
    });

    proves(name, 'Worklist', 'by the name of a patient, as a table for people', async () => {
      const { code, stdout } = await webdimse('worklist', peer.address, '-k', 'PatientName=Doe^Jo*');
      expect(code).toBe(0);
      expect(stdout).toMatch(/PatientName/);
      expect(stdout).toMatch(/20261122 .*MR .*SCANNER2 .*P2 .*Doe\^John/);
      expect(stdout).not.toMatch(/Jane/);
    });
  }),
);

describeWith(['dcmtk'], 'the mini-PACS and wlmscpfs over the same files', () => {
  let theirs: RealPeer;
  let ours: RealPeer;
  beforeAll(async () => {
    theirs = await startWlmscpfs([
      entry(1, 'CT', 'Doe^Jane'),
      entry(2, 'MR', 'Doe^John'),
      entry(3, 'CT', 'Müller^Jürgen'),
      entry(4, 'US', 'Yamada^Tarou'),
    ]);
    ours = await startWebdimsePacs([], { worklist: theirs.folder });
  });
  afterAll(async () => {
    await Promise.all([ours, theirs].map((each) => each?.stop()));
  });

  /** Which procedures findscu is told. */
  const found = async ({ aeTitle, port }: RealPeer, keys: readonly string[]): Promise<string[]> => {
    const folder = temporaryFolder();
    const asked = ['RequestedProcedureID', ...keys].flatMap((key) => ['-k', key]);
    await runWell('findscu', [
      '-W',
      '-X',
      '-od',
      folder,
      ...asked,
      '-aec',
      aeTitle,
      '127.0.0.1',
      String(port),
    ]);
    const files = readdirSync(folder).map((name) => join(folder, name));
    if (files.length === 0) return [];
    const dumped = await runWell('dcmdump', ['+P', 'RequestedProcedureID', ...files]);
    return [...dumped.matchAll(/\[(R\d)\]/g)].map(([, id]) => id!).toSorted();
  };

  test.each<[string[], string[]]>([
    [[], ['R1', 'R2', 'R3', 'R4']],
    [[`${STEP}.Modality=CT`], ['R1', 'R3']],
    [[`${STEP}.ScheduledStationAETitle=SCANNER2`], ['R2']],
    [[`${STEP}.ScheduledProcedureStepStartDate=20261122`, `${STEP}.Modality=MR`], ['R2']],
    [[`${STEP}.ScheduledProcedureStepStartDate=20261123-`], []],
    [[`${STEP}.ScheduledProcedureStepStartTime=020000-`], ['R2', 'R3', 'R4']],
    [
      [
        `${STEP}.ScheduledProcedureStepStartDate=20261121-20261122`,
        `${STEP}.ScheduledProcedureStepStartTime=050000-030000`,
      ],
      ['R1', 'R2', 'R3'],
    ],
    [
      ['PatientName=Doe*', `${STEP}.Modality=`],
      ['R1', 'R2'],
    ],
    [['PatientName=Doe^J?ne'], ['R1']],
    [['PatientID=P3', `${STEP}.Modality=CT`], ['R3']],
    [['AccessionNumber=A4'], ['R4']],
  ])('findscu -W %j finds the same', async (keys, expected) => {
    expect(await found(ours, keys)).toEqual(expected);
    expect(await found(theirs, keys)).toEqual(expected);
  });

  proves(DCMTK_TOOLS, 'Worklist', 'findscu writes files that dcmdump reads without a warning', async () => {
    const folder = temporaryFolder();
    const asked = ['-k', 'PatientName', '-k', `${STEP}.Modality`, '-k', `${STEP}.ScheduledStationAETitle`];
    await runWell('findscu', [
      '-W',
      '-X',
      '-od',
      folder,
      ...asked,
      '-aec',
      ours.aeTitle,
      '127.0.0.1',
      String(ours.port),
    ]);
    const dumped = await runWell('dcmdump', [
      '-ll',
      'warn',
      ...readdirSync(folder).map((name) => join(folder, name)),
    ]);
    expect(dumped).toContain('Müller^Jürgen');
    expect(dumped.match(/ScheduledProcedureStepSequence/g)).toHaveLength(4);
  });

  test('our command line is told the same by both, all return keys of K.6.1', async () => {
    const answers = async ({ address }: RealPeer): Promise<unknown[]> => {
      const matches = records(await webdimse('worklist', address, '--json')).filter(
        ({ type }) => type === 'match',
      );
      return matches.map(({ dataset }) => known(dataset as DataSet));
    };
    const told = await answers(ours);
    expect(told).toHaveLength(4);
    expect(told).toEqual(expect.arrayContaining(await answers(theirs)));
  });
});

/** What has a value. wlmscpfs leaves out items without any, and says 4, unknown, for an empty Pregnancy Status. */
function known(dataSet: DataSet): Record<string, readonly unknown[]> {
  const { '00080005': _set, '001021C0': _pregnancy, ...rest } = dataSet;
  const filled = Object.entries(rest).map(([tag, { vr, Value: values = [] }]) => {
    const items = vr === 'SQ' ? values.map((item) => known(item as DataSet)) : values;
    return [tag, items.filter((value) => vr !== 'SQ' || Object.keys(value as object).length > 0)] as const;
  });
  return Object.fromEntries(filled.filter(([, values]) => values.length > 0));
}
