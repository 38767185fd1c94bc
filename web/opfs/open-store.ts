/** Opens an archive: takes over the folders that no engine holds, and joins the engines that hold the others. */
import { DicomError } from '../../core/bytes/index.ts';
import type { ScratchFile } from '../engine/page-store.ts';
import type { Locks } from '../engine/slots.ts';
import { taken } from '../engine/slots.ts';
import type { Folder } from './disk.ts';
import { readText, writeText } from './disk.ts';
import type { Channel } from './others.ts';
import { OwnFolder } from './own-folder.ts';
import { removeScratches, Scratches } from './scratch.ts';
import { Stages } from './stage.ts';
import { OpfsStore } from './store.ts';

export interface Place {
  /** Holds a folder an engine. */
  readonly archive: Folder;
  readonly locks: Locks;
  readonly channel: Channel;
  /** For a new folder; never used before. */
  readonly id: string;
  now(): number;
  readonly stages?: Stages;
}

export interface OpenedStore {
  readonly store: OpfsStore;
  /** Folders that no engine holds and that cannot be read; they are left alone. */
  unreadable(): number;
  /** What the engines of the folders taken over had still to do; told once. */
  unfinished(): readonly string[];
  /** Kept in our first folder for who takes it over. */
  remember(text: string): Promise<void>;
  /** A file to be handed to the browser. */
  scratch(): Promise<ScratchFile>;
  /** Seals all and lets the folders go. */
  close(): Promise<void>;
}

export async function openStore(place: Place): Promise<OpenedStore> {
  const holding = new Holding(place);
  const source = async (folder: string, pack: string) => (await place.archive.folder(folder)).source(pack);
  const store = await OpfsStore.open({ channel: place.channel, adopt: () => holding.adopt(), source });
  return {
    store,
    unreadable: () => holding.unreadable,
    unfinished: () => holding.unfinished.splice(0),
    remember: (text) => holding.remember(text),
    scratch: () => holding.scratch(),
    close: async () => {
      await store.close();
      holding.release();
    },
  };
}

/** The file of a folder that tells what its engine had still to do. */
const NOTE = 'unfinished';

/** The folders whose Web Lock `engine:<id>` is ours. */
class Holding {
  unreadable = 0;
  readonly unfinished: string[] = [];
  #writing: Promise<unknown> = Promise.resolve();
  readonly #place: Place;
  readonly #options: { now(): number; readonly stages: Stages };
  readonly #held = new Map<string, () => void>();
  readonly #scratches: Scratches;

  constructor(place: Place) {
    this.#place = place;
    this.#scratches = new Scratches(() => place.now());
    this.#options = { now: () => place.now(), stages: place.stages ?? new Stages() };
  }

  async adopt(): Promise<OwnFolder[]> {
    const { archive, id } = this.#place;
    const adopted: OwnFolder[] = [];
    this.unreadable = 0;
    for (const name of await archive.names()) {
      const folder = this.#held.has(name) ? undefined : await this.#take(name);
      if (folder !== undefined) adopted.push(folder);
    }
    if (this.#held.size === 0) {
      const folder = await this.#take(id);
      if (folder === undefined) throw new DicomError('STORE_FAILED', 'no folder of the archive can be used');
      return [folder];
    }
    return this.#withoutEmpty(adopted);
  }

  /** One after the other: the last text is what stays. */
  remember(text: string): Promise<void> {
    const write = async (): Promise<void> => {
      const [first] = this.#held.keys();
      if (first !== undefined) await writeText(await this.#place.archive.folder(first), NOTE, text);
    };
    const writing = this.#writing.then(write, write);
    this.#writing = writing;
    return writing;
  }

  /** @throws DicomError STORE_FAILED where the archive was closed. */
  async scratch(): Promise<ScratchFile> {
    const [first] = this.#held.keys();
    if (first === undefined) throw new DicomError('STORE_FAILED', 'the archive was closed');
    return this.#scratches.open(await this.#place.archive.folder(first));
  }

  release(): void {
    this.#scratches.close();
    for (const free of this.#held.values()) free();
    this.#held.clear();
  }

  /** Undefined where another engine holds it, or it cannot be read. */
  async #take(id: string): Promise<OwnFolder | undefined> {
    const { archive, locks } = this.#place;
    const free = await taken(locks, `engine:${id}`, { ifAvailable: true });
    if (free === undefined) return undefined;
    try {
      const place = await archive.folder(id);
      const folder = await OwnFolder.open(id, place, this.#options);
      await this.#readNote(place);
      await removeScratches(place);
      this.#held.set(id, free);
      return folder;
    } catch {
      this.unreadable++;
      free();
      return undefined;
    }
  }

  /** It is ours to do now; of our first folder it is written anew. */
  async #readNote(place: Folder): Promise<void> {
    const text = await readText(place, NOTE);
    if (text === undefined) return;
    this.unfinished.push(text);
    if (this.#held.size > 0) await place.remove(NOTE);
  }

  /** One folder is enough: empty ones beside it go. */
  async #withoutEmpty(adopted: readonly OwnFolder[]): Promise<OwnFolder[]> {
    const kept: OwnFolder[] = [];
    for (const folder of adopted) {
      if (folder.entries.size > 0 || this.#held.size === 1) kept.push(folder);
      else await this.#remove(folder);
    }
    return kept;
  }

  async #remove(folder: OwnFolder): Promise<void> {
    await folder.close();
    await this.#place.archive.remove(folder.id);
    this.#held.get(folder.id)?.();
    this.#held.delete(folder.id);
  }
}
