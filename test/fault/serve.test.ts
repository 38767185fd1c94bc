/** Each fault as our SCU meets it: the right typed error, or what came through all the same. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { DicomError, SinkEvent } from '../../core/bytes/index.ts';
import { dataSet, IMPLICIT_VR_LITTLE_ENDIAN } from '../../core/data/index.ts';
import { faultyHandlers, parseFaults, serveWithFaults } from '../../core/fault/index.ts';
import type { AssociateAC } from '../../core/pdu/index.ts';
import { PduDecoder } from '../../core/pdu/index.ts';
import { associate, QUERY_RETRIEVE, VERIFICATION } from '../../core/service/index.ts';
import type {
  AssociateOptions,
  Association,
  ContextProposal,
  RetrieveResult,
  Server,
} from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import type { PduHappening } from '../../core/ul/index.ts';
import { failure } from '../support/failure.ts';
import { clock, ownClock } from '../support/fake-clock.ts';
import { readAll, turns } from '../support/streams.ts';
import { collected, instance } from '../service/world.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const INSTANCES = [instance(1, 1, 1), instance(1, 1, 2), instance(1, 1, 3, 40_000)];
const STUDY = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '2.25.1' }) } as const;
const ROLE = { scu: false, scp: true };

ownClock();

let network: MemoryNetwork;
let store: MemoryStore;
let servers: Server[];

beforeEach(async () => {
  network = new MemoryNetwork();
  servers = [];
  store = new MemoryStore();
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

async function filled(): Promise<MemoryStore> {
  const full = new MemoryStore();
  for (const { open, ...info } of INSTANCES) {
    const sink = full.put({ ...info, callingAETitle: 'TEST' });
    await sink.write((await open()) as Uint8Array<ArrayBuffer>);
    await sink.commit();
  }
  return full;
}

/** A PACS with these faults over the store, and who it moves to without any. */
async function begin(faults: string): Promise<void> {
  const destination = { aeTitle: 'STATION', host: 'station', port: 104 };
  const pacs = archiveHandlers(await Archive.open(store), {
    aeTitle: 'PACS',
    destination: () => destination,
  });
  const options = { aeTitle: 'PACS', dialer: network, clock };
  servers.push(serveWithFaults(network.listen('pacs', 104), pacs, options, parseFaults(faults)));
  const station = { store: async () => ({ write() {}, commit: async () => {}, abort: async () => {} }) };
  servers.push(serveWithFaults(network.listen('station', 104), station as never, { clock }, []));
}

const CONTEXTS: readonly ContextProposal[] = [
  { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN] },
  { abstractSyntax: CT, transferSyntaxes: ['1.2.840.10008.1.2.1'] },
  ...(['FIND', 'GET', 'MOVE'] as const).map((service) => ({
    abstractSyntax: QUERY_RETRIEVE.STUDY[service],
    transferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN],
  })),
];

function call(options: Partial<AssociateOptions> = {}): Promise<Association> {
  return associate(
    network,
    { host: 'pacs', port: 104 },
    { callingAETitle: 'WEBSCU', calledAETitle: 'PACS', contexts: CONTEXTS, clock, ...options },
  );
}

async function code(promise: Promise<unknown>): Promise<string> {
  return ((await failure(promise)) as DicomError).code;
}

describe('of the connection', () => {
  test('refuse: it is lost before an answer', async () => {
    await begin('refuse');
    expect(await code(call())).toBe('CONNECTION_LOST');
  });

  test('http: the error says who answers', async () => {
    await begin('http');
    expect(await failure(call())).toMatchObject({ code: 'NOT_DICOM', details: { diagnosis: 'http' } });
  });

  test('silence from the beginning: the deadline of the association', async () => {
    await begin('silence');
    const error = failure(call());
    await turns(1);
    await clock.advance(30_000);
    expect(await error).toMatchObject({ code: 'TIMEOUT', phase: 'associate' });
  });

  test('silence after the second echo: the first is answered', async () => {
    await begin('silence=2/C-ECHO-RQ');
    const association = await call();
    await association.echo();
    const error = failure(association.echo());
    await turns(1);
    await clock.advance(60_000);
    expect(await error).toMatchObject({ code: 'TIMEOUT', phase: 'response' });
  });

  test('abort in place of an answer', async () => {
    await begin('abort');
    expect(await failure(call())).toMatchObject({ code: 'ASSOCIATION_ABORTED', by: 'peer', source: 0 });
  });

  test('abort in mid-store: after the second P-DATA-TF of the third instance', async () => {
    await begin('abort=11/P-DATA-TF'); // command, data and answer twice, then command and the first fragments
    const association = await call();
    for (const each of INSTANCES.slice(0, 2)) expect((await association.store(each)).status).toBe(0);
    const large = failure(association.store(instance(1, 1, 3, 600_000)));
    expect(await large).toMatchObject({ code: 'ASSOCIATION_ABORTED', by: 'peer' });
    expect(await collected(store.entries())).toHaveLength(2);
  });

  test('abort behind the second answer to a store', async () => {
    await begin('abort=2/C-STORE-RSP');
    const association = await call();
    for (const each of INSTANCES.slice(0, 2)) expect((await association.store(each)).status).toBe(0);
    expect(await code(association.store(INSTANCES[2]!))).toBe('ASSOCIATION_ABORTED');
  });

  test.each(['reset=C-ECHO-RQ', 'reset=300/byte'])('%s: the connection is lost', async (fault) => {
    await begin(fault);
    const lost = call().then((association) => association.echo());
    expect(await code(lost)).toBe('CONNECTION_LOST');
  });

  test('bytes are counted across chunks', async () => {
    await begin('silence=C-FIND-RQ,reset=6/byte');
    const connection = network.connect({ host: 'pacs', port: 104 });
    const writer = connection.writable.getWriter();
    const ended = failure(readAll(connection.readable));
    for (const byte of [1, 0, 0, 0, 0, 60]) await writer.write(Uint8Array.of(byte)).catch(() => undefined);
    expect(((await ended) as DicomError).code).toBe('CONNECTION_LOST');
  });

  test('delay: the answer comes, later', async () => {
    await begin('delay=1000');
    const late = async <T>(promise: Promise<T>): Promise<T> => {
      await turns(1);
      await clock.advance(1000);
      return await promise;
    };
    const association = await late(call());
    expect((await late(association.echo())).status).toBe(0);
    expect(clock.now()).toBe(2000);
    await late(association.release());
  });

  test('strict: a PDU against the standard ends the association, a reserved field does not', async () => {
    await begin('strict');
    const answer = async (bytes: readonly number[]): Promise<number[]> => {
      const connection = network.connect({ host: 'pacs', port: 104 });
      const writer = connection.writable.getWriter();
      void writer.write(Uint8Array.from(bytes)).catch(() => undefined);
      return [...(await readAll(connection.readable))];
    };
    // The machine itself aborts either: unexpected in Sta2, as service-user (AA-1) where nobody is strict.
    expect(await answer(LONGER)).toEqual([7, 0, 0, 0, 0, 4, 0, 0, 2, 6]);
    expect(await answer(RESERVED)).not.toEqual([7, 0, 0, 0, 0, 4, 0, 0, 2, 6]);
  });
});

/** A-RELEASE-RQ one byte longer than the standard says. */
const LONGER = [5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0];
/** One whose reserved byte is not zero. */
const RESERVED = [5, 0xff, 0, 0, 0, 4, 0, 0, 0, 0];

describe('of the handlers', () => {
  test.each([
    ['reject', 1, 1, 1],
    ['reject=transient/temporary-congestion', 2, 3, 1],
    ['callers=OTHER/THIRD', 1, 1, 3],
  ])('%s', async (fault, result, source, reason) => {
    await begin(fault);
    expect(await failure(call())).toMatchObject({ code: 'ASSOCIATION_REJECTED', result, source, reason });
  });

  test('callers and lenient: known here, called by any name', async () => {
    await begin('callers=WEBSCU,lenient');
    const association = await call({ calledAETitle: 'NOBODY' });
    expect((await association.echo()).status).toBe(0);
  });

  test.each([
    ['contexts', 4],
    ['contexts=user-rejection', 1],
  ])('%s', async (fault, result) => {
    await begin(fault);
    const results: number[] = [];
    const sink = (event: SinkEvent): void => {
      const told = event as Partial<PduHappening>;
      if (told.pdu !== 'A-ASSOCIATE-AC') return;
      const [answer] = [...new PduDecoder().push(told.bytes!)].map(({ pdu }) => pdu as AssociateAC);
      results.push(...answer!.contexts.map((context) => context.result));
    };
    expect(await code(call({ sink }))).toBe('CONTEXT_REFUSED');
    expect(results).toEqual(CONTEXTS.map(() => result));
  });

  test('status of the second store, a failure: not kept', async () => {
    await begin('status=A700/C-STORE/2');
    const association = await call();
    const statuses: number[] = [];
    for (const each of INSTANCES) statuses.push((await association.store(each)).status);
    expect(statuses).toEqual([0, 0xa700, 0]);
    expect(await collected(store.entries())).toHaveLength(2);
  });

  test('status of a store, a warning: kept; success that keeps nothing is a lie that can be told', async () => {
    await begin('status=B000/C-STORE/1,status=0000/C-STORE/2');
    const association = await call();
    const statuses: number[] = [];
    for (const each of INSTANCES) statuses.push((await association.store(each)).status);
    expect(statuses).toEqual([0xb000, 0, 0]);
    expect(await collected(store.entries())).toHaveLength(2);
    expect(await store.has('2.25.1.1.2')).toBe(false);
  });

  test('an instance that breaks off is not kept, whatever it would have been answered', async () => {
    const handlers = faultyHandlers({ store: (info) => store.put(info) }, parseFaults('status=B000/C-STORE'));
    const [{ open: _, ...info }] = INSTANCES as [(typeof INSTANCES)[0]];
    const requestor = { callingAETitle: 'A', calledAETitle: 'B', remote: '', association: 1 };
    const sink = await handlers.store!({ ...info, callingAETitle: 'A' }, requestor);
    await sink.write(new Uint8Array(10));
    await sink.abort();
    expect(await collected(store.entries())).toEqual([]);
  });

  test('a user who is admitted is so, and held to the terms', async () => {
    const admission = { userIdentityResponse: new Uint8Array(2) };
    const handlers = faultyHandlers({ accept: () => admission }, parseFaults('contexts,no-role'));
    const requestor = { callingAETitle: 'A', calledAETitle: 'B', remote: '', association: 1 };
    const decision = await handlers.accept!(requestor, undefined, { contexts: [], roles: [] });
    expect(decision).toMatchObject(admission);
    expect(Object.keys(decision!)).toEqual(['userIdentityResponse', 'context', 'role']);
  });

  test('status of a query', async () => {
    store = await filled();
    await begin('status=A900/C-FIND/2');
    const association = await call();
    expect(await collected(association.find(STUDY))).toHaveLength(1);
    const error = await failure(collected(association.find(STUDY)));
    expect(error).toMatchObject({ code: 'STATUS_FAILURE', status: 0xa900 });
    expect(await collected(association.find(STUDY))).toHaveLength(1);
  });

  test.each([
    ['status=A702/C-GET', 'status=A801/C-MOVE', 0xa702, 0xa801],
    ['fail=2', 'fail=2', 0xb000, 0xb000],
  ])('%s, %s', async (forGet, forMove, ofGet, ofMove) => {
    store = await filled();
    await begin([...new Set([forGet, forMove])].join());
    const association = await call();
    const got = await result(association.get(STUDY, { store: (info) => new MemoryStore().put(info) }));
    const moved = await result(association.move(STUDY, { destination: 'STATION' }));
    expect([got.status, moved.status]).toEqual([ofGet, ofMove]);
    if (ofGet === 0xb000) {
      expect(got).toMatchObject({ completed: 2, failed: 1, failedSOPInstanceUIDs: ['2.25.1.1.2'] });
      expect(moved).toMatchObject({ completed: 2, failed: 1, failedSOPInstanceUIDs: ['2.25.1.1.2'] });
    }
  });

  test.each<[string, boolean, number]>([
    ['', false, 3],
    ['strict', false, 0],
    ['strict', true, 3],
    ['no-role', true, 0],
  ])('"%s", role selection proposed: %s, of three instances come %i', async (faults, proposed, come) => {
    store = await filled();
    await begin(faults);
    const association = await call({
      contexts: CONTEXTS.map((context) =>
        context.abstractSyntax === CT && proposed ? { ...context, role: ROLE } : context,
      ),
    });
    const [context] = [...association.contexts.values()].filter((each) => each.abstractSyntax === CT);
    expect(context?.requestor.scp).toBe(proposed && faults !== 'no-role');
    const got = await result(association.get(STUDY, { store: (info) => new MemoryStore().put(info) }));
    expect(got.completed).toBe(come);
    expect(got.failed).toBe(3 - come);
  });
});

function result(responses: { readonly result: Promise<RetrieveResult> }): Promise<RetrieveResult> {
  return responses.result;
}
