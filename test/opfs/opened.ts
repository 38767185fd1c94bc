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
  readonly #channels = new Map<Channel, string>();
  #locks = new FakeLocks();
  #time = 0;
  #ids = 0;
  readonly disk: FakeDisk;

  constructor(disk: FakeDisk) {
    this.disk = disk;
  }

  /** What engines share. */
  get parts(): { locks: Locks; channel(name: string): Channel } {
    return { locks: this.#locks, channel: (name) => this.#channel(name) };
  }

  /** `limit`: bytes of an instance that are staged. */
  async open(limit?: number): Promise<OpenedStore> {
    return openStore({
      archive: await this.disk.root.folder('archive'),
      locks: this.#locks,
      channel: this.#channel('archive'),
      id: `e${++this.#ids}`,
      now: () => ++this.#time,
      ...(limit !== undefined && { stages: new Stages(limit) }),
    });
  }

  /** Every engine is gone, and with them their locks. */
  die(how?: 'killed' | 'power lost'): void {
    this.#locks = new FakeLocks();
    this.#channels.clear();
    this.disk.restart(how);
  }

  #channel(name: string): Channel {
    const channel: Channel = {
      onmessage: null,
      postMessage: (message: Message) => {
        const data = structuredClone(message);
        for (const [other, named] of this.#channels)
          if (other !== channel && named === name)
            void setImmediate().then(() => other.onmessage?.({ data }));
      },
      close: () => void this.#channels.delete(channel),
    };
    this.#channels.set(channel, name);
    return channel;
  }
}

/** Web Locks: exclusive or shared, at once or when they are free. */
class FakeLocks implements Locks {
  readonly #held = new Map<string, Set<{ shared: boolean }>>();
  readonly #waiting = new Set<() => void>();

  async request(
    name: string,
    { mode, ifAvailable }: Parameters<Locks['request']>[1],
    held: Parameters<Locks['request']>[2],
  ): Promise<unknown> {
    const holders = this.#held.get(name) ?? new Set();
    this.#held.set(name, holders);
    const shared = mode === 'shared';
    const isFree = (): boolean => (shared ? [...holders].every((one) => one.shared) : holders.size === 0);
    if (!isFree() && ifAvailable) return held(null);
    while (!isFree()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    const ours = { shared };
    holders.add(ours);
    await held(ours);
    holders.delete(ours);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return undefined;
  }
}

/** What a store holds, by UID. */
export async function contentOf({ store }: OpenedStore): Promise<Map<string, Bytes>> {
  const content = new Map<string, Bytes>();
  for (const { sopInstanceUID } of await entriesOf(store))
    content.set(sopInstanceUID, await readAll(store, sopInstanceUID));
  return content;
}
