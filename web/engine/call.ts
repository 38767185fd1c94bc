/** A call of the engine, from the page's end. */
import type { Task } from '../../core/peer/types.ts';
import type { Failure } from './protocol.ts';
import { EngineError } from './protocol.ts';

/** Steps arrive in batches; the result tells how it ended. Both throw EngineError. */
export type Steps<T, R> = Task<readonly T[], R>;

/** What every call can be given. */
export interface Options {
  readonly signal?: AbortSignal | undefined;
  /** Is told at the end which association of the record it was about, where it was about one. */
  noted?(association: number): void;
}

/** One call under way: a queue of batches with one reader. */
export class Call<T, R> implements Steps<T, R> {
  readonly result: Promise<R>;
  readonly options: Options | undefined;
  readonly #cancel: () => void;
  readonly #batches: (readonly T[])[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #failure: Failure | undefined;
  #resolve!: (result: R) => void;
  #reject!: (error: EngineError) => void;

  constructor(cancel: () => void, options?: Options) {
    this.#cancel = cancel;
    this.options = options;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Who only iterates learns of a failure there.
    this.result.catch(() => {});
  }

  push(steps: readonly unknown[]): void {
    this.#batches.push(steps as readonly T[]);
    this.#wake?.();
  }

  end(result: unknown, failure: Failure | undefined): void {
    this.#ended = true;
    this.#failure = failure;
    if (failure !== undefined) this.#reject(new EngineError(failure));
    else this.#resolve(result as R);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly T[], void> {
    try {
      for (;;) {
        const batch = this.#batches.shift();
        if (batch !== undefined) yield batch;
        else if (this.#ended) break;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      if (this.#failure !== undefined) throw new EngineError(this.#failure);
    } finally {
      if (!this.#ended) this.#cancel();
    }
  }
}
