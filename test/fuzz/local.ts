/** What the user of our side brings: instances to send, patience to read, limits. */
import { DEFAULT_LIMITS } from '../../core/bytes/index.ts';
import type { Limits } from '../../core/bytes/index.ts';
import type { OutgoingInstance } from '../../core/service/index.ts';
import type { Random } from '../support/random.ts';
import type { Actor } from './actor.ts';
import { LARGE, SAMPLES } from './samples.ts';
import type { Stage } from './stage.ts';
import { Mishap } from './store.ts';

/** What the user of our side does while the conversation goes on, and how it gives up in the end. */
export interface Ours {
  readonly acts: Readonly<Record<string, (random: Random) => void>>;
  /** Wants no more; everything promised has to come now. */
  finish(random: Random): void;
  /** It may rest with an association open, for as long as the peer likes. */
  readonly rest?: boolean;
  /** What is wrong with what it got, when all is over. */
  verdict?(): string[];
  /** One more peer, where there has to be room for it. */
  room?(): Promise<Actor | undefined> | undefined;
}

/** Limits that a conversation can reach. */
export const TIGHT: Limits = {
  ...DEFAULT_LIMITS,
  dataPdu: 100_000,
  commandSet: 1000,
  identifier: 2000,
  responses: 2,
};

export function outgoing(stage: Stage, random: Random): OutgoingInstance {
  const { fair } = stage.options;
  const { info, bytes } = !fair && random.int(16) === 0 ? LARGE : random.pick(SAMPLES);
  const trouble = fair ? 9 : random.int(10);
  return {
    ...info,
    open() {
      if (trouble === 0) throw new Mishap('the file is gone');
      if (trouble > 4) return bytes;
      return (async function* pieces() {
        for (let at = 0; at < bytes.length; at += 10_000) {
          if (trouble === 1) await stage.wait(20_000);
          yield bytes.subarray(at, at + 10_000);
          if (trouble === 2) throw new Mishap('the file cannot be read to its end');
        }
      })();
    },
  };
}

/** A reader that may pause, and may leave. */
export class Reader {
  /** Values that came, of all that was read. */
  count = 0;
  /** All was read to its end, whatever that was. */
  patient = true;
  readonly #gates = new Set<() => void>();
  #paused = false;

  pause(): void {
    this.#paused = true;
  }

  goOn(): void {
    this.#paused = false;
    for (const open of this.#gates) open();
    this.#gates.clear();
  }

  async read(stage: Stage, what: string, from: AsyncIterable<unknown>, leaveAfter: number): Promise<void> {
    let count = 0;
    for await (const _ of from) {
      this.count++;
      if (++count === leaveAfter) {
        this.patient = false;
        stage.log.push(`  ${what}: the reader leaves`);
        return;
      }
      if (this.#paused) await new Promise<void>((resolve) => void this.#gates.add(resolve));
    }
  }
}

/** After how many steps the reader leaves; 0 for never. */
export function leaving(stage: Stage, random: Random): number {
  return stage.options.fair || random.int(4) > 0 ? 0 : 1 + random.int(2);
}
