/** Slots of a peer that tabs share by Web Locks. */
import { describe, expect, it } from 'vitest';
import { lockSlots, slotsOfPeers } from '../../web/engine/slots.ts';
import { browserLocks } from '../support/browser-locks.ts';
import { failure } from '../support/failure.ts';
import { turns } from '../support/streams.ts';

const NEVER = new AbortController().signal;

describe('slots as locks', () => {
  it('are as many as the peer allows, over all who hold the same locks', async () => {
    const locks = browserLocks();
    const [tab, other] = [lockSlots(locks, 'PACS', 2), lockSlots(locks, 'PACS', 2)];
    const one = await tab.tryTake();
    const two = await other.take(NEVER);
    expect([...locks.held]).toEqual(['peer:PACS:0', 'peer:PACS:1']);
    expect(await tab.tryTake()).toBeUndefined();
    expect(await lockSlots(locks, 'ELSEWHERE', 1).tryTake()).toBeDefined();
    one?.();
    await turns(2);
    expect(await other.tryTake()).toBeDefined();
    two();
  });

  it('are waited for, one is kept, and nothing is held in vain', async () => {
    const locks = browserLocks();
    const slots = lockSlots(locks, 'PACS', 3);
    const taken = [await slots.take(NEVER), await slots.take(NEVER), await slots.take(NEVER)];
    const waiting = slots.take(NEVER);
    await turns(2);
    for (const free of taken) free(); // all at once
    const free = await waiting;
    await turns(2);
    expect(locks.held.size).toBe(1);
    free();
    await turns(2);
    expect(locks.held.size).toBe(0);
  });

  it('are wanted while somebody waits for one of this peer', async () => {
    const locks = browserLocks();
    const [slots, others] = [lockSlots(locks, 'PACS', 1), lockSlots(locks, 'OTHER', 1)];
    const free = await slots.take(NEVER);
    expect(await slots.wanted()).toBe(false);
    const waiting = lockSlots(locks, 'PACS', 1).take(NEVER);
    await turns(2);
    expect([await slots.wanted(), await others.wanted()]).toEqual([true, false]);
    free();
    (await waiting)();
    expect(await slots.wanted()).toBe(false);
  });

  it('are counted where the browser has no locks', async () => {
    const slotsOf = slotsOfPeers(undefined);
    const free = await slotsOf('PACS', 1).take(NEVER);
    expect(await slotsOf('PACS', 1).tryTake()).toBeUndefined();
    expect(await slotsOf('OTHER', 1).tryTake()).toBeDefined();
    const waiting = slotsOf('PACS', 1).take(NEVER);
    expect(await slotsOf('PACS', 1).wanted()).toBe(true);
    free();
    expect(await slotsOf('PACS', 1).tryTake()).toBeUndefined(); // it was handed over
    (await waiting)();
    expect(await slotsOf('PACS', 1).wanted()).toBe(false);
  });

  it('are no longer waited for when cancelled', async () => {
    const locks = browserLocks();
    const slots = lockSlots(locks, 'PACS', 1);
    const free = await slots.take(NEVER);
    const stop = new AbortController();
    const waiting = failure(slots.take(stop.signal));
    await turns(2);
    stop.abort();
    expect(await waiting).toMatchObject({ code: 'CANCELLED' });
    expect(await failure(slots.take(AbortSignal.abort()))).toMatchObject({ code: 'CANCELLED' });
    free();
    await turns(2);
    expect(locks.held.size).toBe(0);
  });
});
