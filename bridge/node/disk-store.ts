/** Instances kept as Part 10 files in a folder (PS3.10), one file each. */
import { mkdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DicomError } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { isHarmlessUID } from '../../core/dict/index.ts';
import { fileMetaInformation, HeaderCollector, instanceFileName } from '../../core/file/index.ts';
import type {
  InstanceInfo,
  InstanceSink,
  InstanceStore,
  Stored,
  StoreChange,
} from '../../core/file/index.ts';
import { storeError, systemCode } from './disk-error.ts';
import { DiskFile } from './disk-file.ts';
import { scanFolder } from './disk-scan.ts';
import type { Filed } from './disk-scan.ts';
import { closeFile, openFile, readAt } from './file-calls.ts';

/** Bytes read at once when an instance is sent. */
const READ_SIZE = 256 << 10;

/**
 * A folder of Part 10 files. What arrives is written to a temporary name and renamed when complete, so
 * that every `.dcm` file is whole. Files that lie anywhere below the folder when it is opened belong to
 * the store; what others put there later is found at the next opening. `watch` tells our own changes.
 */
export class DiskStore implements InstanceStore {
  readonly folder: string;
  /** Files found at opening that hold no instance, or one that another file holds already. */
  readonly ignored: number;
  readonly #filed = new Map<string, Filed>();
  /** Paths in use, and by which instance; undefined for files that are not ours to replace. */
  readonly #paths = new Map<string, string | undefined>();
  readonly #watchers = new Set<(change: StoreChange) => void>();
  /** The last change under way of each UID: renames may not overtake each other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  private constructor(folder: string, filed: readonly Filed[], ignored: readonly string[]) {
    this.folder = folder;
    this.ignored = ignored.length;
    for (const path of ignored) this.#paths.set(path, undefined);
    for (const one of filed) this.#enter(one);
  }

  /**
   * Makes the folder where there is none, removes what dead writers left behind, and reads the heads of all files.
   *
   * @throws DicomError STORE_FAILED where the folder cannot be made or read.
   */
  static async open(folder: string): Promise<DiskStore> {
    try {
      await mkdir(folder, { recursive: true });
      const { filed, ignored } = await scanFolder(folder);
      return new DiskStore(folder, filed, ignored);
    } catch (error) {
      throw storeError(error, `the folder ${folder} cannot be used`);
    }
  }

  put(info: InstanceInfo): InstanceSink {
    if (!isHarmlessUID(info.sopInstanceUID)) {
      throw new DicomError('STORE_FAILED', 'the SOP Instance UID cannot name a file');
    }
    return new DiskSink(info, this.folder, (temporary, filed) => this.#keep(temporary, filed));
  }

  has(sopInstanceUID: string): Promise<boolean> {
    return Promise.resolve(this.#filed.has(sopInstanceUID));
  }

  async open(sopInstanceUID: string): Promise<{ info: Stored; dataSet: ReadableStream<Bytes> }> {
    const filed = this.#filed.get(sopInstanceUID);
    if (filed === undefined) throw new DicomError('STORE_FAILED', `there is no instance ${sopInstanceUID}`);
    return { info: filed.stored, dataSet: stream(filed, () => this.#openFile(filed)) };
  }

  delete(sopInstanceUID: string): Promise<void> {
    return this.#inTurn(sopInstanceUID, async () => {
      const filed = this.#filed.get(sopInstanceUID);
      if (filed === undefined) return;
      await removeFile(filed.stored.file);
      this.#filed.delete(sopInstanceUID);
      this.#paths.delete(filed.stored.file);
      this.#tell({ kind: 'deleted', sopInstanceUID });
    });
  }

  async *entries(): AsyncGenerator<Stored> {
    for (const { stored } of this.#filed.values()) yield stored;
  }

  watch(onChange: (change: StoreChange) => void): () => void {
    this.#watchers.add(onChange);
    return () => void this.#watchers.delete(onChange);
  }

  /** Opens the file that was meant: after a change of that UID the offsets would be those of another one. */
  #openFile(filed: Filed): Promise<number> {
    const { sopInstanceUID, file } = filed.stored;
    return this.#inTurn(sopInstanceUID, () => {
      if (this.#filed.get(sopInstanceUID) === filed) return openFile(file, 'r');
      throw new DicomError('STORE_FAILED', `${sopInstanceUID} was replaced or deleted before it was read`);
    });
  }

  /** Gives a complete temporary file its final name; from then on the instance is seen. */
  #keep(temporary: string, draft: Draft): Promise<Stored> {
    const uid = draft.stored.sopInstanceUID;
    return this.#inTurn(uid, async () => {
      const file = this.#pathFor(uid);
      await rename(temporary, file);
      const former = this.#filed.get(uid)?.stored.file;
      const stored = { ...draft.stored, file };
      this.#enter({ stored, dataSetOffset: draft.dataSetOffset });
      if (former !== undefined && former !== file) {
        this.#paths.delete(former);
        await removeFile(former);
      }
      this.#tell({ kind: 'stored', instance: stored });
      return stored;
    });
  }

  /** Of two files that want one name, the newer takes the next free one. */
  #pathFor(uid: string): string {
    const name = instanceFileName(uid);
    for (let n = 1; ; n++) {
      const path = join(this.folder, n === 1 ? name : name.replace(/\.dcm$/, `-${n}.dcm`));
      if (!this.#paths.has(path) || this.#paths.get(path) === uid) return path;
    }
  }

  #enter(filed: Filed): void {
    this.#filed.set(filed.stored.sopInstanceUID, filed);
    this.#paths.set(filed.stored.file, filed.stored.sopInstanceUID);
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

/** The data set of a file, which is opened at the first read and closed at its end, on failure and on cancel. */
function stream(filed: Filed, openIt: () => Promise<number>): ReadableStream<Bytes> {
  const { file: path, bytes } = filed.stored;
  const end = filed.dataSetOffset + bytes;
  let at = filed.dataSetOffset;
  let file: number | undefined;
  const close = async (): Promise<void> => {
    const opened = file;
    file = undefined;
    if (opened !== undefined) await closeFile(opened);
  };
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          file ??= await openIt();
          const piece = await readPiece(file, at, end, path);
          at += piece.length;
          if (piece.length > 0) controller.enqueue(piece);
          if (at < end) return;
          controller.close();
        } catch (error) {
          controller.error(storeError(error, `${path} cannot be read`));
        }
        await close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

async function readPiece(file: number, start: number, end: number, path: string): Promise<Bytes> {
  const length = Math.min(READ_SIZE, end - start);
  const piece = new Uint8Array(length);
  const read = await readAt(file, piece, length, start);
  if (read === 0 && length > 0) throw new DicomError('STORE_FAILED', `${path} is shorter than it was`);
  return piece.subarray(0, read);
}

async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw storeError(error, `${path} cannot be removed`);
  });
}
