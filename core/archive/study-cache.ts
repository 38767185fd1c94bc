/** What a peer has anyway, kept in memory while there is room: studies that nobody asked for the longest make it. */
import type { Bytes } from '../bytes/index.ts';
import { text } from '../data/index.ts';
import type {
  ByteRange,
  InstanceInfo,
  InstanceSink,
  InstanceStore,
  Stored,
  StoreChange,
} from '../file/index.ts';
import { MemoryStore } from './memory-store.ts';

/** A store in memory that forgets whole studies where it is full. One study alone must fit: STORE_FULL where it does not. */
export class StudyCache implements InstanceStore {
  readonly #memory: MemoryStore;
  readonly #capacity: number;
  /** Instances by study; the study that was asked for last stands last. */
  readonly #studies = new Map<string, Set<string>>();
  readonly #studyOf = new Map<string, string>();

  /** `capacity`: bytes of data sets, those under way included. */
  constructor({ capacity }: { readonly capacity: number }) {
    this.#capacity = capacity;
    this.#memory = new MemoryStore({ capacity });
  }

  put(info: InstanceInfo): InstanceSink {
    const sink = this.#memory.put(info);
    return {
      write: (bytes) => {
        this.#makeRoom(bytes.length);
        return sink.write(bytes);
      },
      commit: async () => {
        const stored = await sink.commit();
        this.#enter(stored);
        return stored;
      },
      abort: () => sink.abort(),
    };
  }

  has(sopInstanceUID: string): Promise<boolean> {
    return this.#memory.has(sopInstanceUID);
  }

  open(sopInstanceUID: string, range?: ByteRange): Promise<{ info: Stored; dataSet: ReadableStream<Bytes> }> {
    this.#touch(this.#studyOf.get(sopInstanceUID));
    return this.#memory.open(sopInstanceUID, range);
  }

  async delete(sopInstanceUID: string): Promise<void> {
    this.#leave(sopInstanceUID);
    await this.#memory.delete(sopInstanceUID);
  }

  entries(): AsyncIterable<Stored> {
    return this.#memory.entries();
  }

  watch(onChange: (change: StoreChange) => void): () => void {
    return this.#memory.watch(onChange);
  }

  /** The study that was used last stays: it is the one that comes, or goes out. */
  #makeRoom(bytes: number): void {
    while (this.#memory.used + bytes > this.#capacity && this.#studies.size > 1) {
      const [study, instances] = this.#studies.entries().next().value!; // there are two at least
      this.#studies.delete(study);
      for (const uid of instances) void this.delete(uid); // of memory: at once
    }
  }

  #enter({ sopInstanceUID, header }: Stored): void {
    this.#leave(sopInstanceUID);
    const study = text(header, 'StudyInstanceUID');
    this.#touch(study);
    this.#studies.get(study)!.add(sopInstanceUID);
    this.#studyOf.set(sopInstanceUID, study);
  }

  #leave(sopInstanceUID: string): void {
    const study = this.#studyOf.get(sopInstanceUID);
    this.#studyOf.delete(sopInstanceUID);
    if (study === undefined) return;
    const instances = this.#studies.get(study);
    instances?.delete(sopInstanceUID);
    if (instances?.size === 0) this.#studies.delete(study);
  }

  /** Puts a study behind all others. */
  #touch(study: string | undefined): void {
    if (study === undefined) return;
    const instances = this.#studies.get(study) ?? new Set();
    this.#studies.delete(study);
    this.#studies.set(study, instances);
  }
}
