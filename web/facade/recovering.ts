/** A disk by which the facade takes over what others left: tabs that crashed, with what these had still to do. */
import type { Disk, DiskArchive } from '../engine/page-store.ts';
import type { Unfinished } from '../engine/protocol.ts';
import { readUnfinished } from '../engine/unfinished.ts';
import type { Identity } from '../opfs/roots.ts';

export interface RecoveringDisk {
  readonly disk: Disk;
  /** Takes over what tabs left in the archive that is open, and crashed since. */
  recover(): Promise<void>;
}

export function recovering(disk: Disk): RecoveringDisk {
  let recover: RecoveringDisk['recover'] | undefined;
  const open = async (identity: Identity): Promise<DiskArchive> => {
    const archive = await disk.open(identity);
    const passOn = passingOn(archive);
    await passOn();
    const own = (recover = async () => {
      await archive.store.recover();
      await passOn();
    });
    const close = (): Promise<void> => {
      if (recover === own) recover = undefined;
      return archive.close();
    };
    return { ...archive, close };
  };
  return { disk: { ...disk, open }, recover: async () => recover?.() };
}

/**
 * Retrieves that a page of ours did not end are for the next such page: nobody here goes on with them, and with the
 * folders that are taken over the notes of them would go.
 */
function passingOn(archive: DiskArchive): () => Promise<void> {
  const all: Unfinished[] = [];
  return async () => {
    const texts = archive.unfinished();
    if (texts.length === 0) return;
    all.push(...texts.flatMap(readUnfinished));
    await archive.remember(JSON.stringify(all)).catch(() => undefined); // a full disk is no reason to show nothing
  };
}
