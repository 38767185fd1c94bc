/** What stands between an association and the store: notices that the store ran full, and can slow it down. */
import type { InstanceInfo, InstanceSink, InstanceStore, Stored } from '../../core/file/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { Pace } from './pace.ts';

/** The store as one retrieve sees it. */
export class Intake implements InstanceStore {
  readonly #store: InstanceStore;
  readonly #pace: Pace;
  /** The store refused an instance because it is full. */
  full = false;

  constructor(store: InstanceStore, pace: Pace) {
    this.#store = store;
    this.#pace = pace;
  }

  async put(info: InstanceInfo): Promise<InstanceSink> {
    const sink = await this.#noticing(() => this.#store.put(info));
    return {
      write: (bytes) => this.#write(sink, bytes),
      commit: () => this.#noticing(() => sink.commit()),
      abort: () => sink.abort(),
    };
  }

  #write(sink: InstanceSink, bytes: Parameters<InstanceSink['write']>[0]): void | Promise<void> {
    const pause = this.#pace.take(bytes.length);
    try {
      const written = sink.write(bytes);
      return pause === undefined ? written : Promise.all([written, pause]).then(() => {});
    } catch (error) {
      this.#notice(error);
      throw error;
    }
  }

  async #noticing<T>(action: () => T | Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      this.#notice(error);
      throw error;
    }
  }

  #notice(error: unknown): void {
    if (error instanceof DicomError && error.code === 'STORE_FULL') this.full = true;
  }

  has(sopInstanceUID: string): Promise<boolean> {
    return this.#store.has(sopInstanceUID);
  }

  open(...asked: Parameters<InstanceStore['open']>): ReturnType<InstanceStore['open']> {
    return this.#store.open(...asked);
  }

  delete(sopInstanceUID: string): Promise<void> {
    return this.#store.delete(sopInstanceUID);
  }

  entries(): AsyncIterable<Stored> {
    return this.#store.entries();
  }

  watch(onChange: Parameters<InstanceStore['watch']>[0]): () => void {
    return this.#store.watch(onChange);
  }
}
