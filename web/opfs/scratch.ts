/** Files that are written to be handed to the browser, which saves them where the person wants them. */
import type { Bytes } from '../../core/bytes/index.ts';
import type { ScratchFile } from '../engine/page-store.ts';
import type { AccessFile, Folder } from './disk.ts';
import { writeAll } from './disk.ts';

/** Browsers do not say when a download has ended: so long it may take, in milliseconds. */
const KEPT_MS = 10 * 60_000;
const NAME = /^saved-\d+$/;

/** Those of one engine, in the first of its folders. */
export class Scratches {
  readonly #now: () => number;
  readonly #handedOver = new Map<string, { readonly folder: Folder; readonly time: number }>();
  readonly #open = new Set<AccessFile>();
  #last = 0;

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A new file, for ourselves until it has ended. */
  async open(folder: Folder): Promise<ScratchFile> {
    await this.tidy();
    const name = `saved-${++this.#last}`;
    const file = await folder.open(name);
    this.#open.add(file);
    let size = 0;
    return {
      write(bytes: Bytes): void {
        writeAll(file, bytes, size);
        size += bytes.length;
      },
      end: async () => {
        this.#close(file);
        this.#handedOver.set(name, { folder, time: this.#now() });
        return folder.blob(name);
      },
      drop: async () => {
        this.#close(file);
        await folder.remove(name);
      },
    };
  }

  /** Removes what was handed over long ago. */
  async tidy(): Promise<void> {
    for (const [name, { folder, time }] of this.#handedOver) {
      if (this.#now() - time < KEPT_MS) continue;
      this.#handedOver.delete(name);
      await folder.remove(name);
    }
  }

  /** Lets go of what is being written. */
  close(): void {
    for (const file of this.#open) this.#close(file);
  }

  #close(file: AccessFile): void {
    if (this.#open.delete(file)) file.close();
  }
}

/** What a former engine handed over from this folder goes; its page is gone. */
export async function removeScratches(folder: Folder): Promise<void> {
  for (const name of await folder.names()) if (NAME.test(name)) await folder.remove(name);
}
