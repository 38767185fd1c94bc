/** What arrives in a retrieve, counted on its way into a store. */
import { SYSTEM_CLOCK } from '../bytes/index.ts';
import type { Bytes, DicomError } from '../bytes/index.ts';
import { isStoreFailure } from '../file/index.ts';
import type { InstanceInfo, InstanceSink, InstanceStore } from '../file/index.ts';
import type { StoreHandler } from '../service/index.ts';

/** Bytes of an instance that come without a word: a step for each piece costs more than the piece. */
const UNTOLD = 1 << 20;
/** How long nothing must have come until nothing more is expected, in milliseconds. */
const STRAGGLERS_MS = 1000;

export class Arrivals {
  /** Bytes of data sets, those of instances that were not kept included. */
  bytes = 0;
  /** Instances that came again. */
  duplicates = 0;
  /** Our store would not take one: asking again would not help. */
  refusedByUs = false;
  /** What the store failed with for good: it is asked for nothing more. */
  failure: DicomError | undefined;
  readonly handler: StoreHandler;
  /** `bytes` when it was told last. */
  #told = 0;
  readonly #uids = new Set<string>();
  readonly #changed: () => void;

  constructor(store: InstanceStore, changed: () => void) {
    this.#changed = changed;
    this.handler = (info) => this.#put(store, info);
  }

  /** Instances kept, each counted once. */
  get received(): number {
    return this.#uids.size;
  }

  has(sopInstanceUID: string): boolean {
    return this.#uids.has(sopInstanceUID);
  }

  /** How many arrived that are not among these. */
  outside(wanted: ReadonlySet<string>): number {
    return [...this.#uids].filter((uid) => !wanted.has(uid)).length;
  }

  /** Resolves when `complete`, or when nothing more has come for a while: sub-associations may outlive a C-MOVE. */
  async quiet(complete: () => boolean): Promise<void> {
    for (let before = -1; before !== this.bytes && !complete();) {
      before = this.bytes;
      await new Promise<void>((resolve) => void SYSTEM_CLOCK.after(STRAGGLERS_MS, resolve));
    }
  }

  async #put(store: InstanceStore, info: InstanceInfo): Promise<InstanceSink> {
    if (this.failure) throw this.failure;
    const sink = await this.#ours(() => store.put(info));
    return {
      write: (bytes: Bytes) => {
        this.bytes += bytes.length;
        if (this.bytes - this.#told >= UNTOLD) this.#tell();
        return this.#ours(() => sink.write(bytes));
      },
      commit: async () => {
        const stored = await this.#ours(() => sink.commit());
        if (this.#uids.has(info.sopInstanceUID)) this.duplicates++;
        this.#uids.add(info.sopInstanceUID);
        this.#tell();
        return stored;
      },
      abort: () => sink.abort(),
    };
  }

  #tell(): void {
    this.#told = this.bytes;
    this.#changed();
  }

  /** Runs a step of our store, and notes where it fails. */
  #ours<T>(step: () => T | Promise<T>): T | Promise<T> {
    const note = (error: unknown): never => {
      this.refusedByUs = true;
      if (isStoreFailure(error)) this.failure ??= error;
      throw error;
    };
    try {
      const done = step();
      return done instanceof Promise ? done.catch(note) : done;
    } catch (error) {
      return note(error);
    }
  }
}
