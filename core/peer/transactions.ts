/** Transactions of storage commitment: which instances are asked for in each, and what the reports say (PS3.4 J.3.3). */
import { DicomError, StatusError, traceTo } from '../bytes/index.ts';
import type { Sink } from '../bytes/index.ts';
import { randomUID } from '../data/index.ts';
import { STATUS } from '../dict/index.ts';
import { deferred } from '../transport/index.ts';
import type {
  CommitmentRequest,
  ReferencedInstance,
  ReportHandler,
  ServiceDeviationCode,
  ServiceDeviationHappening,
} from '../service/index.ts';
import type { CommitOutcome, CommitResult } from './types.ts';

/** Instances in one request at most: some 100 kB. The standard names no limit. */
export const COMMITMENT_INSTANCES = 1000;

/** Instances that have no fate yet, by their names. */
type Open = Map<string, ReferencedInstance>;

const nameOf = ({ sopClassUID, sopInstanceUID }: ReferencedInstance): string =>
  `${sopClassUID} ${sopInstanceUID}`;

export class Transactions {
  /** What to ask for, under a new Transaction UID each. */
  readonly requests: readonly CommitmentRequest[];
  /** Resolves when each transaction has its report. */
  readonly reported: Promise<void>;
  readonly #open: Map<string, Open>;
  readonly #waited: Set<string>;
  readonly #counts = { committed: 0, failed: 0, unanswered: 0 };
  readonly #sink: Sink | undefined;
  readonly #told: (result: CommitResult) => void;
  readonly #resolve: () => void;

  /** @throws DicomError USAGE where there are no instances. */
  constructor(
    instances: readonly ReferencedInstance[],
    sink: Sink | undefined,
    told: (result: CommitResult) => void,
  ) {
    if (instances.length === 0) throw new DicomError('USAGE', 'There is no instance to commit.');
    const once = [...new Map(instances.map((instance) => [nameOf(instance), instance])).values()];
    this.requests = divided(once).map((each) => ({ transactionUID: randomUID(), instances: each }));
    this.#open = new Map(
      this.requests.map((request) => [
        request.transactionUID,
        new Map(request.instances.map((instance) => [nameOf(instance), instance])),
      ]),
    );
    this.#waited = new Set(this.#open.keys());
    const { promise, resolve } = deferred<void>();
    this.reported = promise;
    this.#resolve = resolve;
    this.#sink = sink;
    this.#told = told;
  }

  /** Whether anything has been reported. */
  get heard(): boolean {
    return this.#counts.committed + this.#counts.failed > 0;
  }

  /** Only so many requests were taken by the peer: no others are waited for. */
  askedFor(count: number): void {
    for (const { transactionUID } of this.requests.slice(count)) this.#waited.delete(transactionUID);
    this.#resolveIfDone();
  }

  /** Takes a report, whatever association it came on. @throws StatusError 0115 for one of another transaction. */
  readonly take: ReportHandler = (report, { association }) => {
    const tell = (code: ServiceDeviationCode): void =>
      traceTo(
        this.#sink,
        association,
      )?.<ServiceDeviationHappening>({
        layer: 'service',
        type: 'deviation',
        direction: 'received',
        code,
      });
    const open = this.#open.get(report.transactionUID);
    if (!open) {
      tell('REPORT_UNKNOWN');
      throw new StatusError(STATUS.invalidArgumentValue, 'This Transaction UID is not waited for.');
    }
    if (!this.#waited.delete(report.transactionUID)) return tell('REPORT_TWICE');
    const failed = new Set(report.failed.map(nameOf));
    const known = new Set(open.keys());
    for (const { failureReason, ...instance } of report.failed) {
      this.#settle(open, instance, { fate: 'failed', ...(failureReason !== undefined && { failureReason }) });
    }
    for (const instance of report.committed) this.#settle(open, instance, { fate: 'committed' });
    const said = [...report.failed, ...report.committed].map(nameOf);
    if (!said.every((name) => known.has(name))) tell('REPORT_NOT_ASKED');
    if (report.committed.some((instance) => failed.has(nameOf(instance)))) tell('REPORT_CONTRADICTS');
    return this.#resolveIfDone();
  };

  /** Ends it: what has no fate by now is not answered. */
  close(): Pick<CommitOutcome, 'committed' | 'failed' | 'unanswered'> {
    for (const open of this.#open.values()) {
      for (const instance of open.values()) this.#settle(open, instance, { fate: 'unanswered' });
    }
    return this.#counts;
  }

  /** The first word on an instance counts; on one that was not asked for there is nothing to say. */
  #settle(
    open: Open,
    { sopClassUID, sopInstanceUID }: ReferencedInstance,
    fate: Pick<CommitResult, 'fate' | 'failureReason'>,
  ): void {
    if (!open.delete(nameOf({ sopClassUID, sopInstanceUID }))) return;
    this.#counts[fate.fate]++;
    this.#told({ sopClassUID, sopInstanceUID, ...fate });
  }

  #resolveIfDone(): void {
    if (this.#waited.size === 0) this.#resolve();
  }
}

function divided(instances: readonly ReferencedInstance[]): ReferencedInstance[][] {
  const count = Math.ceil(instances.length / COMMITMENT_INSTANCES);
  return Array.from({ length: count }, (_, i) =>
    instances.slice(i * COMMITMENT_INSTANCES, (i + 1) * COMMITMENT_INSTANCES),
  );
}
