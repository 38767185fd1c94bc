/** Storage commitment as one asks a peer for it: where reports come from, what is believed, what is left unanswered. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Bytes, SinkEvent, StatusError } from '../../core/bytes/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  items,
  readDataSet,
  text,
  writeDataSet,
} from '../../core/data/index.ts';
import { commit } from '../../core/peer/index.ts';
import type { CommitOptions, CommitOutcome, CommitResult, PeerAddress } from '../../core/peer/index.ts';
import { COMMITMENT_INSTANCES } from '../../core/peer/transactions.ts';
import { associate, NATIVE_SYNTAXES, STORAGE_COMMITMENT } from '../../core/service/index.ts';
import type { CommitmentReport, Handlers, ReferencedInstance } from '../../core/service/index.ts';
import { deferred } from '../../core/transport/index.ts';
import { DEFAULT_DEADLINES } from '../../core/ul/index.ts';
import { collected, instance, world } from '../service/world.ts';
import type { World } from '../service/world.ts';
import { failure } from '../support/failure.ts';
import { expectMessage, message } from '../support/messages.ts';
import { Parrot } from '../support/parrot.ts';
import { SPLITS } from '../support/splits.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const named = (number: number): ReferencedInstance => ({
  sopClassUID: CT,
  sopInstanceUID: `2.25.1.1.${number}`,
});

let open: World;
beforeEach(async () => {
  open = await world('whole');
});
afterEach(() => open.close());

/** What each instance came to, `unanswered` and so on, in the order told. */
async function asked(
  peer: PeerAddress,
  instances: readonly ReferencedInstance[],
  options: CommitOptions = {},
): Promise<CommitOutcome & { fates: Record<string, CommitResult['fate']> }> {
  const task = commit(peer, instances, options);
  const fates = (await collected(task)).map(({ sopInstanceUID, fate }) => [sopInstanceUID, fate] as const);
  expect(new Set(fates.map(([uid]) => uid)).size).toBe(fates.length); // one fate each
  return { ...(await task.result), fates: Object.fromEntries(fates) };
}

/** A peer that commits as it is told to, at test:1. */
function committing(handler: NonNullable<Handlers['commit']>): PeerAddress {
  open.serve(1, { commit: handler });
  return { ...open.pacs, target: { host: 'test', port: 1 } };
}

/** Where the peer may report: `address` for the peer, `receiver` for us. */
function receiverAt(port: number): NonNullable<CommitOptions['receiver']> {
  return { aeTitle: 'WEBSCU', listen: () => Promise.resolve(open.network.listen('us', port)) };
}

const HERE = { aeTitle: 'WEBSCU', host: 'us', port: 11112 };

const deviations = (): unknown[] =>
  (open.events as (SinkEvent & { code?: string })[])
    .filter(({ layer, type }) => layer === 'service' && type === 'deviation')
    .map(({ code }) => code);

describe.each(SPLITS)('bytes delivered %s', (how) => {
  beforeEach(async () => {
    await open.close();
    open = await world(how, [instance(1, 1, 1), instance(1, 1, 2)]);
  });

  test('a report on the same association', async () => {
    expect(await asked(open.pacs, [named(1), named(2), named(1)])).toMatchObject({
      committed: 2,
      failed: 0,
      unanswered: 0,
      fates: { '2.25.1.1.1': 'committed', '2.25.1.1.2': 'committed' },
    });
    const task = commit(open.pacs, [named(1), named(9)]);
    expect(await collected(task)).toEqual([
      { ...named(9), fate: 'failed', failureReason: 0x0112 },
      { ...named(1), fate: 'committed' },
    ]);
    const outcome = await task.result;
    expect(outcome).toMatchObject({ committed: 1, failed: 1, unanswered: 0 });
    expect(outcome).not.toHaveProperty('error');
    expect(deviations()).toEqual([]);
  });

  test('a report on an association that the peer opens', async () => {
    const answered = deferred<void>();
    open.serve(1, {
      async commit({ transactionUID, instances }) {
        const association = await associate(open.dialer, HERE, {
          callingAETitle: 'PACS',
          calledAETitle: 'WEBSCU',
          contexts: [
            {
              abstractSyntax: STORAGE_COMMITMENT,
              transferSyntaxes: NATIVE_SYNTAXES,
              role: { scu: false, scp: true },
            },
          ],
        });
        await association.report({ transactionUID, committed: instances, failed: [] });
        await association.release();
        expect(association.end).toEqual({ kind: 'released' }); // we waited for it
        answered.resolve();
        return { committed: instances, failed: [] };
      },
    });
    const peer = { ...open.pacs, target: { host: 'test', port: 1 } };
    const outcome = await asked(peer, [named(1)], { receiver: receiverAt(HERE.port) });
    expect(outcome).toMatchObject({ committed: 1, failed: 0, unanswered: 0 });
    await answered.promise;
  });
});

describe('what is not believed', () => {
  test('instances that were not asked for, and another class of one that was', async () => {
    const peer = committing(() => ({
      committed: [named(1), named(7), { ...named(2), sopClassUID: '1.2.3' }],
      failed: [{ ...named(8), failureReason: 0x0110 }],
    }));
    const outcome = await asked(peer, [named(1), named(2)]);
    expect(outcome).toMatchObject({ committed: 1, failed: 0, unanswered: 1 });
    expect(outcome.fates).toEqual({ '2.25.1.1.1': 'committed', '2.25.1.1.2': 'unanswered' });
    expect(deviations()).toEqual(['REPORT_NOT_ASKED']);
  });

  test('success of what failed', async () => {
    const peer = committing(({ instances }) => ({
      committed: instances,
      failed: [{ ...named(1), failureReason: 0x0213 }],
    }));
    const outcome = await asked(peer, [named(1), named(2)]);
    expect(outcome.fates).toEqual({ '2.25.1.1.1': 'failed', '2.25.1.1.2': 'committed' });
    expect(deviations()).toEqual(['REPORT_CONTRADICTS']);
  });

  test('a report of another transaction, and a second one', async () => {
    const statuses: unknown[] = [];
    const peer = committing(async ({ transactionUID, instances }) => {
      const association = await associate(open.dialer, HERE, {
        callingAETitle: 'PACS',
        calledAETitle: 'WEBSCU',
        contexts: [{ abstractSyntax: STORAGE_COMMITMENT, transferSyntaxes: NATIVE_SYNTAXES }],
      });
      const report = async (about: CommitmentReport): Promise<void> => {
        const answer = await association.report(about).catch((error: unknown) => error as StatusError);
        statuses.push(answer.status);
      };
      const [first, second] = instances as [ReferencedInstance, ReferencedInstance];
      await report({ transactionUID: '2.25.9', committed: instances, failed: [] });
      if (second !== undefined) {
        await report({ transactionUID, committed: [first], failed: [] });
        await report({ transactionUID, committed: instances, failed: [] });
      }
      await association.release();
      return { committed: instances, failed: [] };
    });
    // The second transaction, of one instance, keeps the first one's end open for its repetition.
    const many = Array.from({ length: COMMITMENT_INSTANCES + 1 }, (_, i) => named(i));
    const outcome = await asked(peer, many, { receiver: receiverAt(HERE.port) });
    expect(outcome).toMatchObject({ committed: 2, failed: 0, unanswered: COMMITMENT_INSTANCES - 1 });
    expect(statuses.toSorted()).toEqual([0, 0, 0x0115, 0x0115]);
    expect(deviations().filter((code) => code === 'REPORT_UNKNOWN')).toHaveLength(2);
    expect(deviations()).toContain('REPORT_TWICE');
  });
});

describe('what is not answered', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    expect(vi.getTimerCount(), 'timers left behind').toBe(0);
    vi.useRealTimers();
  });

  test.each([true, false])('a peer that does not report in time, listened for: %s', async (listening) => {
    const never = deferred<never>();
    const taken = deferred<void>();
    const peer = committing(() => {
      taken.resolve();
      return never.promise;
    });
    const ended = asked(peer, [named(1), named(2)], listening ? { receiver: receiverAt(HERE.port) } : {});
    await taken.promise;
    await vi.advanceTimersByTimeAsync(DEFAULT_DEADLINES.report - 100);
    await vi.advanceTimersByTimeAsync(100);
    const { error, ...outcome } = await ended;
    expect(outcome).toMatchObject({ committed: 0, failed: 0, unanswered: 2 });
    expect(outcome.fates).toEqual({ '2.25.1.1.1': 'unanswered', '2.25.1.1.2': 'unanswered' });
    expect(error).toMatchObject({ code: 'TIMEOUT', phase: 'report', milliseconds: 60_000 });
  });

  test('by its own deadline, where one is set', async () => {
    const never = deferred<never>();
    const taken = deferred<void>();
    const peer = committing(() => {
      taken.resolve();
      return never.promise;
    });
    const ended = asked({ ...peer, deadlines: { report: 500 } }, [named(1)]);
    await taken.promise;
    await vi.advanceTimersByTimeAsync(600);
    expect((await ended).error).toMatchObject({ phase: 'report', milliseconds: 500 });
  });
});

/** A scripted peer at test:1 that accepts the association. */
function scripted(play: (parrot: Parrot) => Promise<void>): { peer: PeerAddress; played: Promise<void> } {
  const listener = open.network.listen('test', 1);
  onTestFinished(() => listener.close());
  const played = listener.incoming
    .getReader()
    .read()
    .then(async ({ value }) => {
      const parrot = new Parrot(value!); // a listener that is open has no end
      const request = await parrot.expect('A-ASSOCIATE-RQ');
      const contexts = request.contexts.map(({ id }) => ({
        id,
        result: 0,
        transferSyntax: EXPLICIT_VR_LITTLE_ENDIAN,
      }));
      await parrot.send({ ...request, type: 'A-ASSOCIATE-AC', contexts });
      await play(parrot);
    });
  return { peer: { ...open.pacs, target: { host: 'test', port: 1 } }, played };
}

/** Answers the next N-ACTION; gives its Transaction UID and the instances that it names. */
async function answerAction(parrot: Parrot, status: number): Promise<[string, readonly string[]]> {
  const { contextId, command, data } = await expectMessage(parrot);
  const fields = { MessageIDBeingRespondedTo: command.MessageID!, Status: status };
  await parrot.send(message(contextId, 'N-ACTION-RSP', fields));
  const information = readDataSet(data!, EXPLICIT_VR_LITTLE_ENDIAN);
  const instances = items(information, 'ReferencedSOPSequence');
  return [
    text(information, 'TransactionUID'),
    instances.map((item) => text(item, 'ReferencedSOPInstanceUID')),
  ];
}

const event = (transactionUID: string, ...uids: readonly string[]): Bytes =>
  message(
    1,
    'N-EVENT-REPORT-RQ',
    {
      MessageID: 1,
      AffectedSOPClassUID: STORAGE_COMMITMENT,
      AffectedSOPInstanceUID: '1.2.840.10008.1.20.1.1',
      EventTypeID: 1,
    },
    writeDataSet(
      dataSet({
        TransactionUID: transactionUID,
        ReferencedSOPSequence: uids.map((uid) =>
          dataSet({ ReferencedSOPClassUID: CT, ReferencedSOPInstanceUID: uid }),
        ),
      }),
      EXPLICIT_VR_LITTLE_ENDIAN,
    ),
  );

async function released(parrot: Parrot): Promise<void> {
  await parrot.expect('A-RELEASE-RQ');
  await parrot.send({ type: 'A-RELEASE-RP' });
}

describe('a scripted peer', () => {
  test('that has no room for a second transaction: what it took is waited for', async () => {
    const { peer, played } = scripted(async (parrot) => {
      const [transactionUID, uids] = await answerAction(parrot, 0x0000);
      expect(uids).toHaveLength(COMMITMENT_INSTANCES);
      const [other, rest] = await answerAction(parrot, 0x0213);
      expect([transactionUID, other]).toEqual([
        expect.stringMatching(/^2\.25\.\d+$/),
        expect.stringMatching(/^2\.25\.\d+$/),
      ]);
      expect(transactionUID).not.toBe(other);
      expect(rest).toEqual([`2.25.1.1.${COMMITMENT_INSTANCES}`]);
      await parrot.send(event(transactionUID, ...uids));
      expect((await expectMessage(parrot)).command).toMatchObject({ CommandField: 0x8100, Status: 0 });
      await released(parrot);
    });
    const many = Array.from({ length: COMMITMENT_INSTANCES + 1 }, (_, i) => named(i));
    const { error, ...outcome } = await asked(peer, many);
    expect(outcome).toMatchObject({ committed: COMMITMENT_INSTANCES, failed: 0, unanswered: 1 });
    expect(error).toMatchObject({ code: 'STATUS_FAILURE', status: 0x0213 });
    await played;
  });

  test('that reports before it answers the request', async () => {
    const { peer, played } = scripted(async (parrot) => {
      const { command, data } = await expectMessage(parrot);
      const information = readDataSet(data!, EXPLICIT_VR_LITTLE_ENDIAN);
      await parrot.send(event(text(information, 'TransactionUID'), '2.25.1.1.1'));
      expect((await expectMessage(parrot)).command).toMatchObject({ CommandField: 0x8100, Status: 0 });
      const fields = { MessageIDBeingRespondedTo: command.MessageID!, Status: 0 };
      await parrot.send(message(1, 'N-ACTION-RSP', fields));
      await released(parrot);
    });
    expect(await asked(peer, [named(1)])).toMatchObject({ committed: 1, unanswered: 0 });
    await played;
  });

  test('that takes the request and releases: nothing more can come where nobody listens', async () => {
    const { peer, played } = scripted(async (parrot) => {
      await answerAction(parrot, 0x0000);
      await parrot.send({ type: 'A-RELEASE-RQ' });
      await parrot.expect('A-RELEASE-RP');
      parrot.close();
    });
    const { error, ...outcome } = await asked(peer, [named(1)]);
    expect(outcome).toMatchObject({ committed: 0, failed: 0, unanswered: 1 });
    expect(error).toMatchObject({ code: 'ASSOCIATION_ENDED' });
    expect(error?.message).toMatch(/without a report.*listen/);
    await played;
  });

  test('that refuses the request at once rejects the task', async () => {
    const { peer, played } = scripted(async (parrot) => {
      await answerAction(parrot, 0x0124);
      await released(parrot);
    });
    expect(await failure(asked(peer, [named(1)]))).toMatchObject({
      code: 'STATUS_FAILURE',
      status: 0x0124,
      message: expect.stringMatching(/^N-ACTION failed with 0x0124, Refused: Not Authorized/),
    });
    await played;
  });
});

test('a peer without storage commitment, and nothing to commit', async () => {
  open.serve(1, {});
  const peer = { ...open.pacs, target: { host: 'test', port: 1 } };
  expect(await failure(commit(peer, [named(1)]).result)).toMatchObject({
    code: 'CONTEXT_REFUSED',
    message: expect.stringContaining('Storage Commitment Push Model'),
  });
  expect(await failure(commit(peer, []).result)).toMatchObject({ code: 'USAGE' });
});

test('where we cannot listen, nothing is asked', async () => {
  const taken = open.network.listen('us', HERE.port);
  onTestFinished(() => taken.close());
  const peer = committing(() => {
    throw new Error('not to be asked');
  });
  const receiver = { ...receiverAt(HERE.port), listen: async () => open.network.listen('us', HERE.port) };
  expect(await failure(commit(peer, [named(1)], { receiver }).result)).toMatchObject({ code: 'USAGE' });
  expect(open.errors).toEqual([]);
});
