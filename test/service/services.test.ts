/** Every service over memory, SCU against SCP of ours (PS3.4 A, B, C). */
import { afterEach, describe, expect, it } from 'vitest';
import { DicomError, StatusError } from '../../core/bytes/index.ts';
import type { SinkEvent } from '../../core/bytes/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import { associate, QUERY_RETRIEVE, VERIFICATION } from '../../core/service/index.ts';
import type { Association, ContextProposal, Level, Model, StoreHandler } from '../../core/service/index.ts';
import { SPLITS } from '../support/splits.ts';
import { collected, instance, instanceBytes, world } from './world.ts';
import type { World } from './world.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';

/** Study 1: two series of 2 and 1; study 2: one series of 3. */
const INSTANCES = [
  instance(1, 1, 1),
  instance(1, 1, 2),
  instance(1, 2, 1),
  instance(2, 1, 1),
  instance(2, 1, 2),
  instance(2, 1, 3),
];

const storage = (scp: boolean): ContextProposal => ({
  abstractSyntax: CT,
  transferSyntaxes: [EXPLICIT],
  ...(scp && { role: { scu: false, scp: true } }),
});

let open: World | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function start(
  how: (typeof SPLITS)[number],
  ...contexts: ContextProposal[]
): Promise<[World, Association]> {
  open = await world(how, INSTANCES);
  const association = await associate(open.dialer, open.pacs.target, {
    callingAETitle: 'WEBSCU',
    calledAETitle: 'PACS',
    contexts,
    sink: (event) => open?.events.push(event),
  });
  return [open, association];
}

const native = (abstractSyntax: string): ContextProposal => ({
  abstractSyntax,
  transferSyntaxes: [EXPLICIT, IMPLICIT],
});

describe.each(SPLITS)('bytes delivered %s', (how) => {
  it('echoes, and releases', async () => {
    const [, association] = await start(how, native(VERIFICATION));
    expect(await association.echo()).toEqual({ status: 0x0000, comment: undefined });
    expect(association.peer).toMatchObject({
      aeTitle: 'PACS',
      maximumLength: 131072,
      implementationVersionName: 'WEBDIMSE_010',
    });
    await association.release();
    expect(association.end).toEqual({ kind: 'released' });
  });

  it.each<[Model, Level, Record<string, string>, string, number]>([
    ['PATIENT', 'PATIENT', { PatientID: '' }, 'PatientID', 2],
    ['PATIENT', 'STUDY', { PatientID: 'P1', StudyInstanceUID: '' }, 'StudyInstanceUID', 1],
    [
      'PATIENT',
      'SERIES',
      { PatientID: 'P1', StudyInstanceUID: '2.25.1', SeriesInstanceUID: '' },
      'SeriesInstanceUID',
      2,
    ],
    ['PATIENT/STUDY ONLY', 'PATIENT', { PatientID: '' }, 'PatientID', 2],
    [
      'PATIENT/STUDY ONLY',
      'STUDY',
      { PatientID: 'P2', StudyInstanceUID: '', NumberOfStudyRelatedInstances: '' },
      'StudyInstanceUID',
      1,
    ],
    ['STUDY', 'STUDY', { StudyInstanceUID: '', PatientName: '' }, 'StudyInstanceUID', 2],
    ['STUDY', 'STUDY', { StudyInstanceUID: '', PatientName: 'yamada*' }, 'StudyInstanceUID', 1],
    ['STUDY', 'SERIES', { StudyInstanceUID: '2.25.1', SeriesInstanceUID: '' }, 'SeriesInstanceUID', 2],
    [
      'STUDY',
      'IMAGE',
      { StudyInstanceUID: '2.25.2', SeriesInstanceUID: '2.25.2.1', SOPInstanceUID: '' },
      'SOPInstanceUID',
      3,
    ],
  ])('finds by %s root at level %s %j', async (model, level, keys, unique, count) => {
    const [, association] = await start(how, native(QUERY_RETRIEVE[model].FIND));
    const matches = await collected(association.find({ model, level, keys: dataSet(keys) }));
    expect(matches).toHaveLength(count);
    expect(new Set(matches.map((match) => text(match, unique))).size).toBe(count);
    expect(matches.every((match) => text(match, 'QueryRetrieveLevel') === level)).toBe(true);
    await association.release();
  });

  it('stores, and what is kept is what was sent, bit by bit', async () => {
    const [{ store }, association] = await start(how, storage(false));
    const { status, bytes } = await association.store(instance(3, 1, 1, 300_000));
    expect(status).toBe(0x0000);
    const { info, dataSet: stream } = await store.open('2.25.3.1.1');
    const pieces = await collected(stream as unknown as AsyncIterable<Uint8Array>);
    expect(Buffer.concat(pieces).equals(instanceBytes(3, 1, 1, 300_000))).toBe(true);
    expect(info).toMatchObject({ bytes, callingAETitle: 'WEBSCU', transferSyntaxUID: EXPLICIT });
    await association.release();
  });

  it('takes an instance whose UID has letters alike as SCP and by C-GET, and tells of it', async () => {
    const [world, association] = await start(how, native(QUERY_RETRIEVE.STUDY.GET), storage(true));
    const sopInstanceUID = 'LOCALIZER2.25.1';
    const open = (): Uint8Array<ArrayBuffer> => instanceBytes(3, 1, 1, 64, sopInstanceUID);
    const told = (): number =>
      world.events.filter((event) => (event as { code?: unknown }).code === 'UID_INVALID').length;
    const sending = await associate(world.dialer, world.pacs.target, {
      callingAETitle: 'WEBSCU',
      calledAETitle: 'PACS',
      contexts: [storage(false)],
    });
    expect(await sending.store({ ...instance(3, 1, 1), sopInstanceUID, open })).toMatchObject({
      status: 0x0000,
    });
    await sending.release();
    expect(await world.store.has(sopInstanceUID)).toBe(true);
    expect(told()).toBe(1);
    const responses = association.get(
      { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '2.25.3' }) },
      { store: (info) => world.neighbourStore.put(info) },
    );
    expect(await responses.result).toMatchObject({ status: 0x0000, completed: 1 });
    expect(await world.neighbourStore.has(sopInstanceUID)).toBe(true);
    expect(told()).toBe(2);
    await association.release();
  });

  it('gets into a store of ours, with progress and counters', async () => {
    const [world, association] = await start(how, native(QUERY_RETRIEVE.STUDY.GET), storage(true));
    const request = {
      model: 'STUDY',
      level: 'STUDY',
      keys: dataSet({ StudyInstanceUID: '2.25.2' }),
    } as const;
    const responses = association.get(request, { store: (info) => world.neighbourStore.put(info) });
    const steps = await collected(responses);
    expect(steps.every((step) => (step.remaining ?? 0) + (step.completed ?? 0) === 3)).toBe(true);
    expect(await responses.result).toMatchObject({
      status: 0,
      completed: 3,
      failed: 0,
      warning: 0,
      remaining: undefined,
    });
    for (const number of [1, 2, 3]) expect(await world.neighbourStore.has(`2.25.2.1.${number}`)).toBe(true);
    await association.release();
  });

  it('moves to a third AE, which learns who asked', async () => {
    const [world, association] = await start(how, native(QUERY_RETRIEVE.PATIENT.MOVE));
    const keys = dataSet({ PatientID: 'P1', StudyInstanceUID: '2.25.1' });
    const responses = association.move(
      { model: 'PATIENT', level: 'STUDY', keys },
      { destination: 'NEIGHBOUR' },
    );
    expect(await responses.result).toMatchObject({ status: 0, completed: 3, failed: 0 });
    expect(await world.neighbourStore.has('2.25.1.2.1')).toBe(true);
    const subOperation = world.events.find(
      (event) => event.type === 'command' && 'name' in event && event.name === 'C-STORE-RQ',
    ) as SinkEvent & { command: Record<string, unknown> };
    expect(subOperation.parent).toBeTypeOf('number');
    expect(subOperation.command).toMatchObject({
      MoveOriginatorApplicationEntityTitle: 'WEBSCU',
      MoveOriginatorMessageID: 1,
    });
    await association.release();
  });
});

describe('what goes wrong', () => {
  it('rejects another called AE title, and says what to do', async () => {
    open = await world('whole');
    const { dialer, pacs } = open;
    const attempt = associate(dialer, pacs.target, {
      callingAETitle: 'WEBSCU',
      calledAETitle: 'OTHER',
      contexts: [native(VERIFICATION)],
    });
    await expect(attempt).rejects.toMatchObject({
      code: 'ASSOCIATION_REJECTED',
      result: 1,
      source: 1,
      reason: 7,
    });
    await expect(attempt).rejects.toThrow(/does not answer to the called AE title OTHER/);
  });

  it('aborts when the handler that accepts fails, and says so', async () => {
    open = await world('whole');
    open.serve(1, {
      accept() {
        throw new Error('the list of peers is gone');
      },
    });
    const attempt = associate(
      open.dialer,
      { host: 'test', port: 1 },
      { callingAETitle: 'WEBSCU', calledAETitle: 'ANY', contexts: [native(VERIFICATION)] },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'ASSOCIATION_ABORTED', by: 'peer' });
    expect(open.errors.map(({ message }) => message)).toEqual(['the list of peers is gone']);
  });

  it('is told nothing of connections that come and go', async () => {
    open = await world('whole');
    const server = open.serve(1, {});
    const connection = open.dialer.connect({ host: 'test', port: 1 });
    await connection.opened;
    await connection.close();
    await server.close();
    expect(open.errors).toEqual([]);
  });

  it('says which classes a peer does not offer when it accepts none', async () => {
    const attempt = start('whole', native('1.2.840.10008.5.1.4.31'));
    await expect(attempt).rejects.toMatchObject({ code: 'CONTEXT_REFUSED' });
    await expect(attempt).rejects.toThrow(/Modality Worklist/);
  });

  it('names the destination that a peer does not know', async () => {
    const [, association] = await start('whole', native(QUERY_RETRIEVE.STUDY.MOVE));
    const keys = dataSet({ StudyInstanceUID: '2.25.1' });
    const responses = association.move(
      { model: 'STUDY', level: 'STUDY', keys },
      { destination: 'ELSEWHERE' },
    );
    await expect(collected(responses)).rejects.toMatchObject({ code: 'STATUS_FAILURE', status: 0xa801 });
    await association.release();
  });

  it('tells all failed, with the list, where the destination is not there', async () => {
    const [, association] = await start('whole', native(QUERY_RETRIEVE.STUDY.MOVE));
    const keys = dataSet({ StudyInstanceUID: '2.25.1' });
    const responses = association.move({ model: 'STUDY', level: 'STUDY', keys }, { destination: 'NOBODY' });
    await expect(collected(responses)).rejects.toBeInstanceOf(StatusError);
    const result = await responses.result;
    expect(result).toMatchObject({ status: 0xa702, completed: 0, failed: 3 });
    expect(result.failedSOPInstanceUIDs.toSorted()).toEqual(['2.25.1.1.1', '2.25.1.1.2', '2.25.1.2.1']);
    await association.release();
  });

  it('counts as failed what has no context in a C-GET', async () => {
    const [world, association] = await start('whole', native(QUERY_RETRIEVE.STUDY.GET), {
      abstractSyntax: '1.2.840.10008.5.1.4.1.1.4',
      transferSyntaxes: [EXPLICIT],
      role: { scu: false, scp: true },
    });
    const keys = dataSet({ StudyInstanceUID: '2.25.2' });
    const responses = association.get(
      { model: 'STUDY', level: 'STUDY', keys },
      { store: (info) => world.neighbourStore.put(info) },
    );
    await expect(responses.result).resolves.toMatchObject({ status: 0xa702, failed: 3 });
    await association.release();
  });

  it('answers A700 when our store is full, cancels, and says why', async () => {
    const [, association] = await start('whole', native(QUERY_RETRIEVE.STUDY.GET), storage(true));
    const full = (): never => {
      throw new DicomError('STORE_FULL', 'No room.');
    };
    const keys = dataSet({ StudyInstanceUID: '2.25.2' });
    const responses = association.get({ model: 'STUDY', level: 'STUDY', keys }, { store: full });
    await expect(collected(responses)).rejects.toMatchObject({ code: 'STORE_FULL' });
    await expect(responses.result).resolves.toMatchObject({ status: 0xfe00, failed: 1, completed: 0 });
    await association.release();
    expect(association.end).toEqual({ kind: 'released' });
  });

  it('goes on in a C-GET where our store refuses one instance', async () => {
    const get = native(QUERY_RETRIEVE.STUDY.GET);
    const [world, association] = await start('whole', get, storage(true));
    let asked = 0;
    const picky: StoreHandler = (info) => {
      if (++asked === 2) throw new DicomError('STORE_FAILED', 'This one cannot be kept.');
      return world.neighbourStore.put(info);
    };
    const keys = dataSet({ StudyInstanceUID: '2.25.2' });
    const responses = association.get({ model: 'STUDY', level: 'STUDY', keys }, { store: picky });
    await expect(responses.result).resolves.toMatchObject({ status: 0xb000, failed: 1, completed: 2 });
    await association.release();
  });

  it.each([
    ['a level that is none', { QueryRetrieveLevel: 'FRAME' }],
    ['a level that the model lacks', { QueryRetrieveLevel: 'PATIENT' }],
  ])('answers A900 to %s', async (_, keys) => {
    const [, association] = await start('whole', native(QUERY_RETRIEVE.STUDY.FIND));
    const level = keys.QueryRetrieveLevel as Level;
    const matches = collected(
      association.find({ model: 'STUDY', level, keys: dataSet({ StudyInstanceUID: '' }) }),
    );
    await expect(matches).rejects.toMatchObject({ status: 0xa900 });
    await association.release();
  });

  it('refuses an instance whose class is not that of a context before sending anything', async () => {
    const [, association] = await start('whole', storage(false));
    const other = { ...instance(1, 1, 9), sopClassUID: '1.2.840.10008.5.1.4.1.1.4' };
    await expect(association.store(other)).rejects.toMatchObject({ code: 'CONTEXT_REFUSED' });
    await association.release();
  });

  it('answers an unknown operation with 0211 and stays usable', async () => {
    const [, association] = await start('whole', native(VERIFICATION));
    const exchange = association.messenger.invoke({
      contextId: 1,
      name: 'N-ACTION-RQ',
      fields: { RequestedSOPClassUID: VERIFICATION, RequestedSOPInstanceUID: '1.2', ActionTypeID: 1 },
      capacity: 'latest',
      cancellable: false,
    });
    expect((await exchange.done).status).toBe(0x0211);
    await association.echo();
    await association.release();
  });
});

describe('cancel', () => {
  it('frees the reader at once, sends C-CANCEL and keeps the association', async () => {
    const [world] = await start('whole', native(VERIFICATION));
    let yielded = 0;
    world.serve(1, {
      async *find(_query, _requestor, signal) {
        while (!signal.aborted) {
          yielded++;
          yield dataSet({ StudyInstanceUID: `2.25.${yielded}` });
        }
      },
    });
    const association = await associate(
      world.dialer,
      { host: 'test', port: 1 },
      {
        callingAETitle: 'WEBSCU',
        calledAETitle: 'ANY',
        contexts: [native(QUERY_RETRIEVE.STUDY.FIND), native(VERIFICATION)],
      },
    );
    const stop = new AbortController();
    const responses = association.find(
      { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '' }) },
      { signal: stop.signal },
    );
    const seen: string[] = [];
    const reading = (async () => {
      for await (const match of responses) {
        seen.push(text(match, 'StudyInstanceUID'));
        if (seen.length === 10) stop.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(seen).toHaveLength(10);
    expect(await responses.result).toMatchObject({ status: 0xfe00 });
    await association.echo();
    await association.release();
  });

  it('leaving the loop cancels', async () => {
    const [, association] = await start('whole', native(QUERY_RETRIEVE.STUDY.FIND));
    const responses = association.find({
      model: 'STUDY',
      level: 'STUDY',
      keys: dataSet({ StudyInstanceUID: '' }),
    });
    for await (const _ of responses) break;
    expect([0x0000, 0xfe00]).toContain((await responses.result).status);
    await association.release();
    expect(association.end).toEqual({ kind: 'released' });
  });
});
