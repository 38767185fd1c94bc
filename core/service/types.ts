/** The vocabulary of the service classes (PS3.4): what an SCU asks and what an SCP is asked. */
import type { Bytes } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import type { InstanceInfo, InstanceSink } from '../file/store.ts';
import type { AnsweredContext, ProposedContext, RoleSelection } from '../pdu/index.ts';

/** Query/Retrieve Information Models: Patient Root, Study Root, and Patient/Study Only, which is retired (PS3.4 C.3). */
export type Model = 'PATIENT' | 'STUDY' | 'PATIENT/STUDY ONLY';

/** Query/Retrieve Level (0008,0052) (PS3.4 C.6). */
export type Level = 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';

/**
 * What a query or retrieve may be beyond the baseline, where both sides agree on it when they associate (PS3.4 C.5).
 * Retrieves know the first only.
 */
export interface ExtendedBehavior {
  /** Keys of any level; the unique keys of the levels above are not required (PS3.4 C.4.1.2.2, C.4.2.2.2, C.4.3.2.2). */
  readonly relational?: boolean;
  /** A range of dates with a range of times is one range of moments (PS3.4 C.2.2.2.5). */
  readonly combinedDateTime?: boolean;
  /** Person names match by what the SCP takes for alike (PS3.4 C.2.2.2.1). */
  readonly fuzzy?: boolean;
  /** Dates and times are those of Timezone Offset From UTC (0008,0201) in the identifier. */
  readonly timezone?: boolean;
}

/** How the texts of a query are written, and those of its answers read (PS3.5 6.1). */
export interface TextOptions {
  /**
   * Terms as in (0008,0005), `\\` between several: in this set values are written where it holds them (else in
   * ISO_IR 192), and answers that name no set are read.
   */
  readonly characterSet?: string;
  /**
   * Whether a request whose values are all ASCII carries (0008,0005) empty, true by default: some servers name no set
   * in their answers otherwise.
   */
  readonly emptyCharacterSet?: boolean;
}

/** How a query is asked on an association. */
export interface FindOptions extends TextOptions {
  readonly signal?: AbortSignal;
}

/** C-FIND: matching and return keys; an empty attribute is a return key (PS3.4 C.2.2.2.3). */
export interface Query {
  readonly model: Model;
  readonly level: Level;
  /** Without (0008,0052): `level` writes it. */
  readonly keys: DataSet;
  /** As SCP: what was agreed on. An SCU asks for it when it associates. */
  readonly extended?: ExtendedBehavior;
}

/** C-GET and C-MOVE: `keys` holds unique keys only (PS3.4 C.4.2.2.1, C.4.3.2.1). */
export interface RetrieveRequest {
  readonly model: Model;
  readonly level: Level;
  readonly keys: DataSet;
  /** As in a query. */
  readonly extended?: ExtendedBehavior;
}

/** Sub-operations (PS3.7 9.1.3.1, 9.1.4.1). Undefined where the peer did not tell, which many do not. */
export interface SubOperations {
  readonly remaining: number | undefined;
  readonly completed: number | undefined;
  readonly failed: number | undefined;
  readonly warning: number | undefined;
}

/** A pending response of C-GET or C-MOVE. */
export interface Progress extends SubOperations {
  /** The status as it came, FF00 as a rule. */
  readonly status: number;
}

/** How an operation ended by its final response. */
export interface FinalResponse {
  readonly status: number;
  /** Error Comment (0000,0902), as the peer wrote it. */
  readonly comment: string | undefined;
}

/** How a C-GET or C-MOVE ended. */
export interface RetrieveResult extends FinalResponse, SubOperations {
  /** Failed SOP Instance UID List (0008,0058), where the peer gave one. */
  readonly failedSOPInstanceUIDs: readonly string[];
}

/**
 * The responses of one operation, as they come. Iterating throws what ended the operation early: StatusError
 * for a failure status, DicomError CANCELLED after the signal, or what ended the association. Leaving
 * the loop cancels (PS3.7 9.3.2.3). `result` tells the final response whatever its status; it rejects only where none came.
 * Who asks for `result` and does not read gets it all the same; then a few hundred responses are kept for who reads later.
 */
export interface Responses<T, R> extends AsyncIterable<T> {
  readonly result: Promise<R>;
}

/**
 * A data set to send: whole, or in pieces of any size as they are read. Who has asked for the next piece is done with the
 * one before: its memory may be used again.
 */
export type DataSetSource = Bytes | AsyncIterable<Bytes>;

/** One instance on its way out: the data set's bytes are in `transferSyntaxUID`. */
export interface OutgoingInstance {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly transferSyntaxUID: string;
  /** Opened when the instance is sent, or the one before it has left; may be called again for another attempt. */
  open(): DataSetSource | Promise<DataSetSource>;
}

/** Who asks, given to every handler of an SCP. */
export interface Requestor {
  readonly callingAETitle: string;
  readonly calledAETitle: string;
  /** For people and address checks. */
  readonly remote: string;
  /** Association number of the sink's events. */
  readonly association: number;
}

/** What a get or move handler answers with: what to send, one sub-operation each. */
export interface Retrieval {
  readonly instances: AsyncIterable<OutgoingInstance>;
}

/** Where a C-MOVE or a report goes (PS3.4 C.4.2.1.5: the SCP knows the address of the title). */
export interface MoveDestination {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
}

/** An instance as the items of a sequence refer to it (PS3.3 Table 10-11). */
export interface ReferencedInstance {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
}

/** What an SCP is asked to keep safe (PS3.4 Table J.3-1). */
export interface CommitmentRequest {
  /** Transaction UID (0008,1195), by which the report is known. */
  readonly transactionUID: string;
  readonly instances: readonly ReferencedInstance[];
}

/** An instance that is not committed. */
export interface FailedInstance extends ReferencedInstance {
  /** Failure Reason (0008,1197), which `failureReason` explains; undefined where the peer gives none. */
  readonly failureReason: number | undefined;
}

/** What became of the instances of a transaction (PS3.4 Table J.3-2). */
export interface CommitmentReport {
  readonly transactionUID: string;
  readonly committed: readonly ReferencedInstance[];
  readonly failed: readonly FailedInstance[];
}

/** What a commit handler answers with. */
export interface Commitment {
  readonly committed: readonly ReferencedInstance[];
  readonly failed: readonly FailedInstance[];
  /** Where to report when the association of the request does not take the report; needs a dialer. */
  readonly destination?: MoveDestination;
}

/** What a user gives for its identity, types 1 to 5 of PS3.7 Table D.3-14. Texts travel as UTF-8, unencrypted. */
export type UserIdentity = Credentials & {
  /** Asks the acceptor to confirm the user (59H); one that knows no users does not answer. No by default. */
  readonly positiveResponseRequested?: boolean;
};

/** The identity itself; up to 65535 bytes a field. */
export type Credentials =
  | { readonly type: 'user name'; readonly userName: string }
  | { readonly type: 'passcode'; readonly userName: string; readonly passcode: string }
  | { readonly type: 'kerberos'; readonly ticket: Bytes }
  | { readonly type: 'saml'; readonly assertion: string }
  | { readonly type: 'jwt'; readonly token: string };

/** A refusal of an association (PS3.8 Table 9-21). */
export interface Rejection {
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

/** A user who is accepted (PS3.7 D.3.3.7.2). It is told where a response was asked for. */
export interface Admission {
  /** Kerberos server ticket, SAML response or JSON Web Token; not sent to those who gave a name or a passcode. */
  readonly userIdentityResponse: Bytes;
}

/** What the requestor of an association proposes. */
export interface Proposal {
  readonly contexts: readonly ProposedContext[];
  readonly roles: readonly RoleSelection[];
}

/** An acceptance on terms of its own, in the place of those that follow from the handlers. */
export interface Terms {
  /** What is answered to a context, given what we would answer (PS3.8 9.3.3.2). */
  context?(proposed: ProposedContext, ours: AnsweredContext): AnsweredContext;
  /** Which of the roles that we would accept are accepted (PS3.7 D.3.3.4). */
  role?(accepted: RoleSelection): boolean;
}

/** What an acceptor makes of a request for an association. */
export type Decision = Rejection | Admission | Terms | undefined;

/**
 * What an SCP does. A missing handler means: the SOP classes of that service are not accepted.
 * A handler refuses by throwing StatusError with the status to answer; any other error is answered as
 * a processing failure (0110, C-FIND C001) and told to `onError`.
 */
export interface Handlers {
  /**
   * Looks at titles and user before contexts are negotiated. A Rejection refuses the association (`USER_REFUSED`), an
   * Admission accepts it and confirms the user, Terms accept it in part; undefined accepts it, and says nothing about
   * the user.
   */
  accept?(
    requestor: Requestor,
    user: UserIdentity | undefined,
    proposal: Proposal,
  ): Decision | Promise<Decision>;
  /** What find, get and move do beyond the baseline: agreed on where it is asked for. */
  readonly extended?: ExtendedBehavior;
  /** C-ECHO; answering needs no handler, this one only learns of it. */
  echo?(requestor: Requestor): void;
  /** C-STORE: success is answered after `commit` (PS3.4 B.2.3). Also serves sub-operations of our own C-GET. */
  store?(info: InstanceInfo, requestor: Requestor): InstanceSink | Promise<InstanceSink>;
  /** C-FIND: yields matches. The signal aborts on C-CANCEL and when the association ends. */
  find?(query: Query, requestor: Requestor, signal: AbortSignal): AsyncIterable<DataSet>;
  /** C-FIND on the Modality Worklist: yields scheduled procedure steps (PS3.4 K). */
  worklist?(keys: DataSet, requestor: Requestor, signal: AbortSignal): AsyncIterable<DataSet>;
  /** C-GET. */
  get?(request: RetrieveRequest, requestor: Requestor, signal: AbortSignal): Retrieval | Promise<Retrieval>;
  /** C-MOVE: throws StatusError A801 where the destination is unknown. */
  move?(
    request: RetrieveRequest & { readonly destination: string },
    requestor: Requestor,
    signal: AbortSignal,
  ):
    | (Retrieval & { readonly destination: MoveDestination })
    | Promise<Retrieval & { readonly destination: MoveDestination }>;
  /**
   * N-ACTION of Storage Commitment: decides what is kept safe. It is called when the request has been answered with
   * success, which promises a report only (PS3.4 J.3.2); where it throws, every instance is reported as failed.
   */
  commit?(request: CommitmentRequest, requestor: Requestor): Commitment | Promise<Commitment>;
  /** N-EVENT-REPORT of Storage Commitment, what became of instances that we asked about (PS3.4 J.3.3). */
  commitment?(report: CommitmentReport, requestor: Requestor): void | Promise<void>;
  /** Something went wrong that no peer is told: for logs. */
  onError?(error: Error): void;
}
