/** Commands of DCMTK: as text, and run by a shell. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  echoCommand,
  findCommand,
  getCommand,
  moveCommand,
  storeCommand,
  worklistCommand,
} from '../../web/state/dcmtk.ts';
import { describeWith } from '../support/needs.ts';
import { run } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';

const PEER = { host: '10.0.0.5', port: 104, aeTitle: 'MAIN PACS', callingAETitle: 'WEBSCU' };
const AT = "-aet WEBSCU -aec 'MAIN PACS'";

describe('as text', () => {
  test('an echo', () => {
    expect(echoCommand(PEER)).toBe(`echoscu ${AT} 10.0.0.5 104`);
  });

  test('a query: values that a shell would take apart are quoted', () => {
    const keys = { PatientName: "O'Neil*", StudyDate: '20260101-', StudyInstanceUID: '' };
    expect(findCommand(PEER, { model: 'STUDY', level: 'STUDY', keys })).toBe(
      `findscu ${AT} -S -k QueryRetrieveLevel=STUDY -k 'PatientName=O'\\''Neil*' -k StudyDate=20260101- ` +
        '-k StudyInstanceUID 10.0.0.5 104',
    );
  });

  test('several values, and a private key by its tag', () => {
    const keys = { '00091001': '$(x)', SOPInstanceUID: '1.2\\1.3' };
    const words = findCommand(PEER, { model: 'PATIENT', level: 'IMAGE', keys });
    expect(words).toContain(
      "-P -k QueryRetrieveLevel=IMAGE -k '0009,1001=$(x)' -k 'SOPInstanceUID=1.2\\1.3'",
    );
  });

  test('keys within items, and an empty sequence', () => {
    const keys = { 'ScheduledProcedureStepSequence[0].Modality': 'CT', RequestAttributesSequence: '' };
    expect(worklistCommand(PEER, keys)).toBe(
      `findscu ${AT} -W -k 'ScheduledProcedureStepSequence[0].Modality=CT' -k RequestAttributesSequence 10.0.0.5 104`,
    );
  });

  test('beyond ASCII the set is named', () => {
    const keys = { PatientName: 'Müller*' };
    expect(findCommand(PEER, { model: 'STUDY', level: 'STUDY', keys })).toContain(
      "-k 'SpecificCharacterSet=ISO_IR 192' -k QueryRetrieveLevel=STUDY -k 'PatientName=Müller*'",
    );
  });

  test('retrieves, and a destination', () => {
    const request = { model: 'STUDY', level: 'STUDY', keys: { StudyInstanceUID: '1.2.3' } } as const;
    const keys = '-k QueryRetrieveLevel=STUDY -k StudyInstanceUID=1.2.3';
    expect(getCommand(PEER, request)).toBe(`getscu ${AT} -S ${keys} 10.0.0.5 104`);
    expect(moveCommand(PEER, request, 'WS 1')).toBe(`movescu ${AT} -S -aem 'WS 1' ${keys} 10.0.0.5 104`);
  });

  test('files by name, none of them an option; or a folder', () => {
    expect(storeCommand(PEER, ['a b.dcm', '-v'])).toBe(`storescu ${AT} -R 10.0.0.5 104 'a b.dcm' ./-v`);
    expect(storeCommand(PEER, [])).toBe(`storescu ${AT} -R +sd +r 10.0.0.5 104 .`);
  });
});

describeWith(['dcmtk'], 'run by a shell', () => {
  let pacs: RealPeer;
  beforeAll(async () => void (pacs = await startWebdimsePacs([], { sample: true })));
  afterAll(() => pacs?.stop());
  const peer = () => ({ ...PEER, host: '127.0.0.1', port: pacs.port, aeTitle: pacs.aeTitle });

  test('they ask what the page asks', async () => {
    const keys = { PatientName: '*', StudyInstanceUID: '' };
    const find = await run('sh', ['-c', findCommand(peer(), { model: 'STUDY', level: 'STUDY', keys })]);
    expect(find.code).toBe(0);
    expect((find.stdout + find.stderr).match(/StudyInstanceUID$/gm)?.length).toBeGreaterThan(1);
    expect((await run('sh', ['-c', echoCommand(peer())])).code).toBe(0);
  });
});
