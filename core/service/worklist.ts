/** Modality Worklist (PS3.4 K): C-FIND without levels, over scheduled procedure steps. */
import type { Bytes } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { STATUS } from '../dict/index.ts';
import type { DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import { keysIdentifier, serveDataSet } from './identifier.ts';
import { answerMatches, invokeFind } from './query.ts';
import { MODALITY_WORKLIST } from './sop-classes.ts';
import type { FinalResponse, FindOptions, Handlers, Requestor, Responses } from './types.ts';

/** SCU: invokes C-FIND on the worklist; iterate for the scheduled procedure steps (PS3.4 K.4.1.2). */
export function worklist(
  messenger: Messenger,
  keys: DataSet,
  options: FindOptions = {},
): Responses<DataSet, FinalResponse> {
  const identifier = (transferSyntax: string): Bytes => keysIdentifier(keys, transferSyntax, options);
  return invokeFind(messenger, MODALITY_WORKLIST, identifier, options);
}

/** SCP: answers with the entries that the handler yields (PS3.4 K.4.1.3). */
export function serveWorklist(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Handlers,
  requestor: Requestor,
): DataSetReceiver {
  return serveDataSet(request, messenger, handlers, async (keys) => {
    if (!handlers.worklist) return await request.respond({ Status: STATUS.sopClassNotSupported });
    return await answerMatches(request, handlers.worklist(keys, requestor, request.signal));
  });
}
