/** C-MOVE to a receiver of ours, where C-GET does not bring what was promised. */
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import type { archiveHandlers } from '../../core/archive/index.ts';
import { StatusError } from '../../core/bytes/index.ts';
import { get } from '../../core/peer/index.ts';
import type { RetrieveMemory } from '../../core/peer/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { fetched, none, only, open, ownStore, peer, proposals, store, STUDY_2, three } from './served.ts';

ownStore();

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

  it('is remembered where the peer refuses C-GET as a service, and forgotten when it fails', async () => {
    let knowsUs = true;
    const gets: string[] = [];
    const refusals: ((ours: Handlers) => Handlers)[] = [
      ({ get: _, ...ours }) => ours,
      (ours) => ({
        ...ours,
        get({ level }) {
          gets.push(level);
          throw new StatusError(0x0122, 'not here');
        },
      }),
    ];
    for (const refuse of refusals) {
      const memory: RetrieveMemory = {};
      await peer(
        three,
        knowing((ours) => ({
          ...refuse(ours),
          move: (...call) => {
            if (!knowsUs) throw new StatusError(0xa801, 'who is this');
            return ours.move!(...call);
          },
        })),
      );
      const first = await fetched({ receiver, memory });
      expect(first).toMatchObject({ verdict: 'complete', received: 3, movedBecause: memory.movesBecause });
      expect(first.movedBecause).toMatch(/accepted none|did not accept|0x0122/);
      const asked = proposals().length;
      const again = await fetched({ receiver, memory, store: new MemoryStore() });
      expect(again).toMatchObject({ verdict: 'complete', received: 3, movedBecause: first.movedBecause });
      expect(proposals()).toHaveLength(asked); // no C-GET was proposed
      knowsUs = false;
      const failed = await fetched({ receiver, memory, store: new MemoryStore() });
      expect(failed).toMatchObject({ verdict: 'failed', status: 0xa801, movedBecause: first.movedBecause });
      expect(memory).toEqual({ movesBecause: undefined });
      knowsUs = true;
      await fetched({ receiver, memory, store: new MemoryStore() });
      expect(proposals().length).toBeGreaterThan(asked);
      expect(memory.movesBecause).toBe(first.movedBecause);
      if (refuse !== refusals.at(-1)) await open.close();
    }
    expect(gets).toHaveLength(2); // the service is refused once, not instance by instance
  });

  it('is not remembered where an instance was missing', async () => {
    const memory: RetrieveMemory = {};
    await peer(
      three,
      knowing((ours) => ({ ...ours, get: () => ({ instances: none() }) })),
    );
    expect(await fetched({ receiver, memory })).toMatchObject({ verdict: 'complete', received: 3 });
    expect(memory.movesBecause).toBeUndefined();
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
