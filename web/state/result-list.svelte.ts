/** The results as they are shown: filtered, in order, opened level by level. */
import type { Level } from '../../core/service/types.ts';
import { untrack } from 'svelte';
import type { Engine, Options } from '../engine/client.ts';
import type { Question } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import { findCommands } from './dcmtk.ts';
import { explained } from './explaining.ts';
import type { Ending, Jobs } from './jobs.svelte.ts';
import { childKeys } from './query-keys.ts';
import { addedInUsualOrder, inUsualOrder, ordered, orderedInPortions } from './result-order.ts';
import type { Sorting } from './result-order.ts';
import { typedWords } from './result-words.ts';
import { ResultNode, openRows } from './results.svelte.ts';

/** A series of more images than this is not listed whole. */
const CHILD_LIMIT = 10_000;
/** Beyond, ordering takes longer than a page may be busy at a stretch, and is done in portions. */
const AT_ONCE = 2000;
/** Rows that one search asks further for, to count what the peer does not tell. */
const COUNTED_ROWS = 60;

export class ResultList {
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  /** In the order of their level. */
  #nodes = $state.raw<readonly ResultNode[]>([]);
  /** As a person wants them. */
  #ordered = $state.raw<readonly ResultNode[]>([]);
  #filter = $state.raw('');
  #sorting = $state.raw<Sorting | undefined>();
  readonly #matching = $derived(this.#filtered());
  /** Which are open: told as a whole, as reading it of each of 10,000 takes longer than showing them. */
  #openings = $state.raw(0);
  readonly #rows = $derived(this.#opened(this.#matching, this.#openings));
  /** Of the search whose results these are. */
  #current = new AbortController();
  #ordering = 0;
  #settled = false;
  #counting = false;
  #counted = 0;
  readonly #uncounted = new Set<ResultNode>();
  /** Asked for what lies below without anybody having opened them. */
  readonly #asking = new WeakSet<ResultNode>();
  readonly #mute = new Set<string>();

  constructor(engine: Engine, jobs: Jobs) {
    this.#engine = engine;
    this.#jobs = jobs;
  }

  get rows(): readonly ResultNode[] {
    return this.#rows;
  }

  /** Those of the top level, filtered or not. */
  get nodes(): readonly ResultNode[] {
    return this.#nodes;
  }

  /** How many of the top level are shown. */
  get shownCount(): number {
    return this.#matching.length;
  }

  /** What was typed to filter by; it stays within what was found. */
  get filter(): string {
    return this.#filter;
  }

  set filter(typed: string) {
    this.#filter = typed;
  }

  get sorting(): Sorting | undefined {
    return this.#sorting;
  }

  /** By this column; a second time the other way round, a third time as usual. */
  sortBy(column: string): void {
    const { column: before, descending } = this.#sorting ?? {};
    if (before !== column) this.#sorting = { column, descending: false };
    else this.#sorting = descending ? undefined : { column, descending: true };
    this.#order();
  }

  /** For a new search; what was still asked for the one before is cancelled. */
  clear(): void {
    this.#current.abort();
    this.#current = new AbortController();
    this.#uncounted.clear();
    this.#mute.clear();
    this.#settled = false;
    this.#ordering++;
    this.#counted = 0;
    this.#filter = '';
    this.#nodes = [];
    this.#ordered = [];
  }

  add(nodes: readonly ResultNode[]): void {
    for (const node of nodes) void node.words; // made now, a few at a time, not at the first key in the filter
    this.#nodes = addedInUsualOrder(this.#nodes, nodes);
    this.#ordered = this.#sorting === undefined ? this.#nodes : [...this.#ordered, ...nodes];
  }

  /** All have come: they are put in order, and what the peer left out may be asked for. */
  settle(): void {
    this.#settled = true;
    this.#order();
    void this.#count();
  }

  /** Opens a match, asking for what lies below it the first time; or closes it. */
  toggle(node: ResultNode): void {
    const level = node.levelBelow;
    if (level === undefined) return;
    this.#open(node, node.open !== true);
    if (node.open !== true || node.children !== undefined || node.loading) return;
    node.loading = true;
    if (this.#asking.has(node)) return;
    const command = findCommands([node.asked], questionBelow(node, level));
    this.#jobs.start({
      title: t.results.open[node.level],
      ...(command !== '' && { command }),
      cancelled: t.results.openingCancelled,
      work: async (control) => this.#endingOf(node, level, await this.#load(node, level, control)),
      explain: (thrown) => {
        this.#closeUnread(node);
        return explained(thrown, node.asked.situation);
      },
      stopped: () => this.#closeUnread(node),
    });
  }

  /**
   * Told which rows are in sight: of those whose peer leaves the counts empty, what lies below is asked for, one after
   * the other, and counted.
   */
  seen(rows: readonly ResultNode[]): void {
    this.#uncounted.clear();
    for (const node of rows) if (lacksCount(node)) this.#uncounted.add(node);
    void this.#count();
  }

  /** `_` is what a change is seen by. */
  #opened(nodes: readonly ResultNode[], _: number): readonly ResultNode[] {
    return untrack(() => openRows(nodes));
  }

  #open(node: ResultNode, open: boolean): void {
    node.open = open;
    this.#openings++;
  }

  #filtered(): readonly ResultNode[] {
    const typed = typedWords(this.#filter);
    if (typed.length === 0) return this.#ordered;
    return this.#ordered.filter(({ words }) => typed.every((word) => words.includes(word)));
  }

  #order(): void {
    const ordering = ++this.#ordering;
    const sorting = this.#sorting;
    if (sorting === undefined || this.#nodes.length <= AT_ONCE) {
      this.#ordered = this.#arranged(this.#nodes);
      return;
    }
    void orderedInPortions(this.#nodes, sorting, () => ordering === this.#ordering).then((nodes) => {
      if (nodes === undefined || ordering !== this.#ordering) return;
      for (const node of nodes) this.#arrangeBelow(node);
      this.#ordered = nodes;
    });
  }

  /** Siblings that are in their usual order, and all below them, as a person wants them. */
  #arranged(nodes: readonly ResultNode[]): readonly ResultNode[] {
    for (const node of nodes) this.#arrangeBelow(node);
    return this.#sorting === undefined ? nodes : ordered(nodes, this.#sorting);
  }

  #arrangeBelow(node: ResultNode): void {
    if (node.children === undefined) return;
    this.#openings++;
    node.reorder(this.#arranged(inUsualOrder(node.children)));
  }

  /** Whether all that was asked for below was listed. */
  async #load(node: ResultNode, level: Level, options: Options): Promise<boolean> {
    const { asked, model, wanted } = node;
    const responses = this.#engine.find(asked.peer, questionBelow(node, level), CHILD_LIMIT, options);
    const children: ResultNode[] = [];
    for await (const matches of responses) {
      for (const match of matches) children.push(new ResultNode(asked, model, level, match, node));
    }
    const { limited } = await responses.result;
    node.fill(this.#arranged(inUsualOrder(children)), !limited && wanted.length === 0);
    node.loading = false;
    this.#openings++;
    return !limited;
  }

  #endingOf(node: ResultNode, level: Level, whole: boolean): Ending {
    const found = t.results.found[level](node.children?.length ?? 0);
    const { opened, openedInPart, openedWanted } = t.results;
    const write = !whole ? openedInPart : node.wanted.length > 0 ? openedWanted : opened;
    return { state: 'done', sentence: write(found) };
  }

  #closeUnread(node: ResultNode): void {
    if (!node.loading) return;
    node.loading = false;
    this.#open(node, false);
  }

  async #count(): Promise<void> {
    if (this.#counting || !this.#settled) return;
    this.#counting = true;
    for (const node of this.#uncounted) {
      this.#uncounted.delete(node);
      if (lacksCount(node) && !this.#mute.has(node.asked.peer.name)) await this.#countBelow(node);
    }
    this.#counting = false;
  }

  /** Nobody asked for it: that it fails is nothing to tell, and the peer is left in peace. */
  async #countBelow(node: ResultNode): Promise<void> {
    const level = node.levelBelow;
    const { signal } = this.#current;
    if (level === undefined || this.#counted++ >= COUNTED_ROWS) return;
    this.#asking.add(node);
    const failed = await this.#load(node, level, { signal }).then(
      () => false,
      () => !signal.aborted,
    );
    this.#asking.delete(node);
    if (!failed) return;
    this.#mute.add(node.asked.peer.name);
    if (!node.loading) return;
    this.#closeUnread(node); // opened meanwhile: what a person asks for has an answer
    this.toggle(node);
  }
}

function questionBelow({ model, keys, wanted }: ResultNode, level: Level): Question {
  const below = childKeys(level, keys);
  return {
    model,
    level,
    keys: wanted.length === 0 ? [below] : wanted.map((each) => ({ ...below, ...each })),
  };
}

/** Whether a count that is shown for it can be had by one more query. */
function lacksCount(node: ResultNode): boolean {
  if (node.children !== undefined || node.loading) return false;
  if (node.level === 'STUDY') return node.seriesCount === undefined || node.imageCount === undefined;
  return node.level === 'SERIES' && node.imageCount === undefined;
}
