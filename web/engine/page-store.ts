/** Where the page keeps what it receives: on the disk that the browser gives it, else in memory. */
import type { MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { asError } from '../../core/bytes/index.ts';
import type {
  ByteRange,
  InstanceInfo,
  InstanceSink,
  InstanceStore,
  Stored,
  StoreChange,
} from '../../core/file/index.ts';
import type { Identity } from '../opfs/roots.ts';
import type { ArchiveState, Unfinished } from './protocol.ts';

/** Bytes of data sets kept in memory; beyond them C-STORE is answered A700. */
export const CAPACITY: number = 1 << 30;

/** A store on a disk. */
export interface DiskStore extends InstanceStore {
  readonly used: number;
  deleteAll(sopInstanceUIDs: readonly string[]): Promise<void>;
  /** The end of a job. */
  seal(): Promise<void>;
  /** Takes over what engines left that ended since this one began. */
  recover(): Promise<void>;
  /** Called when another tab wipes everything: let go of it. */
  onWiped: () => void;
}

/** A file that is written to be handed to the browser. */
export interface ScratchFile {
  /** @throws DicomError STORE_FULL or STORE_FAILED. */
  write(bytes: Bytes): void;
  /** The whole file; it stays for some minutes, since nobody tells when the browser has saved it. */
  end(): Promise<Blob>;
  /** Removes it. */
  drop(): Promise<void>;
}

/** The archive of one user on the disk. */
export interface DiskArchive {
  readonly store: DiskStore;
  /** What engines before this one left undone; told once. */
  unfinished(): readonly string[];
  /** For the engine after this one. */
  remember(text: string): Promise<void>;
  scratch(): Promise<ScratchFile>;
  /** What the user chose; undefined before. */
  readonly keep: boolean | undefined;
  setKeep(keep: boolean): Promise<void>;
  close(): Promise<void>;
  /** Closes it and removes it, with what other users left here. */
  wipe(): Promise<void>;
}

/** How the engine comes by a disk. */
export interface Disk {
  /** Whether anything of ours lies there: then it is opened at once. */
  isInUse(): Promise<boolean>;
  open(identity: Identity): Promise<DiskArchive>;
  /** What the browser says of its room, in bytes. */
  estimate(): Promise<{ readonly usage?: number; readonly quota?: number }>;
}

export class PageStore implements InstanceStore {
  readonly #disk: Disk | undefined;
  readonly #watchers = new Set<(change: StoreChange) => void>();
  #memory: MemoryStore | undefined;
  #archive: DiskArchive | undefined;
  #identity: Identity | undefined;
  #opening: Promise<void> | undefined;
  #keep: boolean | undefined;
  #problem: string | undefined;
  #unwatch: (() => void) | undefined;

  /** Without a disk, memory is used. */
  constructor(disk?: Disk) {
    this.#disk = disk;
  }

  /** Bytes of data sets, those under way included. */
  get used(): number {
    return this.#archive?.store.used ?? this.#memory?.used ?? 0;
  }

  /** Says whose the store is; what was another's is closed, and not seen any more. */
  async enter(identity: Identity): Promise<void> {
    const same = this.#identity?.bridge === identity.bridge && this.#identity.user === identity.user;
    if (same) return;
    await this.#opening;
    const left = this.#archive;
    if (this.#identity !== undefined) await this.#emptyMemory();
    await this.#follow(undefined);
    await left?.close();
    this.#identity = identity;
    this.#opening = undefined;
    this.#keep = undefined;
    this.#problem = undefined;
    if (await this.#disk?.isInUse()) void this.wake();
  }

  /** Opens the disk where that was not done yet; afterwards the page sees what lies there. Never rejects. */
  wake(): Promise<void> {
    if (this.#disk === undefined || this.#identity === undefined) return Promise.resolve();
    this.#opening ??= this.#open(this.#disk, this.#identity);
    return this.#opening;
  }

  async state(): Promise<ArchiveState> {
    const onDisk = this.#archive !== undefined || (this.#disk !== undefined && this.#problem === undefined);
    const room = onDisk
      ? await this.#disk!.estimate().catch(() => ({}))
      : { usage: this.used, quota: CAPACITY };
    return { place: onDisk ? 'disk' : 'memory', keep: this.#keep, problem: this.#problem, ...room };
  }

  async setKeep(keep: boolean): Promise<void> {
    await this.wake();
    await this.#archive?.setKeep(keep);
    this.#keep = keep;
  }

  /** Everything is gone afterwards, on the disk and in memory; the store goes on, empty. */
  async wipe(): Promise<void> {
    await this.wake();
    const archive = this.#archive;
    await this.#follow(undefined);
    await this.#emptyMemory();
    this.#keep = undefined;
    this.#opening = undefined;
    await archive?.wipe();
  }

  async put(info: InstanceInfo): Promise<InstanceSink> {
    await this.wake();
    return (await this.#place()).put(info);
  }

  async has(sopInstanceUID: string): Promise<boolean> {
    await this.#opening;
    return (await this.#current?.has(sopInstanceUID)) ?? false;
  }

  async open(
    sopInstanceUID: string,
    range?: ByteRange,
  ): Promise<{ info: Stored; dataSet: ReadableStream<Bytes> }> {
    await this.#opening;
    return (await this.#place()).open(sopInstanceUID, range);
  }

  delete(sopInstanceUID: string): Promise<void> {
    return this.deleteAll([sopInstanceUID]);
  }

  /** Many at once, which a disk does faster. */
  async deleteAll(sopInstanceUIDs: readonly string[]): Promise<void> {
    await this.#opening;
    if (this.#archive !== undefined) return this.#archive.store.deleteAll(sopInstanceUIDs);
    for (const uid of sopInstanceUIDs) await this.#memory?.delete(uid);
  }

  /** The end of a job: what came is on the disk, and other tabs see it. */
  async seal(): Promise<void> {
    await this.#archive?.store.seal();
  }

  /** Retrieves that engines before this one had still to do; told once. */
  async unfinished(): Promise<readonly Unfinished[]> {
    await this.#opening;
    const texts = this.#archive?.unfinished() ?? [];
    if (texts.length === 0) return [];
    const { readUnfinished } = await import('./unfinished.ts');
    return texts.flatMap(readUnfinished);
  }

  /** Only beside an archive: what is kept in memory goes with the page. */
  async remember(transfers: readonly Unfinished[]): Promise<void> {
    await this.#opening;
    await this.#archive?.remember(JSON.stringify(transfers));
  }

  /** A file on the disk to be handed to the browser; undefined where there is no disk. */
  async scratch(): Promise<ScratchFile | undefined> {
    await this.#opening;
    return this.#archive?.scratch();
  }

  async *entries(): AsyncGenerator<Stored> {
    await this.#opening;
    yield* this.#current?.entries() ?? [];
  }

  watch(onChange: (change: StoreChange) => void): () => void {
    this.#watchers.add(onChange);
    return () => void this.#watchers.delete(onChange);
  }

  /** Undefined while nothing was ever kept, which is so with the first search. */
  get #current(): InstanceStore | undefined {
    return this.#archive?.store ?? this.#memory;
  }

  /** Where something can be kept: memory, where there is no disk. */
  async #place(): Promise<InstanceStore> {
    if (this.#current === undefined) {
      const { MemoryStore } = await import('../../core/archive/memory-store.ts');
      this.#memory ??= new MemoryStore({ capacity: CAPACITY });
      if (this.#archive === undefined) this.#unwatch ??= this.#watched(this.#memory);
    }
    return this.#archive?.store ?? this.#memory!; // made just now, or by one who waited as long
  }

  #watched(store: InstanceStore): () => void {
    return store.watch((change) => this.#tell(change));
  }

  async #open(disk: Disk, identity: Identity): Promise<void> {
    try {
      const archive = await disk.open(identity);
      archive.store.onWiped = () => void this.#letGo(archive);
      this.#keep = archive.keep;
      await this.#follow(archive);
    } catch (error) {
      this.#problem = asError(error).message; // memory serves, and the page says why
    }
  }

  async #emptyMemory(): Promise<void> {
    const memory = this.#memory;
    for await (const { sopInstanceUID } of memory?.entries() ?? []) await memory!.delete(sopInstanceUID);
  }

  async #letGo(archive: DiskArchive): Promise<void> {
    if (this.#archive !== archive) return;
    await this.#follow(undefined);
    this.#keep = undefined;
    this.#opening = undefined;
    await archive.close();
  }

  /** Changes over to another store, and tells what is not here any more, and what is now. */
  async #follow(archive: DiskArchive | undefined): Promise<void> {
    this.#unwatch?.();
    for await (const { sopInstanceUID } of this.#current?.entries() ?? [])
      this.#tell({ kind: 'deleted', sopInstanceUID });
    this.#archive = archive;
    this.#unwatch = this.#current && this.#watched(this.#current);
    for await (const instance of this.#current?.entries() ?? []) this.#tell({ kind: 'stored', instance });
  }

  #tell(change: StoreChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }
}
