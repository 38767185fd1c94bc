/** The archive in the room that the browser gives a page on the disk, for workers of one's own. */
import { DicomError } from '../../core/bytes/index.ts';
import type { DiskArchive } from '../engine/page-store.ts';
import { browserDisk } from '../engine/browser-disk.ts';
import type { Identity } from '../opfs/roots.ts';

/**
 * Opens the archive of a user, and recovers what engines before left in it; other tabs that open the same one share it.
 * Only a dedicated worker can: browsers give what writes at once to nothing else. The engine of `startEngine` has it open
 * by itself.
 *
 * @throws DicomError STORE_FAILED where the browser gives no disk: over plain http, and in some private windows.
 */
export async function openArchive(identity: Identity): Promise<DiskArchive> {
  const disk = browserDisk();
  if (disk !== undefined) return disk.open(identity);
  throw new DicomError(
    'STORE_FAILED',
    'This browser gives no disk to this page; serve it over https, and not in a private window.',
  );
}
