/**
 * What some peers do not tell of studies and series (PS3.4 C.6.2.1.2 leaves it to them): modalities and numbers, gathered
 * by queries below the entity.
 */
import { matcher } from '../archive/matching.ts';
import type { Attribute, DataSet } from '../data/index.ts';
import { dataSet, number, text, texts } from '../data/index.ts';
import type { Query } from '../service/index.ts';
import { UNIQUE_KEY } from '../service/index.ts';
import type { SearchLevel } from './attributes.ts';
import { GATHERED } from './attributes.ts';
import { Refusal } from './problem.ts';

/** Entities of one search that are looked into; each costs a query at least. */
export const MOST_LOOKED_INTO = 500;
/** Series of one search whose instances are counted one by one, each by a query; behind them the numbers stay untold. */
const MOST_COUNTED = 500;

const MODALITIES = 'ModalitiesInStudy';
const OF_STUDY = 'NumberOfStudyRelatedInstances';
const OF_SERIES = 'NumberOfSeriesRelatedInstances';

type Find = (query: Query) => AsyncIterable<DataSet>;

/** For one search. */
export class Gatherer {
  readonly #find: Find;
  readonly #counts: boolean;
  readonly #passes: ((held: Attribute | undefined) => boolean) | undefined;
  #counted = 0;

  /** `wanted`: the tags that are asked for by name. `modalities`: the key that studies must match, if there is one. */
  constructor(find: Find, wanted: readonly string[], modalities: Attribute | undefined) {
    this.#find = find;
    this.#counts = wanted.includes(GATHERED[OF_STUDY]) || wanted.includes(GATHERED[OF_SERIES]);
    this.#passes = modalities && matcher(modalities, {}, false);
  }

  /** Whether the modalities of studies decide what is answered: some peers do not match them. */
  get selects(): boolean {
    return this.#passes !== undefined;
  }

  /** The entity with what is wanted of it, as far as it is to be had. */
  async completed(row: DataSet, level: SearchLevel, wanted: readonly string[]): Promise<DataSet> {
    if (!lacks(row, level, wanted) || text(row, UNIQUE_KEY[level]) === '') return row; // an empty key matches all there are
    if (level === 'SERIES') {
      const instances = await this.#instances(row, text(row, UNIQUE_KEY.SERIES));
      return instances === undefined ? row : { ...row, ...dataSet({ [OF_SERIES]: instances }) };
    }
    return filled(row, await this.#ofStudy(row));
  }

  /** A study with its modalities where they decide; undefined where it has none of those that are wanted. */
  async selected(study: DataSet): Promise<DataSet | undefined> {
    if (this.#passes === undefined) return study;
    const told = await this.completed(study, 'STUDY', [GATHERED[MODALITIES]]);
    return this.#passes(told[GATHERED[MODALITIES]]) ? told : undefined;
  }

  /** @throws Refusal 413 where there are more entities to look into than one search does. */
  allow(rows: readonly DataSet[], level: SearchLevel, wanted: readonly string[]): void {
    if (rows.filter((row) => lacks(row, level, wanted)).length <= MOST_LOOKED_INTO) return;
    throw new Refusal(
      413,
      `The peer does not tell modalities or numbers, and more than ${MOST_LOOKED_INTO} entities would have to be ` +
        'looked into; narrow the search, or ask with a limit.',
    );
  }

  async #ofStudy(study: DataSet): Promise<DataSet> {
    const series = new Map<string, DataSet>(); // some peers answer once per instance at every level
    const empty = { [UNIQUE_KEY.SERIES]: '', Modality: '', ...(this.#counts && { [OF_SERIES]: '' }) };
    const keys = dataSet({ ...empty, [UNIQUE_KEY.STUDY]: text(study, UNIQUE_KEY.STUDY) });
    for await (const match of this.#find({ model: 'STUDY', level: 'SERIES', keys })) {
      series.set(text(match, UNIQUE_KEY.SERIES), match);
    }
    const modalities = [...series.values()].map((one) => text(one, 'Modality')).filter((one) => one !== '');
    const instances = this.#counts ? await this.#sum(study, series) : undefined;
    return dataSet({
      [MODALITIES]: [...new Set(modalities)].toSorted(),
      NumberOfStudyRelatedSeries: series.size,
      ...(instances !== undefined && { [OF_STUDY]: instances }),
    });
  }

  async #sum(study: DataSet, series: ReadonlyMap<string, DataSet>): Promise<number | undefined> {
    let sum = 0;
    for (const [uid, one] of series) {
      const instances = number(one, OF_SERIES) ?? (await this.#instances(study, uid));
      if (instances === undefined) return undefined;
      sum += instances;
    }
    return sum;
  }

  async #instances(study: DataSet, series: string): Promise<number | undefined> {
    if (++this.#counted > MOST_COUNTED) return undefined;
    const uids = new Set<string>();
    const keys = dataSet({
      [UNIQUE_KEY.STUDY]: text(study, UNIQUE_KEY.STUDY),
      [UNIQUE_KEY.SERIES]: series,
      [UNIQUE_KEY.IMAGE]: '',
    });
    for await (const match of this.#find({ model: 'STUDY', level: 'IMAGE', keys }))
      uids.add(text(match, UNIQUE_KEY.IMAGE));
    return uids.size;
  }
}

/** Whether the entity does not tell something of its level that is wanted. */
export function lacks(row: DataSet, level: SearchLevel, wanted: readonly string[]): boolean {
  const own = wanted.filter((tag) => (tag === GATHERED[OF_SERIES]) === (level === 'SERIES'));
  return own.some((tag) => texts(row, tag).every((value) => value === ''));
}

/** What the entity tells of itself counts. */
function filled(row: DataSet, gathered: DataSet): DataSet {
  const missing = Object.entries(gathered).filter(([tag]) => texts(row, tag).every((value) => value === ''));
  return { ...row, ...Object.fromEntries(missing) };
}
