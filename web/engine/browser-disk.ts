/** The disk that this browser gives a page (OPFS); undefined where it withholds it or what is needed to share it between tabs. */
import { wholeDictionary } from '../dictionary.ts';
import { DIRECTORY } from '../opfs/place.ts';
import type { Disk } from './page-store.ts';

export function browserDisk(): Disk | undefined {
  const { storage, locks } = navigator as Partial<Pick<Navigator, 'storage' | 'locks'>>;
  if (typeof storage?.getDirectory !== 'function' || locks === undefined) return undefined;
  const directory = async (create: boolean): Promise<FileSystemDirectoryHandle> =>
    (await storage.getDirectory()).getDirectoryHandle(DIRECTORY, { create });
  return {
    isInUse: () =>
      directory(false).then(
        () => true,
        () => false,
      ),
    open: async (identity) => {
      // The heads of instances are read there, in Implicit VR, too.
      const [{ openOpfs }] = await Promise.all([import('../opfs/index.ts'), wholeDictionary()]);
      return openOpfs(identity, await directory(true), locks);
    },
    estimate: () => storage.estimate(),
  };
}
