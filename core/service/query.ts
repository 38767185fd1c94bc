/** Query (PS3.4 C.4.1): C-FIND. */
import type { Bytes } from '../bytes/index.ts';
import { dataSet, withCharacterSet, writeDataSet } from '../data/index.ts';
import type { DataSet } from '../data/index.ts';
import { STATUS } from '../dict/index.ts';
import { PRIORITY } from '../dimse/index.ts';
import type { DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import { contextFor, finalResponse, responseDataSet, responsesOf } from './calls.ts';
import { tellDeviation } from './deviations.ts';
import { queryIdentifier, serveIdentifier } from './identifier.ts';
import { QUERY_RETRIEVE } from './sop-classes.ts';
import type { FinalResponse, FindOptions, Handlers, Query, Requestor, Responses } from './types.ts';

/** SCU: invokes C-FIND; iterate for the matches (PS3.4 C.4.1.2). Pending without an identifier is passed over. */
export function find(
  messenger: Messenger,
  query: Query,
  options: FindOptions = {},
): Responses<DataSet, FinalResponse> {
  const identifier = (transferSyntax: string): Bytes => queryIdentifier(query, transferSyntax, options);
  return invokeFind(messenger, QUERY_RETRIEVE[query.model].FIND, identifier, options);
}

/** C-FIND on any SOP class that answers it. */
export function invokeFind(
  messenger: Messenger,
  sopClassUID: string,
  identifier: (transferSyntax: string) => Bytes,
  { signal, characterSet }: FindOptions,
): Responses<DataSet, FinalResponse> {
  const context = contextFor(messenger, sopClassUID);
  const exchange = messenger.invoke({
    contextId: context.id,
    name: 'C-FIND-RQ',
    fields: { AffectedSOPClassUID: context.abstractSyntax, Priority: PRIORITY.medium },
    dataSet: identifier(context.transferSyntax),
    capacity: messenger.limits.responses,
    cancellable: true,
  });
  return responsesOf(exchange, {
    service: 'C-FIND',
    signal,
    pending: (response) => {
      if (response.dataSet === undefined) tellDeviation(messenger, context.id, 'IDENTIFIER_MISSING');
      return responseDataSet(messenger, response, context, characterSet);
    },
    final: finalResponse,
  });
}

/** SCP: answers C-FIND with what the handler yields (PS3.4 C.4.1.3). */
export function serveFind(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Handlers,
  requestor: Requestor,
): DataSetReceiver {
  return serveIdentifier(request, messenger, handlers, async (query) => {
    if (!handlers.find) return await request.respond({ Status: STATUS.sopClassNotSupported });
    const level = dataSet({ QueryRetrieveLevel: query.level });
    return await answerMatches(request, handlers.find(query, requestor, request.signal), level);
  });
}

/** A pending response a match, then the final one; C-CANCEL is honoured between them (PS3.7 9.3.2.3). */
export async function answerMatches(
  request: IncomingRequest,
  matches: AsyncIterable<DataSet>,
  added: DataSet = {},
): Promise<void> {
  for await (const match of matches) {
    if (request.signal.aborted) break;
    const identifier = writeDataSet(withCharacterSet({ ...match, ...added }), request.context.transferSyntax);
    await request.respond({ Status: STATUS.pending }, identifier);
  }
  await request.respond({ Status: request.signal.aborted ? STATUS.cancel : STATUS.success });
}
