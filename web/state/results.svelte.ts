/** What a search found, as a tree that is filled as it is opened. */
import type { DataSet } from '../../core/data/index.ts';
import { text } from '../../core/data/index.ts';
import type { Level, Model } from '../../core/service/types.ts';
import type { UniqueKeys } from './query-keys.ts';
import { expectedInstances, levelBelow, uniqueKeys } from './query-keys.ts';

let lastId = 0;

export class ResultNode {
  /** Unique even where a peer tells one UID twice, or none. */
  readonly id: string = String(++lastId);
  readonly model: Model;
  readonly level: Level;
  readonly match: DataSet;
  readonly parent: ResultNode | undefined;
  /** Those of the levels above, and its own. */
  readonly keys: UniqueKeys;
  readonly depth: number;
  #children = $state.raw<readonly ResultNode[] | undefined>();
  #open = $state.raw(false);
  #loading = $state.raw(false);

  constructor(model: Model, level: Level, match: DataSet, parent?: ResultNode) {
    this.model = model;
    this.level = level;
    this.match = match;
    this.parent = parent;
    this.keys = uniqueKeys(level, match, parent?.keys ?? {});
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }

  get levelBelow(): Level | undefined {
    return levelBelow(this.level);
  }

  get open(): boolean {
    return this.#open;
  }

  set open(value: boolean) {
    this.#open = value && this.levelBelow !== undefined;
  }

  get loading(): boolean {
    return this.#loading;
  }

  set loading(value: boolean) {
    this.#loading = value;
  }

  /** Undefined until they were asked for. */
  get children(): readonly ResultNode[] | undefined {
    return this.#children;
  }

  set children(value: readonly ResultNode[] | undefined) {
    this.#children = value;
  }

  /** How many instances the peer says there are. */
  get expected(): number | undefined {
    return expectedInstances(this.level, this.match);
  }

  /** The patient's and study's attributes, which lower levels do not repeat. */
  get top(): ResultNode {
    return this.parent === undefined ? this : this.parent.top;
  }
}

/** The rows to show: every node whose parents are open. */
export function openRows(nodes: readonly ResultNode[]): ResultNode[] {
  const rows: ResultNode[] = [];
  const visit = (level: readonly ResultNode[]): void => {
    for (const node of level) {
      rows.push(node);
      if (node.open && node.children !== undefined) visit(node.children);
    }
  };
  visit(nodes);
  return rows;
}

/** Newest study first, patients by name, series and images by number. */
export function sorted(level: Level, nodes: readonly ResultNode[]): ResultNode[] {
  const key = KEY[level];
  const keyed = nodes.map((node) => ({ node, key: key(node) }));
  const sign = level === 'STUDY' ? -1 : 1;
  return keyed.sort((a, b) => sign * compared(a.key, b.key)).map(({ node }) => node);
}

/** Looked up once for each: a series may have thousands of images. */
const KEY: Record<Level, (node: ResultNode) => string | number> = {
  PATIENT: ({ match }) => text(match, 'PatientName'),
  STUDY: ({ match }) => text(match, 'StudyDate') + text(match, 'StudyTime'),
  SERIES: (node) => numbered(node, 'SeriesNumber'),
  IMAGE: (node) => numbered(node, 'InstanceNumber'),
};

const COLLATOR = new Intl.Collator();

function compared(a: string | number, b: string | number): number {
  return typeof a === 'number' ? a - Number(b) : COLLATOR.compare(a, String(b));
}

/** Those without a number come last. */
function numbered({ match }: ResultNode, keyword: string): number {
  const value = text(match, keyword).trim();
  return value === '' || Number.isNaN(Number(value)) ? Number.MAX_SAFE_INTEGER : Number(value);
}
