/** An SCP: takes connections from a listener and performs what the handlers offer (PS3.4, PS3.7 D.3). */
import { asError, DicomError, SYSTEM_CLOCK } from '../bytes/index.ts';
import type { Clock, Limits, Sink } from '../bytes/index.ts';
import { STATUS } from '../dict/index.ts';
import { Messenger } from '../dimse/index.ts';
import type { CommandName, DataSetReceiver, IncomingRequest } from '../dimse/index.ts';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../file/index.ts';
import type { AssociateAC, AssociateRQ, ProposedContext } from '../pdu/index.ts';
import type { Connection, Dialer, Listener } from '../transport/index.ts';
import {
  answeredContexts,
  APPLICATION_CONTEXT,
  DEFAULT_DEADLINES,
  DEFAULT_MAXIMUM_LENGTH,
  legalContexts,
  negotiated,
  UlAssociation,
} from '../ul/index.ts';
import type { Deadlines } from '../ul/index.ts';
import { acceptanceOf, acceptedRoles } from './acceptance.ts';
import { associate } from './associate.ts';
import { answerOnly } from './calls.ts';
import { serveCommit, serveReport } from './commitment.ts';
import { answeredExtended } from './extended.ts';
import { serveGet } from './get.ts';
import { serveMove } from './move.ts';
import type { OpenSubAssociation } from './sub-association.ts';
import { serveFind } from './query.ts';
import { serveStore } from './storage.ts';
import { MODALITY_WORKLIST } from './sop-classes.ts';
import type { Decision, Handlers, Rejection, Requestor, Terms } from './types.ts';
import { readUserIdentity, userIdentityAnswer } from './user-identity.ts';
import { serveEcho } from './verification.ts';
import { serveWorklist } from './worklist.ts';

/** PS3.8 Table 9-21. */
const REJECTIONS = {
  applicationContext: { result: 1, source: 1, reason: 2 },
  noContexts: { result: 1, source: 1, reason: 1 },
  callingAETitle: { result: 1, source: 1, reason: 3 },
  calledAETitle: { result: 1, source: 1, reason: 7 },
  localLimit: { result: 2, source: 3, reason: 2 },
} as const satisfies Record<string, Rejection>;

/** How an SCP serves. */
export interface ServeOptions {
  /** Ours: another called AE title is rejected (1/1/7). Without it every title is served. */
  readonly aeTitle?: string;
  /** Opens the associations of C-MOVE, and those of reports; without it C-MOVE is not offered. */
  readonly dialer?: Dialer;
  /** Longest P-DATA-TF that we take, in bytes; 131072 by default. */
  readonly maximumLength?: number;
  /** Associations at once; more are rejected as local-limit-exceeded (2/3/2). 100 by default. */
  readonly maximumAssociations?: number;
  readonly deadlines?: Partial<Deadlines>;
  readonly limits?: Limits;
  readonly clock?: Clock;
  readonly sink?: Sink;
}

/** A running SCP. */
export interface Server {
  /** Stops listening, and aborts what is open after so many milliseconds (0 by default); resolves when all is down. */
  close(grace?: number): Promise<void>;
  /** Resolves when the listener has ended. */
  readonly done: Promise<void>;
}

/**
 * Serves every connection that the listener brings until it is closed. Nothing a peer does rejects or throws
 * here: it is told to `handlers.onError` at most.
 */
export function serve(listener: Listener, handlers: Handlers, options: ServeOptions = {}): Server {
  const scp = new Scp(handlers, options);
  const done = accept(listener, scp).catch((error: unknown) => handlers.onError?.(asError(error)));
  return {
    done: done.then(() => undefined),
    async close(grace = 0) {
      await listener.close();
      await scp.close(grace);
      await done;
    },
  };
}

async function accept(listener: Listener, scp: Scp): Promise<void> {
  const reader = listener.incoming.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    scp.connected(value);
  }
}

class Scp {
  readonly #handlers: Handlers;
  readonly #options: ServeOptions;
  readonly #deadlines: Deadlines;
  readonly #open = new Set<UlAssociation>();

  constructor(handlers: Handlers, options: ServeOptions) {
    this.#handlers = handlers;
    this.#options = options;
    this.#deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
  }

  connected(connection: Connection): void {
    const { limits, clock, sink } = this.#options;
    const association = new UlAssociation(connection, 'acceptor', {
      deadlines: this.#deadlines,
      maximumLength: this.#options.maximumLength ?? DEFAULT_MAXIMUM_LENGTH,
      ...(limits && { limits }),
      ...(clock && { clock }),
      ...(sink && { sink }),
    });
    this.#open.add(association);
    void association.closed.then(() => this.#open.delete(association));
    this.#serve(association, connection).catch((error: unknown) => {
      association.abort(); // without effect where the error is its end
      // Port scans and health checks connect and leave again: nothing went wrong.
      const stranger = error instanceof DicomError && error.code === 'NOT_DICOM';
      if (association.end?.kind !== 'lost' || stranger) this.#handlers.onError?.(asError(error));
    });
  }

  async close(grace: number): Promise<void> {
    const { clock = SYSTEM_CLOCK } = this.#options;
    const closed = Promise.all([...this.#open].map((association) => association.closed));
    const abort = (): void => this.#open.forEach((association) => association.abort());
    const stop = grace > 0 ? clock.after(grace, abort) : abort();
    await closed;
    stop?.();
  }

  async #serve(association: UlAssociation, connection: Connection): Promise<void> {
    const { remote } = await connection.opened;
    const request = await association.requested();
    const requestor: Requestor = {
      callingAETitle: request.callingAETitle,
      calledAETitle: request.calledAETitle,
      remote,
      association: association.number,
    };
    const decision = await this.#decide(request, requestor);
    if (association.end) return;
    if (decision && 'result' in decision) return association.answer({ type: 'A-ASSOCIATE-RJ', ...decision });
    this.#establish(association, request, requestor, decision);
    return undefined;
  }

  async #decide(request: AssociateRQ, requestor: Requestor): Promise<Decision> {
    const { aeTitle, maximumAssociations = 100 } = this.#options;
    if (this.#open.size > maximumAssociations) return REJECTIONS.localLimit;
    if (request.applicationContext !== APPLICATION_CONTEXT) return REJECTIONS.applicationContext;
    if (!legalContexts(request).some(proposesSyntax)) return REJECTIONS.noContexts;
    if (request.callingAETitle === '') return REJECTIONS.callingAETitle;
    if (aeTitle !== undefined && request.calledAETitle !== aeTitle) return REJECTIONS.calledAETitle;
    const { userIdentity, roles = [] } = request.userInformation;
    const proposal = { contexts: legalContexts(request), roles };
    return await this.#handlers.accept?.(requestor, readUserIdentity(userIdentity), proposal);
  }

  #establish(
    association: UlAssociation,
    request: AssociateRQ,
    requestor: Requestor,
    decision: Decision,
  ): void {
    const answer = this.#accepting(request, decision);
    const messenger: Messenger = new Messenger(
      association,
      (incoming) => this.#perform(incoming, messenger, requestor),
      { deadlines: this.#deadlines, ...(this.#options.limits && { limits: this.#options.limits }) },
    );
    association.answer(answer);
    association.establish(request, answer, negotiated(request, answer), (pdvs) => messenger.receive(pdvs));
  }

  #accepting(request: AssociateRQ, decision: Decision): AssociateAC {
    const terms = termsOf(decision);
    const roles = acceptedRoles(this.#handlers, request.userInformation.roles ?? []).filter(terms.role);
    const ours = answeredContexts(request, acceptanceOf(this.#handlers, this.#options.dialer !== undefined));
    const proposed = new Map(legalContexts(request).map((context) => [context.id, context]));
    const contexts = ours.map((answer) => terms.context(proposed.get(answer.id)!, answer));
    const extended = answeredExtended(request, contexts, this.#handlers.extended ?? {});
    return {
      type: 'A-ASSOCIATE-AC',
      protocolVersion: 1,
      calledAETitle: request.calledAETitle,
      callingAETitle: request.callingAETitle,
      applicationContext: APPLICATION_CONTEXT,
      contexts,
      userInformation: {
        maximumLength: this.#options.maximumLength ?? DEFAULT_MAXIMUM_LENGTH,
        implementationClassUID: IMPLEMENTATION_CLASS_UID,
        implementationVersionName: IMPLEMENTATION_VERSION_NAME,
        ...(roles.length > 0 && { roles }),
        ...(extended.length > 0 && { extended }),
        ...userIdentityAnswer(request.userInformation.userIdentity, decision),
      },
    };
  }

  #perform(
    request: IncomingRequest,
    messenger: Messenger,
    requestor: Requestor,
  ): DataSetReceiver | undefined | Promise<DataSetReceiver | undefined> {
    const serveRequest = SERVICES[request.name];
    if (serveRequest) return serveRequest(request, messenger, this.#handlers, requestor, this.#sub());
    return answerOnly(request, STATUS.unrecognizedOperation);
  }

  /** Opens sub-associations in the name of whom the requestor called. */
  #sub(): OpenSubAssociation | undefined {
    const { dialer, deadlines, limits, clock, sink } = this.#options;
    if (!dialer) return undefined;
    return ({ host, port, aeTitle }, contexts, requestor) =>
      associate(
        dialer,
        { host, port },
        {
          callingAETitle: requestor.calledAETitle,
          calledAETitle: aeTitle,
          contexts,
          parent: requestor.association,
          ...(deadlines && { deadlines }),
          ...(limits && { limits }),
          ...(clock && { clock }),
          ...(sink && { sink }),
        },
      );
  }
}

/** What nobody sets terms for stays as it is. */
function termsOf(decision: Decision): Required<Terms> {
  const { context, role } = (decision ?? {}) as Terms;
  return { context: context ?? ((_, ours) => ours), role: role ?? (() => true) };
}

function proposesSyntax({ transferSyntaxes }: ProposedContext): boolean {
  return transferSyntaxes.length > 0;
}

type Service = (
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Handlers,
  requestor: Requestor,
  open: OpenSubAssociation | undefined,
) => DataSetReceiver | undefined | Promise<DataSetReceiver | undefined>;

/** The services by their request. */
const SERVICES: Readonly<Partial<Record<CommandName, Service>>> = {
  'C-ECHO-RQ': (request, _, handlers, requestor) => serveEcho(request, handlers, requestor),
  'C-STORE-RQ': serveStore,
  'C-FIND-RQ': (request, messenger, handlers, requestor) =>
    (request.context.abstractSyntax === MODALITY_WORKLIST ? serveWorklist : serveFind)(
      request,
      messenger,
      handlers,
      requestor,
    ),
  'C-GET-RQ': serveGet,
  'C-MOVE-RQ': serveMove,
  'N-ACTION-RQ': serveCommit,
  'N-EVENT-REPORT-RQ': serveReport,
};
