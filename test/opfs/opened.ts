/** Archives on a fake disk, with locks and channels as one browser has them. */
import { setImmediate } from 'node:timers/promises';
import type { Bytes } from '../../core/bytes/index.ts';
import type { Locks } from '../../web/engine/slots.ts';
import type { OpenedStore } from '../../web/opfs/open-store.ts';
import { openStore } from '../../web/opfs/open-store.ts';
import type { Channel, Message } from '../../web/opfs/others.ts';
import { Stages } from '../../web/opfs/stage.ts';
import { entriesOf, readAll } from '../store/instances.ts';
import type { FakeDisk } from './fake-disk.ts';

/** The engines of one browser. */
export class FakeBrowser {
  readonly #held = new Set<string>();
  readonly #channels = new Set<Channel>();
  #time = 0;
  #ids = 0;
  readonly disk: FakeDisk;

  constructor(disk: FakeDisk) {
    this.disk = disk;
  }

  /** `limit`: bytes of an instance that are staged. */
  async open(limit?: number): Promise<OpenedStore> {
    return openStore({
      archive: await this.disk.root.folder('archive'),
      locks: this.#locks,
      channel: this.#channel(),
      id: `e${++this.#ids}`,
      now: () => ++this.#time,
      ...(limit !== undefined && { stages: new Stages(limit) }),
    });
  }

  /** Every engine is gone, and with them their locks. */
  die(how?: 'killed' | 'power lost'): void {
    this.#held.clear();
    this.#channels.clear();
    this.disk.restart(how);
  }

  readonly #locks: Locks = {
    request: async (name, _options, held) => {
      if (this.#held.has(name)) return held(null);
      this.#held.add(name);
      await held({});
      this.#held.delete(name);
      return undefined;
    },
  };

  #channel(): Channel {
    const channel: Channel = {
      onmessage: null,
      postMessage: (message: Message) => {
        const data = structuredClone(message);
        for (const other of this.#channels)
          if (other !== channel) setTimeoutZero(() => other.onmessage?.({ data }));
      },
      close: () => void this.#channels.delete(channel),
    };
    this.#channels.add(channel);
    return channel;
  }
}

function setTimeoutZero(action: () => void): void {
  void setImmediate().then(action);
}

/** What a store holds, by UID. */
export async function contentOf({ store }: OpenedStore): Promise<Map<string, Bytes>> {
  const content = new Map<string, Bytes>();
  for (const { sopInstanceUID } of await entriesOf(store))
    content.set(sopInstanceUID, await readAll(store, sopInstanceUID));
  return content;
}
