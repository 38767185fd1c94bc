import { afterEach, describe, expect, it } from 'vitest';
import { AssociationRejectedError, DicomError } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { InstanceInfo } from '../../core/file/index.ts';
import type { FileChange } from '../../web/engine/client.ts';
import type { Services } from '../../web/engine/host.ts';
import { EngineError } from '../../web/engine/protocol.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngine, until } from './fake-engine.ts';

const PEER = { name: 'PACS', aeTitle: 'PACS', callingAETitle: 'WEBSCU' };
const QUERY = { model: 'STUDY', level: 'STUDY', keys: [{}] } as const;
const FOUND = { status: 0, matches: 1000, limited: false };
const INFO: InstanceInfo = {
  sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUID: '1.2.3',
  transferSyntaxUID: '1.2.840.10008.1.2.1',
  callingAETitle: 'PACS',
};

let fake: FakeEngine | undefined;
afterEach(() => fake?.close());

function engineWith(services: Partial<Services>) {
  fake = fakeEngine(services);
  return fake.engine;
}

describe('a call', () => {
  it('answers with what the service returned', async () => {
    const answer = { milliseconds: [3], implementation: 'DCMTK' };
    const engine = engineWith({ echo: async ({ peer }) => ({ ...answer, implementation: peer.name }) });
    expect(await engine.echo(PEER)).toEqual({ milliseconds: [3], implementation: 'PACS' });
  });

  it('brings an error over with its code and numbers', async () => {
    const engine = engineWith({
      echo: async () => {
        throw new AssociationRejectedError('rejected', 1, 1, 3);
      },
    });
    const error = await engine.echo(PEER).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).failure).toEqual({
      code: 'ASSOCIATION_REJECTED',
      message: 'rejected',
      details: { result: 1, source: 1, reason: 3 },
    });
  });

  it('tells what is no error of ours as unexpected', async () => {
    const engine = engineWith({ echo: () => Promise.reject(new TypeError('x is undefined')) });
    await expect(engine.echo(PEER)).rejects.toMatchObject({ failure: { code: 'UNEXPECTED' } });
  });

  it('of an unknown name fails alone', async () => {
    const engine = engineWith({});
    await expect(engine.stats()).rejects.toThrow('does not know the call stats');
  });

  it('is cancelled by its signal, before or while it runs', async () => {
    const engine = engineWith({
      echo: (_, { signal }) =>
        new Promise((_, reject) => {
          const cancelled = (): void => reject(new DicomError('CANCELLED', 'cancelled'));
          if (signal.aborted) cancelled();
          signal.addEventListener('abort', cancelled);
        }),
    });
    const controller = new AbortController();
    const running = engine.echo(PEER, { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ failure: { code: 'CANCELLED' } });
    await expect(engine.echo(PEER, { signal: controller.signal })).rejects.toMatchObject({
      failure: { code: 'CANCELLED' },
    });
  });

  it('fails when the worker died, and so does every later one', async () => {
    const engine = engineWith({ echo: () => new Promise(() => {}) });
    const running = engine.echo(PEER);
    engine.fail({ code: 'UNEXPECTED', message: 'the worker stopped', details: {} });
    await expect(running).rejects.toThrow('the worker stopped');
    await expect(engine.echo(PEER)).rejects.toThrow('the worker stopped');
  });
});

describe('steps', () => {
  it('come in order, in few batches, of which the first are small', async () => {
    const engine = engineWith({
      find: async (_, { step }) => {
        for (let i = 0; i < 1000; i++) step(dataSet({ PatientID: String(i) }));
        return FOUND;
      },
    });
    const batches: (readonly DataSet[])[] = [];
    const responses = engine.find(PEER, QUERY, 1000);
    for await (const batch of responses) batches.push(batch);
    expect(batches.map(({ length }) => length)).toEqual([16, 32, 64, 128, 250, 250, 250, 10]);
    expect(batches.flat().map((match) => match['00100020']?.Value?.[0])).toEqual(
      Array.from({ length: 1000 }, (_, i) => String(i)),
    );
    expect(await responses.result).toEqual(FOUND);
  });

  it('of a retrieve are dropped but the newest', async () => {
    const engine = engineWith({
      get: async (_, { step }) => {
        for (let i = 0; i <= 500; i++) step({ ...COUNTS, received: i, bytes: i });
        return { ...COUNTS, ...GOT };
      },
    });
    const steps: number[] = [];
    const request = { model: 'STUDY', level: 'STUDY', keys: {} } as const;
    for await (const batch of engine.get(PEER, request)) steps.push(...batch.map(({ bytes }) => bytes));
    expect(steps.at(-1)).toBe(500);
    expect(steps.length).toBeLessThan(5);
  });

  it('end with the failure after what had come', async () => {
    const engine = engineWith({
      find: async (_, { step }) => {
        step(dataSet({ PatientID: '1' }));
        throw new DicomError('CONNECTION_LOST', 'broke');
      },
    });
    const got: DataSet[] = [];
    const read = async (): Promise<void> => {
      for await (const batch of engine.find(PEER, QUERY, 10)) got.push(...batch);
    };
    await expect(read()).rejects.toMatchObject({ failure: { code: 'CONNECTION_LOST' } });
    expect(got).toHaveLength(1);
  });

  it('are cancelled by leaving the loop', async () => {
    let cancelled = false;
    const engine = engineWith({
      find: (_, { step, signal }) =>
        new Promise((resolve) => {
          step({});
          signal.addEventListener('abort', () => {
            cancelled = true;
            resolve(FOUND);
          });
        }),
    });
    for await (const _ of engine.find(PEER, QUERY, 10)) break;
    await until(() => cancelled);
  });
});

describe('files', () => {
  it('are told when they come and go, together', async () => {
    const engine = engineWith({});
    const changes: FileChange[] = [];
    engine.watchFiles((change) => changes.push(change));
    const uids = ['1.2.1', '1.2.2', '1.2.3'];
    for (const sopInstanceUID of uids) {
      const sink = fake!.store.put({ ...INFO, sopInstanceUID });
      await sink.commit();
    }
    await until(() => changes.flatMap(({ stored }) => stored).length === 3);
    expect(changes.length).toBeLessThan(3);
    await fake!.store.delete('1.2.2');
    await until(() => changes.some(({ deleted }) => deleted.includes('1.2.2')));
  });
});

const COUNTS = { remaining: 0, completed: 0, failed: 0, warning: 0 };
const GOT = {
  status: 0,
  comment: undefined,
  failedSOPInstanceUIDs: [],
  received: 500,
  bytes: 500,
  milliseconds: 1,
  storeFull: false,
};
