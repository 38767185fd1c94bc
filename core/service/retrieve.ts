/** What C-GET and C-MOVE share (PS3.4 C.4.2, C.4.3): the responses an SCU reads, the sub-operations an SCP counts. */
import { asError } from '../bytes/index.ts';
import { texts } from '../data/index.ts';
import type { DataSet } from '../data/index.ts';
import { STATUS, statusOf } from '../dict/index.ts';
import { PRIORITY } from '../dimse/index.ts';
import type { CommandSet, IncomingRequest, Messenger, Response } from '../dimse/index.ts';
import type { PresentationContext } from '../ul/index.ts';
import { finalResponse, responseDataSet, responsesOf } from './calls.ts';
import { tellDeviation } from './deviations.ts';
import { failedList, retrieveIdentifier } from './identifier.ts';
import { ReadAhead } from './read-ahead.ts';
import type {
  Handlers,
  OutgoingInstance,
  Progress,
  Responses,
  RetrieveRequest,
  RetrieveResult,
  SubOperations,
} from './types.ts';

/** Counters are 16 bit numbers (PS3.7 E.1); more sub-operations than that are told as that many. */
const LARGEST_COUNT = 0xffff;

/** SCU: invokes C-GET or C-MOVE; iterate for progress. Unread progress is replaced by newer, never queued. */
export function invokeRetrieve(
  messenger: Messenger,
  context: PresentationContext,
  request: RetrieveRequest,
  destination: string | undefined,
  signal: AbortSignal | undefined,
): Responses<Progress, RetrieveResult> {
  const service = destination === undefined ? 'C-GET' : 'C-MOVE';
  let last: Progress | undefined;
  const exchange = messenger.invoke({
    contextId: context.id,
    name: `${service}-RQ`,
    fields: {
      AffectedSOPClassUID: context.abstractSyntax,
      Priority: PRIORITY.medium,
      ...(destination === undefined ? {} : { MoveDestination: destination }),
    },
    dataSet: retrieveIdentifier(request, context.transferSyntax),
    progress: destination === undefined ? 'progress' : 'moveProgress',
    capacity: 'latest',
    cancellable: true,
  });
  return responsesOf(exchange, {
    service,
    signal,
    advice: (response) => destinationAdvice(response, destination),
    pending: ({ status, command }) => {
      const progress = { status, ...subOperations(command) };
      if (last && isOdd(last, progress)) tellDeviation(messenger, context.id, 'COUNTERS_ODD');
      return (last = progress);
    },
    final: (response) => ({
      ...finalResponse(response),
      ...subOperations(response.command),
      failedSOPInstanceUIDs: failedInstances(responseDataSet(messenger, response, context)),
    }),
  });
}

/** Peers say in three ways that they do not know a destination, and two of these mean other things as well. */
const MAY_BE_UNKNOWN: readonly number[] = [
  STATUS.moveDestinationUnknown,
  STATUS.cannotUnderstand,
  STATUS.unableToPerformSubOperations,
];

function destinationAdvice({ status }: Response, destination: string | undefined): string | undefined {
  if (destination === undefined || !MAY_BE_UNKNOWN.includes(status)) return undefined;
  return `Does it know the destination ${destination}, and its address? Its administrator can add it.`;
}

/** Whether counters run against their direction; what is not told is no number to compare. */
function isOdd(before: SubOperations, after: SubOperations): boolean {
  const less = (a: number | undefined, b: number | undefined): boolean =>
    a !== undefined && b !== undefined && a < b;
  return (
    less(before.remaining, after.remaining) ||
    less(after.completed, before.completed) ||
    less(after.failed, before.failed) ||
    less(after.warning, before.warning)
  );
}

function subOperations(command: CommandSet): SubOperations {
  return {
    remaining: command.NumberOfRemainingSuboperations,
    completed: command.NumberOfCompletedSuboperations,
    failed: command.NumberOfFailedSuboperations,
    warning: command.NumberOfWarningSuboperations,
  };
}

function failedInstances(identifier: DataSet | undefined): readonly string[] {
  return identifier ? texts(identifier, 'FailedSOPInstanceUIDList') : [];
}

/**
 * How one sub-operation went: the status of its C-STORE, or nothing where none came about. `sent` is called when its request has
 * left.
 */
export type SubOperation = (instance: OutgoingInstance, sent: () => void) => Promise<number | undefined>;

/**
 * SCP: performs the sub-operations one after the other, answers a pending response after each and a final one
 * that says what came of them (PS3.4 C.4.2.3.1, C.4.3.3.1). C-CANCEL is honoured between them. While the peer works on one
 * instance the next one is read.
 */
export async function performSubOperations(
  request: IncomingRequest,
  instances: readonly OutgoingInstance[],
  perform: SubOperation,
  handlers: Pick<Handlers, 'onError'>,
): Promise<void> {
  const tally = new Tally(instances.length);
  const ahead = new ReadAhead();
  try {
    for (const [i, instance] of instances.entries()) {
      if (request.signal.aborted) break;
      const next = instances[i + 1];
      const taken = { ...instance, open: () => ahead.take(instance, instance) };
      const status = await perform(taken, () => next && ahead.begin(next, next)).catch((error: unknown) => {
        handlers.onError?.(asError(error));
        return undefined;
      });
      ahead.forget(instance); // no context, or no association: nobody has asked for it
      tally.count(instance, status);
      if (tally.remaining > 0) await request.respond({ Status: STATUS.pending, ...tally.fields(true) });
    }
  } finally {
    ahead.end();
  }
  const status = tally.remaining > 0 ? STATUS.cancel : tally.status();
  const failed = failedList(tally.failedUIDs, request.context.transferSyntax);
  // Remaining is told only where some remain (PS3.7 Tables 9.1-3 and 9.1-4).
  await request.respond({ Status: status, ...tally.fields(status === STATUS.cancel) }, failed);
}

class Tally {
  remaining: number;
  completed = 0;
  warning = 0;
  readonly failedUIDs: string[] = [];

  constructor(total: number) {
    this.remaining = total;
  }

  count(instance: OutgoingInstance, status: number | undefined): void {
    this.remaining--;
    const category = status === undefined ? 'failure' : statusOf('C-STORE', status).category;
    if (category === 'success') this.completed++;
    else if (category === 'warning') this.warning++;
    else this.failedUIDs.push(instance.sopInstanceUID);
  }

  status(): number {
    const failed = this.failedUIDs.length;
    if (failed > 0 && this.completed === 0 && this.warning === 0) return STATUS.unableToPerformSubOperations;
    return failed > 0 || this.warning > 0 ? STATUS.subOperationsCompleteWithFailures : STATUS.success;
  }

  fields(withRemaining: boolean): Partial<CommandSet> {
    const capped = (count: number): number => Math.min(count, LARGEST_COUNT);
    return {
      ...(withRemaining ? { NumberOfRemainingSuboperations: capped(this.remaining) } : {}),
      NumberOfCompletedSuboperations: capped(this.completed),
      NumberOfFailedSuboperations: capped(this.failedUIDs.length),
      NumberOfWarningSuboperations: capped(this.warning),
    };
  }
}

/** The instances of a retrieval as a list: their names are few bytes each, their data sets are not opened yet. */
export async function gathered(
  instances: AsyncIterable<OutgoingInstance>,
  signal: AbortSignal,
): Promise<OutgoingInstance[]> {
  const list: OutgoingInstance[] = [];
  for await (const instance of instances) {
    if (signal.aborted) break;
    list.push(instance);
  }
  return list;
}
