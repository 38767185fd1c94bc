/** Who may ask a peer: a few at once, others in turn, and nobody more where too many wait already. */
import type { Slots } from '../peer/index.ts';
import { Refusal } from './problem.ts';

/** Seconds after which one who was turned away may ask again. */
const RETRY_AFTER = 5;

export class Line {
  readonly #slots: Slots | undefined;
  readonly #longest: number;
  #length = 0;

  /** `longest`: queries, retrieves and instances to store that are under way or wait for a slot. */
  constructor(slots: Slots | undefined, longest: number) {
    this.#slots = slots;
    this.#longest = longest;
  }

  /** Runs what takes its slots by itself. @throws Refusal 503 where the line is too long. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const leave = this.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** Gives what comes over one slot. @throws Refusal 503; DicomError CANCELLED where `signal` aborts before its turn. */
  async *inTurn<T>(signal: AbortSignal, begin: () => AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    const leave = this.enter();
    try {
      const free = await this.#slots?.take(signal);
      try {
        yield* begin();
      } finally {
        free?.();
      }
    } finally {
      leave();
    }
  }

  /** Gives what takes one out of the line again. @throws Refusal 503 */
  enter(): () => void {
    if (this.#length >= this.#longest) {
      const detail = `${this.#length} requests wait for the peer already. Ask again later.`;
      throw new Refusal(503, detail, { 'Retry-After': String(RETRY_AFTER) });
    }
    this.#length++;
    let isIn = true;
    return () => {
      if (isIn) this.#length--;
      isIn = false;
    };
  }
}
