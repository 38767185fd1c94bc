/** The way of one side of an association through the states of PS3.8 9.2, and where on it a person looks. */
import type { Side } from '../../core/inspect/record.ts';
import type { EventName, State } from '../../core/ul/states.ts';
import type { PathStep } from '../engine/packed-path.ts';

/** Equal steps that follow one another, as those of fragments do. */
export interface Run {
  readonly step: PathStep;
  /** Numbers of the first and the last of them among the steps of the side. */
  readonly first: number;
  readonly last: number;
}

/** A cell of Table 9-10 where the side was. */
export interface Visit {
  readonly times: number;
  /** The number of its last step. */
  readonly last: number;
  /** Nobody watched any of its steps. */
  readonly inferred: boolean;
}

/** From one state to another, as far as the way was gone. */
export interface Passage {
  readonly from: State;
  readonly to: State;
  readonly inferred: boolean;
  /** The step that is looked at. */
  readonly now: boolean;
}

/** What the panel is given; read while it is shown. */
export interface MachinePathSource {
  steps(): readonly PathStep[];
  /** The record that is chosen, wherever that was done. */
  selected(): number | undefined;
  /** What is selected then may be another record: the first one of a message that is folded. */
  select(id: number): void | Promise<void>;
}

/** A step that was chosen here: it stays until something else is selected elsewhere. */
interface Chosen {
  readonly index: number;
  readonly side: Side;
  /** The selection is on its way. */
  readonly pending: boolean;
  /** What was selected by it. */
  readonly since?: number | undefined;
}

/** Runs in front of the present one, and behind it, that are in sight. */
const NEARBY = 8;

export class MachinePath {
  readonly #source: MachinePathSource;
  #side: Side | undefined = $state();
  #chosen: Chosen | undefined = $state.raw();

  constructor(source: MachinePathSource) {
    this.#source = source;
  }

  /** The steps of the side, the oldest first. */
  readonly own: readonly PathStep[] = $derived.by(() =>
    this.#source.steps().filter(({ side }) => side === this.side),
  );

  /** The number of the step that is looked at; -1 in front of the first. By default the last one. */
  readonly at: number = $derived.by(() => {
    const selected = this.#source.selected();
    const chosen = this.#chosen;
    if (chosen?.side === this.side && chosen.index < this.own.length)
      if (chosen.pending || chosen.since === selected) return chosen.index;
    return selected === undefined ? this.own.length - 1 : this.own.findLastIndex(({ id }) => id <= selected);
  });

  readonly runs: readonly Run[] = $derived.by(() => runsOf(this.own));

  /** By event and state: `Evt10 Sta6`. */
  readonly visits: ReadonlyMap<string, Visit> = $derived.by(() => visitsOf(this.own));

  readonly passages: readonly Passage[] = $derived.by(() => passagesOf(this.own.slice(0, this.at + 1)));

  /** The side that was watched, until another one is chosen. */
  get side(): Side {
    return this.#side ?? this.#source.steps().find(({ inferred }) => !inferred)?.side ?? 'requestor';
  }

  set side(side: Side) {
    this.#side = side;
  }

  get step(): PathStep | undefined {
    return this.own[this.at];
  }

  /** Behind the step that is looked at. */
  get state(): State {
    return this.step?.to ?? this.own[0]?.from ?? 'Sta1';
  }

  /** The runs around the present one, and how many there are before and behind. */
  get nearby(): { readonly before: number; readonly runs: readonly Run[]; readonly behind: number } {
    const present = this.runs.findIndex(({ last }) => last >= this.at);
    const from = Math.max(0, present - NEARBY);
    const runs = this.runs.slice(from, present + NEARBY + 1);
    return { before: from, runs, behind: this.runs.length - from - runs.length };
  }

  isNow({ first, last }: Run): boolean {
    return this.at >= first && this.at <= last;
  }

  goTo(index: number): void {
    const step = this.own[index];
    if (step === undefined) return;
    const chosen = { index, side: this.side, pending: true };
    this.#chosen = chosen;
    void this.#select(step.id, chosen);
  }

  async #select(id: number, chosen: Chosen): Promise<void> {
    await this.#source.select(id);
    // Another step may be chosen by now.
    if (this.#chosen === chosen) this.#chosen = { ...chosen, since: this.#source.selected(), pending: false };
  }

  back(): void {
    this.goTo(this.at - 1);
  }

  forward(): void {
    this.goTo(this.at + 1);
  }
}

function runsOf(steps: readonly PathStep[]): Run[] {
  const runs: Run[] = [];
  for (const [index, step] of steps.entries()) {
    const run = runs.at(-1);
    if (run !== undefined && isSame(run.step, step)) runs[runs.length - 1] = { ...run, last: index };
    else runs.push({ step, first: index, last: index });
  }
  return runs;
}

function isSame(one: PathStep, other: PathStep): boolean {
  return one.from === other.from && one.event === other.event && one.inferred === other.inferred;
}

export function visitKey(event: EventName, state: State): string {
  return `${event} ${state}`;
}

function visitsOf(steps: readonly PathStep[]): Map<string, Visit> {
  const visits = new Map<string, Visit>();
  for (const [last, { event, from, inferred }] of steps.entries()) {
    const key = visitKey(event, from);
    const before = visits.get(key);
    const times = (before?.times ?? 0) + 1;
    visits.set(key, { times, last, inferred: inferred && (before?.inferred ?? true) });
  }
  return visits;
}

function passagesOf(steps: readonly PathStep[]): Passage[] {
  const passages = new Map<string, Passage>();
  for (const [index, { from, to, inferred }] of steps.entries()) {
    const key = `${from} ${to}`;
    const guessed = inferred && (passages.get(key)?.inferred ?? true);
    passages.set(key, { from, to, inferred: guessed, now: index === steps.length - 1 });
  }
  return [...passages.values()];
}
