/** Whose archive is whose: a root for each user of a bridge, named by a hash; it ends with the browser's session unless it is kept. */
import { DicomError } from '../../core/bytes/index.ts';
import type { Locks } from '../engine/slots.ts';
import { taken } from '../engine/slots.ts';
import type { Folder } from './disk.ts';
import { readText, writeText } from './disk.ts';

/** Whose archive it is. */
export interface Identity {
  /** The bridge's address. */
  readonly bridge: string;
  /** Who is signed in; empty where nobody is told apart. */
  readonly user: string;
  /** Of the browser: another one after its restart. Empty where it is not known, which is like a new one. */
  readonly session: string;
}

/** What is known of a root without opening it. */
interface RootState {
  readonly session?: string;
  /** What its user chose; undefined before. */
  readonly keep?: boolean;
}

/** While one engine comes in or wipes, the others wait. */
const DOOR = 'archive:door';
/** How long the engines of other tabs may take to leave, in milliseconds. */
const LEAVE_MS = 10_000;

export class Roots {
  readonly #disk: Folder;
  readonly #locks: Locks;

  constructor(disk: Folder, locks: Locks) {
    this.#disk = disk;
    this.#locks = locks;
  }

  /** Wipes what ended with the browser's session, then takes a root; its lock is held until `leave`. */
  async enter(
    name: string,
    session: string,
  ): Promise<{ folder: Folder; keep: boolean | undefined; leave(): void }> {
    return this.#atDoor(async () => {
      for (const other of await this.#names()) {
        const state = await this.#read(other);
        const over = state.keep !== true && (session === '' || state.session !== session);
        if (over) await this.#wipeUnused(other, state);
      }
      const leave = (await taken(this.#locks, lockOf(name), { mode: 'shared' }))!; // it waits
      const { keep } = await this.#read(name);
      await this.#write(name, { session, ...(keep !== undefined && { keep }) });
      return { folder: await this.#disk.folder(name), keep, leave };
    });
  }

  async setKeep(name: string, keep: boolean): Promise<void> {
    await this.#atDoor(async () => this.#write(name, { ...(await this.#read(name)), keep }));
  }

  /**
   * Removes this root, whose engines were told to leave it, and every other one that no engine uses.
   *
   * @throws DicomError STORE_FAILED where another engine does not let go of this root.
   */
  async wipe(name: string): Promise<void> {
    await this.#atDoor(async () => {
      await this.#wipeLeft(name);
      for (const one of await this.#names()) await this.#wipeUnused(one, {});
    });
  }

  /**
   * Removes every root; `tell` has its engines leave it.
   *
   * @throws DicomError STORE_FAILED where an engine does not let go.
   */
  async wipeAll(tell: (name: string) => void): Promise<void> {
    await this.#atDoor(async () => {
      const names = await this.#names();
      for (const name of names) tell(name);
      for (const name of names) await this.#wipeLeft(name);
    });
  }

  /** Removes a root as soon as no engine uses it: under the lock that tells so, as one let go of is not free at once. */
  async #wipeLeft(name: string): Promise<void> {
    const signal = AbortSignal.timeout(LEAVE_MS);
    const free = await taken(this.#locks, lockOf(name), { signal }).catch(() => {
      throw new DicomError(
        'STORE_FAILED',
        'another tab does not let go of the files; close it, then wipe again',
      );
    });
    try {
      await this.#remove(name, {});
    } finally {
      free?.();
    }
  }

  async #atDoor<T>(action: () => Promise<T>): Promise<T> {
    const free = await taken(this.#locks, DOOR, {});
    try {
      return await action();
    } finally {
      free?.();
    }
  }

  async #wipeUnused(name: string, state: RootState): Promise<void> {
    const free = await taken(this.#locks, lockOf(name), { ifAvailable: true });
    if (free === undefined) return;
    try {
      await this.#remove(name, state);
    } finally {
      free();
    }
  }

  /** What its user chose stays. */
  async #remove(name: string, { keep }: RootState): Promise<void> {
    await this.#disk.remove(name);
    if (keep === undefined) await this.#disk.remove(stateFile(name));
    else await this.#write(name, { keep });
  }

  async #names(): Promise<string[]> {
    const names = await this.#disk.names();
    return [...new Set(names.map((name) => name.replace(/\.json$/, '')))];
  }

  async #read(name: string): Promise<RootState> {
    try {
      return JSON.parse((await readText(this.#disk, stateFile(name))) ?? '{}') as RootState;
    } catch {
      return {}; // cut off by a crash: like one that nobody chose to keep
    }
  }

  #write(name: string, state: RootState): Promise<void> {
    return writeText(this.#disk, stateFile(name), JSON.stringify(state));
  }
}

/** The same for the same user of the same bridge, and told to nobody who does not know both. */
export async function rootName({ bridge, user }: Identity): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${bridge}\n${user}`));
  return [...new Uint8Array(digest).subarray(0, 16)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

function lockOf(name: string): string {
  return `archive:${name}`;
}

function stateFile(name: string): string {
  return `${name}.json`;
}
