/** Retrieve by C-MOVE (PS3.4 C.4.2): instances go to a third AE over associations of their own. */
import type { DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import type { Dialer } from '../transport/index.ts';
import { MAXIMUM_CONTEXTS } from '../ul/index.ts';
import type { ContextProposal } from '../ul/index.ts';
import { associate } from './associate.ts';
import type { Association, AssociateOptions } from './associate.ts';
import { contextFor } from './calls.ts';
import { serveIdentifier } from './identifier.ts';
import { gathered, invokeRetrieve, performSubOperations } from './retrieve.ts';
import { QUERY_RETRIEVE } from './sop-classes.ts';
import type {
  Handlers,
  MoveDestination,
  OutgoingInstance,
  Progress,
  Requestor,
  Responses,
  RetrieveRequest,
  RetrieveResult,
} from './types.ts';

const SOP_CLASS_NOT_SUPPORTED = 0x0122;

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

/** How an SCP opens the associations of its C-MOVEs. */
export interface MoveEnvironment {
  readonly dialer: Dialer;
  /** Everything but titles and contexts. */
  readonly options: Omit<AssociateOptions, 'callingAETitle' | 'calledAETitle' | 'contexts'>;
}

/** SCP: sends what the handler gives to the destination that it names. */
export function serveMove(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Handlers,
  requestor: Requestor,
  environment: MoveEnvironment | undefined,
): DataSetReceiver {
  return serveIdentifier(request, messenger, handlers, async (query) => {
    if (!handlers.move || !environment) return await request.respond({ Status: SOP_CLASS_NOT_SUPPORTED });
    const destination = request.command.MoveDestination!; // mandatory, checked on reception
    const retrieval = await handlers.move({ ...query, destination }, requestor, request.signal);
    const list = await gathered(retrieval.instances, request.signal);
    const sender = new MoveSender(environment, retrieval.destination, requestor, request);
    try {
      await performSubOperations(request, list, (instance) => sender.send(instance, list), handlers);
    } finally {
      await sender.close();
    }
  });
}

/** Sends instances to one destination, over a new association where the open one has no context for the next. */
class MoveSender {
  readonly #environment: MoveEnvironment;
  readonly #destination: MoveDestination;
  readonly #requestor: Requestor;
  readonly #request: IncomingRequest;
  #association: Association | undefined;
  #contexts: ReadonlyMap<string, ContextProposal> = new Map();
  #unreachable: unknown;

  constructor(
    environment: MoveEnvironment,
    destination: MoveDestination,
    requestor: Requestor,
    request: IncomingRequest,
  ) {
    this.#environment = environment;
    this.#destination = destination;
    this.#requestor = requestor;
    this.#request = request;
  }

  async send(instance: OutgoingInstance, all: readonly OutgoingInstance[]): Promise<number> {
    const association = await this.#open(instance, all);
    const moveOriginator = {
      aeTitle: this.#requestor.callingAETitle,
      messageId: this.#request.command.MessageID!, // mandatory, checked on reception
    };
    return (await association.store(instance, { moveOriginator })).status;
  }

  async close(): Promise<void> {
    await this.#association?.release();
  }

  async #open(instance: OutgoingInstance, all: readonly OutgoingInstance[]): Promise<Association> {
    if (this.#unreachable !== undefined) throw this.#unreachable; // asked once, not once an instance
    if (this.#association && !this.#association.end && this.#contexts.has(pair(instance)))
      return this.#association;
    await this.close();
    this.#contexts = storageContexts([instance, ...all]);
    const { host, port, aeTitle } = this.#destination;
    const { dialer, options } = this.#environment;
    try {
      this.#association = await associate(
        dialer,
        { host, port },
        {
          ...options,
          callingAETitle: this.#requestor.calledAETitle,
          calledAETitle: aeTitle,
          parent: this.#requestor.association,
          contexts: [...this.#contexts.values()],
        },
      );
    } catch (error) {
      this.#unreachable = error;
      throw error;
    }
    return this.#association;
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
