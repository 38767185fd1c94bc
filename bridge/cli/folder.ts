import { DicomError, asError } from '../../core/bytes/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import { DiskStore } from '../node/index.ts';
import { usage } from './flags.ts';

/**
 * The same store, which tells the first failure of the disk: whatever came after would fail as well, and the peer
 * could only say that we refused it.
 */
export function watchingDisk(store: InstanceStore, onFailure: (error: DicomError) => void): InstanceStore {
  const tell = (error: unknown): never => {
    if (isOfDisk(error)) onFailure(error);
    throw error;
  };
  return {
    put: async (info) => {
      const sink = await store.put(info);
      return {
        write: (bytes) => sink.write(bytes)?.catch(tell),
        commit: () => sink.commit().catch(tell),
        abort: () => sink.abort(),
      };
    },
    has: (uid) => store.has(uid),
    open: (uid) => store.open(uid),
    delete: (uid) => store.delete(uid),
    entries: () => store.entries(),
    watch: (onChange) => store.watch(onChange),
  };
}

/** Full, read-only, gone: the system's word for it is there. One unusable instance is another matter. */
function isOfDisk(error: unknown): error is DicomError {
  if (!(error instanceof DicomError)) return false;
  return (
    error.code === 'STORE_FULL' || (error.code === 'STORE_FAILED' && error.details['reason'] !== undefined)
  );
}

/** Opens a folder of instances that a flag names. @throws DicomError USAGE where it cannot be used */
export async function openFolder(folder: string, flag: string): Promise<DiskStore> {
  try {
    return await DiskStore.open(folder);
  } catch (error) {
    throw usage(`${flag}: ${asError(error).message}`);
  }
}
