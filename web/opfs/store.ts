/** The page's own archive on the disk: packs that this engine writes, and those that other tabs have sealed. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type {
  ByteRange,
  ByteSource,
  InstanceInfo,
  InstanceSink,
  InstanceStore,
  Stored,
  StoreChange,
} from '../../core/file/index.ts';
import { Others } from './others.ts';
import type { Channel, ForeignEntry } from './others.ts';
import type { OwnFolder } from './own-folder.ts';
import type { Entry } from './pack.ts';

/** Bytes read at once when an instance is sent or saved. */
const READ_SIZE = 1 << 20;
/** How long the owner of an instance may take to delete it, in milliseconds. */
const DELETE_MS = 5000;

/** What the store needs to come by folders. */
export interface Surroundings {
  /** Between the engines that share the archive. */
  readonly channel: Channel;
  /** Recovers the folders of engines that are gone, and makes them ours. */
  adopt(): Promise<readonly OwnFolder[]>;
  /** A file in the folder of another engine. */
  source(folder: string, pack: string): Promise<ByteSource>;
}

export class OpfsStore implements InstanceStore {
  /** Another tab wipes everything: called so that all is let go. */
  onWiped: () => void = () => {};
  /** New instances go into the first. */
  #own: readonly OwnFolder[] = [];
  readonly #others: Others;
  readonly #surroundings: Surroundings;
  readonly #watchers = new Set<(change: StoreChange) => void>();

  private constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#others = new Others(surroundings.channel, {
      appeared: (stored) => this.#appeared(stored),
      vanished: (uid) => this.#vanished(uid),
      deleteOwn: (uids) => void this.#deleteOwn(uids).catch(() => {}), // who asked waits in vain, and says so
      wiped: () => this.onWiped(),
      ownSealed: () => this.#own.map((folder) => [folder.id, folder.sealed()] as const),
    });
  }

  /** At least one folder is adopted or made anew. */
  static async open(surroundings: Surroundings): Promise<OpfsStore> {
    const store = new OpfsStore(surroundings);
    await store.#adopt();
    store.#others.ask();
    return store;
  }

  /** Bytes of data sets that this engine's folders hold, those under way included. */
  get used(): number {
    return this.#own.reduce((sum, { used }) => sum + used, 0);
  }

  put(info: InstanceInfo): InstanceSink {
    const [folder] = this.#own;
    if (folder === undefined) throw new DicomError('STORE_FAILED', 'the archive was closed');
    const sink = folder.put(info);
    return {
      write: (bytes) => sink.write(bytes),
      abort: () => sink.abort(),
      commit: async () => {
        const instance = await sink.commit();
        this.#tell({ kind: 'stored', instance });
        return instance;
      },
    };
  }

  has(sopInstanceUID: string): Promise<boolean> {
    return Promise.resolve(this.#find(sopInstanceUID) !== undefined);
  }

  async open(
    sopInstanceUID: string,
    range?: ByteRange,
  ): Promise<{ info: Stored; dataSet: ReadableStream<Bytes> }> {
    const found = this.#find(sopInstanceUID);
    if (found === undefined) throw new DicomError('STORE_FAILED', `there is no instance ${sopInstanceUID}`);
    const { stored } = found.entry;
    return { info: stored, dataSet: stream(range ?? { start: 0, end: stored.bytes }, this.#reader(found)) };
  }

  delete(sopInstanceUID: string): Promise<void> {
    return this.deleteAll([sopInstanceUID]);
  }

  /** Many at once: each pack is rewritten once at most. */
  async deleteAll(sopInstanceUIDs: readonly string[]): Promise<void> {
    await this.#deleteOwn(sopInstanceUIDs);
    if (!this.#others.hasAny(sopInstanceUIDs)) return;
    if (await this.#others.delete(sopInstanceUIDs, DELETE_MS)) return;
    await this.#adopt(); // who owned them may be gone
    await this.#deleteOwn(sopInstanceUIDs);
    if (this.#others.hasAny(sopInstanceUIDs)) {
      throw new DicomError(
        'STORE_FAILED',
        'another tab holds some of these files and does not answer; close it, then delete again',
      );
    }
  }

  async *entries(): AsyncGenerator<Stored> {
    const told = new Set<string>();
    for (const uid of this.#uids()) {
      const found = told.has(uid) ? undefined : this.#find(uid);
      told.add(uid);
      if (found !== undefined) yield found.entry.stored;
    }
  }

  watch(onChange: (change: StoreChange) => void): () => void {
    this.#watchers.add(onChange);
    return () => void this.#watchers.delete(onChange);
  }

  /** The end of a job: all is flushed, and other tabs see it. */
  async seal(): Promise<void> {
    for (const folder of this.#own) {
      await folder.seal();
    }
  }

  /** Takes over what engines left that ended since; the others see it, too. */
  async recover(): Promise<void> {
    for (const folder of await this.#adopt()) this.#others.tellSealed(folder.id, folder.sealed());
  }

  /** Has the other tabs let go of everything. */
  tellWiped(): void {
    this.#others.tellWiped();
  }

  /** Nothing is stored or read here afterwards. */
  async close(): Promise<void> {
    this.#others.close();
    const own = this.#own;
    this.#own = [];
    for (const folder of own) await folder.close();
  }

  async #adopt(): Promise<readonly OwnFolder[]> {
    const adopted = await this.#surroundings.adopt();
    this.#own = [...this.#own, ...adopted];
    for (const folder of adopted) {
      folder.onSealed = (entries) => this.#others.tellSealed(folder.id, entries);
      this.#others.forget(folder.id);
      for (const { stored } of folder.entries.values()) this.#tell({ kind: 'stored', instance: stored });
    }
    return adopted;
  }

  async #deleteOwn(uids: readonly string[]): Promise<void> {
    for (const folder of this.#own) {
      const here = uids.filter((uid) => folder.entries.has(uid));
      if (here.length === 0) continue;
      try {
        await folder.delete(here);
      } finally {
        const gone = here.filter((uid) => !folder.entries.has(uid));
        this.#others.tellDeleted(folder.id, gone);
        for (const uid of gone) this.#vanished(uid);
      }
    }
  }

  /** The newest of this UID. */
  #find(uid: string): Found | undefined {
    let found: Found | undefined;
    for (const folder of this.#own) {
      const entry = folder.entries.get(uid);
      if (entry !== undefined && !(found && found.entry.time > entry.time)) found = { folder, entry };
    }
    const foreign = this.#others.get(uid);
    if (foreign !== undefined && !(found && found.entry.time >= foreign.time)) return { entry: foreign };
    return found;
  }

  *#uids(): Generator<string> {
    for (const { entries } of this.#own) yield* entries.keys();
    yield* this.#others.uids();
  }

  #reader(found: Found): Reader {
    if (found.folder === undefined) {
      const { entry } = found;
      const source = this.#surroundings.source(entry.folder, entry.pack);
      source.catch(() => {}); // told to who reads
      return {
        read: async (start, end) => (await source).read(entry.offset + start, entry.offset + end),
        end() {},
      };
    }
    const { entry } = found;
    const release = found.folder.hold(entry);
    return { read: (start, end) => entry.file.read(entry.offset + start, entry.offset + end), end: release };
  }

  #appeared(instance: Stored): void {
    if (this.#find(instance.sopInstanceUID)?.entry.stored === instance)
      this.#tell({ kind: 'stored', instance });
  }

  #vanished(uid: string): void {
    const left = this.#find(uid);
    if (left === undefined) this.#tell({ kind: 'deleted', sopInstanceUID: uid });
    else this.#tell({ kind: 'stored', instance: left.entry.stored });
  }

  #tell(change: StoreChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }
}

type Found =
  | { readonly folder: OwnFolder; readonly entry: Entry }
  | { readonly folder?: never; readonly entry: ForeignEntry };

interface Reader {
  read(start: number, end: number): Promise<Bytes>;
  end(): void;
}

function stream({ start: at, end: length }: ByteRange, reader: Reader): ReadableStream<Bytes> {
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const end = Math.min(length, at + READ_SIZE);
          const bytes = await reader.read(at, end);
          at = end;
          if (bytes.length > 0) controller.enqueue(bytes);
          if (at < length) return;
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        reader.end();
      },
      cancel: () => reader.end(),
    },
    { highWaterMark: 0 },
  );
}
