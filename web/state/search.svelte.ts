/** The search form and its results. */
import type { DataSet } from '../../core/data/index.ts';
import type { Level, Model } from '../../core/service/types.ts';
import type { Engine } from '../engine/client.ts';
import type { CalledPeer } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import { seconds } from './format.ts';
import type { Control, Ending, Jobs } from './jobs.svelte.ts';
import type { SearchFields } from './query-keys.ts';
import { NO_FIELDS, asksForEverything, childKeys, searchKeys, topLevel } from './query-keys.ts';
import { ResultNode, openRows, sorted } from './results.svelte.ts';
import { explain } from './sentences.ts';
import type { Situation } from './sentences.ts';

/** Matches at which a search stops (C-CANCEL): nobody reads more, and a PACS may hold millions. */
const SEARCH_LIMIT = 500;
/** A series of more images than this is not listed whole. */
const CHILD_LIMIT = 10_000;

/** Whom to ask, and how to speak of it. */
export interface Asked {
  readonly peer: CalledPeer;
  readonly situation: Situation;
}

export class Search {
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #ask: () => Asked | undefined;
  #model = $state.raw<Model>('STUDY');
  #fields = $state.raw<SearchFields>(NO_FIELDS);
  #nodes = $state.raw<readonly ResultNode[]>([]);
  #summary = $state.raw('');
  #failed = $state.raw(false);
  #running = $state.raw<AbortController | undefined>();
  #searched = $state.raw<Asked | undefined>();
  #dateTouched = false;

  constructor(engine: Engine, jobs: Jobs, ask: () => Asked | undefined) {
    this.#engine = engine;
    this.#jobs = jobs;
    this.#ask = ask;
  }

  get model(): Model {
    return this.#model;
  }

  set model(value: Model) {
    this.#model = value;
  }

  get fields(): SearchFields {
    return this.#fields;
  }

  change(fields: Partial<SearchFields>): void {
    if (fields.date !== undefined) this.#dateTouched = true;
    this.#fields = { ...this.#fields, ...fields };
  }

  /** The date to begin with at another peer, unless a person chose one already. */
  suggestDate(date: SearchFields['date']): void {
    if (!this.#dateTouched) this.#fields = { ...this.#fields, date };
  }

  get everything(): boolean {
    return asksForEverything(this.#model, this.#fields);
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** `128 studies · 0.4 s`, or why there are none. */
  get summary(): string {
    return this.#summary;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Who answered; undefined before the first search. */
  get searched(): Asked | undefined {
    return this.#searched;
  }

  get rows(): readonly ResultNode[] {
    return openRows(this.#nodes);
  }

  run(): void {
    const asked = this.#ask();
    if (asked === undefined) return;
    this.#running?.abort();
    const running = new AbortController();
    const level = topLevel(this.#model);
    this.#begin(running, asked);
    const job = this.#jobs.start({
      title: t.search.job(asked.situation.peer),
      cancelled: t.search.jobCancelled,
      work: (control) => this.#search(asked, level, running, control),
      explain: (thrown) => this.#fail(running, explain(thrown, asked.situation)),
      stopped: () => this.#stop(running, level),
    });
    running.signal.addEventListener('abort', () => job.cancel(), { once: true });
  }

  /** Opens a match, asking for what lies below it the first time; or closes it. */
  toggle(node: ResultNode): void {
    const level = node.levelBelow;
    const asked = this.#searched;
    if (level === undefined || asked === undefined) return;
    node.open = !node.open;
    if (!node.open || node.children !== undefined || node.loading) return;
    node.loading = true;
    this.#jobs.start({
      title: t.results.open[node.level],
      cancelled: t.results.openingCancelled,
      work: (control) => this.#open(asked, node, level, control),
      explain: (thrown) => {
        node.loading = false;
        node.open = false;
        return explain(thrown, asked.situation);
      },
      stopped: () => this.#closeUnread(node),
    });
  }

  #begin(running: AbortController, asked: Asked): void {
    this.#running = running;
    this.#searched = asked;
    this.#nodes = [];
    this.#failed = false;
    this.#summary = t.search.searching(asked.situation.peer);
  }

  async #search(asked: Asked, level: Level, running: AbortController, control: Control): Promise<Ending> {
    const model = this.#model;
    const started = performance.now();
    const query = { model, level, keys: searchKeys(model, this.#fields, new Date()) };
    const responses = this.#engine.find(asked.peer, query, SEARCH_LIMIT, { signal: control.signal });
    for await (const matches of responses) {
      if (this.#running !== running) break;
      this.#nodes = [...this.#nodes, ...this.#made(model, level, matches)];
      this.#summary = t.search.soFar(this.#counted(level));
      control.progress({ done: this.#nodes.length, total: undefined, bytes: 0 });
    }
    const { limited } = await responses.result;
    const summary = this.#summaryOf(level, performance.now() - started, limited);
    if (this.#running === running) this.#finish(level, summary);
    return { state: 'done', sentence: summary };
  }

  #made(model: Model, level: Level, matches: readonly DataSet[], parent?: ResultNode): ResultNode[] {
    return matches.map((match) => new ResultNode(model, level, match, parent));
  }

  #finish(level: Level, summary: string): void {
    this.#nodes = sorted(level, this.#nodes);
    this.#summary = summary;
    this.#running = undefined;
  }

  /** Cancelled: what came stays. */
  #stop(running: AbortController, level: Level): void {
    if (this.#running !== running) return;
    this.#summary = t.search.cancelled(this.#counted(level));
    this.#running = undefined;
  }

  #fail(running: AbortController, sentence: string): string {
    if (this.#running === running) {
      this.#summary = sentence;
      this.#failed = true;
      this.#running = undefined;
    }
    return sentence;
  }

  #counted(level: Level): string {
    return t.results.found[level](this.#nodes.length);
  }

  #summaryOf(level: Level, milliseconds: number, limited: boolean): string {
    const summary = `${this.#counted(level)} · ${seconds(milliseconds)}`;
    return limited ? t.search.limited(summary, SEARCH_LIMIT) : summary;
  }

  async #open(asked: Asked, node: ResultNode, level: Level, control: Control): Promise<Ending> {
    const query = { model: node.model, level, keys: childKeys(level, node.keys) };
    const responses = this.#engine.find(asked.peer, query, CHILD_LIMIT, { signal: control.signal });
    const children: ResultNode[] = [];
    for await (const matches of responses) children.push(...this.#made(node.model, level, matches, node));
    const { limited } = await responses.result;
    node.children = sorted(level, children);
    node.loading = false;
    const found = t.results.found[level](children.length);
    return { state: 'done', sentence: limited ? t.results.openedInPart(found) : t.results.opened(found) };
  }

  #closeUnread(node: ResultNode): void {
    if (!node.loading) return;
    node.loading = false;
    node.open = false;
  }
}
