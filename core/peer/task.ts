/** Turns a procedure that reports steps into a Task: iterable, cancellable, with a result. */
import { DicomError } from '../bytes/index.ts';
import { Inbox } from '../dimse/index.ts';
import type { Task } from './types.ts';

export interface Reporter<T> {
  /** Reports a step; a returned promise asks to wait for the reader. */
  step(value: T): void | Promise<void>;
  /** Aborts when the caller's signal does, or when the reader leaves the loop. */
  readonly signal: AbortSignal;
}

/**
 * Starts `run` at once. With `latest` an unread step is replaced by the next one, as suits progress; otherwise
 * up to `capacity` steps wait, and then `step` asks to wait; not where the result is asked for and nobody reads.
 */
export function task<T, R>(
  callerSignal: AbortSignal | undefined,
  capacity: number | 'latest',
  run: (reporter: Reporter<T>) => Promise<R>,
): Task<T, R> {
  const controller = new AbortController();
  const inbox = capacity === 'latest' ? new Inbox<T>(1, true) : new Inbox<T>(capacity);
  const cancel = (): void => {
    controller.abort();
    inbox.drop(new DicomError('CANCELLED', 'Cancelled.'));
  };
  if (callerSignal?.aborted) cancel();
  callerSignal?.addEventListener('abort', cancel, { once: true });
  const result = run({ step: (value) => inbox.push(value), signal: controller.signal });
  result
    .then(
      () => inbox.end(),
      (error: unknown) => inbox.fail(error),
    )
    .then(
      () => callerSignal?.removeEventListener('abort', cancel),
      () => undefined,
    );
  return {
    get result(): Promise<R> {
      inbox.expectNoReader();
      return result;
    },
    [Symbol.asyncIterator]: () => steps(inbox, cancel),
  };
}

/** What the inbox brings; a reader who leaves before its end cancels. */
async function* steps<T>(inbox: Inbox<T>, cancel: () => void): AsyncGenerator<T, void, undefined> {
  let handedOver = false;
  try {
    for (;;) {
      const next = await inbox.next();
      if (next.done) return;
      handedOver = true;
      yield next.value;
      handedOver = false;
    }
  } finally {
    if (handedOver) cancel(); // the reader left its loop
  }
}
