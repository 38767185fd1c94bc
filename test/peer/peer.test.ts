/** What page and command line do with a peer, over memory. */
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import type { SinkEvent } from '../../core/bytes/index.ts';
import { StatusError } from '../../core/bytes/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import { echo, get, move, query, send } from '../../core/peer/index.ts';
import type { PeerAddress, SendItem } from '../../core/peer/index.ts';
import type { InstanceInfo } from '../../core/file/index.ts';
import { collected, instance, world } from '../service/world.ts';
import type { World } from '../service/world.ts';

let open: World;
afterEach(() => open.close());

const STUDY_2 = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '2.25.2' }) } as const;
const ALL_STUDIES = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '' }) } as const;

const at = (port: number): PeerAddress => ({ ...open.pacs, target: { host: 'test', port } });
const names = (events: readonly SinkEvent[], direction: string): string[] =>
  events.flatMap((event) =>
    event.type === 'command' && event.direction === direction && 'name' in event ? [String(event.name)] : [],
  );
const item = (number: number, changes: Partial<SendItem> = {}): SendItem => ({
  ...instance(7, 1, number),
  label: `${number}.dcm`,
  ...changes,
});

describe('echo', () => {
  it('repeats in one association and times each', async () => {
    open = await world('whole');
    const result = await echo(open.pacs, { repeat: 5 });
    expect(result.milliseconds).toHaveLength(5);
    expect(result.implementation).toBe('WEBDIMSE_010');
    const associations = new Set(
      open.events.filter((event) => event.type === 'command').map((e) => e.association),
    );
    expect(associations.size).toBe(2); // ours and the acceptor's view of it
  });

  it('says that nobody listens', async () => {
    open = await world('whole');
    await expect(echo(at(9))).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
  });
});

describe('query', () => {
  it('gives matches as they come, and how many', async () => {
    open = await world('whole', [instance(1, 1, 1), instance(2, 1, 1)]);
    const asked = query(open.pacs, ALL_STUDIES);
    const matches = await collected(asked);
    expect(matches.map((match) => text(match, 'StudyInstanceUID')).toSorted()).toEqual(['2.25.1', '2.25.2']);
    expect(await asked.result).toEqual({ status: 0, matches: 2, limited: false });
  });

  it('stops at a limit by C-CANCEL, and says so', async () => {
    open = await world('whole');
    open.serve(1, {
      async *find(_query, _requestor, signal) {
        for (let i = 1; !signal.aborted; i++) yield dataSet({ StudyInstanceUID: `2.25.${i}` });
      },
    });
    const asked = query(at(1), ALL_STUDIES, { limit: 500 });
    expect(await collected(asked)).toHaveLength(500);
    expect(await asked.result).toEqual({ status: 0xfe00, matches: 500, limited: true });
    expect(names(open.events, 'sent')).toContain('C-CANCEL-RQ');
  });

  it('is not limited by a limit that is just reached', async () => {
    open = await world('whole', [instance(1, 1, 1), instance(2, 1, 1)]);
    const asked = query(open.pacs, ALL_STUDIES, { limit: 2 });
    expect(await collected(asked)).toHaveLength(2);
    expect(await asked.result).toMatchObject({ limited: false });
  });

  it('frees the caller at once when cancelled, though the peer does not answer', async () => {
    open = await world('whole');
    open.serve(1, {
      async *find(_query, _requestor, signal) {
        yield dataSet({ StudyInstanceUID: '2.25.1' });
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
      },
    });
    const stop = new AbortController();
    const asked = query(at(1), ALL_STUDIES, { signal: stop.signal });
    const reading = (async () => {
      for await (const _ of asked) stop.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(asked.result).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('throws the status of a failure, and what the peer says of it', async () => {
    open = await world('whole');
    open.serve(1, {
      find() {
        throw new StatusError(0xa700, 'Too much.');
      },
    });
    await expect(collected(query(at(1), ALL_STUDIES))).rejects.toMatchObject({
      status: 0xa700,
      details: { comment: 'Too much.' },
    });
  });
});

describe('get and move', () => {
  it('gets into a store, counting what really came', async () => {
    open = await world('random', [instance(2, 1, 1, 100_000), instance(2, 1, 2), instance(2, 1, 3)]);
    const store = new MemoryStore();
    const task = get(open.pacs, { request: STUDY_2, store });
    const steps = await collected(task);
    const outcome = await task.result;
    expect(outcome).toMatchObject({ status: 0, completed: 3, failed: 0, received: 3 });
    let bytes = 0;
    for await (const stored of store.entries()) bytes += stored.bytes;
    expect(outcome.bytes).toBe(bytes);
    expect(steps.at(-1)?.received).toBeLessThanOrEqual(3);
  });

  it('ends a retrieve for want of room, and says so', async () => {
    open = await world('whole', [instance(2, 1, 1), instance(2, 1, 2)]);
    const task = get(open.pacs, { request: STUDY_2, store: new MemoryStore({ capacity: 10 }) });
    await collected(task);
    expect(await task.result).toMatchObject({
      status: 0xfe00,
      verdict: 'failed',
      failed: 2,
      received: 0,
      error: { code: 'STORE_FULL' },
    });
    const ours = names(open.events, 'sent').filter((name) => /^C-(STORE-RSP|CANCEL)/.test(name));
    expect(ours).toEqual(['C-STORE-RSP', 'C-CANCEL-RQ']);
  });

  it('moves, and tells an unknown destination by its status', async () => {
    open = await world('whole', [instance(2, 1, 1)]);
    const moved = move(open.pacs, STUDY_2, 'NEIGHBOUR');
    expect(await moved.result).toMatchObject({ status: 0, completed: 1, received: undefined });
    expect((await move(open.pacs, STUDY_2, 'ELSEWHERE').result).status).toBe(0xa801);
  });
});

describe('send', () => {
  it('gives a result for each item, and goes on after one that fails', async () => {
    open = await world('one at a time');
    const unreadable = (): never => {
      throw new Error('the file is gone');
    };
    const task = send(open.pacs, [
      item(1),
      item(2, { sopInstanceUID: '../../etc/passwd' }),
      item(3, { open: unreadable }),
      item(4),
    ]);
    const results = await collected(task);
    expect(results.map(({ label, status }) => [label, status])).toEqual([
      ['1.dcm', 0x0000],
      ['2.dcm', 0xc000],
      ['3.dcm', undefined],
      ['4.dcm', 0x0000],
    ]);
    expect(results[2]?.error?.message).toBe('the file is gone');
    expect(await task.result).toMatchObject({ sent: 2, warnings: 0, failed: 2, untried: 0 });
  });

  it('opens another association for what 128 contexts do not hold', async () => {
    open = await world('whole');
    const items = Array.from({ length: 130 }, (_, i) => item(i + 1, { sopClassUID: `2.25.999.${i + 1}` }));
    const task = send(open.pacs, items); // over one unless told otherwise: servers lose what comes over several
    await collected(task);
    expect(await task.result).toMatchObject({ sent: 130, failed: 0, untried: 0 });
    const requested = open.events.filter(
      (event) => 'pdu' in event && event.pdu === 'A-ASSOCIATE-RQ' && event.direction === 'sent',
    );
    expect(requested).toHaveLength(2);
  });

  it('divides items among associations, fewer where the peer has no more of them', async () => {
    open = await world('whole');
    let accepted = 0;
    const senders = new Map<number, number>();
    open.serve(1, {
      accept: () => (++accepted > 3 ? { result: 2, source: 3, reason: 2 } : undefined),
      store(info, { association }) {
        senders.set(association, (senders.get(association) ?? 0) + 1);
        return open.neighbourStore.put(info);
      },
    });
    const task = send(
      { ...at(1), associations: 8 },
      Array.from({ length: 40 }, (_, i) => item(i + 1)),
    );
    const results = await collected(task);
    expect(new Set(results.map(({ label }) => label)).size).toBe(40);
    expect(await task.result).toMatchObject({ sent: 40, failed: 0, untried: 0 });
    expect(senders.size).toBe(3);
    expect([...senders.values()].reduce((a, b) => a + b)).toBe(40);
  });

  it('goes on over the others when one association ends', async () => {
    open = await world('whole');
    const keeping = { store: (info: InstanceInfo) => open.neighbourStore.put(info) };
    open.serve(1, keeping, undefined, 'status=A700/C-STORE/3');
    const broken = (): never => {
      throw new Error('the file is gone');
    };
    const items = Array.from({ length: 20 }, (_, i) =>
      item(i + 1, i === 5 ? { open: () => pieces(broken) } : {}),
    );
    const task = send({ ...at(1), associations: 2 }, items);
    const results = await collected(task);
    expect(results).toHaveLength(20);
    const [refused] = results.filter(({ status }) => status === 0xa700);
    expect(refused?.comment).toMatch(/^Refused: Out of Resources/);
    expect(await task.result).toMatchObject({ sent: 18, failed: 2, untried: 0 });
  });

  it('counts as untried what is left when the peer aborts', async () => {
    open = await world('whole');
    const keeping = { store: (info: InstanceInfo) => open.neighbourStore.put(info) };
    open.serve(1, keeping, undefined, 'abort=3/C-STORE-RQ');
    const task = send({ ...at(1), associations: 1 }, [item(1), item(2), item(3), item(4), item(5)]);
    const results = await collected(task);
    expect(results.map(({ status }) => status)).toEqual([0, 0, undefined]);
    expect(await task.result).toMatchObject({
      sent: 2,
      failed: 1,
      untried: 2,
      error: { code: 'ASSOCIATION_ABORTED' },
    });
  });
});

/** A data set that breaks off after its first piece: the message cannot be ended, nor the association go on. */
async function* pieces(then: () => never): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield new Uint8Array(100);
  then();
}
