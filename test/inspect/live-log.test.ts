/** Associations told while they happen: whose line it is, what was tolerated, and that nothing is held for long. */
import { expect, it, vi } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import type { InspectRecord } from '../../core/inspect/index.ts';
import { LiveLog } from '../../core/inspect/index.ts';
import { instance } from '../service/world.ts';
import { pacs } from './telling-pacs.ts';

const ACKNOWLEDGED = 'I: Association Acknowledged (Max Send PDV: 131060)';

function told(): LiveLog {
  return new LiveLog({ level: 'v', acceptor: 'dcmqrscp' });
}

it('names the association where several are open, and another one speaks than before', async () => {
  const { lines, call } = await pacs(told());
  const one = await call('ONE');
  await one.echo();
  const two = await call('TWO');
  await two.echo();
  await one.echo();
  await one.release();
  await two.release();
  const [first, second] = [/^I: \[association \d+ ONE -> PACS\]$/, /^I: \[association \d+ TWO -> PACS\]$/];
  expect(lines).toEqual([
    'I: Association Received (ONE -> PACS)',
    ACKNOWLEDGED,
    'I: Received Echo SCP RQ: MsgID 1',
    expect.stringMatching(second),
    'I: Association Received (TWO -> PACS)',
    ACKNOWLEDGED,
    'I: Received Echo SCP RQ: MsgID 1',
    expect.stringMatching(first),
    'I: Received Echo SCP RQ: MsgID 2',
    'I: Association Release',
    expect.stringMatching(second),
    'I: Association Release',
  ]);
});

it('names none where one comes after the other', async () => {
  const { lines, call } = await pacs(told());
  for (const title of ['ONE', 'TWO']) {
    const association = await call(title);
    await association.release();
  }
  expect(lines.filter((line) => line.startsWith('I: ['))).toEqual([]);
});

it('tells a C-MOVE and the association that it brings about as one, patients behind asterisks', async () => {
  const { lines, call } = await pacs(told());
  const association = await call('MOVER');
  await association.store(instance(1, 1, 1));
  lines.length = 0;
  const request = {
    model: 'STUDY',
    level: 'STUDY',
    keys: dataSet({ StudyInstanceUID: '2.25.1', PatientName: 'Doe^Jane' }),
  } as const;
  for await (const _ of association.move(request, { destination: 'STORE' }));
  await association.release();
  // The archive answers before it has released: that is told whenever it comes.
  const RELEASING = 'I: Releasing Sub-Association';
  await vi.waitFor(() => expect(lines).toContain(RELEASING));
  expect(lines.filter((line) => !line.startsWith('I: (') && line !== RELEASING)).toEqual([
    'I: Received Move SCP:',
    'I: ===================== INCOMING DIMSE MESSAGE ====================',
    'I: Message Type                  : C-MOVE RQ',
    'I: Message ID                    : 2',
    'I: Affected SOP Class UID        : MOVEStudyRootQueryRetrieveInformationModel',
    'I: Data Set                      : present',
    'I: Priority                      : medium',
    'I: Move Destination              : STORE',
    'I: ======================= END DIMSE MESSAGE =======================',
    'I: Move SCP Request Identifiers:',
    'I: ',
    'I: # Dicom-Data-Set',
    'I: # Used TransferSyntax: Little Endian Implicit',
    'I: ',
    'I: Requesting Sub-Association',
    'I: Store SCU RQ: MsgID 1, (CT)',
    'I: Move SCP: Received Store SCU RSP [Status=Success]',
    'I: Move SCP Response 1 [status: Success]',
    'I: Association Release',
  ]);
  expect(lines.join('\n')).toContain('PN [***^****]');
});

it('says what was tolerated, and of what came behind the end of an association, too', async () => {
  const log = told();
  const note = { kind: 'note', layer: 'service', id: 1, time: 0, association: 7 } as const;
  expect(log.take({ ...note, code: 'UID_INVALID' })).toEqual([
    'W: tolerated: a SOP Instance UID with leading zeros or letters; taken as it is',
  ]);
  expect(log.take({ ...note, code: 'STRAY' } as InspectRecord)).toEqual([
    'W: tolerated: a response or a cancel for nothing that is under way; ignored',
  ]);
});
