/** Storage Service Class (PS3.4 Annex B): C-STORE. */
import { asError, DicomError, StatusError } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { STATUS } from '../dict/index.ts';
import { PRIORITY } from '../dimse/index.ts';
import type { CommandFields, DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import type { InstanceInfo, InstanceSink } from '../file/index.ts';
import { cancelled, contextFor, finalResponse, onAbort } from './calls.ts';
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
  { signal, moveOriginator }: StoreOptions = {},
): Promise<StoreResponse> {
  const context = contextFor(messenger, instance.sopClassUID, instance.transferSyntaxUID);
  if (signal?.aborted) throw cancelled('C-STORE');
  const source = counted(await instance.open());
  const exchange = messenger.invoke({
    contextId: context.id,
    name: 'C-STORE-RQ',
    fields: storeFields(instance, moveOriginator),
    dataSet: source.dataSet,
    capacity: 'latest',
    cancellable: false,
  });
  const stop = onAbort(signal, () => exchange.cancel(cancelled('C-STORE')));
  try {
    const next = await exchange.next();
    return { ...finalResponse(next.value ?? (await exchange.done)), bytes: source.length() };
  } finally {
    stop();
  }
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

function counted(source: DataSetSource): { dataSet: DataSetSource; length: () => number } {
  if (source instanceof Uint8Array) return { dataSet: source, length: () => source.length };
  let length = 0;
  async function* pieces(whole: AsyncIterable<Bytes>): AsyncGenerator<Bytes, void, undefined> {
    for await (const piece of whole) {
      length += piece.length;
      yield piece;
    }
  }
  return { dataSet: pieces(source), length: () => length };
}

/**
 * SCP: takes an instance into the sink that the handler gives; success is answered only after its commit. What
 * goes wrong is answered behind the data set, which has to be read to its end all the same.
 */
export async function serveStore(
  request: IncomingRequest,
  handlers: Pick<Handlers, 'store' | 'onError'>,
  requestor: Requestor,
): Promise<DataSetReceiver> {
  const { AffectedSOPClassUID = '', AffectedSOPInstanceUID = '' } = request.command;
  const info: InstanceInfo = {
    sopClassUID: AffectedSOPClassUID,
    sopInstanceUID: AffectedSOPInstanceUID,
    transferSyntaxUID: request.context.transferSyntax,
    callingAETitle: requestor.callingAETitle,
  };
  const receiver = new StoreReceiver(request, handlers);
  await receiver.open(() => {
    if (AffectedSOPClassUID !== request.context.abstractSyntax) {
      throw new StatusError(
        STATUS.sopClassNotSupported,
        'The SOP class is not that of the presentation context.',
      );
    }
    if (!handlers.store) throw new StatusError(STATUS.sopClassNotSupported, 'Nothing is stored here.');
    return handlers.store(info, requestor);
  });
  return receiver;
}

class StoreReceiver implements DataSetReceiver {
  readonly #request: IncomingRequest;
  readonly #handlers: Pick<Handlers, 'onError'>;
  #sink: InstanceSink | undefined;
  #error: Error | undefined;

  constructor(request: IncomingRequest, handlers: Pick<Handlers, 'onError'>) {
    this.#request = request;
    this.#handlers = handlers;
  }

  async open(put: () => InstanceSink | Promise<InstanceSink>): Promise<void> {
    try {
      this.#sink = await put();
    } catch (error) {
      this.#error = asError(error);
    }
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
    if (this.#error) this.#handlers.onError?.(this.#error);
    const status = this.#error ? storeStatus(this.#error) : STATUS.success;
    const comment =
      this.#error instanceof StatusError ? { ErrorComment: errorComment(this.#error.message) } : {};
    await this.#request.respond({ Status: status, ...comment }).catch(() => undefined);
  }

  abort(): void {
    void this.#sink?.abort().catch((error: unknown) => this.#handlers.onError?.(asError(error)));
  }

  async #fail(error: unknown): Promise<void> {
    this.#error = asError(error);
    await this.#sink?.abort().catch(() => undefined);
  }
}

function storeStatus(error: Error): number {
  if (error instanceof StatusError) return error.status;
  if (error instanceof DicomError && error.code === 'STORE_FULL') return STATUS.outOfResources;
  return STATUS.processingFailure;
}

/** Error Comment (0000,0902) is LO: 64 characters, here of the default repertoire (PS3.7 C.1). */
export function errorComment(message: string): string {
  return message.replace(/[^ -~]|\\/g, '?').slice(0, 64);
}
