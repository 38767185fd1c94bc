/** Verification Service Class (PS3.4 Annex A): C-ECHO. */
import { STATUS } from '../dict/index.ts';
import type { IncomingRequest, Messenger } from '../dimse/index.ts';
import { answerOnly, cancelled, checkStatus, contextFor, finalResponse, onAbort } from './calls.ts';
import { VERIFICATION } from './sop-classes.ts';
import type { FinalResponse, Handlers, Requestor } from './types.ts';

/** SCU: invokes C-ECHO and resolves with the response. @throws StatusError, DicomError. */
export async function echo(messenger: Messenger, signal?: AbortSignal): Promise<FinalResponse> {
  const context = contextFor(messenger, VERIFICATION);
  const exchange = messenger.invoke({
    contextId: context.id,
    name: 'C-ECHO-RQ',
    fields: { AffectedSOPClassUID: VERIFICATION },
    capacity: 'latest',
    cancellable: false,
  });
  const stop = onAbort(signal, () => exchange.cancel(cancelled('C-ECHO')));
  try {
    const next = await exchange.next();
    const response = finalResponse(next.value ?? (await exchange.done));
    checkStatus('C-ECHO', response);
    return response;
  } finally {
    stop();
  }
}

/** SCP: answers C-ECHO. */
export function serveEcho(
  request: IncomingRequest,
  handlers: Handlers,
  requestor: Requestor,
): Promise<undefined> {
  handlers.echo?.(requestor);
  return answerOnly(request, STATUS.success);
}
