/** Query: matches of a C-FIND, up to a limit (PS3.4 C.4.1). */
import { DEFAULT_LIMITS, DicomError } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { STATUS } from '../dict/index.ts';
import { MODALITY_WORKLIST, NATIVE_SYNTAXES, openAssociation, QUERY_RETRIEVE } from '../service/index.ts';
import type { FinalResponse, OpenAssociation, Query, Responses } from '../service/index.ts';
import { findOptions, withAssociation } from './open.ts';
import { task } from './task.ts';
import type { Reporter } from './task.ts';
import type { PeerAddress, QueryResult, Task } from './types.ts';

/**
 * Asks the peer and gives its matches as they come. At `limit` matches the rest is cancelled by C-CANCEL, and
 * `result.limited` says so. Iterating throws StatusError where the peer reports failure.
 */
export function query(
  peer: PeerAddress,
  asked: Query,
  options: QueryOptions = {},
): Task<DataSet, QueryResult> {
  const sopClass = QUERY_RETRIEVE[asked.model].FIND;
  return ask(peer, sopClass, options, (association, signal) =>
    association.find(asked, findOptions(peer, signal)),
  );
}

/** Asks the Modality Worklist for scheduled procedure steps (PS3.4 K); otherwise as `query`. */
export function worklist(
  peer: PeerAddress,
  keys: DataSet,
  options: QueryOptions = {},
): Task<DataSet, QueryResult> {
  return ask(peer, MODALITY_WORKLIST, options, (association, signal) =>
    association.worklist(keys, findOptions(peer, signal)),
  );
}

/** How a query is asked. */
export interface QueryOptions {
  /** Matches at which the rest is cancelled. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

type Find = (association: OpenAssociation, signal: AbortSignal) => Responses<DataSet, FinalResponse>;

function ask(
  peer: PeerAddress,
  abstractSyntax: string,
  { limit = Infinity, signal }: QueryOptions,
  find: Find,
): Task<DataSet, QueryResult> {
  const contexts = [{ abstractSyntax, transferSyntaxes: NATIVE_SYNTAXES }];
  return task(signal, DEFAULT_LIMITS.responses, (reporter) =>
    withAssociation(openAssociation, peer, contexts, reporter.signal, (association) =>
      gather(association, find, limit, reporter),
    ),
  );
}

async function gather(
  association: OpenAssociation,
  find: Find,
  limit: number,
  reporter: Reporter<DataSet>,
): Promise<QueryResult> {
  let matches = 0;
  const stop = new AbortController();
  reporter.signal.addEventListener('abort', () => stop.abort(), { once: true });
  const responses = find(association, stop.signal);
  try {
    for await (const match of responses) {
      // One more than the limit tells that there is more.
      if (matches === limit) return { status: STATUS.cancel, matches, limited: true };
      matches++;
      await reporter.step(match);
    }
  } catch (error) {
    if (reporter.signal.aborted) throw new DicomError('CANCELLED', 'The query was cancelled.');
    throw error;
  }
  return { status: (await responses.result).status, matches, limited: false };
}
