/** Commands of DCMTK: as text, and run by a shell. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import type { Level } from '../../core/service/index.ts';
import type { Keys } from '../../web/engine/protocol.ts';
import {
  echoCommand,
  findCommand,
  getCommand,
  moveCommand,
  storeCommand,
  worklistCommand,
} from '../../web/state/dcmtk.ts';
import { describeWith } from '../support/needs.ts';
import { instancesBelow } from '../support/peers-files.ts';
import { run, temporaryFolder } from '../support/peers-process.ts';
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
    expect(storeCommand(PEER, ['a b.dcm', '-v'])).toBe(`storescu ${AT} -R -nh 10.0.0.5 104 'a b.dcm' ./-v`);
    expect(storeCommand(PEER, [])).toBe(`storescu ${AT} -R -nh +sd +r 10.0.0.5 104 .`);
  });
});

describeWith(['dcmtk'], 'run by a shell', () => {
  let pacs: RealPeer;
  let archive: RealPeer;
  beforeAll(async () => {
    const worklist = temporaryFolder();
    const step = (modality: string): DataSet =>
      dataSet({
        PatientName: `Step^${modality}`,
        ScheduledProcedureStepSequence: [dataSet({ Modality: modality })],
      });
    ['CT', 'MR', 'CT'].forEach((modality, i) =>
      writeFileSync(
        join(worklist, `${i}.wl`),
        concat([
          fileMetaInformation({
            sopClassUID: '1.2.276.0.7230010.3.1.0.1', // as DCMTK's dump2dcm writes them
            sopInstanceUID: `2.25.${i}`,
            transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
            callingAETitle: '',
          }),
          writeDataSet(step(modality), EXPLICIT_VR_LITTLE_ENDIAN),
        ]),
      ),
    );
    archive = await startWebdimsePacs([], { aeTitle: 'ARCHIVE' });
    pacs = await startWebdimsePacs([archive], { sample: true, worklist });
  });
  afterAll(() => Promise.all([pacs?.stop(), archive?.stop()]));
  const at = ({ port, aeTitle }: RealPeer) => ({ ...PEER, host: '127.0.0.1', port, aeTitle });
  const peer = () => at(pacs);
  const shell = (command: string, folder?: string) => run('sh', ['-c', command], folder);

  /** The unique keys of the first series with at least two images that the PACS tells of, at Patient Root. */
  async function series(): Promise<Keys> {
    let keys: Keys = {};
    for (const [level, key] of Object.entries({
      PATIENT: 'PatientID',
      STUDY: 'StudyInstanceUID',
      SERIES: 'SeriesInstanceUID',
    })) {
      const query = { model: 'PATIENT', level: level as Level, keys: { ...keys, [key]: '' } } as const;
      const { stdout, stderr } = await shell(findCommand(peer(), query));
      const value = new RegExp(`\\[([^\\]]+)\\] +#[^#]* ${key}$`, 'm').exec(stdout + stderr)![1]!.trim();
      keys = { ...keys, [key]: value };
    }
    return keys;
  }

  test('they ask what the page asks', async () => {
    const keys = { PatientName: '*', StudyInstanceUID: '' };
    const find = await shell(findCommand(peer(), { model: 'STUDY', level: 'STUDY', keys }));
    expect(find.code).toBe(0);
    expect((find.stdout + find.stderr).match(/StudyInstanceUID$/gm)?.length).toBeGreaterThan(1);
    expect((await shell(echoCommand(peer()))).code).toBe(0);
  });

  test('they ask the worklist, with keys within items', async () => {
    const keys = { PatientName: '*', 'ScheduledProcedureStepSequence[0].Modality': 'CT' };
    const { code, stdout, stderr } = await shell(worklistCommand(peer(), keys));
    expect(code).toBe(0);
    expect((stdout + stderr).match(/PatientName$/gm)).toHaveLength(3); // what is asked, and two steps
  });

  test('they retrieve, move and send what the page does', async () => {
    const folder = temporaryFolder();
    const request = { model: 'PATIENT', level: 'SERIES', keys: await series() } as const;
    expect((await shell(getCommand(peer(), request), folder)).code).toBe(0);
    const images = readdirSync(folder).length;
    expect(images).toBeGreaterThan(0);
    expect((await shell(moveCommand(peer(), request, 'ARCHIVE'))).code).toBe(0);
    expect(instancesBelow(archive.folder).size).toBe(images);

    const whole = {
      model: 'PATIENT',
      level: 'PATIENT',
      keys: { PatientID: request.keys['PatientID']! },
    } as const;
    expect((await shell(getCommand(peer(), whole), folder)).code).toBe(0);
    writeFileSync(join(folder, 'a text.txt'), 'not DICOM');
    await shell(storeCommand(at(archive), []), folder); // it goes on behind the text, and tells of it by its code
    expect(instancesBelow(archive.folder).size).toBe(readdirSync(folder).length - 1);
    rmSync(folder, { recursive: true });
  });
});
