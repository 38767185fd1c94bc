/** Identifiers of C-FIND, C-GET and C-MOVE (PS3.4 C.4), and what an SCP reads from them. */
import { asError, StatusError } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { dataSet, readNative, text, withCharacterSet, writeDataSet } from '../data/index.ts';
import type { DataSet } from '../data/index.ts';
import { STATUS } from '../dict/index.ts';
import { collect } from '../dimse/index.ts';
import type { DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import { errorComment } from './calls.ts';
import { extendedOf } from './extended.ts';
import { LEVELS } from './levels.ts';
import { queryRetrieveOf } from './sop-classes.ts';
import type { Handlers, Level, Model, Query, TextOptions } from './types.ts';

const QUERY_RETRIEVE_LEVEL = '00080052';

const SPECIFIC_CHARACTER_SET = '00080005';

/** The identifier of a query: keys, level, and the character set that the keys need (PS3.4 C.4.1.1.3.1). */
export function queryIdentifier({ level, keys }: Query, transferSyntax: string, texts: TextOptions): Bytes {
  return keysIdentifier({ ...keys, ...dataSet({ QueryRetrieveLevel: level }) }, transferSyntax, texts);
}

/** The identifier of a query that has no level, as that of a worklist (PS3.4 K.4.1.1.3). */
export function keysIdentifier(
  keys: DataSet,
  transferSyntax: string,
  { characterSet, emptyCharacterSet = true }: TextOptions,
): Bytes {
  const named = withCharacterSet(keys, characterSet);
  const bare = !emptyCharacterSet && named[SPECIFIC_CHARACTER_SET]?.Value === undefined;
  return writeDataSet(bare ? keys : named, transferSyntax);
}

/** The identifier of a retrieve: unique keys and level, and a character set only where these need one (PS3.4 C.4.2.1.4). */
export function retrieveIdentifier(request: Query, transferSyntax: string): Bytes {
  return queryIdentifier(request, transferSyntax, { emptyCharacterSet: false });
}

/** Failed SOP Instance UID List (0008,0058) (PS3.4 C.4.2.1.4.2). */
export function failedList(uids: readonly string[], transferSyntax: string): Bytes | undefined {
  if (uids.length === 0) return undefined;
  return writeDataSet(dataSet({ FailedSOPInstanceUIDList: uids }), transferSyntax);
}

/**
 * SCP: collects the identifier of a request, then runs the operation without holding the association back.
 * What the operation throws is answered as its status.
 */
export function serveIdentifier(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Pick<Handlers, 'onError'>,
  operation: (query: Query) => Promise<void>,
): DataSetReceiver {
  return serveDataSet(request, messenger, handlers, (identifier) => operation(queryOf(request, identifier)));
}

/**
 * The same for an operation whose data set has no level (PS3.4 K.4.1.1.3, J.3.2, J.3.3). `failure` is the status of
 * what the operation throws without one.
 */
export function serveDataSet(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Pick<Handlers, 'onError'>,
  operation: (identifier: DataSet) => Promise<void>,
  failure: number = STATUS.cannotUnderstand,
): DataSetReceiver {
  return collect(messenger.limits.identifier, (bytes) => {
    const read = async (): Promise<void> => await operation(readIdentifier(request, bytes, failure));
    void run(request, handlers, read, failure);
  });
}

async function run(
  request: IncomingRequest,
  handlers: Pick<Handlers, 'onError'>,
  operation: () => Promise<void>,
  failure: number,
): Promise<void> {
  try {
    await operation();
  } catch (thrown) {
    const error = asError(thrown);
    const status = error instanceof StatusError ? error.status : failure;
    if (!(error instanceof StatusError)) handlers.onError?.(error);
    // A dead association answers nobody, and says so by itself.
    await request
      .respond({ Status: status, ErrorComment: errorComment(error.message) })
      .catch(() => undefined);
  }
}

function readIdentifier(request: IncomingRequest, bytes: Bytes, failure: number): DataSet {
  try {
    return readNative(bytes, request.context.transferSyntax);
  } catch (cause) {
    throw new StatusError(failure, `The identifier cannot be read: ${asError(cause).message}`);
  }
}

/** The context decides what may be asked (PS3.7 9.1): not the command, which any context can carry. */
function modelOf({ context, name }: IncomingRequest): Model {
  const agreed = queryRetrieveOf(context.abstractSyntax);
  if (agreed && name === `C-${agreed.service}-RQ`) return agreed.model;
  throw new StatusError(STATUS.sopClassNotSupported, 'The presentation context is for something else.');
}

function queryOf(request: IncomingRequest, identifier: DataSet): Query {
  const model = modelOf(request);
  const level = text(identifier, 'QueryRetrieveLevel').trim().toUpperCase() as Level;
  if (!LEVELS[model].includes(level)) {
    throw new StatusError(
      STATUS.identifierDoesNotMatch,
      `Query/Retrieve Level is not one of ${LEVELS[model].join(', ')}.`,
    );
  }
  const { [QUERY_RETRIEVE_LEVEL]: _, ...keys } = identifier;
  const extended = extendedOf(request.context);
  return { model, level, keys, ...(Object.keys(extended).length > 0 && { extended }) };
}
