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

/** Siblings in order. Those without a value come last either way; equal ones stay in the order of their level. */
export function arranged(nodes: readonly ResultNode[], sorting: Sorting | undefined): readonly ResultNode[] {
  const usual = inUsualOrder(nodes);
  if (sorting === undefined) return usual;
  const { column, descending } = sorting;
  const keyOf = BY_COLUMN[column] ?? (({ match }: ResultNode) => valueTexts(match[column])[0]);
  return sortedBy(usual, keyOf, descending);
}

function inUsualOrder(nodes: readonly ResultNode[]): readonly ResultNode[] {
  const level = nodes[0]?.level;
  return level === undefined ? nodes : sortedBy(nodes, USUAL[level], level === 'STUDY');
}

/** Keys are looked up once for each: there may be thousands. */
function sortedBy(nodes: readonly ResultNode[], keyOf: KeyOf, descending: boolean): readonly ResultNode[] {
  const keyed = nodes.map((node) => ({ node, key: keyOf(node) }));
  const sign = descending ? -1 : 1;
  return keyed.sort((a, b) => compared(a.key, b.key, sign)).map(({ node }) => node);
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
