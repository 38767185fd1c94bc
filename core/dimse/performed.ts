/** Requests of the peer that we perform (PS3.7 7.5), from their command to our final response. */
import type { Clock, DicomError } from '../bytes/index.ts';
import { deferred } from '../transport/index.ts';

/** One of them. */
export interface Performed {
  /** Aborts on C-CANCEL and when the association ends. */
  readonly signal: AbortSignal;
  /** Sends its final response; from here on the Message ID is free, and behind it the operation is over. */
  end(send: () => Promise<void>): Promise<void>;
}

export class PerformedOperations {
  readonly #open = new Map<number, AbortController>();
  readonly #unanswered = new Set<Promise<void>>();

  begin(messageId: number): Performed {
    const controller = new AbortController();
    const answered = deferred<void>();
    this.#open.set(messageId, controller);
    this.#unanswered.add(answered.promise);
    void answered.promise.then(() => this.#unanswered.delete(answered.promise));
    return {
      signal: controller.signal,
      end: async (send) => {
        this.#open.delete(messageId);
        try {
          await send();
        } finally {
          answered.resolve();
        }
      },
    };
  }

  /** Passes a C-CANCEL on; false where nothing has this Message ID. */
  cancel(messageId: number, error: DicomError): boolean {
    const controller = this.#open.get(messageId);
    controller?.abort(error);
    return controller !== undefined;
  }

  /** Ends them all with the association. */
  fail(error: DicomError): void {
    for (const controller of this.#open.values()) controller.abort(error);
    this.#open.clear();
  }

  /** Waits until what is open now has been answered, no longer than `milliseconds` or the association lasts. */
  async idle(clock: Clock, milliseconds: number, ended: Promise<unknown>): Promise<void> {
    if (this.#unanswered.size === 0) return;
    const late = deferred<void>();
    const stop = clock.after(milliseconds, late.resolve);
    await Promise.race([Promise.all(this.#unanswered), late.promise, ended]);
    stop();
  }
}
