/** Storage commitment: does the peer answer for what it was sent (PS3.4 J)? */
import { asError, DicomError, SYSTEM_CLOCK } from '../bytes/index.ts';
import { deferred } from '../transport/index.ts';
import {
  associate,
  DEFAULT_DEADLINES,
  NATIVE_SYNTAXES,
  serve,
  STORAGE_COMMITMENT,
} from '../service/index.ts';
import type { Association, ReferencedInstance, Server } from '../service/index.ts';
import { timeoutError } from '../ul/index.ts';
import { withAssociation } from './open.ts';
import { task } from './task.ts';
import type { Reporter } from './task.ts';
import { Transactions } from './transactions.ts';
import type { CommitOutcome, CommitResult, PeerAddress, Receiver, Task } from './types.ts';

/** How storage commitment is asked for. */
export interface CommitOptions {
  readonly signal?: AbortSignal;
  /** Where the peer may report on an association that it opens; without it only that of the request counts. */
  readonly receiver?: Receiver;
}

const CONTEXTS = [{ abstractSyntax: STORAGE_COMMITMENT, transferSyntaxes: NATIVE_SYNTAXES }];

/**
 * Asks the peer to commit instances, waits for its report as long as `deadlines.report` says, and gives the fate of each
 * instance; one that is given twice is asked for once. The result rejects where the peer took no request at all.
 */
export function commit(
  peer: PeerAddress,
  instances: readonly ReferencedInstance[],
  options: CommitOptions = {},
): Task<CommitResult, CommitOutcome> {
  return task(options.signal, instances.length + 1, async (reporter) =>
    new Commit(peer, instances, options, reporter).run(),
  );
}

class Commit {
  readonly #peer: PeerAddress;
  readonly #options: CommitOptions;
  readonly #reporter: Reporter<CommitResult>;
  readonly #transactions: Transactions;
  #error: Error | undefined;

  constructor(
    peer: PeerAddress,
    instances: readonly ReferencedInstance[],
    options: CommitOptions,
    reporter: Reporter<CommitResult>,
  ) {
    this.#peer = peer;
    this.#options = options;
    this.#reporter = reporter;
    this.#transactions = new Transactions(instances, peer.sink, (result) => void reporter.step(result));
  }

  async run(): Promise<CommitOutcome> {
    const { signal } = this.#reporter;
    const start = SYSTEM_CLOCK.now();
    const server = await this.#listen();
    try {
      await withAssociation(associate, this.#peer, CONTEXTS, signal, async (association) => {
        await this.#ask(association);
        await this.#wait(association);
      });
    } finally {
      // Who has just reported is still to read our answer, and releases then.
      await server?.close(signal.aborted ? 0 : this.#deadline('release'));
    }
    if (signal.aborted) throw new DicomError('CANCELLED', 'Asking for storage commitment was cancelled.');
    const counts = this.#transactions.close();
    return {
      ...counts,
      ...(this.#error && { error: this.#error }),
      milliseconds: SYSTEM_CLOCK.now() - start,
    };
  }

  /** Before anything is asked: the peer may report before it answers. */
  async #listen(): Promise<Server | undefined> {
    const { receiver } = this.#options;
    if (!receiver) return undefined;
    const { sink, deadlines } = this.#peer;
    const handlers = { commitment: this.#transactions.take };
    return serve(await receiver.listen(), handlers, {
      aeTitle: receiver.aeTitle,
      ...(sink && { sink }),
      ...(deadlines && { deadlines }),
    });
  }

  /** One N-ACTION a transaction; behind one that fails no other is asked for. */
  async #ask(association: Association): Promise<void> {
    const { signal } = this.#reporter;
    let taken = 0;
    try {
      for (const request of this.#transactions.requests) {
        await association.commit(request, { report: this.#transactions.take, signal });
        taken++;
      }
    } catch (error) {
      if ((taken === 0 && !this.#transactions.heard) || signal.aborted) throw error;
      this.#error = asError(error);
      this.#transactions.askedFor(taken);
    }
  }

  /** Until all is reported, or nothing more can come. */
  async #wait(association: Association): Promise<void> {
    const { signal } = this.#reporter;
    const milliseconds = this.#deadline('report');
    const over = deferred<Error | undefined>();
    const stop = SYSTEM_CLOCK.after(milliseconds, () => over.resolve(timeoutError('report', milliseconds)));
    const cancel = (): void => over.resolve(undefined);
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    if (!this.#options.receiver) {
      void association.ended.then(({ error }) => over.resolve(error ?? RELEASED_EARLY));
    }
    void this.#transactions.reported.then(() => over.resolve(undefined));
    const error = await over.promise;
    this.#error ??= error;
    stop();
    signal.removeEventListener('abort', cancel);
  }

  #deadline(phase: 'report' | 'release'): number {
    return this.#peer.deadlines?.[phase] ?? DEFAULT_DEADLINES[phase];
  }
}

const RELEASED_EARLY = new DicomError(
  'ASSOCIATION_ENDED',
  'The peer took the request for storage commitment and released the association without a report. It may report on an association of its own: listen for it.',
);
