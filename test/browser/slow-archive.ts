/** A peer of two series that a test holds in the middle of a retrieve. */
import type { Sink, SinkEvent } from '../../core/bytes/index.ts';
import { Archive, MemoryStore, archiveHandlers } from '../../core/archive/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { instance } from '../service/world.ts';
import { keep } from '../store/instances.ts';

/** Instances of each series of the slow archive. */
export const SLICES: number = 20;

/** A peer that can be told to stop in the middle of a retrieve. */
export class SlowArchive {
  readonly store = new MemoryStore();
  /** SOP Instance UIDs in the order in which they were sent. */
  readonly sent: string[] = [];
  /** How many go out before it waits. */
  until = Infinity;
  /** Associations that were established at one time, at most. */
  most = 0;
  readonly #established = new Set<number>();
  #go: (() => void)[] = [];

  async handlers(): Promise<Handlers> {
    for (const series of [1, 2]) {
      for (let number = 1; number <= SLICES; number++) {
        const { open, ...info } = instance(1, series, number, 20_000);
        await keep(this.store, { info: { ...info, callingAETitle: 'TEST' }, dataSet: open() as never });
      }
    }
    const archive = await Archive.open(this.store);
    const usual = archiveHandlers(archive, { aeTitle: 'SLOW', destination: () => undefined });
    return {
      ...usual,
      get: async (...asked) => {
        const { instances, ...answer } = await usual.get(...asked);
        return { ...answer, instances: this.#slowly(instances) };
      },
    };
  }

  /** For `serve`. */
  readonly sink: Sink = (event) => {
    const { association, to } = event as SinkEvent & { readonly to?: string };
    if (to === undefined) return;
    if (to === 'Sta6') this.#established.add(association);
    else this.#established.delete(association);
    this.most = Math.max(this.most, this.#established.size);
  };

  get established(): number {
    return this.#established.size;
  }

  /** Instances that wait to go out. */
  get waiting(): number {
    return this.#go.length;
  }

  goOn(): void {
    this.until = Infinity;
    for (const go of this.#go.splice(0)) go();
  }

  async *#slowly<T extends { readonly sopInstanceUID: string }>(
    instances: AsyncIterable<T & { open: () => unknown }>,
  ): AsyncGenerator<T> {
    for await (const one of instances) {
      yield {
        ...one,
        open: async () => {
          if (this.sent.length >= this.until) await new Promise<void>((resolve) => this.#go.push(resolve));
          this.sent.push(one.sopInstanceUID);
          return one.open();
        },
      };
    }
  }
}
