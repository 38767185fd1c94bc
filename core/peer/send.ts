/** Send: C-STORE of many instances, contexts from the instances themselves (PS3.4 B). */
import { asError, DicomError, SYSTEM_CLOCK } from '../bytes/index.ts';
import { statusOf } from '../dict/index.ts';
import { storageContexts } from '../service/index.ts';
import type { Association, OutgoingInstance } from '../service/index.ts';
import { ReadAhead } from '../service/read-ahead.ts';
import { associationsFor, workOff } from './pool.ts';
import { task } from './task.ts';
import type { PeerAddress, SendItem, SendOutcome, SendResult, Task } from './types.ts';

const RESULTS_WAITING = 64;

/** How items are sent. */
export interface SendOptions {
  readonly signal?: AbortSignal;
}

/**
 * Servers have been seen to lose or to double what several associations store at once (dcmqrscp 3.6.7, PixelMed
 * 20220618): whoever knows his peer says more.
 */
const SENDING = 1;

/**
 * Sends items, each in its transfer syntax, or in the first other one of its own that the peer takes, over as many associations as the peer's address allows and
 * pay, and gives what became of each as it is answered. An item that fails does not stop the others; when the last
 * association has ended early, those left count as untried.
 */
export function send(
  peer: PeerAddress,
  items: readonly SendItem[],
  { signal }: SendOptions = {},
): Task<SendResult, SendOutcome> {
  return task(signal, RESULTS_WAITING, async (reporter) => {
    const tally = new Tally(items.length);
    for (const queue of grouped(items)) {
      const ahead = new ReadAhead();
      const contexts = [...storageContexts(queue.flatMap(waysOf)).values()];
      const tell = async (result: SendResult): Promise<void> => {
        tally.count(result);
        await reporter.step(result);
      };
      const error = await workOff(peer, {
        contexts,
        signal: reporter.signal,
        associations: associationsFor(peer, queue.length, SENDING),
        queue,
        work: (association, item, one) => sendOne(association, item, { signal: one, queue, ahead, tell }),
        failed: (item, thrown) => tell(unanswered(item, thrown)),
      });
      ahead.end();
      if (reporter.signal.aborted) throw new DicomError('CANCELLED', 'Sending was cancelled.');
      if (error && tally.counted === 0) throw error;
      if (queue.length > 0) return tally.outcome(error);
    }
    return tally.outcome();
  });
}

/** An item in each of its transfer syntaxes, the preferred first. */
function waysOf(item: SendItem): readonly OutgoingInstance[] {
  return item.otherwise === undefined
    ? [item]
    : [item, ...item.otherwise.map((way) => ({ ...item, ...way }))];
}

/** Runs of items whose classes and syntaxes fit into one association's 128 contexts. */
function grouped(items: readonly SendItem[]): SendItem[][] {
  const groups: SendItem[][] = [];
  for (let rest = [...items]; rest.length > 0;) {
    const contexts = storageContexts(rest.flatMap(waysOf));
    const fits = (item: SendItem): boolean =>
      waysOf(item).every(({ sopClassUID, transferSyntaxUID }) =>
        contexts.has(`${sopClassUID} ${transferSyntaxUID}`),
      );
    groups.push(rest.filter(fits));
    rest = rest.filter((item) => !fits(item));
  }
  return groups;
}

/** What the sending of one item has to do with the others. */
interface Sending {
  readonly signal: AbortSignal;
  /** Those behind it. */
  readonly queue: readonly SendItem[];
  readonly ahead: ReadAhead;
  tell(result: SendResult): Promise<void>;
}

/** Throws what ended the association in the middle of it. */
async function sendOne(
  association: Association,
  item: SendItem,
  { signal, queue, ahead, tell }: Sending,
): Promise<void> {
  const { label, sopInstanceUID } = item;
  let result: SendResult;
  try {
    const way = wayOf(association, item);
    const instance = { ...way, open: () => ahead.take(item, way) };
    // Each association begins one when it has sent one, and takes the first: so many are begun at the head of the queue.
    const sent = (): void => beginNext(association, queue[ahead.size], ahead);
    const answer = await association.store(instance, { signal, sent });
    result = { label, sopInstanceUID, transferSyntaxUID: way.transferSyntaxUID, ...answer };
  } catch (error) {
    if (association.end) throw error;
    result = unanswered(item, asError(error));
  }
  await tell(result);
}

function beginNext(association: Association, next: SendItem | undefined, ahead: ReadAhead): void {
  if (next !== undefined) ahead.begin(next, wayOf(association, next));
}

/** The first way that the peer takes. */
function wayOf(association: Association, item: SendItem): OutgoingInstance {
  return waysOf(item).find((way) => takes(association, way)) ?? item;
}

function takes({ contexts }: Association, { sopClassUID, transferSyntaxUID }: OutgoingInstance): boolean {
  for (const { abstractSyntax, transferSyntax } of contexts.values())
    if (abstractSyntax === sopClassUID && transferSyntax === transferSyntaxUID) return true;
  return false;
}

function unanswered({ label, sopInstanceUID }: SendItem, error: Error): SendResult {
  return { label, sopInstanceUID, status: undefined, bytes: 0, error };
}

class Tally {
  readonly #start = SYSTEM_CLOCK.now();
  readonly #total: number;
  #sent = 0;
  #warnings = 0;
  #failed = 0;
  #bytes = 0;

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

  /** Items of which something became. */
  get counted(): number {
    return this.#sent + this.#warnings + this.#failed;
  }

  outcome(error?: Error): SendOutcome {
    return {
      ...(error && { error }),
      sent: this.#sent,
      warnings: this.#warnings,
      failed: this.#failed,
      untried: this.#total - this.counted,
      bytes: this.#bytes,
      milliseconds: SYSTEM_CLOCK.now() - this.#start,
    };
  }
}
