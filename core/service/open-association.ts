/** An association as it is requested, and what every operation needs of it once it is open (PS3.7 D). */
import { AssociationAbortedError, DicomError } from '../bytes/index.ts';
import type { Bytes, Clock, Limits, Sink } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { STATUS, uidName } from '../dict/index.ts';
import { Messenger } from '../dimse/index.ts';
import type { DataSetReceiver, IncomingRequest } from '../dimse/index.ts';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../file/index.ts';
import type { AssociateRQ } from '../pdu/index.ts';
import type { Dialer, Target } from '../transport/index.ts';
import {
  APPLICATION_CONTEXT,
  DEFAULT_DEADLINES,
  DEFAULT_MAXIMUM_LENGTH,
  negotiated,
  proposedContexts,
  proposedRoles,
  UlAssociation,
} from '../ul/index.ts';
import type {
  AssociationEnd,
  ContextProposal,
  Deadlines,
  Negotiated,
  Party,
  PresentationContext,
  RefusedContext,
} from '../ul/index.ts';
import { answerOnly } from './calls.ts';
import { both, extendedOf, proposedExtended } from './extended.ts';
import { find } from './query.ts';
import type {
  ExtendedBehavior,
  FinalResponse,
  FindOptions,
  Query,
  Requestor,
  Responses,
  UserIdentity,
} from './types.ts';
import { userIdentityItem } from './user-identity.ts';
import { echo } from './verification.ts';
import { worklist } from './worklist.ts';

/** How an association is requested. */
export interface AssociateOptions {
  readonly callingAETitle: string;
  readonly calledAETitle: string;
  /** 1 to 128 presentation contexts. */
  readonly contexts: readonly ContextProposal[];
  /** Longest P-DATA-TF that we take, in bytes; 131072 by default. */
  readonly maximumLength?: number;
  readonly deadlines?: Partial<Deadlines>;
  readonly limits?: Limits;
  readonly clock?: Clock;
  readonly sink?: Sink;
  /** Who asks (PS3.7 D.3.3.7); `userIdentityResponse` of the association tells whether the peer took note. */
  readonly userIdentity?: UserIdentity;
  /** What queries and retrieves should do beyond the baseline; `extended` of the association tells what they do. */
  readonly extended?: ExtendedBehavior;
  /** The association number this one serves. */
  readonly parent?: number;
  /** Ends the attempt; the open association is not concerned. */
  readonly signal?: AbortSignal;
}

type Make<A> = new (
  ul: UlAssociation,
  agreed: Negotiated,
  deadlines: Deadlines,
  options: AssociateOptions,
) => A;

/** `associate` for those who only ask: without the operations that `Association` adds, and without their code. */
export function openAssociation(
  dialer: Dialer,
  target: Target,
  options: AssociateOptions,
): Promise<OpenAssociation> {
  return openAs(OpenAssociation, dialer, target, options);
}

/** Opens an association as one of the given class; resolves and rejects as `associate` does. */
export async function openAs<A extends OpenAssociation>(
  Made: Make<A>,
  dialer: Dialer,
  target: Target,
  options: AssociateOptions,
): Promise<A> {
  const request = associateRequest(options); // throws on what may not be sent, before anything is opened
  const { signal, limits, clock, sink, parent } = options;
  const deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
  const ul = new UlAssociation(dialer.connect(target, signal ? { signal } : {}), 'requestor', {
    deadlines,
    maximumLength: options.maximumLength ?? DEFAULT_MAXIMUM_LENGTH,
    ...(limits && { limits }),
    ...(clock && { clock }),
    ...(sink && { sink }),
    ...(parent !== undefined && { parent }),
  });
  const giveUp = (): void => ul.abort(new DicomError('CANCELLED', 'Opening the association was cancelled.'));
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const answer = await ul.associate(request);
    const agreed = negotiated(request, answer);
    const association = new Made(ul, agreed, deadlines, options);
    ul.establish(request, answer, agreed, (pdvs) => association.messenger.receive(pdvs));
    await refuseNone(association);
    return association;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

function associateRequest(options: AssociateOptions): AssociateRQ {
  const roles = proposedRoles(options.contexts);
  const extended = proposedExtended(options.contexts, options.extended ?? {});
  return {
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAETitle: options.calledAETitle,
    callingAETitle: options.callingAETitle,
    applicationContext: APPLICATION_CONTEXT,
    contexts: proposedContexts(options.contexts),
    userInformation: {
      maximumLength: options.maximumLength ?? DEFAULT_MAXIMUM_LENGTH,
      implementationClassUID: IMPLEMENTATION_CLASS_UID,
      implementationVersionName: IMPLEMENTATION_VERSION_NAME,
      ...(roles.length > 0 && { roles }),
      ...(extended.length > 0 && { extended }),
      ...(options.userIdentity && { userIdentity: userIdentityItem(options.userIdentity) }),
    },
  };
}

async function refuseNone(association: OpenAssociation): Promise<void> {
  if (association.contexts.size > 0) return;
  await association.release();
  const classes = [...new Set(association.refused.map(({ abstractSyntax }) => uidName(abstractSyntax)))];
  const shown =
    classes.slice(0, 3).join(', ') + (classes.length > 3 ? ` and ${classes.length - 3} more` : '');
  throw new DicomError(
    'CONTEXT_REFUSED',
    `${association.peer.aeTitle} accepted none of the presentation contexts: it does not offer ${shown}.`,
    { refused: association.refused.length },
  );
}

/**
 * An open association that we requested, with the operations that take nothing but answers: C-ECHO and C-FIND.
 * `Association` adds those by which instances go over and reports come.
 */
export class OpenAssociation {
  /** @internal What carries the operations. */
  readonly messenger: Messenger;
  /** Proposed contexts that the peer did not accept. */
  readonly refused: readonly RefusedContext[];
  /**
   * What the peer answered to our user identity (59H): empty for a name or passcode that it confirms. Undefined where
   * it sent none, which is no error: it may know no users, or was not asked (PS3.7 D.3.3.7).
   */
  readonly userIdentityResponse: Bytes | undefined;
  readonly #ul: UlAssociation;
  readonly #asked: ExtendedBehavior;

  /** @internal `associate` makes associations. */
  constructor(
    ul: UlAssociation,
    agreed: Negotiated,
    deadlines: Deadlines,
    { limits, extended = {} }: AssociateOptions,
  ) {
    this.#ul = ul;
    this.#asked = extended;
    this.refused = agreed.refused;
    this.userIdentityResponse = agreed.userIdentityResponse;
    this.messenger = new Messenger(ul, (request) => this.serve(request), {
      deadlines,
      ...(limits && { limits }),
    });
  }

  /** Accepted presentation contexts by identifier. */
  get contexts(): ReadonlyMap<number, PresentationContext> {
    return this.#ul.contexts;
  }

  /** The other side. */
  get peer(): Party {
    return this.#ul.peer;
  }

  /** What of the extended behavior that was asked for the peer agreed on for a SOP class; no answer is a no (PS3.4 C.5). */
  extended(sopClassUID: string): ExtendedBehavior {
    const context = [...this.contexts.values()].find((each) => each.abstractSyntax === sopClassUID);
    return context ? both(extendedOf(context), this.#asked) : {};
  }

  /** Resolves when the association has ended, however; never rejects. */
  get ended(): Promise<AssociationEnd> {
    return this.#ul.ended;
  }

  /** How it ended; undefined while it is open. */
  get end(): AssociationEnd | undefined {
    return this.#ul.end;
  }

  /** Whether an operation that we invoked is open, a cancelled one that still drains included. */
  get busy(): boolean {
    return this.messenger.busy;
  }

  /** C-ECHO (PS3.7 9.1.5). Resolves with the response; rejects with StatusError on a failure status. */
  echo(options: { readonly signal?: AbortSignal } = {}): Promise<FinalResponse> {
    return echo(this.messenger, options.signal);
  }

  /** C-FIND (PS3.7 9.1.2): `for await (const match of association.find(query))`. */
  find(query: Query, options: FindOptions = {}): Responses<DataSet, FinalResponse> {
    return find(this.messenger, query, options);
  }

  /** C-FIND on the Modality Worklist (PS3.4 K); `worklistKeys` makes the keys. */
  worklist(keys: DataSet, options: FindOptions = {}): Responses<DataSet, FinalResponse> {
    return worklist(this.messenger, keys, options);
  }

  /** Waits for operations that are still open (cancelled ones end within their grace), then releases. Never rejects. */
  async release(): Promise<void> {
    await this.messenger.idle();
    await this.#ul.release();
  }

  /** A-ABORT; open operations fail. */
  abort(): void {
    this.#ul.abort(new AssociationAbortedError('We aborted the association.', 'us', 0, 0));
  }

  /** @internal Answers what the peer invokes. */
  protected serve(request: IncomingRequest): DataSetReceiver | Promise<DataSetReceiver | undefined> {
    return answerOnly(request, STATUS.unrecognizedOperation);
  }

  /** @internal The sender of a sub-operation or report is the peer. */
  protected requestor(): Requestor {
    const { peer, local, number } = this.#ul;
    return { callingAETitle: peer.aeTitle, calledAETitle: local.aeTitle, remote: '', association: number };
  }
}
