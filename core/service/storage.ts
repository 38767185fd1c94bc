/** Storage Service Class (PS3.4 Annex B): C-STORE. */
import { asError, DicomError, StatusError } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { isHarmlessUID, isUID, STATUS } from '../dict/index.ts';
import { PRIORITY } from '../dimse/index.ts';
import type { CommandFields, DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import type { InstanceInfo, InstanceSink } from '../file/index.ts';
import { cancelled, contextFor, errorComment, finalResponse, invokeOnce } from './calls.ts';
import { tellDeviation } from './deviations.ts';
import type { ServiceDeviationCode } from './deviations.ts';
import { IdentityProbe } from './identity.ts';
import type { Identity } from './identity.ts';
import type { DataSetSource, FinalResponse, Handlers, OutgoingInstance, Requestor } from './types.ts';

/** Which C-MOVE a store belongs to (PS3.7 9.1.1.1.7, 9.1.1.1.8). */
export interface MoveOriginator {
  readonly aeTitle: string;
  readonly messageId: number;
}

/** How an instance is sent. There is no C-CANCEL for C-STORE: an answer that stays out after the signal costs the association. */
export interface StoreOptions {
  readonly signal?: AbortSignal;
  readonly moveOriginator?: MoveOriginator;
  /** Called when the request has left, and the peer has yet to answer: time to read what is sent next. */
  readonly sent?: () => void;
}

/** The answer to a C-STORE, whatever its status, and the bytes of data set that were sent. */
export interface StoreResponse extends FinalResponse {
  readonly bytes: number;
}

/**
 * SCU: sends one instance in the transfer syntax it is in. Resolves with the peer's answer; a failure status is
 * the caller's to judge. @throws DicomError CONTEXT_REFUSED, CANCELLED, or what ended the association.
 */
export async function store(
  messenger: Messenger,
  instance: OutgoingInstance,
  { signal, moveOriginator, sent }: StoreOptions = {},
): Promise<StoreResponse> {
  const context = contextFor(messenger, instance.sopClassUID, instance.transferSyntaxUID);
  if (signal?.aborted) throw cancelled('C-STORE');
  const source = counted(await instance.open());
  const invocation = {
    contextId: context.id,
    name: 'C-STORE-RQ',
    fields: storeFields(instance, moveOriginator),
    dataSet: source.dataSet,
    ...(sent && { sent }),
  } as const;
  const response = await invokeOnce(messenger, invocation, signal);
  return { ...finalResponse(response), bytes: source.length() };
}

function storeFields(instance: OutgoingInstance, originator: MoveOriginator | undefined): CommandFields {
  return {
    AffectedSOPClassUID: instance.sopClassUID,
    AffectedSOPInstanceUID: instance.sopInstanceUID,
    Priority: PRIORITY.medium,
    ...(originator && {
      MoveOriginatorApplicationEntityTitle: originator.aeTitle,
      MoveOriginatorMessageID: originator.messageId,
    }),
  };
}

/** The same data set, and how much of it was asked for. Not by a generator: each costs a few promises a piece. */
function counted(source: DataSetSource): { dataSet: DataSetSource; length: () => number } {
  if (source instanceof Uint8Array) return { dataSet: source, length: () => source.length };
  let length = 0;
  const count = (result: IteratorResult<Bytes>): IteratorResult<Bytes> => {
    if (result.done !== true) length += result.value.length;
    return result;
  };
  const iterate = (): AsyncIterator<Bytes> => {
    const pieces = source[Symbol.asyncIterator]();
    return {
      next: () => pieces.next().then(count),
      return: async () => (await pieces.return?.()) ?? { done: true, value: undefined },
    };
  };
  return { dataSet: { [Symbol.asyncIterator]: iterate }, length: () => length };
}

/** Told what is taken though it departs from the standard. */
type Tell = (code: ServiceDeviationCode) => void;

/**
 * SCP: takes an instance into the sink that the handler gives; success is answered only after its commit. What
 * goes wrong is answered behind the data set, which has to be read to its end all the same.
 */
export async function serveStore(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Pick<Handlers, 'store' | 'onError'>,
  requestor: Requestor,
): Promise<DataSetReceiver> {
  const tell: Tell = (code) => tellDeviation(messenger, request.context.id, code);
  const receiver = new StoreReceiver(request, handlers, requestor, tell);
  await receiver.open({ sopInstanceUID: '', transferSyntaxUID: request.context.transferSyntax });
  return receiver;
}

/** As `serveStore`, for the sub-operations of our own C-GET: an instance is what its data set says, where it says so. */
export function takeInstance(
  request: IncomingRequest,
  handlers: Pick<Handlers, 'store' | 'onError'>,
  requestor: Requestor,
  tell: Tell,
): DataSetReceiver {
  const receiver = new StoreReceiver(request, handlers, requestor, tell);
  const probe = new IdentityProbe(request.context.transferSyntax);
  let known = false;
  let ended = false;
  const begin = async (identity: Identity): Promise<void> => {
    known = true;
    const { transferSyntax } = request.context;
    const { AffectedSOPInstanceUID: named } = request.command;
    if (identity.transferSyntaxUID !== transferSyntax) tell('DATA_SET_SYNTAX');
    if (identity.sopInstanceUID !== '' && identity.sopInstanceUID !== named) tell('INSTANCE_UID_DIFFERS');
    await receiver.open(identity);
    if (ended) return receiver.abort(); // while the sink was being opened
    const held = probe.take();
    if (held) await receiver.write(held);
  };
  return {
    write(data) {
      if (known) return receiver.write(data);
      const identity = probe.push(data);
      return identity && begin(identity);
    },
    async end() {
      if (!known) await begin(probe.finish());
      await receiver.end();
    },
    abort() {
      ended = true;
      receiver.abort();
    },
  };
}

class StoreReceiver implements DataSetReceiver {
  readonly #request: IncomingRequest;
  readonly #handlers: Pick<Handlers, 'store' | 'onError'>;
  readonly #requestor: Requestor;
  readonly #tell: Tell;
  #sink: InstanceSink | undefined;
  #error: Error | undefined;

  constructor(
    request: IncomingRequest,
    handlers: Pick<Handlers, 'store' | 'onError'>,
    requestor: Requestor,
    tell: Tell,
  ) {
    this.#request = request;
    this.#handlers = handlers;
    this.#requestor = requestor;
    this.#tell = tell;
  }

  /** Begins with what is known of the data set; without a UID the one of the command holds. */
  async open({ sopInstanceUID, transferSyntaxUID }: Identity): Promise<void> {
    const { AffectedSOPClassUID = '', AffectedSOPInstanceUID = '' } = this.#request.command;
    try {
      this.#sink = await this.#put({
        sopClassUID: AffectedSOPClassUID,
        sopInstanceUID: sopInstanceUID || AffectedSOPInstanceUID,
        transferSyntaxUID,
        callingAETitle: this.#requestor.callingAETitle,
      });
    } catch (error) {
      this.#error = asError(error);
    }
  }

  #put(info: InstanceInfo): InstanceSink | Promise<InstanceSink> {
    const { store } = this.#handlers;
    if (info.sopClassUID !== this.#request.context.abstractSyntax) {
      throw new StatusError(
        STATUS.sopClassNotSupported,
        'The SOP class is not that of the presentation context.',
      );
    }
    if (!store) throw new StatusError(STATUS.sopClassNotSupported, 'Nothing is stored here.');
    if (!isHarmlessUID(info.sopInstanceUID)) {
      throw new StatusError(STATUS.cannotUnderstand, 'The SOP Instance UID is not a UID.');
    }
    if (!isUID(info.sopInstanceUID)) this.#tell('UID_INVALID');
    return store(info, this.#requestor);
  }

  write(data: Bytes): void | Promise<void> {
    if (this.#error || !this.#sink) return undefined;
    try {
      const pending = this.#sink.write(data);
      return pending?.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      return this.#fail(error);
    }
  }

  async end(): Promise<void> {
    try {
      if (!this.#error) await this.#sink?.commit();
    } catch (error) {
      await this.#fail(error);
    }
    const status = this.#error ? storeStatus(this.#error) : STATUS.success;
    const comment =
      this.#error instanceof StatusError ? { ErrorComment: errorComment(this.#error.message) } : {};
    await this.#request.respond({ Status: status, ...comment }).catch(() => undefined);
    if (this.#error) this.#handlers.onError?.(this.#error);
  }

  abort(): void {
    this.#drop()?.catch((error: unknown) => this.#handlers.onError?.(asError(error)));
  }

  async #fail(error: unknown): Promise<void> {
    this.#error = asError(error);
    await this.#drop()?.catch(() => undefined);
  }

  /** A sink is told once: the association may end while it fails, or after it failed. */
  #drop(): Promise<void> | undefined {
    const sink = this.#sink;
    this.#sink = undefined;
    return sink?.abort();
  }
}

function storeStatus(error: Error): number {
  if (error instanceof StatusError) return error.status;
  if (error instanceof DicomError && error.code === 'STORE_FULL') return STATUS.outOfResources;
  return STATUS.processingFailure;
}
