/** How many associations to one peer may be open at once, among all who work with it. */
import { DicomError } from '../bytes/index.ts';

/** Who opens an association takes a slot, and gives it back by the function that taking it returns. */
export interface Slots {
  /** Takes a slot, waiting for one. Rejects with CANCELLED when the signal aborts before. */
  take(signal: AbortSignal): Promise<() => void>;
  /** Takes a slot if one is free now. */
  tryTake(): Promise<(() => void) | undefined>;
}

/** Slots for those who share this object. */
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
    return Promise.resolve(this.#free > 0 ? this.#slot() : undefined);
  }

  async take(signal: AbortSignal): Promise<() => void> {
    while (this.#free <= 0 && !signal.aborted) await this.#change(signal);
    if (signal.aborted) throw new DicomError('CANCELLED', 'Waiting for an association was cancelled.');
    return this.#slot();
  }

  #slot(): () => void {
    this.#free--;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#free++;
      const [next] = this.#waiting;
      next?.();
    };
  }

  /** Resolves when a slot may be free, or the signal aborts. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
