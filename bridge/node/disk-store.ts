/** Instances kept as Part 10 files in a folder (PS3.10), one file each. */
import { lstatSync, renameSync } from 'node:fs';
import { mkdir, unlink } from 'node:fs/promises';
import { DicomError } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { isHarmlessUID } from '../../core/dict/index.ts';
import { fileMetaInformation, HeaderCollector, instanceFileName, Packer } from '../../core/file/index.ts';
import type {
  ByteRange,
  InstanceInfo,
  InstanceSink,
  InstanceStore,
  Stored,
  StoreChange,
} from '../../core/file/index.ts';
import { storeError, systemCode } from './disk-error.ts';
import { DiskFile } from './disk-file.ts';
import { DiskInstance, signatureOf } from './disk-instance.ts';
import { DiskJournal } from './disk-journal.ts';
import { scanFolder } from './disk-scan.ts';
import type { Scan } from './disk-scan.ts';
import { lentPieces, stream } from './disk-reading.ts';
import { openFile } from './file-calls.ts';

/** How a folder is opened. */
export interface DiskStoreOptions {
  /**
   * Writes down what was read of the files, so that the next opening need not read them again: in the folder itself, with what
   * their headers tell of patients.
   */
  readonly journal?: boolean;
}

/**
 * A folder of Part 10 files. What arrives is written to a temporary name and renamed when complete, so
 * that every `.dcm` file is whole. Files that lie anywhere below the folder when it is opened belong to
 * the store; what others put there later is found at the next opening. `watch` tells our own changes.
 */
export class DiskStore implements InstanceStore {
  readonly folder: string;
  /** Files found at opening that hold no instance, or one that another file holds already. */
  readonly ignored: number;
  readonly #journal: DiskJournal | undefined;
  readonly #packer = new Packer();
  readonly #instances: Map<string, DiskInstance>;
  /** Names in use that do not follow from a UID, and by which instance; undefined for files that are not ours to replace. */
  readonly #names = new Map<string, string | undefined>();
  readonly #watchers = new Set<(change: StoreChange) => void>();
  /** The last change under way of each UID: renames may not overtake each other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  private constructor(folder: string, { instances, ignored }: Scan, journal?: DiskJournal) {
    this.folder = folder;
    this.ignored = ignored.length;
    this.#journal = journal;
    for (const name of ignored) this.#names.set(name, undefined);
    this.#instances = instances;
    for (const one of instances.values()) this.#name(one);
  }

  /**
   * Makes the folder where there is none, removes what dead writers left behind, and reads the heads of all files; with a journal
   * of those that are not as it tells.
   *
   * @throws DicomError STORE_FAILED where the folder cannot be made or read.
   */
  static async open(folder: string, options: DiskStoreOptions = {}): Promise<DiskStore> {
    try {
      await mkdir(folder, { recursive: true });
      const journal = options.journal ? await DiskJournal.open(folder) : undefined;
      return new DiskStore(folder, await scanFolder(folder, journal), journal);
    } catch (error) {
      throw storeError(error, `the folder ${folder} cannot be used`);
    }
  }

  /** Writes the journal to its end; without one there is nothing to close. */
  async close(): Promise<void> {
    await this.#journal?.close();
  }

  put(info: InstanceInfo): InstanceSink {
    if (!isHarmlessUID(info.sopInstanceUID)) {
      throw new DicomError('STORE_FAILED', 'the SOP Instance UID cannot name a file');
    }
    return new DiskSink(info, this.folder, (temporary, filed) => this.#keep(temporary, filed));
  }

  has(sopInstanceUID: string): Promise<boolean> {
    return Promise.resolve(this.#instances.has(sopInstanceUID));
  }

  async open(
    sopInstanceUID: string,
    range?: ByteRange,
  ): Promise<{ info: Stored; dataSet: ReadableStream<Bytes> }> {
    const instance = this.#known(sopInstanceUID);
    return { info: instance, dataSet: stream(instance, () => this.#openFile(instance), range) };
  }

  async lend(sopInstanceUID: string): Promise<{ info: Stored; dataSet: AsyncIterable<Bytes> }> {
    const instance = this.#known(sopInstanceUID);
    return { info: instance, dataSet: lentPieces(instance, () => this.#openFile(instance)) };
  }

  delete(sopInstanceUID: string): Promise<void> {
    return this.#inTurn(sopInstanceUID, async () => {
      const instance = this.#instances.get(sopInstanceUID);
      if (instance === undefined) return;
      await removeFile(instance.file);
      this.#instances.delete(sopInstanceUID);
      this.#names.delete(instance.name);
      this.#tell({ kind: 'deleted', sopInstanceUID });
    });
  }

  async *entries(): AsyncGenerator<Stored> {
    for (const instance of this.#instances.values()) yield instance;
  }

  watch(onChange: (change: StoreChange) => void): () => void {
    this.#watchers.add(onChange);
    return () => void this.#watchers.delete(onChange);
  }

  #known(sopInstanceUID: string): DiskInstance {
    const instance = this.#instances.get(sopInstanceUID);
    if (instance !== undefined) return instance;
    throw new DicomError('STORE_FAILED', `there is no instance ${sopInstanceUID}`);
  }

  /** Opens the file that was meant: after a change of that UID the offsets would be those of another one. */
  #openFile(instance: DiskInstance): Promise<number> {
    const { sopInstanceUID, file } = instance;
    return this.#inTurn(sopInstanceUID, () => {
      if (this.#instances.get(sopInstanceUID) === instance) return openFile(file, 'r');
      throw new DicomError('STORE_FAILED', `${sopInstanceUID} was replaced or deleted before it was read`);
    });
  }

  /** Gives a complete temporary file its final name; from then on the instance is seen. */
  #keep(temporary: string, { stored, dataSetOffset }: Draft): Promise<Stored> {
    const uid = stored.sopInstanceUID;
    return this.#inTurn(uid, async () => {
      const name = this.#nameFor(uid);
      const instance = new DiskInstance(this.#packer.pack(stored), {
        folder: this.folder,
        name,
        dataSetOffset,
      });
      renameSync(temporary, instance.file); // 20 us, where waiting for a thread that does it takes 100
      this.#note(instance);
      const former = this.#instances.get(uid);
      this.#enter(instance);
      if (former !== undefined && former.name !== name) {
        this.#names.delete(former.name);
        await removeFile(former.file);
      }
      this.#tell({ kind: 'stored', instance });
      return instance;
    });
  }

  /** What it is at this moment is what was written: nobody else knows of the file yet. */
  #note(instance: DiskInstance): void {
    if (this.#journal === undefined) return;
    const stats = lstatSync(instance.file, { throwIfNoEntry: false });
    if (stats !== undefined)
      this.#journal.add({ name: instance.name, signature: signatureOf(stats), instance });
  }

  /** Of two files that want one name, the newer takes the next free one. */
  #nameFor(uid: string): string {
    const wanted = instanceFileName(uid);
    for (let n = 1; ; n++) {
      const name = n === 1 ? wanted : wanted.replace(/\.dcm$/, `-${n}.dcm`);
      if (!this.#names.has(name) || this.#names.get(name) === uid) return name;
    }
  }

  #enter(instance: DiskInstance): void {
    this.#instances.set(instance.sopInstanceUID, instance);
    this.#name(instance);
  }

  #name(instance: DiskInstance): void {
    if (!instance.isPlainlyNamed) this.#names.set(instance.name, instance.sopInstanceUID);
  }

  #tell(change: StoreChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }

  #inTurn<T>(uid: string, action: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(uid) ?? Promise.resolve();
    const turn = before.then(action, action);
    this.#turns.set(uid, turn);
    const done = (): void => {
      if (this.#turns.get(uid) === turn) this.#turns.delete(uid);
    };
    turn.then(done, done);
    return turn;
  }
}

/** What is known of an instance before its file has its name. */
interface Draft {
  readonly stored: Stored;
  readonly dataSetOffset: number;
}

/** Hands a complete temporary file over to the store. */
type Keep = (temporary: string, draft: Draft) => Promise<Stored>;

class DiskSink implements InstanceSink {
  readonly #info: InstanceInfo;
  readonly #file: DiskFile;
  readonly #header: HeaderCollector;
  readonly #keep: Keep;
  readonly #dataSetOffset: number;
  #bytes = 0;

  constructor(info: InstanceInfo, folder: string, keep: Keep) {
    const meta = fileMetaInformation(info);
    this.#info = info;
    this.#keep = keep;
    this.#header = new HeaderCollector(info.transferSyntaxUID);
    this.#dataSetOffset = meta.length;
    this.#file = new DiskFile(folder);
    void this.#file.write(meta); // far smaller than the buffer: nothing to wait for
  }

  write(bytes: Bytes): void | Promise<void> {
    this.#bytes += bytes.length;
    this.#header.write(bytes);
    return this.#file.write(bytes);
  }

  async commit(): Promise<Stored> {
    try {
      const header = this.#header.finish();
      const temporary = await this.#file.finish();
      const stored: Stored = { ...this.#info, bytes: this.#bytes, header };
      const kept = await this.#keep(temporary, { stored, dataSetOffset: this.#dataSetOffset });
      this.#file.handedOver();
      return kept;
    } catch (error) {
      await this.#file.discard();
      throw storeError(error, 'an instance could not be written');
    }
  }

  abort(): Promise<void> {
    return this.#file.discard();
  }
}

async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw storeError(error, `${path} cannot be removed`);
  });
}
