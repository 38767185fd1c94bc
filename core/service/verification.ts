/** Verification Service Class (PS3.4 Annex A): C-ECHO. */
import { STATUS } from '../dict/index.ts';
import type { IncomingRequest, Messenger } from '../dimse/index.ts';
import { answerOnly, checkStatus, contextFor, finalResponse, invokeOnce } from './calls.ts';
import { VERIFICATION } from './sop-classes.ts';
import type { FinalResponse, Handlers, Requestor } from './types.ts';

/** SCU: invokes C-ECHO and resolves with the response. @throws StatusError, DicomError. */
export async function echo(messenger: Messenger, signal?: AbortSignal): Promise<FinalResponse> {
  const context = contextFor(messenger, VERIFICATION);
  const fields = { AffectedSOPClassUID: VERIFICATION };
  const invocation = { contextId: context.id, name: 'C-ECHO-RQ', fields } as const;
  const response = finalResponse(await invokeOnce(messenger, invocation, signal));
  checkStatus('C-ECHO', response);
  return response;
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
