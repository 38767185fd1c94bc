/** What every operation of an SCU shares: its context, its responses as an iterable, its errors. */
import { DicomError, StatusError } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { readNative } from '../data/index.ts';
import { statusOf, statusText, uidName } from '../dict/index.ts';
import type { Operation } from '../dict/index.ts';
import type { Exchange, IncomingRequest, Invocation, Messenger, Response } from '../dimse/index.ts';
import type { PresentationContext } from '../ul/index.ts';
import { tellDeviation } from './deviations.ts';
import { likelySyntaxes } from './syntaxes.ts';
import type { FinalResponse, Responses } from './types.ts';

/** The first accepted context for a SOP class in which the requestor may be SCU. */
export function contextFor(
  messenger: Messenger,
  sopClassUID: string,
  transferSyntax?: string,
): PresentationContext {
  const refusals: string[] = [];
  for (const context of messenger.association.contexts.values()) {
    if (context.abstractSyntax !== sopClassUID) continue;
    if (transferSyntax === undefined || context.transferSyntax === transferSyntax) return context;
    refusals.push(uidName(context.transferSyntax));
  }
  const what = uidName(sopClassUID);
  const message =
    refusals.length === 0
      ? `${messenger.association.peer.aeTitle} did not accept ${what}.`
      : `${messenger.association.peer.aeTitle} accepts ${what} as ${refusals.join(', ')} only, not as ${uidName(transferSyntax!)}.`;
  throw new DicomError('CONTEXT_REFUSED', message, { sopClassUID, transferSyntax });
}

/** Throws what a failure status means; success, warning and cancel pass. */
export function checkStatus(service: Operation, response: FinalResponse, advice?: string): void {
  const status = statusOf(service, response.status);
  if (status.category !== 'failure') return;
  const comment = response.comment ? ` The peer says: "${response.comment}".` : '';
  throw new StatusError(
    response.status,
    `${service} failed with ${statusText(response.status)}, ${status.name}. ${status.meaning}${comment}${advice ? ` ${advice}` : ''}`,
    { comment: response.comment },
  );
}

export function finalResponse({ command, status }: Response): FinalResponse {
  return { status, comment: command.ErrorComment || undefined };
}

/** Reads a response's data set; an unreadable one is as good as none. `fallbackCharacterSet` holds where it names none. */
export function responseDataSet(
  messenger: Messenger,
  response: Response,
  context: PresentationContext,
  fallbackCharacterSet?: string,
): DataSet | undefined {
  if (response.dataSet === undefined || response.dataSet.length === 0) return undefined;
  const options = fallbackCharacterSet === undefined ? {} : { fallbackCharacterSet };
  for (const syntax of likelySyntaxes(context.transferSyntax)) {
    try {
      const dataSet = readNative(response.dataSet, syntax, options);
      if (syntax !== context.transferSyntax) tellDeviation(messenger, context.id, 'DATA_SET_SYNTAX');
      return dataSet;
    } catch {
      // the other one, or none
    }
  }
  tellDeviation(messenger, context.id, 'IDENTIFIER_UNREADABLE');
  return undefined;
}

/** The error of a call whose signal aborted. */
export function cancelled(operation: string): DicomError {
  return new DicomError('CANCELLED', `${operation} was cancelled.`);
}

/** Runs `cancel` when the signal aborts, at once where it has. Returns how to stop listening. */
export function onAbort(signal: AbortSignal | undefined, cancel: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}

/** SCU: invokes an operation that has one response and no C-CANCEL. The response's status is the caller's to judge. */
export async function invokeOnce(
  messenger: Messenger,
  invocation: Omit<Invocation, 'capacity' | 'cancellable'>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const exchange = messenger.invoke({ ...invocation, capacity: 'latest', cancellable: false });
  const stop = onAbort(signal, () => exchange.cancel(cancelled(invocation.name.replace(/-RQ$/, ''))));
  try {
    const next = await exchange.next();
    return next.value ?? (await exchange.done);
  } finally {
    stop();
  }
}

/**
 * SCP: answers with a status and nothing else. What the peer sends next, an A-RELEASE-RQ in the same chunk say,
 * is looked at behind the answer.
 */
export async function answerOnly(request: IncomingRequest, status: number): Promise<undefined> {
  await request.respond({ Status: status }).catch(() => undefined); // a dead association answers nobody
}

/** Error Comment (0000,0902) is LO: 64 characters, here of the default repertoire (PS3.7 C.1). */
export function errorComment(message: string): string {
  return message.replace(/[^ -~]|\\/g, '?').slice(0, 64);
}

interface ResponsesOptions<T, R extends FinalResponse> {
  readonly service: Operation;
  readonly signal: AbortSignal | undefined;
  /** The value of a pending response; `undefined` where it has none. */
  pending(response: Response): T | undefined;
  final(response: Response): R;
  /** What may help, where it failed. */
  advice?(response: Response): string | undefined;
}

/** A signal may say why it aborts, by an error of ours. */
function reasonOf(signal: AbortSignal | undefined): DicomError | undefined {
  return signal?.reason instanceof DicomError ? signal.reason : undefined;
}

/** Responses of an exchange as the iterable that callers see. */
export function responsesOf<T, R extends FinalResponse>(
  exchange: Exchange,
  options: ResponsesOptions<T, R>,
): Responses<T, R> {
  const { service, signal } = options;
  const cancel = (): void => exchange.cancel(reasonOf(signal) ?? cancelled(service));
  const stop = onAbort(signal, cancel);
  const result = exchange.done.then(options.final);
  result.catch(() => undefined); // told to whoever awaits it
  void exchange.done.then(stop, stop);

  async function* iterate(): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        const next = await exchange.next();
        if (next.done) return;
        if (next.value.final) {
          return checkStatus(service, finalResponse(next.value), options.advice?.(next.value));
        }
        const value = options.pending(next.value);
        if (value !== undefined) yield value;
      }
    } finally {
      cancel(); // without effect once the final response is there
    }
  }
  return {
    get result(): Promise<R> {
      exchange.expectNoReader();
      return result;
    },
    [Symbol.asyncIterator]: iterate,
  };
}
