/** A retrieve that plans before it asks and tells the truth after it (PS3.4 C.4.3): promised, received, missing. */
import { asError, DicomError, StatusError, SYSTEM_CLOCK } from '../bytes/index.ts';
import { statusOf } from '../dict/index.ts';
import { LEVELS, serve } from '../service/index.ts';
import type { Association, Model, RetrieveResult, SubOperations } from '../service/index.ts';
import { Arrivals } from './arrivals.ts';
import { inventory } from './inventory.ts';
import type { PromisedInstance } from './inventory.ts';
import { move } from './move.ts';
import { blindPlan, errandsOf, fallbackContexts, planRetrieve } from './plan.ts';
import type { Errand, Plan } from './plan.ts';
import { workOff } from './pool.ts';
import { task } from './task.ts';
import type { Reporter } from './task.ts';
import type {
  GetOptions,
  PeerAddress,
  Receiver,
  RetrieveProgress,
  RetrieveReport,
  Task,
  Verdict,
} from './types.ts';

/**
 * Asks the peer what there is, proposes what that needs, fetches it by C-GET over one association or several,
 * asks once more for what did not come, has it moved to our receiver if there is one, and compares. Steps tell
 * progress, unread ones replaced by newer.
 */
export function get(peer: PeerAddress, options: GetOptions): Task<RetrieveProgress, RetrieveReport> {
  return task(options.signal, 'latest', (reporter) => new Retrieve(peer, options, reporter).run());
}

class Retrieve {
  readonly #peer: PeerAddress;
  readonly #options: GetOptions;
  readonly #reporter: Reporter<RetrieveProgress>;
  readonly #arrivals: Arrivals;
  readonly #results: RetrieveResult[] = [];
  readonly #refused = new Set<string>();
  #promised: readonly PromisedInstance[] | undefined;
  #error: Error | undefined;
  /** What the peer told last. */
  #last: SubOperations | undefined;
  #movedBecause: string | undefined;

  constructor(peer: PeerAddress, options: GetOptions, reporter: Reporter<RetrieveProgress>) {
    this.#peer = peer;
    this.#options = options;
    this.#reporter = reporter;
    this.#arrivals = new Arrivals(options.store, () => this.#tell());
  }

  async run(): Promise<RetrieveReport> {
    const start = SYSTEM_CLOCK.now();
    this.#promised = await this.#ask();
    for (const plan of this.#plans()) await this.#perform(plan);
    if (this.#worthAskingAgain()) await this.#perform(this.#secondPlan());
    const reason = this.#reasonToMove();
    if (reason !== undefined) await this.#move(reason);
    if (this.#reporter.signal.aborted) throw new DicomError('CANCELLED', 'The retrieve was cancelled.');
    if (this.#error && this.#arrivals.received === 0) throw this.#error;
    return this.#report(SYSTEM_CLOCK.now() - start);
  }

  /** What the peer promises; undefined where it does not answer queries. */
  async #ask(): Promise<readonly PromisedInstance[] | undefined> {
    const { request, store, missingOnly = false } = this.#options;
    if (!LEVELS[request.model].includes('IMAGE')) return unlisted(request.model, missingOnly);
    try {
      const all = await inventory(this.#peer, request, this.#reporter.signal);
      if (!missingOnly) return all;
      const here = await Promise.all(all.map(({ sopInstanceUID }) => store.has(sopInstanceUID)));
      return all.filter((_, i) => !here[i]);
    } catch (error) {
      const queriesFail =
        error instanceof StatusError || (error instanceof DicomError && error.code === 'CONTEXT_REFUSED');
      if (!queriesFail || missingOnly) throw error;
      return undefined;
    }
  }

  #plans(): Plan[] {
    const { request, associations = 1, missingOnly = false } = this.#options;
    if (this.#promised === undefined) return [blindPlan(request)];
    // A peer may hold what its query does not list: without a promise the request goes out as it is.
    if (this.#promised.length === 0) return missingOnly ? [] : [blindPlan(request)];
    return planRetrieve(request, this.#promised, missingOnly || associations > 1 ? associations : 0);
  }

  /** Runs the errands of a plan over as many associations as are allowed. */
  async #perform(plan: Plan): Promise<void> {
    const error = await workOff(this.#peer, {
      contexts: plan.contexts,
      signal: this.#reporter.signal,
      associations: this.#options.associations ?? 1,
      queue: [...plan.errands],
      opened: (association) => this.#note(association),
      work: (association, errand, signal) => this.#fetch(association, errand, signal),
    });
    this.#error ??= error;
  }

  #note(association: Association): void {
    for (const { abstractSyntax } of association.refused) this.#refused.add(abstractSyntax);
    for (const { abstractSyntax } of association.contexts.values()) this.#refused.delete(abstractSyntax);
  }

  async #fetch(association: Association, { request }: Errand, signal: AbortSignal): Promise<void> {
    const responses = association.get(request, { store: this.#arrivals.handler, signal });
    try {
      for await (const progress of responses) this.#tell(progress);
    } catch (error) {
      // A failure status still tells counts; anything else means that there is no final response.
      if (!(error instanceof StatusError)) throw error;
    }
    this.#results.push(await responses.result);
  }

  /** Once more only where another way of asking may bring what is missing. */
  #worthAskingAgain(): boolean {
    if (this.#error || this.#reporter.signal.aborted || this.#arrivals.refusedByUs) return false;
    return this.#promised !== undefined && this.#promised.length > 0 && this.#missing().length > 0;
  }

  /** Every class that may be meant, and each instance by itself: some peers take no lists, some tell no classes. */
  #secondPlan(): Plan {
    const missing = this.#missing();
    const { request, associations = 1, missingOnly = false } = this.#options;
    const listed = associations > 1 || missingOnly;
    return {
      contexts: fallbackContexts(request.model, missing),
      errands: errandsOf(request.model, missing, listed ? 1 : undefined),
    };
  }

  /** Why the peer should send what C-GET did not bring; undefined where it should not, or cannot. */
  #reasonToMove(): string | undefined {
    if (!this.#options.receiver || this.#reporter.signal.aborted || this.#arrivals.refusedByUs)
      return undefined;
    const missing = this.#missing().length;
    if (this.#promised?.length ? missing === 0 : this.#arrivals.received > 0) return undefined;
    if (this.#error) return REACHED.has((this.#error as DicomError).code) ? this.#error.message : undefined;
    return missing > 0 ? `C-GET left ${missing} of ${this.#promised!.length} instances out.` : undefined;
  }

  /** Has the peer send to our receiver (PS3.4 C.4.2), and waits for what was promised a little beyond its answer. */
  async #move(reason: string): Promise<void> {
    this.#movedBecause = reason;
    try {
      await this.#moveTo(this.#options.receiver!); // there is one, or there would be no reason
      this.#error = undefined;
    } catch (error) {
      this.#error = asError(error); // `movedBecause` tells what was wrong with C-GET
    }
  }

  async #moveTo(receiver: Receiver): Promise<void> {
    const { request } = this.#options;
    const { aeTitle } = receiver;
    const { sink, deadlines } = this.#peer;
    const errands = this.#promised?.length
      ? errandsOf(request.model, this.#missing())
      : [{ request, expected: [] }];
    const handlers = { store: this.#arrivals.handler };
    const server = serve(await receiver.listen(), handlers, {
      aeTitle,
      ...(sink && { sink }),
      ...(deadlines && { deadlines }),
    });
    try {
      for (const errand of errands) {
        this.#results.push(
          await move(this.#peer, errand.request, aeTitle, { signal: this.#reporter.signal }).result,
        );
      }
      await this.#arrivals.quiet(() => this.#missing().length === 0);
    } finally {
      await server.close();
    }
  }

  #missing(): PromisedInstance[] {
    return (this.#promised ?? []).filter(({ sopInstanceUID }) => !this.#arrivals.has(sopInstanceUID));
  }

  #tell(progress = this.#last): void {
    this.#last = progress;
    const { received, bytes } = this.#arrivals;
    const promised = this.#promised?.length;
    void this.#reporter.step({
      remaining: promised ? Math.max(0, promised - received) : progress?.remaining,
      completed: received,
      failed: progress?.failed,
      warning: progress?.warning,
      received,
      bytes,
    });
  }

  #report(milliseconds: number): RetrieveReport {
    const missing = this.#missing();
    const worst = worstOf(this.#results);
    const { received, bytes, duplicates } = this.#arrivals;
    const wanted = new Set(this.#promised?.map(({ sopInstanceUID }) => sopInstanceUID));
    return {
      ...worst,
      ...this.#counters(),
      ...(wanted.size > 0 && { failed: missing.length }),
      failedSOPInstanceUIDs: [...new Set(this.#results.flatMap((result) => result.failedSOPInstanceUIDs))],
      verdict: this.#verdict(worst.status, missing.length),
      promised: this.#promised?.length,
      received,
      bytes,
      milliseconds,
      missing: missing.map(({ sopInstanceUID }) => sopInstanceUID),
      duplicates,
      unexpected: wanted.size === 0 ? 0 : this.#arrivals.outside(wanted),
      refusedSOPClassUIDs: [...new Set(missing.map(({ sopClassUID }) => sopClassUID))].filter((uid) =>
        this.#refused.has(uid),
      ),
      ...(this.#movedBecause && { movedBecause: this.#movedBecause }),
      ...(this.#error && { error: this.#error }),
    };
  }

  /** Added up over the final responses; undefined where none of them told. */
  #counters(): Pick<RetrieveResult, 'remaining' | 'completed' | 'failed' | 'warning'> {
    const sum = (key: 'completed' | 'failed' | 'warning'): number | undefined => {
      const told = this.#results.flatMap((result) => result[key] ?? []);
      return told.length === 0 ? undefined : told.reduce((a, b) => a + b, 0);
    };
    return {
      remaining: undefined,
      completed: sum('completed'),
      failed: sum('failed'),
      warning: sum('warning'),
    };
  }

  #verdict(status: number, missing: number): Verdict {
    const { received } = this.#arrivals;
    const { missingOnly = false } = this.#options;
    const failed = this.#counters().failed ?? 0;
    if (this.#promised?.length) {
      if (missing === 0) return 'complete';
      return received > 0 ? 'partial' : 'failed';
    }
    if (missingOnly) return 'complete';
    const success = statusOf('C-GET', status).category === 'success' && failed === 0 && !this.#error;
    if (received > 0) return success ? 'complete' : 'partial';
    return success ? 'nothing matched' : 'failed';
  }
}

/** Patient/Study Only ends at studies: no query of it tells of instances, so none are promised. */
function unlisted(model: Model, missingOnly: boolean): undefined {
  if (!missingOnly) return undefined;
  throw new DicomError('USAGE', `What is missing cannot be asked for in the ${model} model; take another.`);
}

/** Errors after which the peer is there, and may do by C-MOVE what it does not do by C-GET. */
const REACHED: ReadonlySet<string> = new Set(['CONTEXT_REFUSED', 'ASSOCIATION_ABORTED', 'STATUS_FAILURE']);

/** The final response that says the worst. Nothing was asked of the peer: success. */
function worstOf(results: readonly RetrieveResult[]): RetrieveResult {
  const order = ['failure', 'cancel', 'warning', 'pending', 'success'];
  const rank = ({ status }: RetrieveResult): number => order.indexOf(statusOf('C-GET', status).category);
  return results.toSorted((a, b) => rank(a) - rank(b))[0] ?? NOTHING_ASKED;
}

const NOTHING_ASKED: RetrieveResult = {
  status: 0x0000,
  comment: undefined,
  remaining: undefined,
  completed: 0,
  failed: 0,
  warning: 0,
  failedSOPInstanceUIDs: [],
};
