/** For the sign-out of a portal: removes what the page keeps in this browser without opening it. See README.md. */
import { opfsFolder } from './opfs/opfs.ts';
import { channelOf, DIRECTORY, WIPED_CHANNEL } from './opfs/place.ts';
import { Roots } from './opfs/roots.ts';
import { forgetAll } from './state/kept.ts';

/**
 * Removes received files and settings of all users of this origin, those that were chosen to be kept, too. Open pages
 * cancel what they do, and begin anew.
 *
 * @throws DicomError STORE_FAILED where a page does not let go of its files.
 */
export async function wipe(): Promise<void> {
  forgetSettings();
  post(WIPED_CHANNEL, {});
  const { storage, locks } = navigator as Partial<Navigator>;
  if (typeof storage?.getDirectory !== 'function' || locks === undefined) return; // nothing was kept
  const root = await storage.getDirectory();
  const directory = await root.getDirectoryHandle(DIRECTORY).catch(() => undefined);
  if (directory === undefined) return;
  await new Roots(opfsFolder(directory), locks).wipeAll((name) => post(channelOf(name), { kind: 'wiped' }));
}

/** Browsers that block storage throw when it is only looked at. */
function forgetSettings(): void {
  try {
    forgetAll(window.localStorage);
  } catch {
    // Then nothing was kept in it.
  }
}

function post(name: string, message: object): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(message);
  channel.close();
}
