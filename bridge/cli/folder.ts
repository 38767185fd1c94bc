import { asError } from '../../core/bytes/index.ts';
import { DiskStore } from '../node/index.ts';
import type { DiskStoreOptions } from '../node/index.ts';
import { usage } from './flags.ts';

/** Opens a folder of instances that a flag names. @throws DicomError USAGE where it cannot be used */
export async function openFolder(
  folder: string,
  flag: string,
  options: DiskStoreOptions = {},
): Promise<DiskStore> {
  try {
    return await DiskStore.open(folder, options);
  } catch (error) {
    throw usage(`${flag}: ${asError(error).message}`);
  }
}
