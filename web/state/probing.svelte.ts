/** What the peers can do, as far as they were asked. */
import { dayFrom } from '../../core/data/date.ts';
import type { ProbeSummary } from '../../core/peer/probe.ts';
import type { Engine } from '../engine/client.ts';
import { t } from '../strings/index.ts';
import type { Asked } from './asked.ts';
import { seconds } from './format.ts';
import type { Job, Jobs } from './jobs.svelte.ts';
import { explain } from './sentences.ts';

/** Studies of so many days are looked at: what a PACS has of one month it finds soon. */
const DAYS = 30;

export class Probing {
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #ask: () => Asked | undefined;
  readonly #now: () => Date;
  #known = $state.raw<ReadonlyMap<string, ProbeSummary>>(new Map());
  #job = $state.raw<Job | undefined>();

  constructor(engine: Engine, jobs: Jobs, ask: () => Asked | undefined, now: () => Date = () => new Date()) {
    this.#engine = engine;
    this.#jobs = jobs;
    this.#ask = ask;
    this.#now = now;
  }

  /** What this peer said; undefined before it was asked. */
  of(name: string): ProbeSummary | undefined {
    return this.#known.get(name);
  }

  get running(): boolean {
    return this.#job?.active === true;
  }

  /** How the last one ended, where it failed, in a sentence. */
  get problem(): string {
    return this.#job?.state === 'failed' ? this.#job.sentence : '';
  }

  /** Asks the chosen peer, in four or five associations. */
  run(): void {
    const asked = this.#ask();
    if (asked === undefined || this.running) return;
    const { peer, situation } = asked;
    this.#job = this.#jobs.start({
      title: t.peerCard.job(peer.name),
      cancelled: t.peerCard.cancelled,
      work: async (control) => {
        const started = performance.now();
        const summary = await this.#engine.probe(peer, dayFrom(this.#now(), 1 - DAYS), control);
        this.#known = new Map(this.#known).set(peer.name, summary);
        return { state: 'done', sentence: t.peerCard.done(peer.name, seconds(performance.now() - started)) };
      },
      explain: (thrown) => explain(thrown, situation),
    });
  }
}

/** What a report says, as pairs of a name and words; values of several words are a list. */
export function cardRows(told: ProbeSummary): (readonly [name: string, values: readonly string[]])[] {
  const c = t.peerCard;
  const { extended, syntaxes, query } = told;
  const models = (of: ProbeSummary['find']): string[] =>
    of.length === 0 ? [c.no] : of.map((model) => c.models[model]);
  const beyond = (['relational', 'combinedDateTime', 'fuzzy', 'timezone'] as const).filter(
    (field) => extended[field],
  );
  return [
    [c.implementation, [told.implementationVersionName || told.implementationClassUID]],
    [c.longestPDU, [told.maximumLength === 0 ? c.unlimited : c.bytes(told.maximumLength)]],
    [c.echo, [told.echoMilliseconds === undefined ? c.no : seconds(told.echoMilliseconds)]],
    [c.find, models(told.find)],
    [c.beyond, beyond.length === 0 ? [c.no] : beyond.map((field) => c.extended[field])],
    [c.get, [...models(told.get), ...(told.get.length > 0 && !told.roleSelection ? [c.mayNotStore] : [])]],
    [c.move, models(told.move)],
    [c.worklist, [told.worklist ? c.yes : c.no]],
    [c.commitment, [told.commitment ? c.yes : c.no]],
    [c.stores, [c.classes(told.storageClasses)]],
    ...(syntaxes ? [[c.syntaxesFor(syntaxes.sopClass), syntaxes.names] as const] : []),
    ...(query ? [[c.answers, answersOf(query)] as const] : []),
  ];
}

function answersOf({ matches, characterSets, filled }: NonNullable<ProbeSummary['query']>): string[] {
  const c = t.peerCard;
  if (matches === 0) return [c.noMatch(DAYS)];
  const counts = filled.includes('NumberOfStudyRelatedInstances');
  const sets = characterSets.map((set) => (set === '' ? c.noSet : set));
  return [...sets, counts ? c.countsFilled : c.countsEmpty];
}
