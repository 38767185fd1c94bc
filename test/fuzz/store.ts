/** A store that fails when it is told to, is slow at times, and accounts for every sink it gave. */
import { MemoryStore } from '../../core/archive/index.ts';
import { concat, DicomError } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import type { InstanceInfo, InstanceSink, InstanceStore, Stored } from '../../core/file/index.ts';
import { Random } from '../support/random.ts';
import type { Journal } from './journal.ts';

/** What fails on our own side: foreign to the library, so it may come through as it is. */
export class Mishap extends Error {}

/** One sink's life. */
export interface Kept {
  readonly info: InstanceInfo;
  readonly pieces: Bytes[];
  committed: number;
  aborted: number;
}

export class FaultyStore extends MemoryStore {
  readonly sinks: Kept[] = [];
  readonly #journal: Journal;
  readonly #random: Random;
  readonly #wait: (milliseconds: number) => Promise<void>;
  /** One step in so many fails, or waits; 0 for none. */
  readonly #often: number;

  constructor(journal: Journal, wait: (milliseconds: number) => Promise<void>, seed: number, often: number) {
    super(often > 0 && seed % 16 === 0 ? { capacity: 20_000 } : {});
    this.#journal = journal;
    this.#wait = wait;
    this.#random = new Random(seed);
    this.#often = often;
  }

  /** The same store as our side gets it. */
  get troubled(): InstanceStore {
    return {
      put: (info) => this.take(info),
      has: (uid) => this.has(uid),
      open: (uid) => this.open(uid),
      delete: (uid) => this.delete(uid),
      entries: () => this.entries(),
      watch: (onChange) => this.watch(onChange),
    };
  }

  /** As `put`, with trouble. */
  take(info: InstanceInfo): InstanceSink | Promise<InstanceSink> {
    return this.#trouble(() => this.#watched(info));
  }

  #watched(info: InstanceInfo): InstanceSink {
    const sink = this.put(info);
    const kept: Kept = { info, pieces: [], committed: 0, aborted: 0 };
    this.sinks.push(kept);
    return {
      write: (bytes) => {
        const piece = bytes.slice();
        const pending = this.#trouble(() => sink.write(piece));
        kept.pieces.push(piece);
        return pending;
      },
      commit: async () => {
        const stored = await this.#trouble(() => sink.commit());
        kept.committed++;
        this.#journal.commits.push(info);
        return stored;
      },
      abort: async () => {
        kept.aborted++;
        await sink.abort();
      },
    };
  }

  /** Does a step of the store as stores do: at once or later, well or not. */
  #trouble<T>(step: () => T | Promise<T>): T | Promise<T> {
    if (this.#often === 0 || this.#random.int(this.#often) > 0) return step();
    const error = this.#random.pick([
      new Mishap('the disk is on fire'),
      new DicomError('STORE_FULL', 'no room'),
      undefined,
      undefined,
    ]);
    if (this.#random.int(2) === 0) {
      if (error) throw error;
      return step();
    }
    return this.#later(error, step);
  }

  async #later<T>(error: Error | undefined, step: () => T | Promise<T>): Promise<T> {
    await this.#wait(this.#random.int(3000));
    if (error) throw error;
    return await step();
  }

  /** What is wrong with it when all is over, given the data sets that came whole. */
  async faults(whole: readonly Bytes[]): Promise<string[]> {
    const faults: string[] = [];
    const last = new Map<string, Bytes>();
    const left = [...whole];
    for (const { info, pieces, committed, aborted } of this.sinks) {
      const name = info.sopInstanceUID;
      if (committed + aborted !== 1)
        faults.push(`${name}: committed ${committed} times, aborted ${aborted} times`);
      if (committed === 0) continue;
      const bytes = concat(pieces);
      last.set(name, bytes);
      const at = left.findIndex((data) => same(data, bytes));
      if (at === -1) faults.push(`${name}: ${bytes.length} bytes kept that did not come as one data set`);
      else left.splice(at, 1);
    }
    let used = 0;
    for await (const stored of this.entries()) {
      used += stored.bytes;
      const bytes = last.get(stored.sopInstanceUID);
      if (bytes && !same(await this.#bytes(stored), bytes))
        faults.push(`${stored.sopInstanceUID}: not as it came`);
      last.delete(stored.sopInstanceUID);
    }
    for (const lost of last.keys()) faults.push(`${lost}: kept, and lost`);
    if (used !== this.used) faults.push(`${this.used - used} bytes staged are left`);
    return faults;
  }

  async #bytes({ sopInstanceUID }: Stored): Promise<Bytes> {
    const pieces: Bytes[] = [];
    for await (const piece of (await this.open(sopInstanceUID)).dataSet) pieces.push(piece);
    return concat(pieces);
  }
}

function same(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
