/** What one does with a peer, for the page and the command line alike. */
import type { Clock, Sink } from '../bytes/index.ts';
import type { InstanceStore } from '../file/store.ts';
import type { ExtendedBehavior, OpenAssociation, UserIdentity } from '../service/index.ts';
import type {
  OutgoingInstance,
  ReferencedInstance,
  RetrieveRequest,
  RetrieveResult,
  SubOperations,
  TextOptions,
} from '../service/types.ts';
import type { Dialer, Listener, Target } from '../transport/transport.ts';
import type { Deadlines } from '../ul/index.ts';
import type { Slots } from './slots.ts';

/** A peer as these functions call it. */
export interface PeerAddress extends TextOptions {
  readonly dialer: Dialer;
  readonly target: Target;
  /** Called AE title. */
  readonly aeTitle: string;
  /** Ours. */
  readonly callingAETitle: string;
  /** Maximum length we offer, in bytes; 131072 by default. */
  readonly maximumLength?: number;
  readonly deadlines?: Partial<Deadlines>;
  /**
   * Transfer syntaxes to propose instead of our own choice, the preferred first: for the instances of a get,
   * and for queries and requests as far as we can write them. Instances are sent in the syntax they are in.
   */
  readonly transferSyntaxes?: readonly string[];
  /** What queries and retrieves should do beyond the baseline (PS3.4 C.5); `opened` is told what the peer agrees on. */
  readonly extended?: ExtendedBehavior;
  /** Who asks (PS3.7 D.3.3.7); `opened` is told whether the peer confirms it. */
  readonly userIdentity?: UserIdentity;
  readonly sink?: Sink;
  /** Associations at once, fewer where there is little to do; by default 4 in a get and 1 in a send. */
  readonly associations?: number;
  /** Where these come from, if others work with the same peer; a count for each task by default. */
  readonly slots?: Slots;
  readonly clock?: Clock;
  /** Called with each association when it is open, to look at what was negotiated. */
  opened?(association: OpenAssociation): void;
}

/** How long each echo took, in milliseconds. */
export interface EchoResult {
  readonly milliseconds: readonly number[];
  /** What the peer says it is (55H, 52H). */
  readonly implementation: string;
}

/** How a query ended. */
export interface QueryResult {
  readonly status: number;
  readonly matches: number;
  /** The limit was reached and the rest cancelled. */
  readonly limited: boolean;
}

/**
 * One step of a retrieve. In a get, `completed` is what really came, and `remaining` what is left of what the peer
 * promised; `failed` and `warning` are the peer's.
 */
export interface RetrieveProgress extends SubOperations {
  /** Instances kept here so far (C-GET), or undefined for C-MOVE. */
  readonly received: number | undefined;
  /** Bytes of data sets received so far. */
  readonly bytes: number;
}

/** How a retrieve ended. */
export interface RetrieveOutcome extends RetrieveResult {
  readonly received: number | undefined;
  readonly bytes: number;
  readonly milliseconds: number;
}

/** What to get, and where to keep it. */
export interface GetOptions {
  readonly request: RetrieveRequest;
  readonly store: InstanceStore;
  readonly signal?: AbortSignal;
  /** Fetch only what the store does not have yet. */
  readonly missingOnly?: boolean;
  /** Where the peer may send by C-MOVE what C-GET does not bring; without it there is no such fallback. */
  readonly receiver?: Receiver;
  /** Has the peer send to the receiver at once, without C-GET. */
  readonly moveOnly?: boolean;
  /** What is known of the peer from earlier retrieves, and is kept for later ones. */
  readonly memory?: RetrieveMemory;
}

/** What a caller keeps of one peer between retrieves; it begins as `{}`. */
export interface RetrieveMemory {
  /** Why the peer is asked by C-MOVE at once where there is a receiver: it refuses C-GET as a service. */
  movesBecause?: string | undefined;
}

/** A place of ours that the peer knows, as a move destination or as where it reports to. */
export interface Receiver {
  /** Known once `listen` has resolved. */
  readonly aeTitle: string;
  /** Called only when it is needed; closed again afterwards. */
  listen(): Promise<Listener>;
}

/**
 * What a retrieve came to, by what arrived. `complete`: all that was promised is here. `nothing matched`: the
 * peer has nothing of it. The status word is told, but not believed.
 */
export type Verdict = 'complete' | 'partial' | 'failed' | 'nothing matched';

/**
 * How a get ended. `status` is the worst of the peer's final responses, `completed` and `warning` are added up over
 * them; `failed` is what is missing where the peer promised something, else its own count.
 */
export interface RetrieveReport extends RetrieveOutcome {
  readonly verdict: Verdict;
  /** Instances that the peer listed; undefined where it does not answer queries, or the model has no IMAGE level. */
  readonly promised: number | undefined;
  readonly received: number;
  /** Promised, and not here. */
  readonly missing: readonly string[];
  /** Instances that came more than once. */
  readonly duplicates: number;
  /** Instances that came and were not asked for. */
  readonly unexpected: number;
  /** SOP classes of missing instances for which the peer accepted no context. */
  readonly refusedSOPClassUIDs: readonly string[];
  /** Why C-MOVE to our receiver was tried; undefined where C-GET sufficed or there is no receiver. */
  readonly movedBecause?: string;
  /** What ended an association early, where something else arrived all the same. */
  readonly error?: Error;
}

/** Something to send: an instance with its name for people (a file name). */
export interface SendItem extends OutgoingInstance {
  readonly label: string;
  /** The same in other transfer syntaxes, the preferred first, for a peer that does not take `transferSyntaxUID`. */
  readonly otherwise?: readonly Pick<OutgoingInstance, 'transferSyntaxUID' | 'open'>[];
}

/** What became of one item. `status` is undefined where nothing was answered; `error` says why. */
export interface SendResult {
  readonly label: string;
  readonly sopInstanceUID: string;
  /** In which it went; undefined where nothing was answered. */
  readonly transferSyntaxUID?: string;
  readonly status: number | undefined;
  /** What the peer says of the status: Error Comment (0000,0902). */
  readonly comment?: string | undefined;
  readonly bytes: number;
  readonly error?: Error;
}

/** How sending ended. */
export interface SendOutcome {
  /** Answered with success, or with a warning. */
  readonly sent: number;
  readonly warnings: number;
  /** Answered with a failure, refused, or not answered. */
  readonly failed: number;
  /** Not tried, because the association ended; `error` says why. */
  readonly untried: number;
  readonly error?: Error;
  readonly bytes: number;
  readonly milliseconds: number;
}

/** What became of one instance that the peer was asked to commit. */
export interface CommitResult extends ReferencedInstance {
  /** `unanswered`: the peer did not take the request, did not report in time, or left the instance out. */
  readonly fate: 'committed' | 'failed' | 'unanswered';
  /** Why it failed (0008,1197), where the peer says; `failureReason` explains it. */
  readonly failureReason?: number;
}

/** How a request for storage commitment ended: every instance has one fate. */
export interface CommitOutcome {
  readonly committed: number;
  readonly failed: number;
  readonly unanswered: number;
  /** Why instances are not answered, where it is known: a TimeoutError of the phase `report`, a refusal, a lost peer. */
  readonly error?: Error;
  readonly milliseconds: number;
}

/**
 * A task's steps as they come, and how it ended. Iterating throws what ended it early; leaving the loop cancels.
 * Nobody has to iterate. Who begins to, after `result` was asked for, may find that only the first of many steps were kept: LIMIT_EXCEEDED.
 */
export interface Task<T, R> extends AsyncIterable<T> {
  /** Resolves at the end; rejects where the task could not be brought to one. */
  readonly result: Promise<R>;
}
