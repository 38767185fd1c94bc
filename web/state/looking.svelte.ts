/** What is looked at, beside the lists or over them. The viewer is loaded when it is first needed. */
import type { Level } from '../../core/service/types.ts';
import type { Engine, FileChange } from '../engine/client.ts';
import type { StackKeys } from '../engine/looked.ts';
import type { SavedFile } from '../engine/protocol.ts';
import { isBelow } from './here.ts';
import type { Viewer } from './viewer.svelte.ts';

export class Looking {
  readonly #engine: Engine;
  readonly #hand: (file: SavedFile) => void;
  #viewer = $state.raw<Viewer | undefined>();
  #whole = $state.raw(false);
  /** What is on its way here and shown as soon as its first instance came. */
  #expected: { readonly keys: StackKeys; readonly whole: boolean } | undefined;

  /** `hand` gives a file to the browser to save. */
  constructor(engine: Engine, hand: (file: SavedFile) => void) {
    this.#engine = engine;
    this.#hand = hand;
    engine.watchFiles((change) => this.#note(change));
  }

  /** Undefined while nothing is looked at. */
  get viewer(): Viewer | undefined {
    return this.#viewer;
  }

  /** Over the lists instead of beside them. */
  get whole(): boolean {
    return this.#whole;
  }

  set whole(whole: boolean) {
    this.#whole = whole;
  }

  /** Shows an instance, or the first of a series or study. False where nothing of it is in the store. */
  async open(keys: StackKeys, whole = true): Promise<boolean> {
    this.#expected = undefined;
    const { Viewer } = await import('./viewer.svelte.ts');
    const viewer = this.#viewer ?? new Viewer(this.#engine, this.#hand);
    if (!(await viewer.open(keys))) return false;
    this.#viewer = viewer;
    this.#whole = whole;
    return true;
  }

  /** Shows it when its first instance has come, beside the lists, or over them where a person asked to see it. */
  expect(keys: StackKeys, whole = false): void {
    this.#expected = { keys, whole };
  }

  /** Whether all of a series or image that is looked at is here; `expected` is what a peer says of it. */
  holds(level: Level, expected: number | undefined): boolean {
    const here = this.#viewer?.items.length ?? 0;
    return level === 'IMAGE' || (level === 'SERIES' && here >= (expected ?? 1));
  }

  close(): void {
    this.#expected = undefined;
    this.#viewer?.close();
    this.#viewer = undefined;
    this.#whole = false;
  }

  #note(change: FileChange): void {
    const expected = this.#expected;
    const came = expected && change.stored.some(({ header }) => isBelow({ header }, expected.keys));
    // Where the viewer cannot be loaded, the bridge is away, and the retrieve says so.
    if (came)
      this.open(expected.keys, expected.whole || (this.#viewer !== undefined && this.#whole)).catch(() => {});
    else this.#viewer?.noteFiles(change);
  }
}
