/** What a search found, as a tree that is filled as it is opened. */
import type { DataSet } from '../../core/data/types.ts';
import type { Level, Model } from '../../core/service/types.ts';
import type { Keys } from '../engine/protocol.ts';
import type { Asked } from './asked.ts';
import type { Keyword } from './attributes.ts';
import { text, texts } from './attributes.ts';
import type { UniqueKeys } from './query-keys.ts';
import { levelBelow, uniqueKeys } from './query-keys.ts';
import { wordsOf } from './result-words.ts';

let lastId = 0;

/** Where a match says how much lies below it (PS3.4 C.6.1.1, C.6.2.1). */
const SERIES_TOLD: Partial<Record<Level, Keyword>> = {
  PATIENT: 'NumberOfPatientRelatedSeries',
  STUDY: 'NumberOfStudyRelatedSeries',
};
const IMAGES_TOLD: Partial<Record<Level, Keyword>> = {
  PATIENT: 'NumberOfPatientRelatedInstances',
  STUDY: 'NumberOfStudyRelatedInstances',
  SERIES: 'NumberOfSeriesRelatedInstances',
};

export class ResultNode {
  /** Unique even where a peer tells one UID twice, or none. */
  readonly id: string = String(++lastId);
  /** Who answered, and is asked for what lies below. */
  readonly asked: Asked;
  readonly model: Model;
  readonly level: Level;
  readonly match: DataSet;
  readonly parent: ResultNode | undefined;
  /** Of a patient: what was asked of its studies, any of which will do; none for all. */
  readonly wanted: readonly Keys[];
  /** Those of the levels above, and its own. */
  readonly keys: UniqueKeys;
  readonly depth: number;
  #words: string | undefined;
  #children = $state.raw<readonly ResultNode[] | undefined>();
  #whole = true;
  #open = $state.raw(false);
  #loading = $state.raw(false);

  constructor(
    asked: Asked,
    model: Model,
    level: Level,
    match: DataSet,
    parent?: ResultNode,
    wanted: readonly Keys[] = [],
  ) {
    this.asked = asked;
    this.model = model;
    this.level = level;
    this.match = match;
    this.parent = parent;
    this.wanted = wanted;
    this.keys = uniqueKeys(level, match, parent?.keys ?? {});
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }

  get levelBelow(): Level | undefined {
    return levelBelow(this.level);
  }

  /** Undefined where there is nothing below. */
  get open(): boolean | undefined {
    return this.levelBelow === undefined ? undefined : this.#open;
  }

  set open(value: boolean | undefined) {
    this.#open = value === true && this.levelBelow !== undefined;
  }

  get loading(): boolean {
    return this.#loading;
  }

  set loading(value: boolean) {
    this.#loading = value;
  }

  /** As a row of a grid says that it is loading. */
  get busy(): boolean {
    return this.#loading;
  }

  /** Undefined until they were asked for. */
  get children(): readonly ResultNode[] | undefined {
    return this.#children;
  }

  /** What lies below; `whole` is false where the peer has more of it. */
  fill(children: readonly ResultNode[], whole: boolean): void {
    this.#whole = whole;
    this.#children = children;
  }

  /** The same ones in another order. */
  reorder(children: readonly ResultNode[]): void {
    this.#children = children;
  }

  /** How many series: what the peer says, else what was counted below. */
  get seriesCount(): number | undefined {
    const told = this.#told(SERIES_TOLD);
    if (told !== undefined || this.level === 'SERIES' || this.level === 'IMAGE') return told;
    return this.level === 'STUDY' ? this.#counted() : this.#sum(({ seriesCount }) => seriesCount);
  }

  /** How many instances: what the peer says, else what was counted below. */
  get imageCount(): number | undefined {
    if (this.level === 'IMAGE') return 1;
    const told = this.#told(IMAGES_TOLD);
    if (told !== undefined) return told;
    return this.level === 'SERIES' ? this.#counted() : this.#sum(({ imageCount }) => imageCount);
  }

  /** Of a study what the peer says, else what its series are of. */
  get modalities(): readonly string[] {
    if (this.level === 'SERIES') return texts(this.match, 'Modality');
    const told = texts(this.match, 'ModalitiesInStudy').filter((modality) => modality !== '');
    if (told.length > 0 || this.level !== 'STUDY') return told;
    return [...new Set((this.#children ?? []).flatMap(({ modalities }) => modalities))].sort();
  }

  /** What is searched in when rows are filtered: folded to lower case, made once. */
  get words(): string {
    return (this.#words ??= wordsOf(this.match, this.asked.peer.name));
  }

  /** The patient's and study's attributes, which lower levels do not repeat. */
  get top(): ResultNode {
    return this.parent === undefined ? this : this.parent.top;
  }

  #told(keywords: Partial<Record<Level, Keyword>>): number | undefined {
    const keyword = keywords[this.level];
    const told = keyword === undefined ? '' : text(this.match, keyword).trim();
    return /^\d{1,12}$/.test(told) ? Number(told) : undefined;
  }

  #counted(): number | undefined {
    return this.#whole ? this.#children?.length : undefined;
  }

  #sum(count: (child: ResultNode) => number | undefined): number | undefined {
    if (this.#counted() === undefined) return undefined;
    let sum = 0;
    for (const child of this.#children ?? []) {
      const counted = count(child);
      if (counted === undefined) return undefined;
      sum += counted;
    }
    return sum;
  }
}

/** The rows to show: every node whose parents are open. */
export function openRows(nodes: readonly ResultNode[]): ResultNode[] {
  const rows: ResultNode[] = [];
  const visit = (level: readonly ResultNode[]): void => {
    for (const node of level) {
      rows.push(node);
      if (node.open === true && node.children !== undefined) visit(node.children);
    }
  };
  visit(nodes);
  return rows;
}
