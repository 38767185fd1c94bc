/** Searches as queries, level by level (PS3.18 10.6; PS3.4 C.4.1), and their matches as DICOM JSON. */
import { DicomError } from '../bytes/index.ts';
import type { Attribute, DataSet, KeyValue } from '../data/index.ts';
import { dataSet, inUTF8, tagOf, text } from '../data/index.ts';
import type { Query } from '../service/index.ts';
import { UNIQUE_KEY } from '../service/index.ts';
import type { SearchLevel } from './attributes.ts';
import { GATHERED, IF_KNOWN, SEARCH_LEVELS } from './attributes.ts';
import { segment } from './call.ts';
import { Gatherer, lacks } from './gather.ts';
import { Refusal } from './problem.ts';
import type { Search } from './query.ts';

/** Asks for the matches of a query. */
export type Find = (query: Query) => AsyncIterable<DataSet>;

/** Entities of a level that a search without their UIDs goes through; each costs a query of its own. */
const MOST_ABOVE = 10_000;
/** Written by the answer itself, or of no meaning in it: level, Retrieve AE Title, character set. */
const LEFT_OUT: readonly string[] = ['00080005', '00080052', '00080054'];
const RETRIEVE_URL = '00081190';

/**
 * The matches, with their Retrieve URLs below `root`, as they come. Without the UIDs of the levels above it finds their
 * entities first and asks below each: peers need not know relational queries. What a peer does not tell of them is
 * gathered below, where it is asked for by name.
 * @throws Refusal 400 where a value cannot be written, 413 where too many entities are above, or would have to be looked
 *   into; and what `find` throws.
 */
export async function* matches(
  search: Search,
  find: Find,
  root: string,
): AsyncGenerator<DataSet, void, undefined> {
  let { offset, limit } = search;
  if (limit === 0) return;
  const gatherer = new Gatherer(find, search.gathered, modalitiesOf(search));
  for await (const row of rows(search, find, gatherer)) {
    const study = search.level === 'STUDY' ? await gatherer.selected(row) : row;
    if (study === undefined || offset-- > 0) continue;
    yield finished(await gatherer.completed(study, search.level, search.gathered), search.level, root);
    if (--limit === 0) return;
  }
}

function modalitiesOf({ levels }: Search): Attribute | undefined {
  const asked = levels.STUDY.keys[GATHERED.ModalitiesInStudy];
  return asked === undefined ? undefined : keysOf({ ModalitiesInStudy: asked })[GATHERED.ModalitiesInStudy];
}

/** As they come; where one tells too little all that are wanted are found first: their association ends before others begin. */
async function* rows(
  search: Search,
  find: Find,
  gatherer: Gatherer,
): AsyncGenerator<DataSet, void, undefined> {
  const { level, offset, limit, gathered } = search;
  const all = below(search, find, gatherer, 0, {}, {});
  const selects = level === 'STUDY' && gatherer.selects;
  const wanted = selects ? [...gathered, GATHERED.ModalitiesInStudy] : gathered;
  let passed = 0;
  for await (const row of all) {
    if (!lacks(row, level, wanted)) {
      passed++;
      yield row;
      continue;
    }
    const most = selects ? Infinity : offset + limit - passed; // which of them have the modalities shows later
    const rest = [row, ...(most > 1 ? await entities(all, most - 1) : [])];
    await all.return();
    gatherer.allow(selects ? rest : rest.slice(Math.max(0, offset - passed)), level, wanted);
    yield* rest;
  }
}

type UniqueKeys = Readonly<Record<string, string>>;

async function* below(
  search: Search,
  find: Find,
  gatherer: Gatherer,
  depth: number,
  above: UniqueKeys,
  told: DataSet,
): AsyncGenerator<DataSet, void, undefined> {
  const level = SEARCH_LEVELS[depth]!; // the level of the search, at the latest, does not recur
  const unique = tagOf(UNIQUE_KEY[level]);
  if (level === search.level) {
    for await (const match of find(queryOf(search, level, above))) yield { ...told, ...match };
    return;
  }
  const uid = search.uids[level];
  if (uid !== undefined && isUnasked(search, level)) {
    yield* below(
      search,
      find,
      gatherer,
      depth + 1,
      { ...above, [unique]: uid },
      { ...told, ...dataSet({ [unique]: uid }) },
    );
    return;
  }
  const all = await entities(find(queryOf(search, level, above)));
  if (level === 'STUDY' && gatherer.selects) gatherer.allow(all, level, [GATHERED.ModalitiesInStudy]);
  for (const one of all) {
    const match = level === 'STUDY' ? await gatherer.selected(one) : one;
    const found = match === undefined ? '' : text(match, unique);
    if (found === '') continue;
    yield* below(search, find, gatherer, depth + 1, { ...above, [unique]: found }, { ...told, ...match });
  }
}

/** All of them at once, or `most`: their association ends before the next one begins. */
async function entities(found: AsyncIterable<DataSet>, most = Infinity): Promise<DataSet[]> {
  const all: DataSet[] = [];
  for await (const match of found) {
    if (all.length === MOST_ABOVE) {
      throw new Refusal(
        413,
        `More than ${MOST_ABOVE} entities would have to be looked into; narrow the search.`,
      );
    }
    all.push(match);
    if (all.length === most) break;
  }
  return all;
}

/** Whether a level above need not be queried: its entity is known, and nothing else of it is wanted. */
function isUnasked(search: Search, level: SearchLevel): boolean {
  const { keys, told } = search.levels[level];
  return Object.keys(keys).length === 0 && told.length === 0;
}

/** @throws Refusal 400 */
function queryOf(search: Search, level: SearchLevel, above: UniqueKeys): Query {
  const { keys, told } = search.levels[level];
  const empty = Object.fromEntries(told.map((path) => [path, '']));
  const unique = { [tagOf(UNIQUE_KEY[level])]: search.uids[level] ?? '' };
  const asked = keysOf({ ...empty, ...unique, ...keys, ...above });
  return { model: 'STUDY', level, keys: asked, ...(search.fuzzy && { extended: { fuzzy: true } }) };
}

function keysOf(keys: Readonly<Record<string, KeyValue>>): DataSet {
  try {
    return dataSet(keys);
  } catch (error) {
    if (error instanceof DicomError)
      throw new Refusal(400, `The search cannot be asked so: ${error.message}.`);
    throw error;
  }
}

/** A match as it is answered. */
function finished(match: DataSet, level: SearchLevel, root: string): DataSet {
  const url = { [RETRIEVE_URL]: { vr: 'UR', Value: [retrieveURL(match, level, root)] } };
  return inUTF8({ ...without(match), ...url });
}

function without(match: DataSet): DataSet {
  const isEmpty = (tag: string): boolean => (match[tag]?.Value ?? []).length === 0;
  return Object.fromEntries(
    Object.entries(match).filter(
      ([tag]) => !LEFT_OUT.includes(tag) && !(IF_KNOWN.includes(tag) && isEmpty(tag)),
    ),
  );
}

const SEGMENTS: Readonly<Record<SearchLevel, string>> = {
  STUDY: 'studies',
  SERIES: 'series',
  IMAGE: 'instances',
};

function retrieveURL(match: DataSet, level: SearchLevel, root: string): string {
  const levels = SEARCH_LEVELS.slice(0, SEARCH_LEVELS.indexOf(level) + 1);
  return levels.reduce(
    (url, each) => `${url}/${SEGMENTS[each]}/${segment(text(match, UNIQUE_KEY[each]))}`,
    root,
  );
}
