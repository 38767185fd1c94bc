/** Retrieve by C-GET (PS3.4 C.4.3): instances come back on the same association. */
import { texts } from '../data/index.ts';
import { STATUS } from '../dict/index.ts';
import type { DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import { isStoreFailure } from '../file/index.ts';
import { contextFor, onAbort } from './calls.ts';
import { tellDeviation } from './deviations.ts';
import type { ServiceDeviationCode } from './deviations.ts';
import { serveIdentifier } from './identifier.ts';
import { gathered, invokeRetrieve, performSubOperations } from './retrieve.ts';
import type { SubOperation } from './retrieve.ts';
import { QUERY_RETRIEVE } from './sop-classes.ts';
import { store, takeInstance } from './storage.ts';
import type { Handlers, Progress, Requestor, Responses, RetrieveRequest, RetrieveResult } from './types.ts';

export interface GetOptions {
  /** Takes the instances. */
  readonly store: NonNullable<Handlers['store']>;
  readonly signal?: AbortSignal;
}

/** A C-GET under way: its responses, and who takes the C-STORE requests that come meanwhile. */
export interface Getting {
  readonly responses: Responses<Progress, RetrieveResult>;
  receive(request: IncomingRequest, requestor: Requestor): DataSetReceiver;
}

/**
 * SCU: invokes C-GET. An instance that the store refuses is answered so, and the C-GET goes on. A store that is full, or
 * fails altogether, ends it: its error is answered (A700), C-CANCEL is sent behind, and iterating throws the error.
 */
export function get(messenger: Messenger, request: RetrieveRequest, options: GetOptions): Getting {
  const context = contextFor(messenger, QUERY_RETRIEVE[request.model].GET);
  const tell = (code: ServiceDeviationCode): void => tellDeviation(messenger, context.id, code);
  const stop = new AbortController();
  const { signal } = options;
  const responses = invokeRetrieve(messenger, context, request, undefined, stop.signal);
  const ignore = onAbort(signal, () => stop.abort());
  responses.result.then(ignore, ignore);
  const handlers = {
    store: expecting(request, options.store, tell),
    onError: (error: Error) => {
      if (isStoreFailure(error)) stop.abort(error);
    },
  };
  return {
    responses,
    receive: (incoming, requestor) => takeInstance(incoming, handlers, requestor, tell),
  };
}

/** The store, which tells of instances that were not asked for or come again. */
function expecting(
  { level, keys }: RetrieveRequest,
  store: GetOptions['store'],
  tell: (code: ServiceDeviationCode) => void,
): GetOptions['store'] {
  const requested = level === 'IMAGE' ? new Set(texts(keys, 'SOPInstanceUID')) : undefined;
  const seen = new Set<string>();
  return (info, requestor) => {
    const { sopInstanceUID } = info;
    if (requested?.has(sopInstanceUID) === false) tell('INSTANCE_NOT_REQUESTED');
    if (seen.has(sopInstanceUID)) tell('INSTANCE_TWICE');
    seen.add(sopInstanceUID);
    return store(info, requestor);
  };
}

/**
 * SCP: sends what the handler gives over the same association. A missing role selection is not held against
 * the requestor (Horos and others leave it out); an instance without an accepted context counts as failed.
 */
export function serveGet(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Handlers,
  requestor: Requestor,
): DataSetReceiver {
  return serveIdentifier(request, messenger, handlers, async (query) => {
    if (!handlers.get) return await request.respond({ Status: STATUS.sopClassNotSupported });
    const { instances } = await handlers.get(query, requestor, request.signal);
    const list = await gathered(instances, request.signal);
    const perform: SubOperation = async (instance, sent) =>
      (await store(messenger, instance, { sent })).status;
    await performSubOperations(request, list, perform, handlers);
  });
}
