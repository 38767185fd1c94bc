/** What of the state is told to whom knows no runes. */
import { untrack } from 'svelte';

/** Calls back with the value now, and whenever it is another. Gives what ends this. */
export function watch<T>(value: () => T, told: (value: T) => void): () => void {
  return $effect.root(() => {
    $effect(() => {
      const now = value();
      untrack(() => told(now));
    });
  });
}

/** Resolves when it holds. */
export function when(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = watch(holds, (now) => {
      if (!now) return;
      resolve();
      queueMicrotask(() => end());
    });
  });
}
