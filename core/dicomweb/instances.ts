/** The instances that a path names, brought where they are not here (PS3.18 10.4). */
import type { Archive } from '../archive/index.ts';
import { dataSet, text } from '../data/index.ts';
import type { Stored } from '../file/index.ts';
import type { Query } from '../service/index.ts';
import { Refusal } from './problem.ts';
import type { Retrieves } from './retrieves.ts';
import type { Target } from './routes.ts';
import type { Find } from './search.ts';

/** Where instances come from. */
export interface Sources {
  readonly archive: Archive;
  readonly retrieves: Retrieves;
}

/** At least one, the first of which is here. */
export interface Instances {
  readonly first: Stored;
  /** All of them, `first` included, as they are kept. */
  readonly all: AsyncIterable<Stored>;
}

/**
 * What a path of a study, series or instance names. Resolves when the first instance is kept.
 * @throws Refusal 404 where there is none; and why it cannot be brought.
 */
export async function instancesOf(target: Target, sources: Sources, find: Find): Promise<Instances> {
  const { study = '', series, instance } = target;
  if (series !== undefined && instance !== undefined) {
    const first = await sources.retrieves.instance({ study, series, instance });
    return { first, all: one(first) };
  }
  const found =
    series === undefined ? ofStudy(study, sources, find) : sources.retrieves.series({ study, series });
  const next = await found.next();
  if (!next.done) return { first: next.value, all: followed(next.value, found) };
  throw new Refusal(404, `There is no such ${series === undefined ? 'study' : 'series'}.`);
}

async function* one(stored: Stored): AsyncGenerator<Stored, void, undefined> {
  yield stored;
}

async function* followed(
  first: Stored,
  rest: AsyncGenerator<Stored, void, undefined>,
): AsyncGenerator<Stored, void, undefined> {
  yield first;
  yield* rest;
}

/** Series by series: those that the peer lists, and those that are here. */
async function* ofStudy(
  study: string,
  { archive, retrieves }: Sources,
  find: Find,
): AsyncGenerator<Stored, void, undefined> {
  const keys = dataSet({ StudyInstanceUID: study, SeriesInstanceUID: '' });
  const query: Query = { model: 'STUDY', level: 'SERIES', keys };
  const listed = new Set<string>();
  for (const match of archive.find(query)) listed.add(text(match, 'SeriesInstanceUID'));
  for await (const match of find(query)) listed.add(text(match, 'SeriesInstanceUID').trim());
  for (const series of listed) if (series !== '') yield* retrieves.series({ study, series });
}
