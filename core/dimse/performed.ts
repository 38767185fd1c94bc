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

/** A signal that is made when somebody asks for it: nobody does for a C-STORE, of which there are thousands. */
class Ending {
  #controller: AbortController | undefined;
  #reason: DicomError | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: DicomError): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

export class PerformedOperations {
  readonly #open = new Map<number, Ending>();
  readonly #unanswered = new Set<Promise<void>>();

  begin(messageId: number): Performed {
    const ending = new Ending();
    const answered = deferred<void>();
    this.#open.set(messageId, ending);
    this.#unanswered.add(answered.promise);
    void answered.promise.then(() => this.#unanswered.delete(answered.promise));
    return {
      get signal() {
        return ending.signal;
      },
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
    const ending = this.#open.get(messageId);
    ending?.abort(error);
    return ending !== undefined;
  }

  /** Ends them all with the association. */
  fail(error: DicomError): void {
    for (const ending of this.#open.values()) ending.abort(error);
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
