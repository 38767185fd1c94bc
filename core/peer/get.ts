/** A retrieve that plans before it asks and tells the truth after it (PS3.4 C.4.3): promised, received, missing. */
import { asError, DicomError, StatusError, SYSTEM_CLOCK } from '../bytes/index.ts';
import { STATUS, statusOf, statusText } from '../dict/index.ts';
import { LEVELS, serve } from '../service/index.ts';
import type { Association, Model, Progress, RetrieveResult, SubOperations } from '../service/index.ts';
import { Arrivals } from './arrivals.ts';
import { inventory } from './inventory.ts';
import type { PromisedInstance } from './inventory.ts';
import { move } from './move.ts';
import { blindPlan, errandsOf, fallbackContexts, isList, planRetrieve, seriesErrands } from './plan.ts';
import type { Errand, Plan } from './plan.ts';
import { associationsFor, workOff } from './pool.ts';
import { missingOf, reportOf } from './report.ts';
import { task } from './task.ts';
import type { Reporter } from './task.ts';
import type {
  GetOptions,
  PeerAddress,
  Receiver,
  RetrieveMemory,
  RetrieveProgress,
  RetrieveReport,
  Task,
} from './types.ts';

/**
 * Asks the peer what there is, proposes what that needs, fetches it by C-GET over one association or several,
 * asks once more for what did not come, has it moved to our receiver if there is one, and compares. Steps tell
 * progress, unread ones replaced by newer. A store that is full ends it; the report's `error` says so.
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
  /** Ends everything under way: the caller cancelled, or our store failed. */
  readonly #stop = new AbortController();
  readonly #memory: RetrieveMemory;
  #promised: readonly PromisedInstance[] | undefined;
  #error: Error | undefined;
  /** What the peer told last. */
  #last: SubOperations | undefined;
  #movedBecause: string | undefined;
  /** What the peer does with lists of UIDs; undefined until one was asked for. */
  #takesLists: boolean | undefined;
  /** Series that were asked for whole, because the peer takes no lists. */
  readonly #series = new Set<string>();

  constructor(peer: PeerAddress, options: GetOptions, reporter: Reporter<RetrieveProgress>) {
    this.#peer = peer;
    this.#options = options;
    this.#reporter = reporter;
    this.#memory = options.moveOnly ? { movesBecause: '' } : (options.memory ?? {});
    this.#arrivals = new Arrivals(options.store, () => this.#tell());
    const { signal } = reporter;
    if (signal.aborted) this.#stop.abort();
    signal.addEventListener('abort', () => this.#stop.abort(), { once: true });
  }

  async run(): Promise<RetrieveReport> {
    const start = SYSTEM_CLOCK.now();
    if (this.#options.moveOnly && !this.#options.receiver) {
      throw new DicomError('USAGE', 'The peer can move to a receiver only; give one.');
    }
    this.#promised = await this.#ask();
    const remembered = this.#options.receiver && this.#memory.movesBecause;
    if (remembered === undefined) await this.#getAll();
    const reason = remembered ?? this.#reasonToMove();
    if (reason !== undefined) await this.#move(reason, remembered !== undefined);
    if (this.#reporter.signal.aborted) throw new DicomError('CANCELLED', 'The retrieve was cancelled.');
    const { failure, received } = this.#arrivals;
    if (failure) this.#error = failure;
    else if (this.#error && received === 0) throw this.#error;
    return this.#report(SYSTEM_CLOCK.now() - start);
  }

  /** What the peer promises; undefined where it does not answer queries. */
  async #ask(): Promise<readonly PromisedInstance[] | undefined> {
    const { request, store, missingOnly = false } = this.#options;
    if (!LEVELS[request.model].includes('IMAGE')) return unlisted(request.model, missingOnly);
    try {
      const all = await inventory(this.#peer, request, this.#stop.signal);
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

  async #getAll(): Promise<void> {
    const plans = this.#plans();
    for (const plan of plans) await this.#perform(plan, plans.length === 1);
    if (this.#worthAskingAgain()) await this.#perform(this.#secondPlan(), false);
  }

  /** How many associations will work at once. */
  get #shares(): number {
    return associationsFor(this.#peer, this.#promised?.length ?? 1);
  }

  /** Whether instances are named one by one, and not what they belong to. */
  get #listed(): boolean {
    return this.#options.missingOnly === true || this.#shares > 1;
  }

  #plans(): Plan[] {
    const { request, missingOnly = false } = this.#options;
    if (this.#promised === undefined) return [blindPlan(request)];
    // A peer may hold what its query does not list: without a promise the request goes out as it is.
    if (this.#promised.length === 0) return missingOnly ? [] : [blindPlan(request)];
    return planRetrieve(request, this.#promised, this.#listed ? this.#shares : 0);
  }

  /** Runs the errands of a plan over several associations. `whole`: it holds all that is wanted of each series. */
  async #perform(plan: Plan, whole: boolean): Promise<void> {
    const queue = [...plan.errands];
    const instances = queue.flatMap(({ expected }) => expected).length;
    const error = await workOff(this.#peer, {
      contexts: plan.contexts,
      signal: this.#stop.signal,
      associations: associationsFor(this.#peer, instances),
      queue,
      opened: (association) => this.#note(association),
      work: async (association, errand, signal) => {
        const result = await this.#fetch(association, errand, signal);
        if (this.#refusesList(errand, result)) this.#divideAnew(errand, queue, whole);
      },
    });
    this.#error ??= error;
  }

  #note(association: Association): void {
    for (const { abstractSyntax } of association.refused) this.#refused.add(abstractSyntax);
    for (const { abstractSyntax } of association.contexts.values()) this.#refused.delete(abstractSyntax);
  }

  async #fetch(association: Association, { request }: Errand, signal: AbortSignal): Promise<RetrieveResult> {
    const responses = association.get(request, { store: this.#arrivals.handler, signal });
    let last: Progress | undefined;
    try {
      for await (const progress of responses) this.#tell((last = progress));
    } catch (error) {
      if (this.#arrivals.failure) {
        this.#results.push({ ...NO_RESPONSE, ...last, status: STATUS.cancel });
        this.#stop.abort();
      }
      // A failure status still tells counts; anything else means that there is no final response.
      if (!(error instanceof StatusError)) throw error;
    }
    const result = await responses.result;
    this.#results.push(result);
    return result;
  }

  /** Peers that take no lists of UIDs say so by a status, or find nothing; what fails otherwise is counted. */
  #refusesList({ expected, ...errand }: Errand, { status, failed }: RetrieveResult): boolean {
    if (this.#takesLists || !isList({ expected, ...errand }) || isServiceRefusal(status)) return false;
    this.#takesLists = expected.some((uid) => this.#arrivals.has(uid)) || (failed ?? 0) > 0;
    return !this.#takesLists;
  }

  /** Asks for what is left by series where all of a series is wanted, else instance by instance. */
  #divideAnew(refused: Errand, queue: Errand[], whole: boolean): void {
    const { request, missingOnly = false } = this.#options;
    const left = new Set([refused, ...queue.filter(isList)].flatMap(({ expected }) => expected));
    const instances = this.#promised!.filter(({ sopInstanceUID }) => left.has(sopInstanceUID)); // or no list
    const kept = queue.filter((errand) => !isList(errand));
    if (whole && !missingOnly && request.level !== 'IMAGE') {
      for (const [uid, errand] of seriesErrands(request.model, instances)) {
        if (!this.#series.has(uid)) kept.push(errand);
        this.#series.add(uid);
      }
    } else kept.push(...errandsOf(request.model, instances, 1));
    queue.splice(0, queue.length, ...kept);
  }

  /** Once more only where another way of asking may bring what is missing. */
  #worthAskingAgain(): boolean {
    if (this.#error || this.#stop.signal.aborted || this.#arrivals.refusedByUs) return false;
    if (this.#serviceRefusal() !== undefined) return false;
    return this.#promised !== undefined && this.#promised.length > 0 && this.#missing().length > 0;
  }

  /** Every class that may be meant, and each instance by itself: some peers take no lists, some tell no classes. */
  #secondPlan(): Plan {
    const missing = this.#missing();
    const { model } = this.#options.request;
    const single = this.#listed || this.#takesLists === false;
    return {
      contexts: fallbackContexts(model, missing),
      errands: errandsOf(model, missing, single ? 1 : undefined),
    };
  }

  /** Why the peer should send what C-GET did not bring; undefined where it should not, or cannot. */
  #reasonToMove(): string | undefined {
    if (!this.#options.receiver || this.#stop.signal.aborted || this.#arrivals.refusedByUs) return undefined;
    const missing = this.#missing().length;
    if (this.#promised?.length ? missing === 0 : this.#arrivals.received > 0) return undefined;
    if (this.#error) return REACHED.has((this.#error as DicomError).code) ? this.#error.message : undefined;
    const refusal = this.#serviceRefusal();
    if (refusal !== undefined) return refusal;
    return missing > 0 ? `C-GET left ${missing} of ${this.#promised!.length} instances out.` : undefined;
  }

  /** What the peer says, where it does not do C-GET at all. */
  #serviceRefusal(): string | undefined {
    if ((this.#error as DicomError | undefined)?.code === 'CONTEXT_REFUSED') return this.#error?.message;
    const [first] = this.#results;
    if (first === undefined || !this.#results.every(({ status }) => isServiceRefusal(status)))
      return undefined;
    return `The peer refuses C-GET with ${statusText(first.status)}, ${statusOf('C-GET', first.status).name}.`;
  }

  /** Has the peer send to our receiver (PS3.4 C.4.2), and waits for what was promised a little beyond its answer. */
  async #move(reason: string, remembered: boolean): Promise<void> {
    this.#movedBecause = reason;
    const refused = remembered || this.#serviceRefusal() !== undefined;
    const before = this.#arrivals.received;
    try {
      await this.#moveTo(this.#options.receiver!); // there is one, or there would be no reason
      this.#error = undefined;
    } catch (error) {
      this.#error = asError(error); // `movedBecause` tells what was wrong with C-GET
    }
    const brought = this.#arrivals.received > before;
    if (this.#error || (!brought && this.#missing().length > 0)) this.#memory.movesBecause = undefined;
    else if (brought && refused) this.#memory.movesBecause = reason;
  }

  async #moveTo(receiver: Receiver): Promise<void> {
    const listener = await receiver.listen();
    const { aeTitle } = receiver;
    const { sink, deadlines } = this.#peer;
    const onError = (): void => {
      if (this.#arrivals.failure) this.#stop.abort();
    };
    const server = serve(
      listener,
      { store: this.#arrivals.handler, onError },
      { aeTitle, ...(sink && { sink }), ...(deadlines && { deadlines }) },
    );
    try {
      for (const { request } of this.#errandsToMove()) {
        const moved = move(this.#peer, request, aeTitle, { signal: this.#stop.signal });
        this.#results.push(await moved.result);
      }
      await this.#arrivals.quiet(() => this.#missing().length === 0);
    } finally {
      await server.close();
    }
  }

  /** The request as it is where all of it is missing, else lists, or single instances where those are refused. */
  #errandsToMove(): Pick<Errand, 'request'>[] {
    const { request, missingOnly = false } = this.#options;
    const missing = this.#missing();
    if (!missingOnly && missing.length === (this.#promised?.length ?? 0)) return [{ request }];
    return errandsOf(request.model, missing, this.#takesLists === false ? 1 : undefined);
  }

  #missing(): PromisedInstance[] {
    return missingOf({ promised: this.#promised, arrivals: this.#arrivals });
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
    const facts = {
      results: this.#results,
      arrivals: this.#arrivals,
      promised: this.#promised,
      refused: this.#refused,
      missingOnly: this.#options.missingOnly === true,
      movedBecause: this.#movedBecause,
      error: this.#error,
    };
    return reportOf(facts, milliseconds);
  }
}

/** Patient/Study Only ends at studies: no query of it tells of instances, so none are promised. */
function unlisted(model: Model, missingOnly: boolean): undefined {
  if (!missingOnly) return undefined;
  throw new DicomError('USAGE', `What is missing cannot be asked for in the ${model} model; take another.`);
}

/** Errors after which the peer is there, and may do by C-MOVE what it does not do by C-GET. */
const REACHED: ReadonlySet<string> = new Set(['CONTEXT_REFUSED', 'ASSOCIATION_ABORTED', 'STATUS_FAILURE']);

/** Not this request, but the service is refused. */
function isServiceRefusal(status: number): boolean {
  return status === STATUS.sopClassNotSupported || status === STATUS.unrecognizedOperation;
}

/** A C-GET that we ended before its final response. */
const NO_RESPONSE: Omit<RetrieveResult, 'status'> = {
  comment: undefined,
  remaining: undefined,
  completed: undefined,
  failed: undefined,
  warning: undefined,
  failedSOPInstanceUIDs: [],
};
