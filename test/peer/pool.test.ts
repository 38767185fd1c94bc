/** Retrieves over several associations, and from peers that take no lists of UIDs. */
import { beforeEach, describe, expect, it } from 'vitest';
import { StatusError } from '../../core/bytes/index.ts';
import { dataSet, text, texts } from '../../core/data/index.ts';
import { countedSlots } from '../../core/peer/index.ts';
import type { Slots } from '../../core/peer/index.ts';
import type { Handlers, OutgoingInstance, Requestor } from '../../core/service/index.ts';
import { instance } from '../service/world.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { failure } from '../support/failure.ts';
import { turns } from '../support/streams.ts';
import { fetched, none, only, open, ownStore, peer, proposals, store, without } from './served.ts';

const NEVER = new AbortController().signal;

/** The slots, and the most of them that were out at once. */
function watched(slots: Slots): { slots: Slots; most(): number } {
  let out = 0;
  let most = 0;
  const counted = (free: () => void): (() => void) => {
    most = Math.max(most, ++out);
    return () => {
      out--;
      free();
    };
  };
  const take = async (signal: AbortSignal): Promise<() => void> => counted(await slots.take(signal));
  const tryTake = async (): Promise<(() => void) | undefined> => {
    const free = await slots.tryTake();
    return free && counted(free);
  };
  return { slots: { take, tryTake, wanted: () => slots.wanted() }, most: () => most };
}

/** Holds answers back, by a name, until they are let go. */
class Gates {
  readonly #held: { name: string; go(): void }[] = [];
  #wide = false;

  async *hold<T>(name: string, values: AsyncIterable<T>): AsyncGenerator<T> {
    if (!this.#wide) await new Promise<void>((go) => this.#held.push({ name, go }));
    yield* values;
  }

  /** Resolves when so many wait at once. */
  async waiting(name: string, count: number): Promise<void> {
    while (this.#held.filter((each) => each.name === name).length < count) await turns(1);
  }

  /** Lets the first one go. */
  open(name: string): void {
    const at = this.#held.findIndex((each) => each.name === name);
    this.#held.splice(at, 1)[0]!.go();
  }

  openAll(): void {
    this.#wide = true;
    for (const { go } of this.#held.splice(0)) go();
  }
}

ownStore();

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
    expect(await fetched({}, { associations: 4 })).toMatchObject({
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
    expect(await fetched({}, { associations: 8 })).toMatchObject({ verdict: 'complete', received: 40 });
  });

  it('are no more than pay: one for every four instances', async () => {
    await peer(many.slice(0, 10));
    expect(await fetched()).toMatchObject({ verdict: 'complete', received: 10 });
    expect(proposals()).toHaveLength(3);
    await open.close();
    await peer(many.slice(0, 3));
    expect(await fetched()).toMatchObject({ verdict: 'complete', received: 3 });
    expect(proposals()).toHaveLength(1);
  });

  it('share slots with others, and wait where there is none', async () => {
    await peer(many);
    const slots = countedSlots(2);
    const [one, other] = [await slots.take(NEVER), await slots.take(NEVER)];
    let done = false;
    const waiting = fetched({}, { slots }).finally(() => (done = true));
    await turns(100);
    expect([done, proposals().length]).toEqual([false, 0]);
    one();
    one(); // gives nothing back twice
    expect(await waiting).toMatchObject({ verdict: 'complete', received: 40 });
    expect(proposals()).toHaveLength(1);
    other();
    const stop = new AbortController();
    const taken = [await slots.take(NEVER), await slots.take(NEVER)];
    const cancelled = failure(fetched({ signal: stop.signal }, { slots }));
    await turns(100);
    stop.abort();
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' });
    expect(await slots.tryTake()).toBeUndefined();
    for (const free of taken) free();
    expect(await slots.tryTake()).toBeDefined();
  });

  describe('where others wait for a slot', () => {
    const other = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '2.25.3' }) } as const;
    let gates: Gates;
    let clock: FakeClock;
    beforeEach(async () => {
      gates = new Gates();
      clock = new FakeClock();
      await peer([...many, instance(3, 1, 1)], (ours) => ({
        ...ours,
        async get(request, ...call) {
          const answer = await ours.get!(request, ...call);
          const study = text(request.keys, 'StudyInstanceUID');
          return { ...answer, instances: gates.hold(study, answer.instances) };
        },
      }));
    });

    it('make room for them, all but one, and come back afterwards', async () => {
      const { slots, most } = watched(countedSlots(2));
      const shared = { slots, associations: 2, clock };
      const large = fetched({}, shared);
      await gates.waiting('2.25.2', 2);
      const small = fetched({ request: other }, shared);
      while (!(await slots.wanted())) await turns(1);
      gates.open('2.25.2');
      await gates.waiting('2.25.3', 1);
      expect([await slots.wanted(), proposals().length]).toEqual([false, 3]);
      gates.open('2.25.3');
      expect(await small).toMatchObject({ verdict: 'complete', received: 1 });
      await clock.advance(1000);
      gates.open('2.25.2');
      await gates.waiting('2.25.2', 2);
      expect(proposals()).toHaveLength(4);
      gates.openAll();
      expect(await large).toMatchObject({ verdict: 'complete', received: 40, duplicates: 0 });
      expect(most()).toBe(2);
    });

    it('come back, too, where the one that stayed ended early', async () => {
      const slots = countedSlots(2);
      const large = fetched({}, { slots, associations: 2, clock });
      await gates.waiting('2.25.2', 2);
      const waiting = slots.take(NEVER);
      gates.open('2.25.2');
      const free = await waiting;
      await clock.advance(100_000); // the one that stayed waits in vain: its five instances are lost
      gates.openAll();
      free();
      expect(await large).toMatchObject({ received: 35 });
      expect(proposals().length).toBeGreaterThan(2);
    });
  });
});

describe('a peer that takes no lists of UIDs', () => {
  const many = Array.from({ length: 40 }, (_, i) => instance(2, 1 + (i % 2), i + 1));
  const refusals: [string, () => AsyncGenerator<OutgoingInstance>][] = [
    [
      'and says so by a status',
      () => {
        throw new StatusError(0xc320, 'no lists');
      },
    ],
    ['and finds nothing', none],
  ];

  /** What was asked for, by level; a list counts as one. */
  let levels: Record<string, number>;
  const counting =
    (ours: Handlers, refuse?: () => AsyncGenerator<OutgoingInstance>): NonNullable<Handlers['get']> =>
    (request, requestor, signal) => {
      const list = texts(request.keys, 'SOPInstanceUID').length > 1;
      const level = list ? 'LIST' : request.level;
      levels[level] = (levels[level] ?? 0) + 1;
      return list && refuse ? { instances: refuse() } : ours.get!(request, requestor, signal);
    };
  const refusing =
    (refuse: () => AsyncGenerator<OutgoingInstance>) =>
    (ours: Handlers): Handlers => ({
      ...ours,
      get: counting(ours, refuse),
    });
  beforeEach(() => (levels = {}));

  it.each(refusals)('%s, is asked series by series', async (_, refuse) => {
    await peer(many, refusing(refuse));
    expect(await fetched()).toMatchObject({
      verdict: 'complete',
      received: 40,
      missing: [],
      duplicates: 0,
    });
    expect(levels).toMatchObject({ SERIES: 2 });
    expect(levels['LIST']).toBeLessThanOrEqual(4);
    expect(levels).not.toHaveProperty('IMAGE');
  });

  it.each(refusals)('%s, is asked one by one for what is missing only', async (_, refuse) => {
    await peer(many, refusing(refuse));
    await fetched({}, { associations: 1 });
    for (const each of many.slice(5, 25)) await store.delete(each.sopInstanceUID);
    levels = {};
    expect(await fetched({ missingOnly: true })).toMatchObject({
      verdict: 'complete',
      promised: 20,
      received: 20,
      duplicates: 0,
    });
    expect(levels).toMatchObject({ IMAGE: 20 });
  });

  it.each(refusals)('%s, is asked one by one for what a series left out', async (_, refuse) => {
    await peer(many, (ours) => {
      const incomplete = refusing(refuse)(ours);
      return {
        ...incomplete,
        async get(request, requestor, signal) {
          const { instances } = await incomplete.get!(request, requestor, signal);
          const wanted = ({ sopInstanceUID }: OutgoingInstance): boolean =>
            request.level === 'IMAGE' || !sopInstanceUID.endsWith('7');
          return { instances: only(instances, wanted) };
        },
      };
    });
    expect(await fetched()).toMatchObject({ verdict: 'complete', received: 40, duplicates: 0 });
    expect(levels).toMatchObject({ SERIES: 2, IMAGE: 4 });
  });

  it('is told from one that cannot send what the list names, and counts it', async () => {
    const odd = many.map((each) => ({ ...each, transferSyntaxUID: '1.2.840.10008.1.2.4.100' }));
    await peer(odd, (ours) => without('00083002')({ ...ours, get: counting(ours) }));
    expect(await fetched()).toMatchObject({ verdict: 'failed', received: 0, failed: 40 });
    expect(levels).not.toHaveProperty('SERIES');
  });
});
