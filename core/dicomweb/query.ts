/** Query parameters of a search: what is asked of each level, and how much of the answer is wanted (PS3.18 8.3.4). */
import type { KeyValue } from '../data/index.ts';
import { tagOf, vrEntry } from '../data/index.ts';
import { implicitVR } from '../data/implicit-vr.ts';
import { attribute, isHarmlessUID } from '../dict/index.ts';
import { UNIQUE_KEY } from '../service/index.ts';
import type { SearchLevel } from './attributes.ts';
import { allAnswered, ANSWERED, GATHERED, SEARCH_LEVELS, searchLevelOf } from './attributes.ts';
import { Refusal } from './problem.ts';
import type { Target } from './routes.ts';

/** What is asked of one level. Keys are paths of tags: `00400275.00400009`. */
export interface LevelRequest {
  /** What entities must match. */
  readonly keys: Readonly<Record<string, KeyValue>>;
  /** What is to be told of them. */
  readonly told: readonly string[];
}

/** A search as it is asked. */
export interface Search {
  readonly level: SearchLevel;
  readonly levels: Readonly<Record<SearchLevel, LevelRequest>>;
  /** The only entity of a level, where its UID is told. */
  readonly uids: Readonly<Partial<Record<SearchLevel, string>>>;
  readonly fuzzy: boolean;
  readonly offset: number;
  /** Infinity where none is asked. */
  readonly limit: number;
  /** Tags of the search's level that are asked for by name, and that some peers do not tell. */
  readonly gathered: readonly string[];
  /** Sentences for Warning headers: what was not done. */
  readonly warnings: readonly string[];
}

/** Parameters of one request, and fields of `includefield`, each of which is looked up; a search with more is a mistake. */
const MOST_PARAMETERS = 256;
/** Longest value: 400 UIDs. */
const LONGEST_VALUE = 25_600;
/** Mistakes that are told one by one: browsers take headers of some kilobytes. */
const MOST_WARNINGS = 16;
/** Sequences that a key may go through; C-FIND keys seldom go through more than one. */
const DEEPEST = 8;

const LEVEL_OF_RESOURCE: Readonly<Record<string, SearchLevel>> = {
  studies: 'STUDY',
  series: 'SERIES',
  instances: 'IMAGE',
};
const MODALITY = '00080060';
const FUZZY_UNSUPPORTED =
  'The fuzzymatching parameter is not supported. Only literal matching has been performed.';

/**
 * Reads the parameters of a search. `fuzzy`: whether names can be matched so.
 * @throws Refusal 400 where one of them cannot mean anything.
 */
export function searchOf(
  target: Target,
  parameters: Iterable<readonly [string, string]>,
  can: { readonly fuzzy: boolean },
): Search {
  const reader = new ParameterReader(LEVEL_OF_RESOURCE[target.resource]!, target); // a resource to search
  for (const [name, value] of parameters) reader.take(name, value);
  return reader.search(can);
}

class ParameterReader {
  readonly #level: SearchLevel;
  readonly #keys: Record<SearchLevel, Record<string, KeyValue>> = { STUDY: {}, SERIES: {}, IMAGE: {} };
  readonly #included: Record<SearchLevel, string[]> = { STUDY: [], SERIES: [], IMAGE: [] };
  readonly #uids: Partial<Record<SearchLevel, string>> = {};
  readonly #warnings = new Set<string>();
  readonly #seen = new Set<string>();
  #count = 0;
  #all = false;
  #fuzzy = false;
  #offset = 0;
  #limit = Infinity;

  constructor(level: SearchLevel, { study, series }: Target) {
    this.#level = level;
    if (study !== undefined) this.#uids.STUDY = study;
    if (series !== undefined) this.#uids.SERIES = series;
  }

  take(name: string, value: string): void {
    this.#countOne();
    if (value.length > LONGEST_VALUE) {
      throw new Refusal(400, `A parameter has at most ${LONGEST_VALUE} characters.`);
    }
    const known = this.#known.get(name);
    if (known !== undefined) known(value);
    else if (pathOf(name) === undefined)
      this.#warnings.add(`${shown(name)} is no attribute and was ignored.`);
    else this.#key(name, pathOf(name)!, value);
  }

  search(can: { readonly fuzzy: boolean }): Search {
    if (this.#fuzzy && !can.fuzzy) this.#warnings.add(FUZZY_UNSUPPORTED);
    const levels = Object.fromEntries(
      SEARCH_LEVELS.map((level) => [level, { keys: this.#keys[level], told: this.#told(level) }]),
    ) as Record<SearchLevel, LevelRequest>;
    return {
      level: this.#level,
      levels,
      uids: this.#uids,
      fuzzy: this.#fuzzy && can.fuzzy,
      offset: this.#offset,
      limit: this.#limit,
      gathered: Object.values(GATHERED).filter((tag) => this.#included[this.#level].includes(tag)),
      warnings: fewOf(this.#warnings),
    };
  }

  readonly #known: ReadonlyMap<string, (value: string) => void> = new Map(
    Object.entries({
      limit: (value) => void (this.#limit = count('limit', value)),
      offset: (value) => void (this.#offset = count('offset', value)),
      fuzzymatching: (value) => void (this.#fuzzy = flag('fuzzymatching', value)),
      emptyvaluematching: (value) => this.#notDone('emptyvaluematching', value),
      multiplevaluematching: (value) => this.#notDone('multiplevaluematching', value),
      includefield: (value) => value.split(',').forEach((field) => this.#include(field)),
      accept: () => undefined, // read with the header
    }),
  );

  #notDone(name: string, value: string): void {
    if (flag(name, value)) this.#warnings.add(`The ${name} parameter is not supported and was ignored.`);
  }

  /** @throws Refusal 400 */
  #countOne(): void {
    if (++this.#count <= MOST_PARAMETERS) return;
    throw new Refusal(400, `A search has at most ${MOST_PARAMETERS} parameters and fields.`);
  }

  #include(field: string): void {
    this.#countOne();
    if (field === 'all') return void (this.#all = true);
    const path = pathOf(field);
    if (path === undefined)
      return void this.#warnings.add(`${shown(field)} is no attribute and was ignored.`);
    const [tag, level] = this.#placed(path.join('.'), this.#levelOf(path));
    this.#included[level].push(tag);
  }

  /** What no table puts at a level above is asked at the level of the search: the peer may know it. */
  #levelOf(path: readonly string[]): SearchLevel {
    const level = searchLevelOf(path[0]!); // a path has one tag at least
    return level === 'IMAGE' && !isKnown(path[0]!) ? this.#level : level;
  }

  #key(name: string, path: readonly string[], value: string): void {
    const key = path.join('.');
    if (this.#seen.has(key))
      throw new Refusal(400, `${name} is given twice; list UIDs with commas in between.`);
    this.#seen.add(key);
    const [tag, level] = this.#placed(key, this.#levelOf(path));
    if (isBelow(level, this.#level)) {
      this.#warnings.add(`${shown(name)} belongs to a level below and was not matched.`);
    } else if (tag === tagOf(UNIQUE_KEY[level])) this.#unique(name, level, uidsOf(name, value));
    else this.#keys[level][tag] = valueOf(name, path.at(-1)!, value);
  }

  /** A study has modalities, a series has one: who looks for studies by Modality, or wants it of them, means the former. */
  #placed(key: string, level: SearchLevel): readonly [string, SearchLevel] {
    return key === MODALITY && this.#level === 'STUDY' ? [GATHERED.ModalitiesInStudy, 'STUDY'] : [key, level];
  }

  #unique(name: string, level: SearchLevel, uids: readonly string[]): void {
    const named = this.#uids[level];
    if (named !== undefined) {
      if (uids.length > 0 && !uids.includes(named)) throw new Refusal(400, `${name} contradicts the path.`);
    } else if (uids.length === 1) this.#uids[level] = uids[0]!;
    else if (uids.length > 1) this.#keys[level][tagOf(UNIQUE_KEY[level])] = uids;
  }

  /** Levels above tell what is asked of them; unasked all they have, unless the path names the one entity. */
  #told(level: SearchLevel): readonly string[] {
    const asked = [...this.#included[level], ...Object.keys(this.#keys[level])];
    if (isBelow(level, this.#level)) return [];
    if (level === this.#level) {
      return [...new Set([...ANSWERED[level], ...(this.#all ? allAnswered(level) : []), ...asked])];
    }
    return [...new Set(this.#uids[level] === undefined ? [...ANSWERED[level], ...asked] : asked)];
  }
}

function fewOf(warnings: ReadonlySet<string>): readonly string[] {
  const more = warnings.size - MOST_WARNINGS;
  if (more <= 0) return [...warnings];
  return [...warnings].slice(0, MOST_WARNINGS).concat(`${more} more of what was asked was ignored.`);
}

function isBelow(level: SearchLevel, than: SearchLevel): boolean {
  return SEARCH_LEVELS.indexOf(level) > SEARCH_LEVELS.indexOf(than);
}

function isKnown(tag: string): boolean {
  return attribute(tag) !== undefined;
}

/** Not of commands, files, group lengths or delimiters, which stand in no identifier (PS3.5 7.1, 7.2, 7.5). */
function isOfDataSets(tag: string): boolean {
  return tag > '00080000' && tag < 'FFFC0000' && !tag.endsWith('0000');
}

/** Tags of a keyword, a tag, or several that lead into sequences; undefined where it is none of these. */
function pathOf(name: string): readonly string[] | undefined {
  const parts = name.split('.');
  if (parts.length > DEEPEST) return undefined;
  const tags = parts.map((part) =>
    /^[0-9A-Fa-f]{8}$/.test(part) ? part.toUpperCase() : attribute(part)?.tag,
  );
  if (!tags.every((tag) => tag !== undefined && isOfDataSets(tag))) return undefined;
  const found = tags as string[];
  return found.slice(0, -1).every((tag) => implicitVR(tag) === 'SQ') ? found : undefined;
}

/** @throws Refusal 400 */
function valueOf(name: string, tag: string, value: string): KeyValue {
  const vr = implicitVR(tag);
  const { kind } = vrEntry(vr);
  if (kind === 'bytes' || kind === 'sequence') {
    if (value === '') return kind === 'sequence' ? [] : { vr };
    throw new Refusal(400, `${name} cannot be matched as a whole; name an attribute in it.`);
  }
  if (vr === 'UI') return uidsOf(name, value);
  // No code holds a comma: between codes it separates.
  return vr === 'CS' ? value.split(/[,\\]/) : value;
}

/** @throws Refusal 400 */
function uidsOf(name: string, value: string): readonly string[] {
  const uids = value.split(/[,\\]/).filter((uid) => uid !== '' && uid !== '*');
  if (uids.every(isHarmlessUID)) return uids;
  throw new Refusal(400, `${name} takes UIDs, separated by commas.`);
}

/** @throws Refusal 400 */
function count(name: string, value: string): number {
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new Refusal(400, `${name} is a number from 0, as in ${name}=100.`);
}

/** @throws Refusal 400 */
function flag(name: string, value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Refusal(400, `${name} is true or false.`);
}

/** A name from outside, for a header: only what a keyword or a tag could be. */
function shown(name: string): string {
  return /^[\w.]{1,64}$/.test(name) ? name : 'A parameter';
}
