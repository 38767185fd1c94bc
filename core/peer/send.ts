/** Send: C-STORE of many instances, contexts from the instances themselves (PS3.4 B). */
import { asError, DicomError, SYSTEM_CLOCK } from '../bytes/index.ts';
import { statusOf } from '../dict/index.ts';
import { storageContexts } from '../service/index.ts';
import type { Association } from '../service/index.ts';
import { withAssociation } from './open.ts';
import { task } from './task.ts';
import type { Reporter } from './task.ts';
import type { PeerAddress, SendItem, SendOutcome, SendResult, Task } from './types.ts';

const RESULTS_WAITING = 64;

/**
 * Sends items one after the other, each in the transfer syntax it is in, and gives what became of each. An
 * item that fails does not stop the others; when the association ends, those left count as untried.
 */
export function send(
  peer: PeerAddress,
  items: readonly SendItem[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Task<SendResult, SendOutcome> {
  return task(signal, RESULTS_WAITING, async (reporter) => {
    const tally = new Tally(items.length);
    for (const group of grouped(items)) {
      if (tally.ended) break;
      const contexts = [...storageContexts(group).values()];
      await withAssociation(peer, contexts, reporter.signal, (association) =>
        sendAll(association, group, reporter, tally),
      );
    }
    return tally.outcome();
  });
}

/** Runs of items whose classes and syntaxes fit into one association's 128 contexts. */
function grouped(items: readonly SendItem[]): SendItem[][] {
  const groups: SendItem[][] = [];
  for (let rest = [...items]; rest.length > 0;) {
    const contexts = storageContexts(rest);
    const fits = ({ sopClassUID, transferSyntaxUID }: SendItem): boolean =>
      contexts.has(`${sopClassUID} ${transferSyntaxUID}`);
    groups.push(rest.filter(fits));
    rest = rest.filter((item) => !fits(item));
  }
  return groups;
}

async function sendAll(
  association: Association,
  items: readonly SendItem[],
  reporter: Reporter<SendResult>,
  tally: Tally,
): Promise<void> {
  for (const item of items) {
    if (reporter.signal.aborted) throw new DicomError('CANCELLED', 'Sending was cancelled.');
    const result = await sendOne(association, item, reporter.signal);
    tally.count(result);
    await reporter.step(result);
    if (association.end) return tally.fail(result.error ?? association.end.error);
  }
}

async function sendOne(association: Association, item: SendItem, signal: AbortSignal): Promise<SendResult> {
  const { label, sopInstanceUID } = item;
  try {
    const { status, bytes } = await association.store(item, { signal });
    return { label, sopInstanceUID, status, bytes };
  } catch (error) {
    return { label, sopInstanceUID, status: undefined, bytes: 0, error: asError(error) };
  }
}

class Tally {
  readonly #start = SYSTEM_CLOCK.now();
  readonly #total: number;
  #sent = 0;
  #warnings = 0;
  #failed = 0;
  #bytes = 0;
  #error: Error | undefined;

  constructor(total: number) {
    this.#total = total;
  }

  count({ status, bytes }: SendResult): void {
    const category = status === undefined ? 'failure' : statusOf('C-STORE', status).category;
    this.#bytes += bytes;
    if (category === 'success') this.#sent++;
    else if (category === 'warning') this.#warnings++;
    else this.#failed++;
  }

  /** The association ended: what is left stays untried. */
  fail(error: Error | undefined): void {
    this.#error = error ?? new DicomError('ASSOCIATION_ENDED', 'The peer released the association.');
  }

  get ended(): boolean {
    return this.#error !== undefined;
  }

  outcome(): SendOutcome {
    return {
      ...(this.#error && { error: this.#error }),
      sent: this.#sent,
      warnings: this.#warnings,
      failed: this.#failed,
      untried: this.#total - this.#sent - this.#warnings - this.#failed,
      bytes: this.#bytes,
      milliseconds: SYSTEM_CLOCK.now() - this.#start,
    };
  }
}
