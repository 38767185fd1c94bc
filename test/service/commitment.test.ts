/** Storage Commitment (PS3.4 J) between our own two sides: on the association of the request, and on the SCP's own. */
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { fromHex, StatusError } from '../../core/bytes/index.ts';
import type { Bytes, SinkEvent } from '../../core/bytes/index.ts';
import { dataSet, IMPLICIT_VR_LITTLE_ENDIAN, readDataSet, writeDataSet } from '../../core/data/index.ts';
import type { CommandFields } from '../../core/dimse/index.ts';
import { acceptedRoles } from '../../core/service/acceptance.ts';
import { actionInformation, eventInformation, readReport } from '../../core/service/commitment-data.ts';
import { associate, NATIVE_SYNTAXES } from '../../core/service/index.ts';
import type {
  Association,
  CommitmentReport,
  CommitmentRequest,
  ContextProposal,
  Handlers,
  Requestor,
} from '../../core/service/index.ts';
import { deferred } from '../../core/transport/index.ts';
import { failure } from '../support/failure.ts';
import { SPLITS } from '../support/splits.ts';
import { turns } from '../support/streams.ts';
import { instance, world } from './world.ts';
import type { World } from './world.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const MR = '1.2.840.10008.5.1.4.1.1.4';
const PUSH_MODEL = '1.2.840.10008.1.20.1';
const PUSH_MODEL_INSTANCE = '1.2.840.10008.1.20.1.1';
const EXPLICIT = '1.2.840.10008.1.2.1';
const VERIFICATION = '1.2.840.10008.1.1';

const HERE = { sopClassUID: CT, sopInstanceUID: '2.25.1.1.1' };
const ELSEWHERE = { sopClassUID: CT, sopInstanceUID: '2.25.1.1.9' };
const AS_MR = { sopClassUID: MR, sopInstanceUID: '2.25.1.1.2' };
const COMMITMENT: ContextProposal = { abstractSyntax: PUSH_MODEL, transferSyntaxes: NATIVE_SYNTAXES };

let open: World;
afterEach(() => open.close());

/** Opens an association with `test` at this port, or with the mini-PACS. */
async function call(port?: number, contexts = [COMMITMENT]): Promise<Association> {
  const association = await associate(open.dialer, port ? { host: 'test', port } : open.pacs.target, {
    callingAETitle: 'WEBSCU',
    calledAETitle: 'PACS',
    contexts,
    sink: (event) => open.events.push(event),
  });
  onTestFinished(() => association.abort());
  return association;
}

/** The next report, as a handler and a promise. */
function mailbox(): {
  take: NonNullable<Handlers['commitment']>;
  next: Promise<[CommitmentReport, Requestor]>;
} {
  const { promise, resolve } = deferred<[CommitmentReport, Requestor]>();
  return { take: (...report) => resolve(report), next: promise };
}

const request = (
  transactionUID: string,
  ...instances: CommitmentRequest['instances']
): CommitmentRequest => ({
  transactionUID,
  instances,
});

/** The command sets of this name, as they came to whoever received them. */
function commands(name: string): Record<string, unknown>[] {
  type Command = SinkEvent & { name: string; command: Record<string, unknown> };
  return (open.events as Command[])
    .filter((event) => event.type === 'command' && event.direction === 'received' && event.name === name)
    .map(({ command }) => command);
}

const deviations = (): unknown[] =>
  (open.events as (SinkEvent & { code?: string })[])
    .filter(({ layer, type }) => layer === 'service' && type === 'deviation')
    .map(({ code }) => code);

describe.each(SPLITS)('bytes delivered %s', (how) => {
  it('asks, and is told on the same association what the mini-PACS keeps', async () => {
    open = await world(how, [instance(1, 1, 1), instance(1, 1, 2)]);
    const association = await call();
    const { take, next } = mailbox();
    const asked = request('2.25.7', HERE, ELSEWHERE, AS_MR);
    expect(await association.commit(asked, { report: take })).toEqual({ status: 0, comment: undefined });
    const [report, from] = await next;
    expect(report).toEqual({
      transactionUID: '2.25.7',
      committed: [HERE],
      failed: [
        { ...ELSEWHERE, failureReason: 0x0112 },
        { ...AS_MR, failureReason: 0x0119 },
      ],
    });
    expect(from).toMatchObject({ callingAETitle: 'PACS', calledAETitle: 'WEBSCU' });
    expect(commands('N-ACTION-RQ')).toMatchObject([
      { RequestedSOPClassUID: PUSH_MODEL, RequestedSOPInstanceUID: PUSH_MODEL_INSTANCE, ActionTypeID: 1 },
    ]);
    expect(commands('N-EVENT-REPORT-RQ')).toMatchObject([
      { AffectedSOPClassUID: PUSH_MODEL, AffectedSOPInstanceUID: PUSH_MODEL_INSTANCE, EventTypeID: 2 },
    ]);
    await association.release();
    expect(commands('N-EVENT-REPORT-RSP')).toMatchObject([
      { AffectedSOPClassUID: PUSH_MODEL, AffectedSOPInstanceUID: PUSH_MODEL_INSTANCE, Status: 0 },
    ]);
    expect(open.errors).toEqual([]);
  });

  it('says in one event type that all is kept', async () => {
    open = await world(how, [instance(1, 1, 1)]);
    const association = await call();
    const { take, next } = mailbox();
    await association.commit(request('2.25.7', HERE), { report: take });
    expect((await next)[0]).toEqual({ transactionUID: '2.25.7', committed: [HERE], failed: [] });
    expect(commands('N-EVENT-REPORT-RQ')).toMatchObject([{ EventTypeID: 1 }]);
    await association.release();
  });

  it('is called by the SCP where the association of the request is gone', async () => {
    open = await world(how);
    const gone = deferred<void>();
    const { take, next } = mailbox();
    open.serve(1, {
      async commit({ instances }) {
        await gone.promise;
        const destination = { aeTitle: 'WEBSCU', host: 'test', port: 2 };
        return { committed: instances, failed: [], destination };
      },
    });
    open.serve(2, { commitment: take }, 'WEBSCU');
    const association = await call(1);
    await association.commit(request('2.25.7', HERE, ELSEWHERE), { report: () => undefined });
    await association.release();
    gone.resolve();
    const [report, from] = await next;
    expect(report).toEqual({ transactionUID: '2.25.7', committed: [HERE, ELSEWHERE], failed: [] });
    expect(from).toMatchObject({ callingAETitle: 'PACS', calledAETitle: 'WEBSCU' });
    await expect.poll(() => commands('N-EVENT-REPORT-RSP')).toMatchObject([{ Status: 0 }]);
    expect(deviations()).toEqual([]); // the SCP said that it is one
    expect(open.errors).toEqual([]);
  });

  it('takes a report of who says nothing of roles, and tells of it', async () => {
    open = await world(how);
    const { take, next } = mailbox();
    open.serve(1, { commitment: take });
    const association = await call(1);
    const report = {
      transactionUID: '2.25.7',
      committed: [HERE],
      failed: [{ ...ELSEWHERE, failureReason: 0x0213 }],
    };
    expect(await association.report(report)).toMatchObject({ status: 0 });
    expect((await next)[0]).toEqual(report);
    expect(deviations()).toEqual(['REPORT_WITHOUT_ROLE']);
    await association.release();
  });
});

describe('roles (PS3.7 D.3.3.4)', () => {
  const SCP = { sopClassUID: PUSH_MODEL, scu: false, scp: true };
  const BOTH = { sopClassUID: PUSH_MODEL, scu: true, scp: true };
  const commit = (): never => {
    throw new Error('not called');
  };
  const commitment = (): void => undefined;

  it.each([
    ['takes reports only', { commitment }, SCP, [SCP]],
    ['takes reports only, asked for both', { commitment }, BOTH, [SCP]],
    ['commits only', { commit }, SCP, []],
    ['does both', { commit, commitment }, BOTH, [BOTH]],
    ['does neither', {}, SCP, []],
  ])('%s', async (_, handlers, proposed, answered) => {
    open = await world('whole');
    expect(acceptedRoles(handlers, [proposed])).toEqual(answered);
  });

  it('are agreed on the wire', async () => {
    open = await world('whole');
    open.serve(1, { commitment });
    const association = await call(1, [{ ...COMMITMENT, role: { scu: false, scp: true } }]);
    expect([...association.contexts.values()]).toMatchObject([{ requestor: { scu: false, scp: true } }]);
    await association.release();
  });
});

describe('data sets', () => {
  // PS3.5 7.5, A.1: implicit VR, sequences and items of defined length.
  const ACTION =
    '08009511 06000000 322e32352e31' + // Transaction UID
    '08009911 22000000' + // Referenced SOP Sequence
    'feff00e0 1a000000 08005011 04000000 312e3200 08005511 06000000 312e322e3300';
  const EVENT =
    '08009511 06000000 322e32352e31' + // Transaction UID
    '08009811 2c000000' + // Failed SOP Sequence
    'feff00e0 24000000 08005011 04000000 312e3200 08005511 06000000 312e322e3300 08009711 02000000 1201';
  const named = { sopClassUID: '1.2', sopInstanceUID: '1.2.3' };

  it('are written as in Tables J.3-1 and J.3-2', async () => {
    open = await world('whole');
    expect(actionInformation(request('2.25.1', named), IMPLICIT_VR_LITTLE_ENDIAN)).toEqual(fromHex(ACTION));
    const told = {
      transactionUID: '2.25.1',
      committed: [],
      failed: [{ ...named, failureReason: 0x0112 }],
    };
    expect(eventInformation(told, IMPLICIT_VR_LITTLE_ENDIAN)).toEqual(fromHex(EVENT));
    expect(readReport(readDataSet(fromHex(EVENT), IMPLICIT_VR_LITTLE_ENDIAN))).toEqual(told);
  });

  it('name reasons that a peer leaves out as unknown, and nothing that has no name', async () => {
    open = await world('whole');
    const report = readReport(
      dataSet({
        TransactionUID: '2.25.1',
        ReferencedSOPSequence: [dataSet({ ReferencedSOPClassUID: CT })],
        FailedSOPSequence: [dataSet({ ReferencedSOPClassUID: CT, ReferencedSOPInstanceUID: '1.2.3' })],
      }),
    );
    expect(report.committed).toEqual([]);
    expect(report.failed).toEqual([{ sopClassUID: CT, sopInstanceUID: '1.2.3', failureReason: undefined }]);
  });
});

describe('what goes wrong', () => {
  const ACTION: CommandFields = {
    RequestedSOPClassUID: PUSH_MODEL,
    RequestedSOPInstanceUID: PUSH_MODEL_INSTANCE,
    ActionTypeID: 1,
  };
  const EVENT: CommandFields = {
    AffectedSOPClassUID: PUSH_MODEL,
    AffectedSOPInstanceUID: PUSH_MODEL_INSTANCE,
    EventTypeID: 1,
  };
  const data = (keys: Parameters<typeof dataSet>[0]): Bytes => writeDataSet(dataSet(keys), EXPLICIT);
  const ITEM = dataSet({ ReferencedSOPClassUID: CT, ReferencedSOPInstanceUID: '1.2.3' });
  const NAMELESS = dataSet({ ReferencedSOPClassUID: CT, ReferencedSOPInstanceUID: '' });
  const asking = data({ TransactionUID: '2.25.1', ReferencedSOPSequence: [ITEM] });

  it.each<[string, 'N-ACTION-RQ' | 'N-EVENT-REPORT-RQ', CommandFields, Bytes | undefined, number]>([
    ['another action', 'N-ACTION-RQ', { ...ACTION, ActionTypeID: 2 }, asking, 0x0123],
    ['another instance', 'N-ACTION-RQ', { ...ACTION, RequestedSOPInstanceUID: '1.2' }, asking, 0x0112],
    ['another class', 'N-ACTION-RQ', { ...ACTION, RequestedSOPClassUID: CT }, asking, 0x0118],
    ['no data set', 'N-ACTION-RQ', ACTION, undefined, 0x0115],
    ['no transaction', 'N-ACTION-RQ', ACTION, data({ ReferencedSOPSequence: [ITEM] }), 0x0115],
    ['no instances', 'N-ACTION-RQ', ACTION, data({ TransactionUID: '2.25.1' }), 0x0115],
    [
      'an instance without name',
      'N-ACTION-RQ',
      ACTION,
      data({ TransactionUID: '2.25.1', ReferencedSOPSequence: [ITEM, NAMELESS] }),
      0x0115,
    ],
    ['a data set that is none', 'N-ACTION-RQ', ACTION, fromHex('080095115549ff00 31'), 0x0110],
    ['another event', 'N-EVENT-REPORT-RQ', { ...EVENT, EventTypeID: 3 }, asking, 0x0113],
    ['another class', 'N-EVENT-REPORT-RQ', { ...EVENT, AffectedSOPClassUID: CT }, asking, 0x0118],
    ['no transaction', 'N-EVENT-REPORT-RQ', EVENT, data({ ReferencedSOPSequence: [ITEM] }), 0x0115],
    ['a transaction path', 'N-EVENT-REPORT-RQ', EVENT, data({ TransactionUID: '../x' }), 0x0115],
    ['a data set that is none', 'N-EVENT-REPORT-RQ', EVENT, fromHex('080095115549ff00 31'), 0x0110],
  ])('%s in an %s', async (_, name, fields, bytes, status) => {
    open = await world('whole');
    const called: string[] = [];
    open.serve(1, {
      commit: ({ instances }) => {
        called.push('commit');
        return { committed: instances, failed: [] };
      },
      commitment: () => void called.push('commitment'),
    });
    const { messenger } = await call(1);
    const exchange = messenger.invoke({
      contextId: 1,
      name,
      fields,
      ...(bytes && { dataSet: bytes }),
      capacity: 'latest',
      cancellable: false,
    });
    expect((await exchange.done).status).toBe(status);
    await turns(5);
    expect(called).toEqual([]);
  });

  it.each([
    ['its own status', new StatusError(0x0115, 'another transaction'), 0x0115, []],
    ['a failure that only we are told of', new Error('disk'), 0x0110, ['disk']],
  ])('a handler of reports answers %s', async (_, thrown, status, told) => {
    open = await world('whole');
    open.serve(1, {
      commitment() {
        throw thrown;
      },
    });
    const association = await call(1);
    const report = { transactionUID: '2.25.1', committed: [HERE], failed: [] };
    expect(await failure(association.report(report))).toMatchObject({ code: 'STATUS_FAILURE', status });
    expect(open.errors.map(({ message }) => message)).toEqual(told);
  });

  it('a commit handler that fails commits nothing', async () => {
    open = await world('whole');
    open.serve(1, {
      commit() {
        throw new Error('the index is gone');
      },
    });
    const association = await call(1);
    const { take, next } = mailbox();
    await association.commit(request('2.25.7', HERE), { report: take });
    expect((await next)[0]).toMatchObject({ committed: [], failed: [{ ...HERE, failureReason: 0x0110 }] });
    expect(open.errors.map(({ message }) => message)).toEqual(['the index is gone']);
  });

  it('a report that nobody takes is told where the SCP runs', async () => {
    open = await world('whole');
    const gone = deferred<void>();
    open.serve(1, {
      async commit({ instances }) {
        await gone.promise;
        return { committed: instances, failed: [] };
      },
    });
    const association = await call(1);
    await association.commit(request('2.25.7', HERE), { report: () => undefined });
    await association.release();
    gone.resolve();
    await expect.poll(() => open.errors).toMatchObject([{ code: 'ASSOCIATION_ENDED' }]);
  });

  it('without handlers the class is refused, and without asking a report is an unknown operation', async () => {
    open = await world('whole');
    open.serve(1, {});
    expect(await failure(call(1))).toMatchObject({ code: 'CONTEXT_REFUSED' });
    open.serve(2, { commitment: () => undefined });
    const echoing = await call(2, [{ abstractSyntax: VERIFICATION, transferSyntaxes: NATIVE_SYNTAXES }]);
    const exchange = echoing.messenger.invoke({
      contextId: 1,
      name: 'N-EVENT-REPORT-RQ',
      fields: EVENT,
      dataSet: asking,
      capacity: 'latest',
      cancellable: false,
    });
    expect((await exchange.done).status).toBe(0x0211);
    const association = await call(2);
    expect(
      await failure(association.commit(request('2.25.7', HERE), { report: () => undefined })),
    ).toMatchObject({
      status: 0x0211,
    });
    expect(await failure(association.commit(request('2.25.7'), { report: () => undefined }))).toMatchObject({
      code: 'USAGE',
    });
  });
});
