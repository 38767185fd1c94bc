/** The folder of one engine: packs of its own and the log that tells what lies in them. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import { text } from '../../core/data/index.ts';
import type { InstanceInfo, InstanceSink, Stored } from '../../core/file/index.ts';
import type { Folder } from './disk.ts';
import type { Log, Placed } from './log.ts';
import type { Entry } from './pack.ts';
import { Pack } from './pack.ts';
import { nextPackNumber, recover } from './recovery.ts';
import type { Draft, Keeper } from './sink.ts';
import { PackSink } from './sink.ts';
import type { Stages } from './stage.ts';

/** Instances after which everything is flushed: so many may be lost when the power fails. */
const FLUSH_EVERY = 64;
/** Packs that are written at once; of further series the one that rested longest is sealed. */
const OPEN_PACKS = 16;

export interface FolderOptions {
  /** Milliseconds since 1970. */
  now(): number;
  readonly stages: Stages;
}

/** What is known of an instance before it lies in a pack. */
type Unplaced = Pick<Entry, 'stored' | 'checksum' | 'time'>;

export class OwnFolder implements Keeper {
  readonly id: string;
  readonly stages: Stages;
  readonly entries: Map<string, Entry>;
  /** Is told what others may read from now on. */
  onSealed: (entries: readonly Entry[]) => void = () => {};
  readonly #folder: Folder;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #packs: Set<Pack>;
  /** By series; the one used last is the last. */
  readonly #open = new Map<string, Promise<Pack>>();
  #nextPack: number;
  #unflushed = 0;
  #underWay = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    id: string,
    folder: Folder,
    recovered: Awaited<ReturnType<typeof recover>>,
    { now, stages }: FolderOptions,
  ) {
    this.id = id;
    this.#folder = folder;
    this.#log = recovered.log;
    this.entries = recovered.entries;
    this.#packs = recovered.packs;
    this.#nextPack = nextPackNumber(recovered.packs);
    this.#now = now;
    this.stages = stages;
  }

  /** Recovers what a former engine left in it. */
  static async open(id: string, folder: Folder, options: FolderOptions): Promise<OwnFolder> {
    return new OwnFolder(id, folder, await recover(folder), options);
  }

  /** Bytes of data sets, those under way included. */
  get used(): number {
    let used = this.#underWay;
    for (const { live } of this.#packs) used += live;
    return used;
  }

  /** What others may read. */
  sealed(): readonly Entry[] {
    return [...this.entries.values()].filter(({ file }) => !file.isOpen);
  }

  put(info: InstanceInfo): InstanceSink {
    return new PackSink(info, this);
  }

  count(bytes: number): void {
    this.#underWay += bytes;
  }

  async createPack(): Promise<Pack> {
    const name = `pack-${this.#nextPack++}`;
    const pack = new Pack(this.#folder, name, 0, await this.#folder.open(name));
    this.#packs.add(pack);
    return pack;
  }

  async dropPack(pack: Pack): Promise<void> {
    pack.seal();
    this.#packs.delete(pack);
    await this.#folder.remove(pack.name);
  }

  async keep(draft: Draft): Promise<Stored> {
    if (this.#unflushed >= FLUSH_EVERY) this.flush();
    const stored: Stored = { ...draft.info, bytes: draft.bytes, header: draft.header };
    const base = { stored, checksum: draft.checksum, time: this.#now() };
    if (draft.pack !== undefined) {
      draft.pack.seal();
      const entry = this.#enter({ ...base, pack: draft.pack.name, offset: 0, file: draft.pack });
      this.onSealed([entry]);
    } else await this.#appendToSeries(draft.staged!, base);
    return stored;
  }

  /** Everything so far survives the loss of power. */
  flush(): void {
    for (const pack of this.#packs) pack.flush();
    if (this.#unflushed === 0) return;
    try {
      this.#log.append({ flushed: true });
      this.#unflushed = 0;
    } catch {
      // No room for the mark: after a crash the bytes themselves are looked at.
    }
    this.#log.flush();
  }

  /** The end of a job: what was written is flushed, and others may read it. */
  seal(): Promise<void> {
    return this.#inTurn(async () => {
      this.flush();
      const packs = await Promise.all(this.#open.values());
      this.#open.clear();
      for (const pack of packs) this.#sealPack(pack);
      for (const pack of packs) if (pack.live < pack.size / 2) await this.#compact(pack);
      await this.#removeDead();
      if (this.#log.lines > 2 * this.entries.size + 100) await this.#rewriteLog();
    });
  }

  /**
   * Frees the bytes of these instances; the others of a pack are copied into a new one. What is not here is left out.
   *
   * @throws DicomError STORE_FULL where not even the new index has room; then what shares a pack with others stays.
   */
  delete(sopInstanceUIDs: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const gone = sopInstanceUIDs.flatMap((uid) => this.entries.get(uid) ?? []);
      if (gone.length === 0) return;
      for (const entry of gone) this.#take(entry);
      const packs = new Set(gone.map(({ file }) => file));
      for (const pack of packs) await this.#close(pack);
      for (const pack of packs) await this.#compact(pack);
      await this.#forget(gone);
      await this.#removeDead();
    });
  }

  /** A stream reads from this pack; returns how to end that. */
  hold({ file }: Entry): () => void {
    file.readers++;
    let reads = true;
    return () => {
      if (!reads) return; // a stream that is given up while it reads ends twice
      reads = false;
      if (--file.readers === 0 && file.entries.size === 0) void this.#inTurn(() => this.#removeDead());
    };
  }

  async close(): Promise<void> {
    await this.seal();
    this.#log.close();
  }

  /** The pack may be sealed whenever this waits: nothing does between the look at it and the bytes. */
  async #appendToSeries(bytes: Bytes, base: Unplaced): Promise<void> {
    const series = text(base.stored.header, 'SeriesInstanceUID');
    for (;;) {
      const opening = this.#open.get(series) ?? this.createPack();
      this.#open.delete(series);
      this.#open.set(series, opening);
      const pack = await opening.catch((error: unknown) => {
        this.#open.delete(series);
        throw error;
      });
      if (this.#open.size > OPEN_PACKS) await this.#closeOldest();
      if (pack.isOpen) return void this.#append(pack, bytes, base);
      this.#open.delete(series); // it was sealed meanwhile
    }
  }

  async #closeOldest(): Promise<void> {
    const [oldest] = this.#open.values();
    if (oldest !== undefined) await this.#close(await oldest);
  }

  #append(pack: Pack, bytes: Bytes, base: Unplaced): Entry {
    const offset = pack.append(bytes);
    try {
      return this.#enter({ ...base, pack: pack.name, offset, file: pack });
    } catch (error) {
      pack.cut(offset);
      throw error;
    }
  }

  /** From now on the instance is seen. */
  #enter(entry: Entry): Entry {
    const { file, ...line } = entry;
    this.#log.append(line);
    const former = this.entries.get(entry.stored.sopInstanceUID);
    if (former !== undefined) this.#take(former);
    this.entries.set(entry.stored.sopInstanceUID, entry);
    file.add(entry);
    this.#unflushed++;
    return entry;
  }

  #take(entry: Entry): void {
    this.entries.delete(entry.stored.sopInstanceUID);
    entry.file.forget(entry);
  }

  async #close(pack: Pack): Promise<void> {
    if (!pack.isOpen) return;
    for (const [series, opening] of this.#open) if ((await opening) === pack) this.#open.delete(series);
    this.#sealPack(pack);
  }

  #sealPack(pack: Pack): void {
    pack.seal();
    if (pack.entries.size > 0) this.onSealed([...pack.entries]);
  }

  /** Copies what is wanted of a pack into a new one; where there is no room for that, it stays as it is. */
  async #compact(pack: Pack): Promise<void> {
    if (pack.live === pack.size || pack.live === 0) return;
    let copy: Pack | undefined;
    try {
      copy = await this.createPack();
      for (const entry of pack.entries) {
        const bytes = await pack.read(entry.offset, entry.offset + entry.stored.bytes);
        const { stored, checksum, time } = entry;
        if (this.entries.get(stored.sopInstanceUID) === entry)
          this.#append(copy, bytes, { stored, checksum, time });
      }
    } catch (error) {
      if (!(error instanceof DicomError && error.code === 'STORE_FULL')) throw error;
    } finally {
      if (copy !== undefined) this.#sealPack(copy);
    }
  }

  /** Lets the log know nothing more of these. A full disk gets room by packs that hold nothing else. */
  async #forget(gone: readonly Entry[]): Promise<void> {
    try {
      await this.#rewriteLog();
    } catch {
      await this.#removeDead();
      try {
        await this.#rewriteLog();
      } catch (error) {
        for (const entry of gone) this.#restore(entry);
        throw error;
      }
    }
  }

  #restore(entry: Entry): void {
    if (!this.#packs.has(entry.file) || this.entries.has(entry.stored.sopInstanceUID)) return;
    this.entries.set(entry.stored.sopInstanceUID, entry);
    entry.file.add(entry);
  }

  async #rewriteLog(): Promise<void> {
    await this.#log.rewrite(() => {
      for (const pack of this.#packs) pack.flush();
      this.#unflushed = 0;
      return lines(this.entries.values());
    });
  }

  async #removeDead(): Promise<void> {
    for (const pack of this.#packs) {
      const inUse = pack.isOpen || pack.readers > 0 || pack.entries.size > 0;
      if (!inUse) await this.dropPack(pack);
    }
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(action, action);
    this.#turn = turn;
    return turn;
  }
}

function* lines(entries: Iterable<Entry>): Generator<Placed> {
  for (const { file: _, ...line } of entries) yield line;
}
