/** What a sink is told that no PDU tells, and what it is not told twice. */
import { expect, it, onTestFinished } from 'vitest';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { SinkEvent } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { InspectRecord } from '../../core/inspect/index.ts';
import { recordingSink, requestorsOnly } from '../../core/inspect/index.ts';
import { associate, serve, VERIFICATION } from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import { instance } from '../service/world.ts';
import { failure } from '../support/failure.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { turns } from '../support/streams.ts';
import { timelineOf } from './recorded.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const MOVE = '1.2.840.10008.5.1.4.1.2.2.2';
const TITLES = { callingAETitle: 'WEBSCU', calledAETitle: 'PACS' };
const SYNTAXES = { transferSyntaxes: ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'] };

it('holds the deadline that ran out, before the A-ABORT that it led to', async () => {
  const network = new MemoryNetwork();
  network.listen('pacs', 104); // nobody takes the call, so nobody answers
  const clock = new FakeClock();
  const records: InspectRecord[] = [];
  const contexts = [{ abstractSyntax: VERIFICATION, ...SYNTAXES }];
  const sink = recordingSink((record) => records.push(record));
  const asked = failure(
    associate(network, { host: 'pacs', port: 104 }, { ...TITLES, contexts, sink, clock }),
  );
  await turns(2);
  await clock.advance(30_000);
  expect(await asked).toMatchObject({ code: 'TIMEOUT', phase: 'associate' });
  const told = records.map((one) => (one.kind === 'pdu' ? one.pdu : one.kind));
  expect(told.slice(told.indexOf('A-ASSOCIATE-RQ'), told.indexOf('A-ABORT') + 1)).toEqual([
    'A-ASSOCIATE-RQ',
    'timer',
    'A-ABORT',
  ]);
  expect(records.find(({ kind }) => kind === 'timer')).toMatchObject({
    phase: 'associate',
    milliseconds: 30_000,
  });
});

it('is made of one event a PDU and two a message at most', async () => {
  const network = new MemoryNetwork();
  const told: SinkEvent[] = [];
  const handlers = archiveHandlers(await Archive.open(new MemoryStore()), {
    aeTitle: 'PACS',
    destination: () => undefined,
  });
  const server = serve(network.listen('here', 104), handlers, { aeTitle: 'PACS' });
  onTestFinished(() => server.close());
  const contexts = [{ abstractSyntax: CT, ...SYNTAXES }];
  const records: InspectRecord[] = [];
  const record = recordingSink((one) => records.push(one));
  const sink = (event: SinkEvent): void => {
    told.push(event);
    record(event);
  };
  const association = await associate(network, { host: 'here', port: 104 }, { ...TITLES, contexts, sink });
  await association.store(instance(1, 1, 1, 1 << 20));
  await association.release();
  const pdus = records.flatMap((one) => (one.kind === 'pdu' ? [one.pdu] : []));
  const messages = new Set(
    timelineOf(records).entries.flatMap(({ parts }) => parts.map((part) => part.message)),
  );
  expect(messages.size).toBe(2);
  expect(pdus.length).toBeGreaterThan(10);
  expect(told.filter(({ type }) => type === 'pdu')).toHaveLength(pdus.length);
  expect(told.filter(({ layer }) => layer === 'dimse').length).toBeLessThanOrEqual(2 * messages.size);
  // The rest: Evt1, which no PDU tells of, and the end of the connection.
  expect(told.filter(({ type }) => !['pdu', 'command', 'data set'].includes(type)).length).toBeLessThan(4);
});

it('has each PDU once where both ends are told of, and the sub-association of a C-MOVE beside its parent', async () => {
  const network = new MemoryNetwork();
  const records: InspectRecord[] = [];
  const sink = requestorsOnly(recordingSink((record) => records.push(record)));
  await serving('PACS', 104);
  await serving('THERE', 105);
  const contexts = [
    { abstractSyntax: CT, ...SYNTAXES },
    { abstractSyntax: MOVE, ...SYNTAXES },
  ];
  const association = await associate(network, { host: 'here', port: 104 }, { ...TITLES, contexts, sink });
  await association.store(instance(1, 1, 1));
  const keys = dataSet({ StudyInstanceUID: '2.25.1' });
  const request = { model: 'STUDY', level: 'STUDY', keys } as const;
  expect(await association.move(request, { destination: 'THERE' }).result).toMatchObject({ completed: 1 });
  await association.release();
  const { entries, conversations } = timelineOf(records);
  expect([...conversations.values()].map(({ parent }) => parent)).toEqual([
    undefined,
    entries[0]!.record.association,
  ]);
  const requests = entries.flatMap(({ parts }) =>
    parts.filter(({ fragment }) => fragment.command && fragment.last).map(({ message }) => message.name),
  );
  expect(requests.filter((name) => name?.endsWith('RQ'))).toEqual(['C-STORE-RQ', 'C-MOVE-RQ', 'C-STORE-RQ']);

  async function serving(aeTitle: string, port: number): Promise<void> {
    const handlers = archiveHandlers(await Archive.open(new MemoryStore()), {
      aeTitle,
      destination: (called) => ({ aeTitle: called, host: 'here', port: 105 }),
    });
    const server = serve(network.listen('here', port), handlers, { aeTitle, dialer: network, sink });
    onTestFinished(() => server.close());
  }
});
