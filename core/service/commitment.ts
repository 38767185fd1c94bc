/** Storage Commitment Service Class, Push Model (PS3.4 Annex J): N-ACTION asks, N-EVENT-REPORT tells. */
import { asError, DicomError, StatusError } from '../bytes/index.ts';
import { FAILURE_REASON, STATUS } from '../dict/index.ts';
import type { DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import type { ContextProposal } from '../ul/index.ts';
import { answerOnly, checkStatus, contextFor, finalResponse, invokeOnce } from './calls.ts';
import { actionInformation, eventInformation, readReport, readRequest } from './commitment-data.ts';
import { tellDeviation } from './deviations.ts';
import { serveDataSet } from './identifier.ts';
import { STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE } from './sop-classes.ts';
import { NATIVE_SYNTAXES } from './syntaxes.ts';
import type { OpenSubAssociation } from './sub-association.ts';
import type {
  Commitment,
  CommitmentReport,
  CommitmentRequest,
  FinalResponse,
  Handlers,
  Requestor,
} from './types.ts';

/** Request Storage Commitment, the one action (PS3.4 J.3.2.1). */
const ACTION_TYPE = 1;
/** Storage Commitment Request Successful; Storage Commitment Request Complete - Failures Exist (PS3.4 J.3.3.1). */
const EVENT_TYPE = { successful: 1, failuresExist: 2 } as const;

/** SCU: invokes N-ACTION. Success means that there will be a report. @throws StatusError, DicomError. */
export async function commit(
  messenger: Messenger,
  request: CommitmentRequest,
  signal: AbortSignal | undefined,
): Promise<FinalResponse> {
  if (request.instances.length === 0) throw new DicomError('USAGE', 'There is no instance to commit.');
  const context = contextFor(messenger, STORAGE_COMMITMENT);
  const invocation = {
    contextId: context.id,
    name: 'N-ACTION-RQ',
    fields: {
      RequestedSOPClassUID: STORAGE_COMMITMENT,
      RequestedSOPInstanceUID: STORAGE_COMMITMENT_INSTANCE,
      ActionTypeID: ACTION_TYPE,
    },
    dataSet: actionInformation(request, context.transferSyntax),
  } as const;
  const response = finalResponse(await invokeOnce(messenger, invocation, signal));
  checkStatus('N-ACTION', response);
  return response;
}

/** SCU: takes an N-EVENT-REPORT, on an association of either side (PS3.4 J.3.3). */
export function serveReport(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Pick<Handlers, 'commitment' | 'onError'>,
  requestor: Requestor,
): DataSetReceiver | Promise<undefined> {
  const { context, command } = request;
  const { commitment } = handlers;
  if (context.abstractSyntax !== STORAGE_COMMITMENT || !commitment) {
    return answerOnly(request, STATUS.unrecognizedOperation);
  }
  if (messenger.association.role === 'acceptor' && !context.requestor.scp) {
    tellDeviation(messenger, context.id, 'REPORT_WITHOUT_ROLE');
  }
  const take = async (information: Parameters<typeof readReport>[0]): Promise<void> => {
    checkClass(command.AffectedSOPClassUID);
    const { EventTypeID } = command;
    if (EventTypeID !== EVENT_TYPE.successful && EventTypeID !== EVENT_TYPE.failuresExist) {
      throw new StatusError(STATUS.noSuchEventType, 'Event Type ID is neither 1 nor 2.');
    }
    await commitment(readReport(information), requestor);
    await request.respond({ Status: STATUS.success });
  };
  return serveDataSet(request, messenger, handlers, take, STATUS.processingFailure);
}

/** SCP: answers N-ACTION, then reports what the handler decides (PS3.4 J.3.2, J.3.3). */
export function serveCommit(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Handlers,
  requestor: Requestor,
  open: OpenSubAssociation | undefined,
): DataSetReceiver | Promise<undefined> {
  const { context, command } = request;
  if (context.abstractSyntax !== STORAGE_COMMITMENT || !handlers.commit) {
    return answerOnly(request, STATUS.unrecognizedOperation);
  }
  const take = async (information: Parameters<typeof readRequest>[0]): Promise<void> => {
    checkClass(command.RequestedSOPClassUID);
    if (command.RequestedSOPInstanceUID !== STORAGE_COMMITMENT_INSTANCE) {
      throw new StatusError(
        STATUS.noSuchSOPInstance,
        'Storage Commitment has one instance, the well-known one.',
      );
    }
    if (command.ActionTypeID !== ACTION_TYPE) {
      throw new StatusError(STATUS.noSuchAction, 'Action Type ID is not 1.');
    }
    const asked = readRequest(information);
    await request.respond({ Status: STATUS.success });
    void reportBehind(asked, messenger, handlers, requestor, open);
  };
  return serveDataSet(request, messenger, handlers, take, STATUS.processingFailure);
}

function checkClass(sopClassUID: string | undefined): void {
  if (sopClassUID === STORAGE_COMMITMENT) return;
  throw new StatusError(STATUS.noSuchSOPClass, 'The SOP class is not that of the presentation context.');
}

/** The request has its answer already: whatever goes wrong from here on is told to `onError`. */
async function reportBehind(
  asked: CommitmentRequest,
  messenger: Messenger,
  handlers: Handlers,
  requestor: Requestor,
  open: OpenSubAssociation | undefined,
): Promise<void> {
  const { destination, committed, failed } = await decided(asked, handlers, requestor);
  const { transactionUID } = asked;
  const told = { transactionUID, committed, failed };
  try {
    try {
      await report(messenger, told);
    } catch (error) {
      // Many requestors leave behind N-ACTION, or take reports only where they listen.
      if (!destination || !open) throw error;
      const association = await open(destination, REPORTING, requestor);
      await association.report(told).finally(() => association.release());
    }
  } catch (error) {
    handlers.onError?.(asError(error));
  }
}

async function decided(
  asked: CommitmentRequest,
  handlers: Handlers,
  requestor: Requestor,
): Promise<Commitment> {
  try {
    return await handlers.commit!(asked, requestor); // there is one, or nothing would have been accepted
  } catch (error) {
    handlers.onError?.(asError(error));
    const failureReason = FAILURE_REASON.processingFailure;
    return { committed: [], failed: asked.instances.map((instance) => ({ ...instance, failureReason })) };
  }
}

/** Who reports on an association of his own is its SCP (PS3.4 J.3.3, PS3.7 D.3.3.4). */
const REPORTING: readonly ContextProposal[] = [
  {
    abstractSyntax: STORAGE_COMMITMENT,
    transferSyntaxes: NATIVE_SYNTAXES,
    role: { scu: false, scp: true },
  },
];

/** SCP: invokes N-EVENT-REPORT. @throws StatusError, DicomError. */
export async function report(
  messenger: Messenger,
  told: CommitmentReport,
  signal?: AbortSignal,
): Promise<FinalResponse> {
  const context = contextFor(messenger, STORAGE_COMMITMENT);
  const invocation = {
    contextId: context.id,
    name: 'N-EVENT-REPORT-RQ',
    fields: {
      AffectedSOPClassUID: STORAGE_COMMITMENT,
      AffectedSOPInstanceUID: STORAGE_COMMITMENT_INSTANCE,
      EventTypeID: told.failed.length > 0 ? EVENT_TYPE.failuresExist : EVENT_TYPE.successful,
    },
    dataSet: eventInformation(told, context.transferSyntax),
  } as const;
  const response = finalResponse(await invokeOnce(messenger, invocation, signal));
  checkStatus('N-EVENT-REPORT', response);
  return response;
}
