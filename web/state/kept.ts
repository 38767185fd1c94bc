/** What the page keeps in the browser as JSON. Others may have written there: what comes back is checked by who asks. */
import type { KeyValueStore } from './settings.svelte.ts';

const PREFIX = 'webdimse.';

/** What was kept under the name; undefined where nothing was, or it is not to be read. */
export function kept(store: KeyValueStore | undefined, name: string): unknown {
  try {
    const text = store?.getItem(PREFIX + name) ?? undefined;
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined; // blocked by the browser, or no JSON
  }
}

export function keep(store: KeyValueStore | undefined, name: string, value: unknown): void {
  try {
    store?.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full or blocked: it holds for this visit only.
  }
}

/** Removes all that the page ever set there. */
export function forgetAll(store: Storage): void {
  for (const key of Object.keys(store)) if (key.startsWith(PREFIX)) store.removeItem(key);
}
