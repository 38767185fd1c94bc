/** Slots of a peer as Web Locks: all tabs of the page together open no more associations than it should get. */
import { DicomError } from '../../core/bytes/index.ts';
import type { Slots } from '../../core/peer/index.ts';
import { countedSlots } from '../../core/peer/index.ts';

interface LockOptions {
  readonly mode?: 'shared' | 'exclusive';
  readonly ifAvailable?: boolean;
  readonly signal?: AbortSignal;
}

/** The part of `navigator.locks` that is used. */
export interface Locks {
  request(
    name: string,
    options: LockOptions,
    held: (lock: unknown) => Promise<void> | undefined,
  ): Promise<unknown>;
}

/** What slots need of it beside. */
export interface SlotLocks extends Locks {
  query(): Promise<{ readonly pending?: readonly { readonly name?: string }[] }>;
}

/** The slots of each peer by its name and number; without locks those who share the returned function count together. */
export function slotsOfPeers(locks: SlotLocks | undefined): (peer: string, count: number) => Slots {
  const counted = new Map<string, Slots>();
  return (peer, count) => {
    if (locks !== undefined) return lockSlots(locks, peer, count);
    const key = `${count} ${peer}`;
    const slots = counted.get(key) ?? countedSlots(count);
    counted.set(key, slots);
    return slots;
  };
}

/** The locks `peer:<name>:0` and so on, as many as `count`. */
export function lockSlots(locks: SlotLocks, peer: string, count: number): Slots {
  const names = Array.from({ length: count }, (_, i) => `peer:${peer}:${i}`);
  const tryTake = async (): Promise<(() => void) | undefined> => {
    for (const name of names) {
      const free = await taken(locks, name, { ifAvailable: true });
      if (free !== undefined) return free;
    }
    return undefined;
  };
  return {
    tryTake,
    take: async (signal) => (await tryTake()) ?? (await firstOf(locks, names, signal)),
    wanted: async () => {
      const { pending = [] } = await locks.query();
      return pending.some(({ name }) => name !== undefined && names.includes(name));
    },
  };
}

/** Holds a lock until the returned function is called; undefined where it is not available. */
export function taken(locks: Locks, name: string, options: LockOptions): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    locks
      .request(name, options, (lock) => {
        if (lock === null) return void resolve(undefined);
        return new Promise<void>((free) => resolve(free));
      })
      .catch(reject);
  });
}

/** Waits for all at once, keeps the first and gives back what else comes. */
async function firstOf(locks: Locks, names: readonly string[], signal: AbortSignal): Promise<() => void> {
  const enough = new AbortController();
  const stop = (): void => enough.abort();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  let first: (() => void) | undefined;
  const waiting = names.map(async (name) => {
    const free = await taken(locks, name, { signal: enough.signal }).catch(() => undefined); // enough, or cancelled
    if (first === undefined) first = free;
    else free?.();
    if (first !== undefined) stop();
  });
  await Promise.all(waiting);
  signal.removeEventListener('abort', stop);
  if (signal.aborted) first?.();
  if (first !== undefined && !signal.aborted) return first;
  throw new DicomError('CANCELLED', 'Waiting for an association was cancelled.');
}
