/** The order of results: that of their level, or by a column that a person chose. */
import type { Level } from '../../core/service/types.ts';
import type { Keyword } from './attributes.ts';
import { text, valueTexts } from './attributes.ts';
import type { ResultNode } from './results.svelte.ts';

/** By which column, and whether the greatest comes first. */
export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

type Key = string | number | undefined;
type KeyOf = (node: ResultNode) => Key;

/** Newest study first, patients by name, series and images by number. */
const USUAL: Record<Level, KeyOf> = {
  PATIENT: ({ match }) => text(match, 'PatientName'),
  STUDY: ({ match }) => text(match, 'StudyDate') + text(match, 'StudyTime'),
  SERIES: ({ match }) => numbered(text(match, 'SeriesNumber')),
  IMAGE: ({ match }) => numbered(text(match, 'InstanceNumber')),
};

const WHEN: Record<Level, readonly [Keyword, Keyword] | undefined> = {
  PATIENT: undefined,
  STUDY: ['StudyDate', 'StudyTime'],
  SERIES: ['SeriesDate', 'SeriesTime'],
  IMAGE: ['ContentDate', 'ContentTime'],
};

const BY_COLUMN: Readonly<Record<string, KeyOf>> = {
  name: (node) => (node.depth === 0 ? text(node.match, 'PatientName') : USUAL[node.level](node)),
  id: ({ match }) => text(match, 'PatientID'),
  born: ({ match }) => text(match, 'PatientBirthDate'),
  sex: ({ match }) => text(match, 'PatientSex'),
  when: ({ match, level }) => WHEN[level]?.map((keyword) => text(match, keyword)).join(''),
  modality: ({ modalities }) => modalities.join(', '),
  description: ({ match, level }) =>
    text(match, level === 'SERIES' ? 'SeriesDescription' : 'StudyDescription'),
  accession: ({ match }) => text(match, 'AccessionNumber'),
  referrer: ({ match }) => text(match, 'ReferringPhysicianName'),
  studyID: ({ match }) => text(match, 'StudyID'),
  uid: ({ keys, level }) => keys[UID_OF[level]],
  series: ({ seriesCount }) => seriesCount,
  images: ({ imageCount }) => imageCount,
  peer: ({ asked }) => asked.peer.name,
};

const UID_OF: Record<Level, string> = {
  PATIENT: '',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
};

const COLLATOR = new Intl.Collator();

/** Siblings in order. Those without a value come last either way; equal ones stay in the order they are in. */
export function ordered(nodes: readonly ResultNode[], sorting: Sorting): readonly ResultNode[] {
  return keyed(nodes, columnKey(sorting)).sort(by(sorting.descending)).map(nodeOf);
}

/** The same of many, a portion at a time, so that the page stays answerable; undefined where `goOn` says to stop. */
export async function orderedInPortions(
  nodes: readonly ResultNode[],
  sorting: Sorting,
  goOn: () => boolean,
): Promise<readonly ResultNode[] | undefined> {
  const compare = by(sorting.descending);
  let runs: readonly (readonly Keyed[])[] = [];
  for (let at = 0; at < nodes.length; at += PORTION) {
    runs = [...runs, keyed(nodes.slice(at, at + PORTION), columnKey(sorting)).sort(compare)];
    await pause();
  }
  while (runs.length > 1 && goOn()) runs = await inPairs(runs, compare);
  return goOn() ? (runs[0] ?? []).map(nodeOf) : undefined;
}

/** Siblings as their level has them: newest study first, patients by name, series and images by number. */
export function inUsualOrder(nodes: readonly ResultNode[]): readonly ResultNode[] {
  return [...nodes].sort(compareUsually);
}

/** Adds what has come to those that are in their usual order already. */
export function addedInUsualOrder(
  nodes: readonly ResultNode[],
  more: readonly ResultNode[],
): readonly ResultNode[] {
  return merged(nodes, inUsualOrder(more), compareUsually);
}

/** Every two neighbours become one. */
async function inPairs(
  runs: readonly (readonly Keyed[])[],
  compare: (a: Keyed, b: Keyed) => number,
): Promise<readonly (readonly Keyed[])[]> {
  const pairs: (readonly Keyed[])[] = [];
  for (let at = 0; at < runs.length; at += 2) {
    pairs.push(merged(runs[at]!, runs[at + 1] ?? [], compare));
    await pause();
  }
  return pairs;
}

interface Keyed {
  readonly node: ResultNode;
  readonly key: Key;
}

/** Sorted, or looked up, in one go. */
const PORTION = 1000;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const nodeOf = ({ node }: Keyed): ResultNode => node;

function columnKey({ column }: Sorting): KeyOf {
  return BY_COLUMN[column] ?? (({ match }: ResultNode) => valueTexts(match[column])[0]);
}

/** Keys are looked up once for each: there may be thousands. */
function keyed(nodes: readonly ResultNode[], keyOf: KeyOf): Keyed[] {
  return nodes.map((node) => ({ node, key: keyOf(node) }));
}

function by(descending: boolean): (a: Keyed, b: Keyed) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => compared(a.key, b.key, sign);
}

const USUAL_KEYS = new WeakMap<ResultNode, Key>();

function usualKey(node: ResultNode): Key {
  if (!USUAL_KEYS.has(node)) USUAL_KEYS.set(node, USUAL[node.level](node));
  return USUAL_KEYS.get(node);
}

function compareUsually(a: ResultNode, b: ResultNode): number {
  return compared(usualKey(a), usualKey(b), a.level === 'STUDY' ? -1 : 1);
}

/** Two that are in order as one; of equal ones those of the first come first. */
function merged<T>(first: readonly T[], second: readonly T[], compare: (a: T, b: T) => number): T[] {
  const all: T[] = [];
  let at = 0;
  for (const one of second) {
    while (at < first.length && compare(first[at]!, one) <= 0) all.push(first[at++]!);
    all.push(one);
  }
  return [...all, ...first.slice(at)];
}

function compared(a: Key, b: Key, sign: number): number {
  if (isNothing(a) || isNothing(b)) return Number(isNothing(a)) - Number(isNothing(b));
  if (a === b) return 0;
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * COLLATOR.compare(String(a), String(b));
}

function isNothing(key: Key): key is '' | undefined {
  return key === undefined || key === '';
}

function numbered(value: string): number | undefined {
  const number = Number(value);
  return value.trim() === '' || Number.isNaN(number) ? undefined : number;
}
