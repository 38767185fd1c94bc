/** What records of an association mean: messages, contexts, the states of both machines. */
import { describe, expect, it } from 'vitest';
import { encodePdu } from '../../core/pdu/index.ts';
import type { InspectRecord } from '../../core/inspect/index.ts';
import { VERIFICATION } from '../../core/service/index.ts';
import { instance, instanceBytes } from '../service/world.ts';
import { commandSet } from '../support/messages.ts';
import { commandPdv, dataPdv, pData, RQ } from '../support/parrot.ts';
import { emptyArchive, path, recorded, timelineOf } from './recorded.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const ECHO = { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] };
const STORE = { abstractSyntax: CT, transferSyntaxes: [EXPLICIT] };

const REQUESTOR = [
  'Sta1 Evt1 AE-1 Sta4',
  'Sta4 Evt2 AE-2 Sta5',
  'Sta5 Evt3 AE-3 Sta6',
  'Sta6 Evt9 DT-1 Sta6',
  'Sta6 Evt10 DT-2 Sta6',
  'Sta6 Evt11 AR-1 Sta7',
  'Sta7 Evt13 AR-3 Sta1',
];
const ACCEPTOR = [
  'Sta1 Evt5 AE-5 Sta2',
  'Sta2 Evt6 AE-6 Sta3',
  'Sta3 Evt7 AE-7 Sta6',
  'Sta6 Evt10 DT-2 Sta6',
  'Sta6 Evt9 DT-1 Sta6',
  'Sta6 Evt12 AR-2 Sta8',
  'Sta8 Evt14 AR-4 Sta13',
];

describe('an echo', () => {
  it.each(['requestor', 'acceptor'] as const)('seen by the %s is the same PDUs and states', async (of) => {
    const { associate, timeline } = recorded(await emptyArchive(), { of });
    const association = await associate({ contexts: [ECHO] });
    await association.echo();
    await association.release();
    const { entries, conversations } = timeline();
    const pdus = entries.flatMap(({ record }) =>
      record.kind === 'pdu' ? [`${record.sender} ${record.pdu}`] : [],
    );
    expect(pdus).toEqual([
      'requestor A-ASSOCIATE-RQ',
      'acceptor A-ASSOCIATE-AC',
      'requestor P-DATA-TF',
      'acceptor P-DATA-TF',
      'requestor A-RELEASE-RQ',
      'acceptor A-RELEASE-RP',
    ]);
    expect(path(entries, 'requestor').slice(0, REQUESTOR.length)).toEqual(REQUESTOR);
    expect(path(entries, 'acceptor').slice(0, ACCEPTOR.length)).toEqual(ACCEPTOR);
    const inferred = new Set(
      entries.flatMap(({ steps }) => steps.filter((one) => one.inferred)).map((one) => one.side),
    );
    expect([...inferred]).toEqual([of === 'requestor' ? 'acceptor' : 'requestor']);
    const [conversation] = conversations.values();
    expect(conversation!.request).toMatchObject({ calledAETitle: 'PACS', callingAETitle: 'WEBSCU' });
    expect([...conversation!.contexts.values()]).toEqual([
      { id: 1, abstractSyntax: VERIFICATION, proposed: [IMPLICIT], result: 0, transferSyntax: IMPLICIT },
    ]);
    const messages = entries.flatMap(({ parts }) => parts.map(({ message }) => message));
    expect(messages.map(({ name, complete, problem }) => [name, complete, problem])).toEqual([
      ['C-ECHO-RQ', true, ''],
      ['C-ECHO-RSP', true, ''],
    ]);
    expect(messages[1]!.request).toBe(messages[0]);
  });
});

describe('a store', () => {
  it('is one message of many fragments, of which the last bytes are counted only', async () => {
    const { associate, records, timeline } = recorded(await emptyArchive(), {
      keep: 10_000,
      pixels: Infinity,
    });
    const association = await associate({ contexts: [STORE], maximumLength: 4096 });
    const pixels = 40_000;
    await association.store(instance(1, 1, 1, pixels));
    await association.store(instance(1, 1, 2));
    await association.release();
    const whole = instanceBytes(1, 1, 1, pixels);
    const { entries } = timeline();
    const messages = [...new Set(entries.flatMap(({ parts }) => parts.map(({ message }) => message)))];
    expect(messages.map(({ name }) => name)).toEqual([
      'C-STORE-RQ',
      'C-STORE-RSP',
      'C-STORE-RQ',
      'C-STORE-RSP',
    ]);
    const [long, , short] = messages;
    expect(long!.dataSetLength).toBe(whole.length);
    expect(long!.bytes('data set')).toEqual(whole.subarray(0, 10_000));
    expect(short!.bytes('data set')).toEqual(instanceBytes(1, 1, 2));
    expect(long!.command).toMatchObject({ AffectedSOPInstanceUID: '2.25.1.1.1' });
    const kept = records.reduce((sum, record) => sum + (record.kind === 'pdu' ? record.bytes.length : 0), 0);
    const sent = records.reduce((sum, record) => sum + (record.kind === 'pdu' ? record.length : 0), 0);
    expect(sent - kept).toBe(whole.length - 10_000);
  });

  it('is kept up to its pixels where nothing else is asked for', async () => {
    const { associate, timeline } = recorded(await emptyArchive());
    const association = await associate({ contexts: [STORE] });
    const pixels = 20_000;
    await association.store(instance(1, 1, 1, pixels));
    await association.release();
    const [long] = timeline().entries.flatMap(({ parts }) => parts.map(({ message }) => message));
    const whole = instanceBytes(1, 1, 1, pixels);
    expect(long!.dataSetLength).toBe(whole.length);
    expect(long!.bytes('data set')).toEqual(whole.subarray(0, whole.length - pixels - 12 + 64));
  });
});

describe('a record that begins in the middle, or is no good conversation', () => {
  const pdu = (
    id: number,
    sender: 'requestor' | 'acceptor',
    bytes: Uint8Array<ArrayBuffer>,
  ): InspectRecord => ({
    kind: 'pdu',
    id,
    time: 0,
    association: 1,
    sender,
    pdu: 'P-DATA-TF',
    bytes,
    length: bytes.length,
    deviations: [],
  });
  const request = commandSet('C-ECHO-RQ', { MessageID: 7, AffectedSOPClassUID: VERIFICATION });

  it('has states from its first PDU on', () => {
    const bytes = encodePdu({ type: 'A-RELEASE-RQ' });
    const { entries } = timelineOf([
      pdu(1, 'requestor', pData(commandPdv(1, request))),
      { ...pdu(2, 'requestor', bytes), pdu: 'A-RELEASE-RQ' } as InspectRecord,
    ]);
    expect(path(entries, 'requestor')).toEqual(['Sta6 Evt11 AR-1 Sta7']);
    expect(path(entries, 'acceptor')).toEqual(['Sta6 Evt12 AR-2 Sta8']);
  });

  it('shows messages that are not sent to their end, and data sets without a command', () => {
    const store = commandSet(
      'C-STORE-RQ',
      { MessageID: 8, AffectedSOPClassUID: CT, AffectedSOPInstanceUID: '1.2' },
      true,
    );
    const { entries } = timelineOf([
      pdu(1, 'requestor', pData(dataPdv(1, new Uint8Array(4)))),
      pdu(2, 'requestor', pData(commandPdv(1, store))),
      pdu(3, 'requestor', pData(commandPdv(3, request))),
    ]);
    const messages = entries.flatMap(({ parts }) => parts.map(({ message }) => message));
    expect(messages.map(({ name, complete, problem }) => [name, complete, problem !== ''])).toEqual([
      [undefined, true, true],
      ['C-STORE-RQ', false, true],
      ['C-ECHO-RQ', true, false],
    ]);
  });

  it('finds the association for whose C-MOVE another one was opened, by what its C-STOREs name', () => {
    const rq = encodePdu({ ...RQ, callingAETitle: 'WEBSCU' });
    const move = commandSet(
      'C-MOVE-RQ',
      {
        MessageID: 5,
        AffectedSOPClassUID: '1.2.840.10008.5.1.4.1.2.2.2',
        MoveDestination: 'STORE',
        Priority: 0,
      },
      true,
    );
    const originator = { MoveOriginatorApplicationEntityTitle: 'WEBSCU', MoveOriginatorMessageID: 5 };
    const store = commandSet('C-STORE-RQ', { MessageID: 1, AffectedSOPClassUID: CT, ...originator }, true);
    const { conversations } = timelineOf([
      { ...pdu(1, 'requestor', rq), pdu: 'A-ASSOCIATE-RQ' } as InspectRecord,
      pdu(2, 'requestor', pData(commandPdv(1, move))),
      { ...pdu(3, 'requestor', pData(commandPdv(1, store))), association: 2 } as InspectRecord,
    ]);
    expect([...conversations.values()].map(({ parent }) => parent)).toEqual([undefined, 1]);
  });

  it('lets go of a request once it is answered: a second answer is to nothing', () => {
    const answer = (Status: number): Uint8Array<ArrayBuffer> =>
      pData(commandPdv(1, commandSet('C-FIND-RSP', { MessageIDBeingRespondedTo: 3, Status })));
    const request = commandSet('C-FIND-RQ', { MessageID: 3, AffectedSOPClassUID: CT, Priority: 0 });
    const { entries } = timelineOf([
      pdu(1, 'requestor', pData(commandPdv(1, request))),
      pdu(2, 'acceptor', answer(0xff00)),
      pdu(3, 'acceptor', answer(0)),
      pdu(4, 'acceptor', answer(0)),
    ]);
    const [asked, ...answers] = entries.map(({ parts }) => parts[0]!.message);
    expect(answers.map((message) => message.request)).toEqual([asked, asked, undefined]);
  });

  it('takes bytes that are no PDU, and a Command Field of no message', () => {
    const nothing = commandSet('C-ECHO-RQ', { CommandField: 0x7777 });
    const { entries } = timelineOf([
      { ...pdu(1, 'requestor', new Uint8Array([1, 2, 3])), pdu: 'A-ASSOCIATE-RQ' } as InspectRecord,
      pdu(2, 'requestor', new Uint8Array(6)),
      pdu(3, 'acceptor', pData(commandPdv(1, nothing))),
    ]);
    expect(entries[0]!.problem).not.toBe('');
    expect(entries[1]!.parts).toEqual([]);
    expect(entries[2]!.parts[0]!.message.name).toBeUndefined();
  });
});
