/** Retrieve by C-MOVE (PS3.4 C.4.2): instances go to a third AE over associations of their own. */
import { STATUS } from '../dict/index.ts';
import type { DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import { MAXIMUM_CONTEXTS } from '../ul/index.ts';
import type { ContextProposal } from '../ul/index.ts';
import { contextFor } from './calls.ts';
import { serveIdentifier } from './identifier.ts';
import { gathered, invokeRetrieve, performSubOperations } from './retrieve.ts';
import { QUERY_RETRIEVE } from './sop-classes.ts';
import type { MoveOriginator } from './storage.ts';
import type { OpenSubAssociation, SubAssociation } from './sub-association.ts';
import type {
  Handlers,
  OutgoingInstance,
  Progress,
  Requestor,
  Responses,
  RetrieveRequest,
  RetrieveResult,
} from './types.ts';

/** SCU: invokes C-MOVE; `destination` is an AE title that the peer has an address for. */
export function move(
  messenger: Messenger,
  request: RetrieveRequest,
  destination: string,
  signal?: AbortSignal,
): Responses<Progress, RetrieveResult> {
  const context = contextFor(messenger, QUERY_RETRIEVE[request.model].MOVE);
  return invokeRetrieve(messenger, context, request, destination, signal);
}

/** SCP: sends what the handler gives to the destination that it names. */
export function serveMove(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Handlers,
  requestor: Requestor,
  open: OpenSubAssociation | undefined,
): DataSetReceiver {
  return serveIdentifier(request, messenger, handlers, async (query) => {
    if (!handlers.move || !open) return await request.respond({ Status: STATUS.sopClassNotSupported });
    const destination = request.command.MoveDestination!; // mandatory, checked on reception
    const retrieval = await handlers.move({ ...query, destination }, requestor, request.signal);
    const list = await gathered(retrieval.instances, request.signal);
    const moveOriginator = {
      aeTitle: requestor.callingAETitle,
      messageId: request.command.MessageID!, // mandatory, checked on reception
    };
    const openNext = (contexts: readonly ContextProposal[]): Promise<SubAssociation> =>
      open(retrieval.destination, contexts, requestor);
    const sender = new MoveSender(openNext, moveOriginator);
    try {
      await performSubOperations(request, list, (...one) => sender.send(list, ...one), handlers);
    } finally {
      await sender.close();
    }
  });
}

/** Sends instances to one destination, over a new association where the open one has no context for the next. */
class MoveSender {
  readonly #openNext: (contexts: readonly ContextProposal[]) => Promise<SubAssociation>;
  readonly #moveOriginator: MoveOriginator;
  #association: SubAssociation | undefined;
  #contexts: ReadonlyMap<string, ContextProposal> = new Map();
  #unreachable: unknown;

  constructor(
    openNext: (contexts: readonly ContextProposal[]) => Promise<SubAssociation>,
    moveOriginator: MoveOriginator,
  ) {
    this.#openNext = openNext;
    this.#moveOriginator = moveOriginator;
  }

  async send(
    all: readonly OutgoingInstance[],
    instance: OutgoingInstance,
    sent: () => void,
  ): Promise<number> {
    const association = await this.#for(instance, all);
    return (await association.store(instance, { moveOriginator: this.#moveOriginator, sent })).status;
  }

  async close(): Promise<void> {
    await this.#association?.release();
  }

  async #for(instance: OutgoingInstance, all: readonly OutgoingInstance[]): Promise<SubAssociation> {
    if (this.#unreachable !== undefined) throw this.#unreachable; // asked once, not once an instance
    const open = this.#association;
    if (open && !open.end && this.#contexts.has(pair(instance))) return open;
    await this.close();
    this.#contexts = storageContexts([instance, ...all]);
    try {
      return (this.#association = await this.#openNext([...this.#contexts.values()]));
    } catch (error) {
      this.#unreachable = error;
      throw error;
    }
  }
}

type Kind = Pick<OutgoingInstance, 'sopClassUID' | 'transferSyntaxUID'>;

const pair = ({ sopClassUID, transferSyntaxUID }: Kind): string => `${sopClassUID} ${transferSyntaxUID}`;

/** One context per SOP class and stored transfer syntax, the first 128 of them, by class and syntax. */
export function storageContexts(instances: readonly Kind[]): ReadonlyMap<string, ContextProposal> {
  const contexts = new Map<string, ContextProposal>();
  for (const instance of instances) {
    if (contexts.size === MAXIMUM_CONTEXTS) break;
    const { sopClassUID: abstractSyntax, transferSyntaxUID } = instance;
    contexts.set(pair(instance), { abstractSyntax, transferSyntaxes: [transferSyntaxUID] });
  }
  return contexts;
}
