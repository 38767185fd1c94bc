/** Where the page keeps what it receives, for how long, and how much room there is. */
import type { Engine } from '../engine/client.ts';
import type { ArchiveState } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import { bytes } from './format.ts';
import type { Jobs } from './jobs.svelte.ts';
import { explainLocal } from './sentences.ts';

/** What goes with wiping. */
export interface Wiping {
  /** Cancels what is under way, which would bring something new, here and in the other tabs. */
  begin(): void;
  /** Forgets what the page itself remembers, and begins it anew. */
  end(): void;
}

export class Keeping {
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #wiping: Wiping;
  #state = $state.raw<ArchiveState | undefined>();
  #asks = $state.raw(false);

  constructor(engine: Engine, jobs: Jobs, wiping: Wiping) {
    this.#engine = engine;
    this.#jobs = jobs;
    this.#wiping = wiping;
    engine.watchFiles(() => void this.look());
  }

  /** Whether there is a disk to keep anything on. */
  get onDisk(): boolean {
    return this.#state?.place === 'disk';
  }

  /** Whether files outlive the browser. */
  get kept(): boolean {
    return this.#state?.keep === true;
  }

  /** Whether it is to be asked now; the answer is remembered for this user. */
  get asks(): boolean {
    return this.#asks;
  }

  /** `On this computer until the browser is closed · 3.2 MB of 10 GB`; empty until the engine has told. */
  get summary(): string {
    const state = this.#state;
    if (state === undefined) return '';
    if (state.place === 'memory') return t.keeping.memory(state.problem);
    const room =
      state.quota === undefined ? '' : ` · ${t.keeping.room(bytes(state.usage ?? 0), bytes(state.quota))}`;
    return (state.keep === true ? t.keeping.kept : t.keeping.session) + room;
  }

  async look(): Promise<void> {
    try {
      this.#state = await this.#engine.archive();
    } catch {
      // The engine is gone, which others tell.
    }
  }

  /** The first files come: asks once whether they shall stay. */
  async begin(): Promise<void> {
    await this.look();
    this.#asks = this.onDisk && this.#state?.keep === undefined;
  }

  async keep(keep: boolean): Promise<void> {
    this.#asks = false;
    await this.#engine.keep(keep);
    await this.look();
  }

  /** Removes all that this page keeps in the browser. */
  wipe(): void {
    this.#wiping.begin();
    this.#jobs.start({
      title: t.keeping.wipe,
      cancelled: t.keeping.wipeCancelled,
      work: async () => {
        await this.#engine.wipe();
        this.#asks = false;
        this.#wiping.end();
        return { state: 'done', sentence: '' }; // the page that begins anew says so
      },
      explain: explainLocal,
    });
  }
}
