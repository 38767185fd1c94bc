/** Retrieves that are planned and checked: what is proposed, what is asked again, and what is told in the end. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import { StatusError } from '../../core/bytes/index.ts';
import { dataSet, texts } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { get } from '../../core/peer/index.ts';
import type { GetOptions, RetrieveReport } from '../../core/peer/index.ts';
import { PduDecoder } from '../../core/pdu/index.ts';
import type { AssociateRQ } from '../../core/pdu/index.ts';
import type { PduHappening } from '../../core/ul/index.ts';
import type { Handlers, OutgoingInstance, Requestor } from '../../core/service/index.ts';
import { collected, instance, world } from '../service/world.ts';
import type { World } from '../service/world.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const GET = '1.2.840.10008.5.1.4.1.2.2.3';
const PEER = 1;
const STUDY_2 = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '2.25.2' }) } as const;

let open: World;
let store: MemoryStore;
beforeEach(() => (store = new MemoryStore()));
afterEach(() => open.close());

/** A server at port 1 that differs from our mini-PACS as `change` says. */
async function peer(
  instances: readonly OutgoingInstance[],
  change: (ours: ReturnType<typeof archiveHandlers>) => Handlers = (ours) => ours,
): Promise<void> {
  open = await world('whole', instances);
  const archive = await Archive.open(open.store);
  const itself = { aeTitle: 'PEER', host: 'test', port: PEER };
  open.serve(PEER, change(archiveHandlers(archive, { aeTitle: 'PEER', destination: () => itself })));
}

async function fetched(options: Partial<GetOptions> = {}): Promise<RetrieveReport> {
  const address = { ...open.pacs, target: { host: 'test', port: PEER } };
  const task = get(address, { request: STUDY_2, store, ...options });
  await collected(task);
  return await task.result;
}

/** The A-ASSOCIATE-RQs that we sent for C-GET. */
function proposals(): AssociateRQ[] {
  return open.events.flatMap((event) => {
    const happening = event as unknown as PduHappening;
    if (happening.pdu !== 'A-ASSOCIATE-RQ' || happening.direction !== 'sent') return [];
    const [received] = new PduDecoder().push(happening.bytes);
    const request = received!.pdu as AssociateRQ;
    return request.contexts.some(({ abstractSyntax }) => abstractSyntax === GET) ? [request] : [];
  });
}

const three = [instance(2, 1, 1), instance(2, 1, 2), instance(2, 1, 3)];

/** Answers without some attributes, as servers do that do not keep them. */
const without =
  (...tags: string[]) =>
  (ours: Handlers): Handlers => ({
    ...ours,
    async *find(...call) {
      for await (const match of ours.find!(...call)) {
        yield Object.fromEntries(Object.entries(match).filter(([tag]) => !tags.includes(tag))) as DataSet;
      }
    },
  });

describe('what is proposed', () => {
  it('is what the peer says it holds, and no more', async () => {
    await peer([...three, { ...instance(2, 2, 1), sopClassUID: '1.2.840.10008.5.1.4.1.1.4' }]);
    const report = await fetched();
    expect(report).toMatchObject({ verdict: 'complete', status: 0, promised: 4, received: 4, missing: [] });
    const [request] = proposals();
    const classes = new Set(request!.contexts.map(({ abstractSyntax }) => abstractSyntax));
    expect(classes).toEqual(new Set([GET, CT, '1.2.840.10008.5.1.4.1.1.4']));
  });

  it('is guessed from the modality where the peer tells no class', async () => {
    await peer(three, without('00080016'));
    expect(await fetched()).toMatchObject({ verdict: 'complete', received: 3 });
    const classes = new Set(proposals()[0]!.contexts.map(({ abstractSyntax }) => abstractSyntax));
    expect(classes).toContain(CT);
    expect(classes.size).toBeLessThan(12);
    expect(proposals()).toHaveLength(1);
  });

  it('is asked once more, with every likely class, where the guess was wrong', async () => {
    const odd = { ...instance(2, 1, 9), sopClassUID: '1.2.840.10008.5.1.4.1.1.481.5' };
    await peer([...three, odd], without('00080016'));
    expect(await fetched()).toMatchObject({ verdict: 'complete', promised: 4, received: 4, missing: [] });
    expect(proposals()).toHaveLength(2);
  });

  it('is the ranked list where the peer answers no queries', async () => {
    await peer(three, ({ find: _, ...ours }) => ours);
    expect(await fetched()).toMatchObject({ verdict: 'complete', promised: undefined, received: 3 });
    expect(proposals()[0]!.contexts.length).toBeGreaterThan(80);
  });

  it('is the ranked list in the Patient/Study Only model, which tells of no instances', async () => {
    await peer(three);
    const keys = dataSet({ PatientID: 'P2', StudyInstanceUID: '2.25.2' });
    const request = { model: 'PATIENT/STUDY ONLY', level: 'STUDY', keys } as const;
    const report = await fetched({ request, associations: 2 });
    expect(report).toMatchObject({ verdict: 'complete', promised: undefined, received: 3, duplicates: 0 });
    await expect(fetched({ request, missingOnly: true })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('is divided among associations where 128 contexts do not hold it', async () => {
    const many = Array.from({ length: 150 }, (_, i) => ({
      ...instance(2, 1, i + 1),
      sopClassUID: `2.25.999.${i + 1}`,
    }));
    await peer(many, (ours) => ({
      ...ours,
      // The samples' data sets name one class; this server tells the one that each was stored as.
      async *find(query, requestor, signal) {
        for await (const match of ours.find!(query, requestor, signal)) {
          const number = texts(match, 'SOPInstanceUID')[0]?.split('.').at(-1);
          yield number ? { ...match, ...dataSet({ SOPClassUID: `2.25.999.${number}` }) } : match;
        }
      },
    }));
    expect(await fetched()).toMatchObject({ verdict: 'complete', promised: 150, received: 150 });
    expect(proposals().map(({ contexts }) => contexts.length)).toEqual([128, 24]);
  });
});

describe('what is told', () => {
  it('does not believe a success that brought nothing', async () => {
    await peer(three, (ours) => ({ ...ours, get: () => ({ instances: none() }) }));
    const report = await fetched();
    expect(report).toMatchObject({ verdict: 'failed', status: 0x0000, promised: 3, received: 0 });
    expect(report.missing.toSorted()).toEqual(['2.25.2.1.1', '2.25.2.1.2', '2.25.2.1.3']);
  });

  it('names what is missing, though the counters claim all', async () => {
    await peer(three, (ours) => ({
      ...ours,
      async get(...call) {
        const { instances } = await ours.get!(...call);
        return {
          instances: only(instances, ({ sopInstanceUID }) => sopInstanceUID !== '2.25.2.1.2'),
        };
      },
    }));
    expect(await fetched()).toMatchObject({ verdict: 'partial', received: 2, missing: ['2.25.2.1.2'] });
  });

  it('counts what comes twice, and what was not asked for', async () => {
    await peer([...three, instance(7, 1, 1)], (ours) => ({
      ...ours,
      async get(_request, requestor, signal) {
        const all = async (study: string): Promise<OutgoingInstance[]> => {
          const keys = dataSet({ StudyInstanceUID: study });
          return await collected((await ours.get!({ ...STUDY_2, keys }, requestor, signal)).instances);
        };
        const asked = await all('2.25.2');
        return { instances: from([...asked, asked[0]!, ...(await all('2.25.7'))]) };
      },
    }));
    expect(await fetched()).toMatchObject({ verdict: 'complete', received: 4, duplicates: 1, unexpected: 1 });
  });

  it('is "nothing matched" where there is nothing, and nothing failed', async () => {
    await peer([instance(1, 1, 1)]);
    expect(await fetched()).toMatchObject({
      verdict: 'nothing matched',
      status: 0,
      promised: 0,
      received: 0,
    });
  });

  it('fetches what is stored in a rare syntax where the peer tells it, and says so where it does not', async () => {
    const video = { ...instance(2, 1, 9), transferSyntaxUID: '1.2.840.10008.1.2.4.100' };
    await peer([...three, video]);
    expect(await fetched()).toMatchObject({ verdict: 'complete', received: 4 });
    await open.close();
    store = new MemoryStore();
    await peer([...three, video], without('00083002'));
    const report = await fetched();
    expect(report).toMatchObject({
      verdict: 'partial',
      received: 3,
      missing: ['2.25.2.1.9'],
      failed: 1,
    });
    expect(report.failedSOPInstanceUIDs).toEqual(['2.25.2.1.9']);
  });

  it('does not ask again for what our own store refused', async () => {
    await peer(three);
    store = new MemoryStore({ capacity: 10 });
    expect(await fetched({ store })).toMatchObject({ verdict: 'failed', received: 0, failed: 3 });
    expect(proposals()).toHaveLength(1);
  });

  it('rejects with what kept it from an association', async () => {
    open = await world('whole');
    await expect(
      get({ ...open.pacs, aeTitle: 'OTHER' }, { request: STUDY_2, store }).result,
    ).rejects.toMatchObject({
      code: 'ASSOCIATION_REJECTED',
    });
  });
});

describe('only what is missing', () => {
  it('asks for nothing that is here', async () => {
    await peer(three);
    const sink = store.put({ ...three[1]!, callingAETitle: 'BEFORE' });
    sink.write((await three[1]!.open()) as Uint8Array<ArrayBuffer>);
    await sink.commit();
    expect(await fetched({ missingOnly: true })).toMatchObject({
      verdict: 'complete',
      promised: 2,
      received: 2,
    });
    expect(await fetched({ missingOnly: true })).toMatchObject({
      verdict: 'complete',
      promised: 0,
      received: 0,
    });
    expect(proposals()).toHaveLength(1);
  });

  it('says that a peer which answers no queries cannot tell', async () => {
    await peer(three, ({ find: _, ...ours }) => ours);
    await expect(fetched({ missingOnly: true })).rejects.toMatchObject({ code: 'CONTEXT_REFUSED' });
  });
});

describe('several associations', () => {
  const many = Array.from({ length: 40 }, (_, i) => instance(2, 1 + (i % 2), i + 1));

  it('divide the instances among them', async () => {
    const asked = new Map<number, number>();
    await peer(many, (ours) => ({
      ...ours,
      get(request, requestor: Requestor, signal) {
        const count = texts(request.keys, 'SOPInstanceUID').length;
        asked.set(requestor.association, (asked.get(requestor.association) ?? 0) + count);
        return ours.get!(request, requestor, signal);
      },
    }));
    expect(await fetched({ associations: 4 })).toMatchObject({
      verdict: 'complete',
      promised: 40,
      received: 40,
      completed: 40,
      duplicates: 0,
    });
    expect(asked.size).toBe(4);
    expect([...asked.values()].reduce((a, b) => a + b)).toBe(40);
  });

  it('become fewer where the peer has no more of them', async () => {
    let inUse = 0;
    await peer(many, (ours) => ({
      ...ours,
      accept: () => (++inUse > 3 ? { result: 2, source: 3, reason: 2 } : undefined),
    }));
    expect(await fetched({ associations: 8 })).toMatchObject({ verdict: 'complete', received: 40 });
  });

  it('ask one by one where the peer takes no lists', async () => {
    await peer(many, (ours) => ({
      ...ours,
      get(request, requestor, signal) {
        if (texts(request.keys, 'SOPInstanceUID').length > 1) throw new StatusError(0xc320, 'no lists');
        return ours.get!(request, requestor, signal);
      },
    }));
    expect(await fetched({ associations: 2 })).toMatchObject({
      verdict: 'complete',
      received: 40,
      missing: [],
    });
  });
});

describe('C-MOVE to our own receiver', () => {
  const receiver = { aeTitle: 'HERE', listen: async () => open.network.listen('here', 1) };
  const knowing = (change: (ours: Handlers) => Handlers) => (ours: ReturnType<typeof archiveHandlers>) =>
    change({
      ...ours,
      async move(request, requestor, signal) {
        const { destination: _, ...found } = await ours.move!(
          { ...request, destination: 'PEER' },
          requestor,
          signal,
        );
        return { ...found, destination: { aeTitle: request.destination, host: 'here', port: 1 } };
      },
    });

  it('is the fallback where the peer has no C-GET, and says why', async () => {
    await peer(
      three,
      knowing(({ get: _, ...ours }) => ours),
    );
    const report = await fetched({ receiver });
    expect(report).toMatchObject({ verdict: 'complete', promised: 3, received: 3, missing: [] });
    expect(report.movedBecause).toMatch(/did not accept|does not offer|accepted none/);
    expect(await store.has('2.25.2.1.3')).toBe(true);
  });

  it('brings what C-GET left out', async () => {
    await peer(
      three,
      knowing((ours) => ({ ...ours, get: () => ({ instances: none() }) })),
    );
    const report = await fetched({ receiver });
    expect(report).toMatchObject({ verdict: 'complete', received: 3 });
    expect(report.movedBecause).toBe('C-GET left 3 of 3 instances out.');
  });

  it('tells what kept it from listening, and all the same what came by C-GET', async () => {
    const busy = { aeTitle: 'HERE', listen: () => Promise.reject(new Error('the port is in use')) };
    await peer(
      three,
      knowing((ours) => ({
        ...ours,
        async get(...call) {
          const { instances } = await ours.get!(...call);
          return { instances: only(instances, ({ sopInstanceUID }) => sopInstanceUID !== '2.25.2.1.2') };
        },
      })),
    );
    const report = await fetched({ receiver: busy });
    expect(report).toMatchObject({ verdict: 'partial', received: 2, missing: ['2.25.2.1.2'] });
    expect(report.error?.message).toBe('the port is in use');
  });

  it('is not tried where C-GET suffices, nor where the peer cannot be reached', async () => {
    await peer(
      three,
      knowing((ours) => ours),
    );
    expect(await fetched({ receiver })).not.toHaveProperty('movedBecause');
    const nowhere = { ...open.pacs, target: { host: 'nowhere', port: 1 } };
    await expect(get(nowhere, { request: STUDY_2, store, receiver }).result).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
    });
  });
});

async function* from<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

const none = (): AsyncGenerator<OutgoingInstance> => from([]);

async function* only<T>(values: AsyncIterable<T>, wanted: (value: T) => boolean): AsyncGenerator<T> {
  for await (const value of values) if (wanted(value)) yield value;
}
