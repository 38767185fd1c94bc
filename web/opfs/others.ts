/** What the engines of other tabs have sealed, as they tell it. */
import type { Stored } from '../../core/file/index.ts';
import type { Placed } from './log.ts';
import type { Entry } from './pack.ts';

/** A BroadcastChannel, which does not hear itself. */
export interface Channel {
  postMessage(message: Message): void;
  onmessage: ((event: { data: Message }) => void) | null;
  close(): void;
}

/** What engines say to each other. `ask`: tell what you have sealed; `delete`: whoever holds one of these; `wiped`: let go of everything. */
export type Message =
  | { readonly kind: 'ask' }
  | { readonly kind: 'sealed'; readonly folder: string; readonly entries: readonly Placed[] }
  | { readonly kind: 'deleted'; readonly folder: string; readonly uids: readonly string[] }
  | { readonly kind: 'delete'; readonly uids: readonly string[] }
  | { readonly kind: 'wiped' };

export interface ForeignEntry extends Placed {
  readonly folder: string;
}

/** What the store does on their account. */
export interface Ourselves {
  appeared(stored: Stored): void;
  vanished(sopInstanceUID: string): void;
  wiped(): void;
  deleteOwn(sopInstanceUIDs: readonly string[]): void;
  ownSealed(): readonly (readonly [folder: string, entries: readonly Entry[]])[];
}

/** Entries in one message, so that none is long to write or to read. */
const PORTION = 500;

export class Others {
  readonly #channel: Channel;
  readonly #ourselves: Ourselves;
  /** By UID, then by folder. */
  readonly #entries = new Map<string, Map<string, ForeignEntry>>();
  readonly #waiting = new Set<() => void>();

  constructor(channel: Channel, ourselves: Ourselves) {
    this.#channel = channel;
    this.#ourselves = ourselves;
    channel.onmessage = ({ data }) => this.#receive(data);
  }

  /** The newest of this UID. */
  get(uid: string): ForeignEntry | undefined {
    let newest: ForeignEntry | undefined;
    for (const entry of this.#entries.get(uid)?.values() ?? [])
      if (newest === undefined || entry.time > newest.time) newest = entry;
    return newest;
  }

  uids(): Iterable<string> {
    return this.#entries.keys();
  }

  hasAny(uids: readonly string[]): boolean {
    return uids.some((uid) => this.#entries.has(uid));
  }

  ask(): void {
    this.#channel.postMessage({ kind: 'ask' });
  }

  tellSealed(folder: string, entries: readonly Entry[]): void {
    for (let at = 0; at < entries.length; at += PORTION) {
      const placed = entries.slice(at, at + PORTION).map(({ file: _, ...rest }) => rest);
      this.#channel.postMessage({ kind: 'sealed', folder, entries: placed });
    }
  }

  tellDeleted(folder: string, uids: readonly string[]): void {
    if (uids.length > 0) this.#channel.postMessage({ kind: 'deleted', folder, uids });
  }

  /** Asks the owners; false where some of these are still there after the time, in milliseconds. */
  async delete(uids: readonly string[], patience: number): Promise<boolean> {
    this.#channel.postMessage({ kind: 'delete', uids });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#waiting.delete(look) && resolve(), patience);
      const look = (): void => {
        if (this.hasAny(uids)) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
    return !this.hasAny(uids);
  }

  tellWiped(): void {
    this.#channel.postMessage({ kind: 'wiped' });
  }

  /** A folder is no other's any more. */
  forget(folder: string): void {
    for (const [uid, byFolder] of this.#entries) {
      byFolder.delete(folder);
      if (byFolder.size === 0) this.#entries.delete(uid);
    }
  }

  close(): void {
    this.#channel.close();
  }

  #receive(message: Message): void {
    if (message.kind === 'ask') {
      for (const [folder, entries] of this.#ourselves.ownSealed()) this.tellSealed(folder, entries);
    } else if (message.kind === 'delete') this.#ourselves.deleteOwn(message.uids);
    else if (message.kind === 'wiped') this.#ourselves.wiped();
    else if (message.kind === 'sealed') this.#add(message.folder, message.entries);
    else this.#remove(message.folder, message.uids);
  }

  #add(folder: string, entries: readonly Placed[]): void {
    for (const entry of entries) {
      const uid = entry.stored.sopInstanceUID;
      const byFolder = this.#entries.get(uid) ?? new Map<string, ForeignEntry>();
      this.#entries.set(uid, byFolder.set(folder, { ...entry, folder }));
      this.#ourselves.appeared(entry.stored);
    }
  }

  #remove(folder: string, uids: readonly string[]): void {
    for (const uid of uids) {
      const byFolder = this.#entries.get(uid);
      if (!byFolder?.delete(folder)) continue;
      if (byFolder.size === 0) this.#entries.delete(uid);
      this.#ourselves.vanished(uid);
    }
    for (const look of this.#waiting) look();
  }
}
