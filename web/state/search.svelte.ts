/** The search form, and the search that is under way at one peer or several. */
import type { DataSet } from '../../core/data/types.ts';
import type { Level, Model } from '../../core/service/types.ts';
import type { Engine } from '../engine/client.ts';
import type { Failure, Keys, Question } from '../engine/protocol.ts';
import { failureOf } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Asked } from './asked.ts';
import { seconds } from './format.ts';
import { Completion, attributeOf } from './completion.svelte.ts';
import type { ExtraColumn } from './export.ts';
import type { Control, Ending, Jobs } from './jobs.svelte.ts';
import { findCommands } from './dcmtk.ts';
import { explained } from './explaining.ts';
import { searchKeys, topLevel, wantedStudies } from './query-keys.ts';
import { ResultList } from './result-list.svelte.ts';
import { ResultNode } from './results.svelte.ts';
import type { SavedSearch } from './saved-searches.svelte.ts';
import type { SearchFields } from './search-fields.ts';
import { NO_FIELDS, asksForEverything } from './search-fields.ts';

/** Matches of one peer at which a search stops (C-CANCEL): nobody reads more, and a PACS may hold millions. */
export const LIMITS = [100, 500, 2000, 10_000] as const;
const USUAL_LIMIT = 500;

/** What came of one of the peers that were searched. */
export interface Answer {
  readonly peer: string;
  readonly matches: number;
  /** It has more than was asked for. */
  readonly limited: boolean;
  /** Why it gave none, in a sentence; empty where it did. */
  readonly failure: string;
  /** Of that failure. */
  readonly code?: Failure['code'] | undefined;
}

const NO_CODE: Answer['code'] = undefined;

export class Search {
  readonly list: ResultList;
  readonly completion: Completion;
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #ask: (also: readonly string[]) => readonly Asked[];
  readonly #now: () => Date;
  #model = $state.raw<Model>('STUDY');
  #fields = $state.raw<SearchFields>(NO_FIELDS);
  #also = $state.raw<readonly string[]>([]);
  #limit = $state.raw(USUAL_LIMIT);
  #summary = $state.raw('');
  #answers = $state.raw<readonly Answer[]>([]);
  #failed = $state.raw(false);
  #running = $state.raw<AbortController | undefined>();
  #searched = $state.raw<readonly Asked[]>([]);
  #extras = $state.raw<readonly ExtraColumn[]>([]);
  #dateTouched = false;
  /** What the search that runs or ran last asks of the studies of each patient. */
  #wanted: readonly Keys[] = [];

  constructor(
    engine: Engine,
    jobs: Jobs,
    ask: (also: readonly string[]) => readonly Asked[],
    now: () => Date = () => new Date(),
  ) {
    this.#engine = engine;
    this.#jobs = jobs;
    this.#ask = ask;
    this.#now = now;
    this.list = new ResultList(engine, jobs);
    this.completion = new Completion(engine);
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

  /** Empties the form. */
  clear(): void {
    this.#fields = NO_FIELDS;
  }

  /** Fills the form as a saved search says. */
  take({ model, fields }: Pick<SavedSearch, 'model' | 'fields'>): void {
    this.#model = model;
    this.change(fields);
  }

  /** The date to begin with at another peer, unless a person chose one already. */
  suggestDate(date: SearchFields['date']): void {
    if (!this.#dateTouched) this.#fields = { ...this.#fields, date };
  }

  /** Peers to be asked beside the chosen one, by name. */
  get also(): readonly string[] {
    return this.#also;
  }

  toggleAlso(name: string): void {
    const others = this.#also.filter((each) => each !== name);
    this.#also = others.length < this.#also.length ? others : [...others, name];
  }

  /** Of each peer; see LIMITS. */
  get limit(): number {
    return this.#limit;
  }

  set limit(value: number) {
    this.#limit = value;
  }

  /** The next one above; undefined where there is none. */
  get greaterLimit(): number | undefined {
    return LIMITS.find((limit) => limit > this.#limit);
  }

  get everything(): boolean {
    return asksForEverything(this.#model, this.#fields);
  }

  /** Whether only some of a patient's studies will be shown. */
  get choosesStudies(): boolean {
    return wantedStudies(this.#model, this.#fields, this.#now()).length > 0;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** `128 studies · 0.4 s`, or why there are none. */
  get summary(): string {
    return this.#summary;
  }

  /** What each peer came to, in the order they ended. */
  get answers(): readonly Answer[] {
    return this.#answers;
  }

  /** Nobody answered. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Whether somebody has more than was asked for. */
  get limited(): boolean {
    return this.#answers.some(({ limited }) => limited);
  }

  /** Who was asked; none before the first search. */
  get searched(): readonly Asked[] {
    return this.#searched;
  }

  /** The further attributes that were asked for, as far as they are single ones of the dictionary. */
  get extras(): readonly ExtraColumn[] {
    return this.#extras;
  }

  run(): void {
    const asked = this.#ask(this.#also);
    if (asked.length === 0) return;
    this.#running?.abort();
    const running = new AbortController();
    const question = this.#question();
    const command = findCommands(asked, question);
    this.#wanted = wantedStudies(this.#model, this.#fields, this.#now());
    this.#begin(running, asked);
    void this.#findExtras(running);
    const job = this.#jobs.start({
      title: t.search.job(named(asked)),
      ...(command !== '' && { command }),
      cancelled: t.search.jobCancelled,
      work: (control) => this.#search(asked, question, running, control),
      explain: async (thrown) => this.#fail(running, await explained(thrown, asked[0]!.situation)),
      stopped: () => this.#stop(running, question.level),
    });
    running.signal.addEventListener('abort', () => job.cancel(), { once: true });
  }

  /** Cancels what is under way; what had come stays. */
  stop(): void {
    this.#running?.abort();
  }

  /** The same again, with the next greater limit. */
  runFurther(): void {
    this.#limit = this.greaterLimit ?? this.#limit;
    this.run();
  }

  #question(): Question {
    const model = this.#model;
    return { model, level: topLevel(model), keys: searchKeys(model, this.#fields, this.#now()) };
  }

  async #findExtras(running: AbortController): Promise<void> {
    const keys = [...new Set(this.#fields.others.map(({ keyword }) => keyword))];
    const found = await Promise.all(keys.map((key) => attributeOf(this.#engine, key)));
    const extras = found.filter((each) => each !== undefined);
    if (running.signal.aborted) return;
    this.#extras = extras.map(({ tag, keyword }) => ({ tag, title: keyword }));
  }

  #begin(running: AbortController, asked: readonly Asked[]): void {
    this.#running = running;
    this.#searched = asked;
    this.#answers = [];
    this.#failed = false;
    this.#summary = t.search.searching(named(asked));
    this.list.clear();
  }

  async #search(
    asked: readonly Asked[],
    question: Question,
    running: AbortController,
    control: Control,
  ): Promise<Ending> {
    const started = performance.now();
    const answers = await Promise.all(asked.map((one) => this.#askOne(one, question, running, control)));
    const failures = answers.map(({ failure }) => failure).filter((failure) => failure !== '');
    const sentences = failures.join(' ');
    if (failures.length === asked.length) {
      this.#fail(running, sentences);
      return { state: 'failed', sentence: sentences, code: answers[0]?.code };
    }
    const summary = this.#summaryOf(question.level, performance.now() - started, answers);
    if (this.#running === running) this.#finish(summary);
    const state = failures.length > 0 ? 'partial' : 'done';
    return { state, sentence: [summary, sentences].filter(Boolean).join('. ') };
  }

  /** That one peer fails hides nothing of the others. */
  async #askOne(
    asked: Asked,
    question: Question,
    running: AbortController,
    control: Control,
  ): Promise<Answer> {
    const { peer, situation } = asked;
    const answer = { peer: peer.name, matches: 0, limited: false, failure: '', code: NO_CODE };
    try {
      const responses = this.#engine.find(peer, question, this.#limit, control);
      for await (const matches of responses) {
        if (this.#running !== running) break;
        answer.matches += matches.length;
        this.#take(asked, question, matches, control);
      }
      answer.limited = (await responses.result).limited;
    } catch (error) {
      answer.code = failureOf(error).code;
      answer.failure = await explained(error, situation);
    }
    if (this.#running === running) this.#answers = [...this.#answers, answer];
    return answer;
  }

  #take(asked: Asked, { model, level }: Question, matches: readonly DataSet[], control: Control): void {
    const wanted = this.#wanted;
    this.list.add(matches.map((match) => new ResultNode(asked, model, level, match, undefined, wanted)));
    this.#summary = t.search.soFar(this.#counted(level));
    control.progress({ done: this.list.nodes.length, total: undefined, bytes: 0 });
  }

  #finish(summary: string): void {
    this.list.settle();
    this.#summary = summary;
    this.#running = undefined;
  }

  /** Cancelled: what came stays. */
  #stop(running: AbortController, level: Level): void {
    if (this.#running === running) this.#finish(t.search.cancelled(this.#counted(level)));
  }

  #fail(running: AbortController, sentence: string): string {
    if (this.#running === running) {
      this.#finish(sentence);
      this.#failed = true;
    }
    return sentence;
  }

  #counted(level: Level): string {
    return t.results.found[level](this.list.nodes.length);
  }

  #summaryOf(level: Level, milliseconds: number, answers: readonly Answer[]): string {
    const summary = `${this.#counted(level)} · ${seconds(milliseconds)}`;
    return answers.some(({ limited }) => limited) ? t.search.limited(summary, this.#limit) : summary;
  }
}

/** `WEBDIMSE`, `WEBDIMSE and 2 others`. */
function named(asked: readonly Asked[]): string {
  const [first = '', ...others] = asked.map(({ peer }) => peer.name);
  return others.length === 0 ? first : t.search.peers(first, others);
}
