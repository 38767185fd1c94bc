/** The association as a service user has it: opened once, operations as methods, released (PS3.4, PS3.7 D). */
import type { DataSetReceiver, IncomingRequest } from '../dimse/index.ts';
import type { Dialer, Target } from '../transport/index.ts';
import { commit, report, serveReport } from './commitment.ts';
import { get } from './get.ts';
import type { Getting } from './get.ts';
import { move } from './move.ts';
import { openAs, OpenAssociation } from './open-association.ts';
import type { AssociateOptions } from './open-association.ts';
import { serveStore, store } from './storage.ts';
import type { StoreOptions, StoreResponse } from './storage.ts';
import type {
  CommitmentReport,
  CommitmentRequest,
  FinalResponse,
  Handlers,
  OutgoingInstance,
  Progress,
  Responses,
  RetrieveRequest,
  RetrieveResult,
} from './types.ts';

/** Takes the instances of a C-GET. */
export type StoreHandler = NonNullable<Handlers['store']>;

/** Takes the reports of storage commitment. */
export type ReportHandler = NonNullable<Handlers['commitment']>;

/**
 * Opens an association. Rejects with ConnectionError, AssociationRejectedError, AssociationAbortedError or
 * TimeoutError, or with CONTEXT_REFUSED where the peer accepts none of the contexts (it is released then).
 */
export function associate(dialer: Dialer, target: Target, options: AssociateOptions): Promise<Association> {
  return openAs(Association, dialer, target, options);
}

/** An open association that we requested, with all operations. */
export class Association extends OpenAssociation {
  #getting: Getting | undefined;
  #onReport: ReportHandler | undefined;

  /** C-GET (PS3.7 9.1.3): instances go to `store`; iterate for progress. One at a time. */
  get(
    request: RetrieveRequest,
    options: { readonly store: StoreHandler; readonly signal?: AbortSignal },
  ): Responses<Progress, RetrieveResult> {
    this.#getting = get(this.messenger, request, options);
    return this.#getting.responses;
  }

  /** C-MOVE (PS3.7 9.1.4): the peer sends to the AE title `destination`; iterate for progress. */
  move(
    request: RetrieveRequest,
    options: { readonly destination: string; readonly signal?: AbortSignal },
  ): Responses<Progress, RetrieveResult> {
    return move(this.messenger, request, options.destination, options.signal);
  }

  /** C-STORE (PS3.7 9.1.1): resolves with the answer, whatever its status. */
  store(instance: OutgoingInstance, options: StoreOptions = {}): Promise<StoreResponse> {
    return store(this.messenger, instance, options);
  }

  /**
   * N-ACTION of Storage Commitment (PS3.4 J.3.2): resolves when the peer has taken the request. What it reports on this
   * association goes to `report`, also before this resolves, until the next call names another. Rejects with
   * StatusError on a failure status.
   */
  commit(
    request: CommitmentRequest,
    options: { readonly report: ReportHandler; readonly signal?: AbortSignal },
  ): Promise<FinalResponse> {
    this.#onReport = options.report;
    return commit(this.messenger, request, options.signal);
  }

  /** N-EVENT-REPORT of Storage Commitment, as its SCP (PS3.4 J.3.3). Rejects with StatusError on a failure status. */
  report(told: CommitmentReport, options: { readonly signal?: AbortSignal } = {}): Promise<FinalResponse> {
    return report(this.messenger, told, options.signal);
  }

  /** @internal */
  protected override serve(request: IncomingRequest): DataSetReceiver | Promise<DataSetReceiver | undefined> {
    if (request.name === 'C-STORE-RQ') {
      const requestor = this.requestor();
      return this.#getting?.receive(request, requestor) ?? serveStore(request, this.messenger, {}, requestor);
    }
    if (request.name === 'N-EVENT-REPORT-RQ' && this.#onReport) {
      return serveReport(request, this.messenger, { commitment: this.#onReport }, this.requestor());
    }
    return super.serve(request);
  }
}
