/** Retrieve by C-GET (PS3.4 C.4.3): instances come back on the same association. */
import { STATUS } from '../dict/index.ts';
import type { DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import { contextFor } from './calls.ts';
import { serveIdentifier } from './identifier.ts';
import { gathered, invokeRetrieve, performSubOperations } from './retrieve.ts';
import { QUERY_RETRIEVE } from './sop-classes.ts';
import { store } from './storage.ts';
import type { Handlers, Progress, Requestor, Responses, RetrieveRequest, RetrieveResult } from './types.ts';

/** SCU: invokes C-GET; the instances arrive as C-STORE requests, which the association's store handler takes. */
export function get(
  messenger: Messenger,
  request: RetrieveRequest,
  signal?: AbortSignal,
): Responses<Progress, RetrieveResult> {
  const context = contextFor(messenger, QUERY_RETRIEVE[request.model].GET);
  return invokeRetrieve(messenger, context, request, undefined, signal);
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
    const perform = async (instance: (typeof list)[number]): Promise<number> =>
      (await store(messenger, instance)).status;
    await performSubOperations(request, list, perform, handlers);
  });
}
