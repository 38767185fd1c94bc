/** The queries of the page: keys as they are typed, alternatives one after the other, and no more associations than the peer takes. */
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import { attribute, attributesLike } from '../../core/dict/index.ts';
import type { PeerAddress, QueryResult, Task } from '../../core/peer/index.ts';
import { query, worklist } from '../../core/peer/index.ts';
import { UNIQUE_KEY } from '../../core/service/index.ts';
import type { Level } from '../../core/service/index.ts';
import { wholeDictionary } from '../dictionary.ts';
import type { Here } from './here.ts';
import type { Running } from './host.ts';
import type { AttributeHint, Keys, Question } from './protocol.ts';
import { isUnread, readAgain } from './unread.ts';

interface Asking {
  ask(keys: Keys, limit: number, signal: AbortSignal): Task<DataSet, QueryResult>;
  /** By which matches of several alternatives are told apart; empty for one that names nothing. */
  identity(match: DataSet): string;
  /** Of answers that name none. */
  readonly characterSet?: string | undefined;
}

/** Asks for what any of the sets of keys matches. @throws DicomError USAGE for a key that the dictionary does not know. */
export function find(
  peer: PeerAddress,
  { model, level, keys }: Question,
  limit: number,
  running: Running<DataSet>,
): Promise<QueryResult> {
  const asking: Asking = {
    ask: (each, most, signal) => query(peer, { model, level, keys: dataSet(each) }, { limit: most, signal }),
    identity: ofLevel(level),
    characterSet: peer.characterSet,
  };
  return inTurn(peer, running.signal, () => askAll(keys, limit, running, asking));
}

/** The same of the page's own archive. */
export function findHere(
  here: Here,
  { model, level, keys }: Question,
  limit: number,
  running: Running<DataSet>,
): Promise<QueryResult> {
  const asking: Asking = {
    ask: (each, most, signal) => here.query({ model, level, keys: dataSet(each) }, most, signal),
    identity: ofLevel(level),
  };
  return askAll(keys, limit, running, asking);
}

/** The same of the Modality Worklist, with all its return keys (PS3.4 K). */
export async function findWorklist(
  peer: PeerAddress,
  keys: readonly Keys[],
  limit: number,
  running: Running<DataSet>,
): Promise<QueryResult> {
  const { worklistKeys } = await import('../../core/service/worklist-keys.ts');
  const asking: Asking = {
    ask: (each, most, signal) => worklist(peer, worklistKeys(each), { limit: most, signal }),
    identity: (match) => JSON.stringify(match),
    characterSet: peer.characterSet,
  };
  return inTurn(peer, running.signal, () => askAll(keys, limit, running, asking));
}

/** The attributes that a person may mean by what was typed so far. */
export async function attributeHints(typed: string): Promise<readonly AttributeHint[]> {
  await wholeDictionary();
  const searchable = attributesLike(typed, 2 * HINTS).filter(({ tag }) => !OF_MESSAGES.test(tag));
  return searchable.slice(0, HINTS).map(({ keyword, tag, name }) => ({ keyword, tag, name }));
}

const HINTS = 12;
/** Command elements and file meta information: nothing that a query asks for. */
const OF_MESSAGES = /^000[02]/;

const ofLevel =
  (level: Level) =>
  (match: DataSet): string =>
    text(match, UNIQUE_KEY[level]);

async function askAll(
  alternatives: readonly Keys[],
  limit: number,
  { signal, step }: Running<DataSet>,
  { ask, identity, characterSet }: Asking,
): Promise<QueryResult> {
  const known = alternatives.flatMap(Object.keys).every((key) => attribute(key) !== undefined);
  if (!known) await wholeDictionary();
  const told = new Set<string>();
  let result: QueryResult = { status: 0, matches: 0, limited: false };
  let matches = 0;
  for (const keys of alternatives) {
    const task = ask(keys, limit - matches, signal);
    for await (const came of task) {
      const match = isUnread(came) ? await readWhole(came, characterSet) : came;
      // A peer that takes no heed of the key finds the same again for each alternative.
      if (alternatives.length > 1 && isRepeated(told, identity(match))) continue;
      matches++;
      step(match);
    }
    result = { ...(await task.result), matches };
    if (result.limited) break;
  }
  return result;
}

/** Few peers answer in Implicit VR with what was not asked for: the dictionary for that is fetched when it comes. */
async function readWhole(match: DataSet, characterSet: string | undefined): Promise<DataSet> {
  await wholeDictionary();
  return readAgain(match, characterSet);
}

/** What names nothing is never the same. */
function isRepeated(told: Set<string>, identity: string): boolean {
  if (identity === '' || !told.has(identity)) {
    told.add(identity);
    return false;
  }
  return true;
}

/** Where the peer's entry says how many associations it takes, a query waits for its turn among the transfers. */
async function inTurn<T>(
  { associations, slots }: PeerAddress,
  signal: AbortSignal,
  action: () => Promise<T>,
): Promise<T> {
  const free = associations === undefined ? undefined : await slots?.take(signal);
  try {
    return await action();
  } finally {
    free?.();
  }
}
