/** Web Locks, for what has to be tried without a browser. */
import type { SlotLocks } from '../../web/engine/slots.ts';

/** Locks as a browser has them: granted in the order of the requests, held until the promise settles. */
export function browserLocks(): SlotLocks & { readonly held: Set<string> } {
  const held = new Set<string>();
  const queues = new Map<string, (() => void)[]>();
  const next = (name: string): void => {
    held.delete(name);
    queues.get(name)?.shift()?.();
  };
  return {
    held,
    query: async () => ({
      pending: [...queues].flatMap(([name, queue]) => queue.map(() => ({ name }))),
    }),
    async request(name, { ifAvailable, signal }, use) {
      signal?.throwIfAborted();
      if (held.has(name)) {
        if (ifAvailable) return use(null);
        await new Promise<void>((resolve, reject) => {
          const queue = queues.get(name) ?? [];
          queues.set(name, [...queue, resolve]);
          signal?.addEventListener('abort', () => {
            queues.set(
              name,
              (queues.get(name) ?? []).filter((each) => each !== resolve),
            );
            reject(new Error('AbortError'));
          });
        });
      }
      held.add(name);
      try {
        return await use({ name });
      } finally {
        next(name);
      }
    },
  };
}
