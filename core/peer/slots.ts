/** How many associations to one peer may be open at once, among all who work with it. */
import { DicomError } from '../bytes/index.ts';

/** Who opens an association takes a slot, and gives it back by the function that taking it returns. */
export interface Slots {
  /** Takes a slot, waiting for one. Rejects with CANCELLED when the signal aborts before. */
  take(signal: AbortSignal): Promise<() => void>;
  /** Takes a slot if one is free now, and nobody waits for it. */
  tryTake(): Promise<(() => void) | undefined>;
  /** Whether somebody waits for a slot: who holds several gives one back then. */
  wanted(): Promise<boolean>;
}

/** Runs `task` on a slot, where there are slots. */
export async function withSlot<T>(
  slots: Slots | undefined,
  signal: AbortSignal,
  task: () => Promise<T>,
): Promise<T> {
  const free = await slots?.take(signal);
  try {
    return await task();
  } finally {
    free?.();
  }
}

/** Slots for those who share this object, given to them in the order in which they came. */
export function countedSlots(count: number): Slots {
  return new CountedSlots(count);
}

class CountedSlots implements Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  tryTake(): Promise<(() => void) | undefined> {
    return Promise.resolve(this.#now());
  }

  async take(signal: AbortSignal): Promise<() => void> {
    if (!signal.aborted) {
      const free = this.#now() ?? (await this.#next(signal));
      if (free !== undefined) return free;
    }
    throw new DicomError('CANCELLED', 'Waiting for an association was cancelled.');
  }

  wanted(): Promise<boolean> {
    return Promise.resolve(this.#waiting.size > 0);
  }

  #now(): (() => void) | undefined {
    if (this.#free <= 0) return undefined;
    this.#free--;
    return this.#slot();
  }

  #slot(): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const [next] = this.#waiting;
      if (next === undefined) this.#free++;
      else next();
    };
  }

  /** The slot that is handed over next; undefined where the signal aborts before. */
  #next(signal: AbortSignal): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      const settle = (slot: (() => void) | undefined): void => {
        this.#waiting.delete(turn);
        signal.removeEventListener('abort', cancel);
        resolve(slot);
      };
      const turn = (): void => settle(this.#slot());
      const cancel = (): void => settle(undefined);
      this.#waiting.add(turn);
      signal.addEventListener('abort', cancel, { once: true });
    });
  }
}
