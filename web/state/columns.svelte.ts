/** Which columns a person wants to see; by their keys only, so that nothing of what they show is kept. */
import { keep, kept } from './kept.ts';
import type { KeyValueStore } from './settings.svelte.ts';

export class Columns {
  readonly #store: KeyValueStore | undefined;
  readonly #name: string;
  #chosen = $state.raw<readonly string[] | undefined>();

  constructor(store: KeyValueStore | undefined, name: string) {
    this.#store = store;
    this.#name = name;
    const before = kept(store, name);
    if (Array.isArray(before)) this.#chosen = before.filter((key) => typeof key === 'string');
  }

  /** Undefined until a person chooses: then as many as there is room for. */
  get chosen(): readonly string[] | undefined {
    return this.#chosen;
  }

  /** `shown` are those that are seen now. */
  toggle(key: string, shown: readonly string[]): void {
    const others = shown.filter((each) => each !== key);
    this.#choose(others.length < shown.length ? others : [...shown, key]);
  }

  /** As the width allows. */
  reset(): void {
    this.#choose(undefined);
  }

  #choose(chosen: readonly string[] | undefined): void {
    this.#chosen = chosen;
    keep(this.#store, this.#name, chosen ?? null);
  }
}
