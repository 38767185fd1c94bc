/** What an SCP needs of the associations that it opens itself: to send instances, and to report. */
import type { AssociationEnd, ContextProposal } from '../ul/index.ts';
import type { StoreOptions, StoreResponse } from './storage.ts';
import type {
  CommitmentReport,
  FinalResponse,
  MoveDestination,
  OutgoingInstance,
  Requestor,
} from './types.ts';

export interface SubAssociation {
  readonly end: AssociationEnd | undefined;
  store(instance: OutgoingInstance, options: StoreOptions): Promise<StoreResponse>;
  report(report: CommitmentReport): Promise<FinalResponse>;
  release(): Promise<void>;
}

/** Opens one for a request of this requestor, in the name that it called. */
export type OpenSubAssociation = (
  destination: MoveDestination,
  contexts: readonly ContextProposal[],
  requestor: Requestor,
) => Promise<SubAssociation>;
