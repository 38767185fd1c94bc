/** The page's archive on the disk that the browser gives it; loaded when it is needed. */
import type { Locks } from '../engine/slots.ts';
import type { DiskArchive } from '../engine/page-store.ts';
import type { Folder } from './disk.ts';
import { openStore } from './open-store.ts';
import { opfsFolder } from './opfs.ts';
import type { Channel } from './others.ts';
import { channelOf } from './place.ts';
import type { Identity } from './roots.ts';
import { Roots, rootName } from './roots.ts';

/** What a browser has for this. */
export interface Browser {
  /** Ours in the origin private file system. */
  readonly disk: Folder;
  readonly locks: Locks;
  channel(name: string): Channel;
}

/** Opens the archive of a user, and recovers what engines before left in it. */
export async function openArchive(identity: Identity, browser: Browser): Promise<DiskArchive> {
  const name = await rootName(identity);
  const roots = new Roots(browser.disk, browser.locks);
  const root = await roots.enter(name, identity.session);
  const opened = await openStore({
    archive: await root.folder.folder('archive'),
    locks: browser.locks,
    channel: browser.channel(channelOf(name)),
    id: crypto.randomUUID(),
    now: () => Date.now(),
  }).catch((error: unknown) => {
    root.leave();
    throw error;
  });
  const close = async (): Promise<void> => {
    await opened.close();
    root.leave();
  };
  return {
    store: opened.store,
    unfinished: opened.unfinished,
    remember: opened.remember,
    scratch: opened.scratch,
    keep: root.keep,
    setKeep: (keep) => roots.setKeep(name, keep),
    close,
    wipe: async () => {
      opened.store.tellWiped();
      await close();
      await roots.wipe(name);
    },
  };
}

export function openOpfs(
  identity: Identity,
  directory: FileSystemDirectoryHandle,
  locks: Locks,
): Promise<DiskArchive> {
  const channel = (name: string): Channel => new BroadcastChannel(name) as Channel;
  return openArchive(identity, { disk: opfsFolder(directory), locks, channel });
}
