/** The lines of a CONQUEST server's console: those of an article that explains a query by them, and the others like them. */
import { expect, it, vi } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import { ConquestLog } from '../../core/inspect/index.ts';
import { instance } from '../service/world.ts';
import { pacs } from './telling-pacs.ts';

/** Numbers of threads and times are what they are. */
function plain(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .replace(/(THREAD) \d+/, '$1 46')
      .replace(/\d+(?= SECONDS$)/, '0')
      .replace(/(?<=AT: )[A-Z][a-z]{2} [A-Z][a-z]{2} [ 1-3]\d \d\d:\d\d:\d\d \d{4}$/, 'DATE'),
  );
}

const REQUEST = (calling: string, accepted = 1): string[] => [
  '[PACS] UPACS THREAD 46: STARTED AT: DATE',
  '[PACS] A-ASSOCIATE-RQ Packet Dump',
  `[PACS] \tCalling Application Title : "${calling}"`,
  '[PACS] \tCalled Application Title : "PACS            "',
  '[PACS] \tApplication Context : "1.2.840.10008.3.1.1.1", PDU length: 131072',
  '[PACS] \tNumber of Proposed Presentation Contexts: 4',
  `[PACS] \tPresentation Context 0 "1.2.840.10008.1.1" ${accepted}`,
  `[PACS] \tPresentation Context 1 "1.2.840.10008.5.1.4.1.1.2" ${accepted}`,
  `[PACS] \tPresentation Context 2 "1.2.840.10008.5.1.4.1.2.2.1" ${accepted}`,
  `[PACS] \tPresentation Context 3 "1.2.840.10008.5.1.4.1.2.2.2" ${accepted}`,
];
const ENDED = [
  '[PACS] UPACS THREAD 46: ENDED AT: DATE',
  '[PACS] UPACS THREAD 46: TOTAL RUNNING TIME: 0 SECONDS',
];
const command = (field: string, id: string): string[] => [
  `[PACS] Server Command   := ${field}`,
  `[PACS] Message ID       := ${id}`,
];

it('tells a store, a query and a move', async () => {
  const { lines, call } = await pacs(new ConquestLog('PACS'));
  const association = await call('TESTSCU');
  await association.echo();
  await association.store(instance(1, 1, 1));
  await association.store(instance(1, 1, 2));
  const keys = dataSet({ StudyInstanceUID: '', PatientName: 'Doe^Jane' });
  for await (const _ of association.find({
    model: 'STUDY',
    level: 'STUDY',
    keys: dataSet({ StudyInstanceUID: '' }),
  }));
  for await (const _ of association.find({ model: 'STUDY', level: 'STUDY', keys }));
  const study = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '2.25.1' }) } as const;
  for await (const _ of association.move(study, { destination: 'STORE' }));
  await association.release();
  await vi.waitFor(() => expect(plain(lines).at(-1)).toBe(ENDED[1]));
  expect(plain(lines)).toEqual([
    ...REQUEST('TESTSCU         '),
    ...command('0030', '0001'),
    ...command('0001', '0002'),
    '[PACS] Written file: 2.25.1.1.1',
    ...command('0001', '0003'),
    '[PACS] Written file: 2.25.1.1.2',
    ...command('0020', '0004'),
    '[PACS] (StudyRootQuery) search level: STUDY ',
    '[PACS] Query On Study',
    '[PACS] Records = 1',
    '[PACS] C-Find (StudyRoot) located 1 records',
    ...command('0020', '0005'),
    '[PACS] (StudyRootQuery) search level: STUDY ',
    '[PACS] Query On Study',
    '[PACS] Records = 0',
    '[PACS] C-Find (StudyRoot) located 0 records',
    ...command('0021', '0006'),
    '[PACS] \tC-Move Destination: "STORE "',
    '[PACS] Number of Images to send: 2',
    '[PACS] Sending file : 2.25.1.1.1',
    '[PACS] Sending file : 2.25.1.1.2',
    '[PACS] C-Move (StudyRoot)',
    ...ENDED,
  ]);
  expect(lines.join('')).not.toMatch(/Doe|Jane/);
});

it('says with asterisks what failed: a move to nobody, an abort, a wrong title', async () => {
  const { lines, call } = await pacs(new ConquestLog('PACS'));
  const association = await call('TESTSCU');
  const study = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '2.25.1' }) } as const;
  const moving = association.move(study, { destination: 'NOBODY' });
  await expect(async () => {
    for await (const _ of moving);
  }).rejects.toThrow();
  association.abort();
  await vi.waitFor(() => expect(plain(lines).at(-1)).toBe(ENDED[1]));
  const aborted = lines.length;
  await expect(call('TESTSCU', 'WRONG')).rejects.toThrow();
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(aborted + 11));
  const wrong = REQUEST('TESTSCU         ', 0).map((line) =>
    line.replace('"PACS            "', '"WRONG           "'),
  );
  expect(plain(lines).filter((line) => !ENDED.includes(line))).toEqual([
    ...REQUEST('TESTSCU         '),
    ...command('0021', '0001'),
    '[PACS] \tC-Move Destination: "NOBODY"',
    '[PACS] *** C-Move (StudyRoot) failed: A801',
    '[PACS] *** Association aborted by the requestor',
    ...wrong,
    '[PACS] *** Association rejected: called-AE-title-not-recognized',
  ]);
});
