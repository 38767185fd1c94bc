/** The Modality Worklist (PS3.4 K): what is scheduled, and for whom. */
import type { DataSet } from '../../core/data/types.ts';
import type { Engine } from '../engine/client.ts';
import type { Keys } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Asked } from './asked.ts';
import type { Keyword } from './attributes.ts';
import { items, text } from './attributes.ts';
import type { DateRange } from './date-range.ts';
import { dateKey } from './date-range.ts';
import { dcmtkPeer, worklistCommand } from './dcmtk.ts';
import { seconds } from './format.ts';
import type { Control, Ending, Jobs } from './jobs.svelte.ts';
import { namePattern } from './query-keys.ts';
import { explain } from './sentences.ts';

/** Steps at which a search stops (C-CANCEL): a day of a large house has fewer. */
const LIMIT = 1000;
const STEP = 'ScheduledProcedureStepSequence[0]';

/** What is shown of the scheduled procedure step itself, beside the keys that are matched. */
const OF_STEP: readonly Keyword[] = [
  'ScheduledProcedureStepStartTime',
  'ScheduledPerformingPhysicianName',
  'ScheduledProcedureStepDescription',
  'ScheduledStationName',
  'ScheduledProcedureStepLocation',
  'ScheduledProcedureStepID',
];
/** And of what it belongs to. */
const OF_REQUEST: readonly Keyword[] = [
  'PatientBirthDate',
  'PatientSex',
  'AccessionNumber',
  'RequestedProcedureID',
  'RequestedProcedureDescription',
  'StudyInstanceUID',
];

export interface WorklistFields extends DateRange {
  readonly patientName: string;
  readonly patientID: string;
  readonly modalities: readonly string[];
  /** AE title of the station that does it. */
  readonly station: string;
}

/** A scheduled procedure step, with what it belongs to. */
export interface ScheduledStep {
  readonly id: string;
  readonly match: DataSet;
  readonly step: DataSet;
}

export class Worklist {
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #ask: () => Asked | undefined;
  readonly #now: () => Date;
  #fields = $state.raw<WorklistFields>({
    date: 'today',
    from: '',
    to: '',
    patientName: '',
    patientID: '',
    modalities: [],
    station: '',
  });
  #steps = $state.raw<readonly ScheduledStep[]>([]);
  #chosen = $state.raw<ScheduledStep | undefined>();
  #summary = $state.raw('');
  #failed = $state.raw(false);
  #searched = $state.raw(false);
  #running = $state.raw<AbortController | undefined>();
  #lastId = 0;

  constructor(engine: Engine, jobs: Jobs, ask: () => Asked | undefined, now: () => Date = () => new Date()) {
    this.#engine = engine;
    this.#jobs = jobs;
    this.#ask = ask;
    this.#now = now;
  }

  get fields(): WorklistFields {
    return this.#fields;
  }

  change(fields: Partial<WorklistFields>): void {
    this.#fields = { ...this.#fields, ...fields };
  }

  /** By date and time. */
  get steps(): readonly ScheduledStep[] {
    return this.#steps;
  }

  /** The one of which all is shown. */
  get chosen(): ScheduledStep | undefined {
    return this.#chosen;
  }

  /** Shows all of it; the same again, or undefined, shows none. */
  choose(step: ScheduledStep | undefined): void {
    this.#chosen = step === this.#chosen ? undefined : step;
  }

  get summary(): string {
    return this.#summary;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Whether anything was asked yet. */
  get searched(): boolean {
    return this.#searched;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  run(): void {
    const asked = this.#ask();
    if (asked === undefined) return;
    this.#running?.abort();
    const running = new AbortController();
    const keys = worklistKeys(this.#fields, this.#now());
    this.#begin(running, asked);
    const job = this.#jobs.start({
      title: t.worklist.job(asked.peer.name),
      command: keys.map((alternative) => worklistCommand(dcmtkPeer(asked), alternative)).join('\n'),
      cancelled: t.search.jobCancelled,
      work: (control) => this.#search(asked, keys, running, control),
      explain: (thrown) => this.#fail(running, explained(thrown, asked)),
      stopped: () => this.#end(running, t.search.cancelled(this.#counted())),
    });
    running.signal.addEventListener('abort', () => job.cancel(), { once: true });
  }

  /** Cancels what is under way; what had come stays. */
  stop(): void {
    this.#running?.abort();
  }

  #begin(running: AbortController, { peer }: Asked): void {
    this.#running = running;
    this.#searched = true;
    this.#failed = false;
    this.#steps = [];
    this.#chosen = undefined;
    this.#summary = t.search.searching(peer.name);
  }

  async #search(
    { peer }: Asked,
    keys: readonly Keys[],
    running: AbortController,
    { signal, noted, progress }: Control,
  ): Promise<Ending> {
    const started = performance.now();
    const responses = this.#engine.worklist(peer, keys, LIMIT, { signal, noted });
    for await (const matches of responses) {
      if (this.#running !== running) break;
      this.#steps = inOrder([...this.#steps, ...matches.map((match) => this.#made(match))]);
      progress({ done: this.#steps.length, total: undefined, bytes: 0 });
    }
    const { limited } = await responses.result;
    const found = `${this.#counted()} · ${seconds(performance.now() - started)}`;
    const summary = limited ? t.search.limited(found, LIMIT) : found;
    this.#end(running, summary);
    return { state: 'done', sentence: summary };
  }

  #made(match: DataSet): ScheduledStep {
    const [step = {}] = items(match, 'ScheduledProcedureStepSequence');
    return { id: String(++this.#lastId), match, step };
  }

  #end(running: AbortController, summary: string): void {
    if (this.#running !== running) return;
    this.#summary = summary;
    this.#running = undefined;
  }

  #fail(running: AbortController, sentence: string): string {
    if (this.#running === running) this.#failed = true;
    this.#end(running, sentence);
    return sentence;
  }

  #counted(): string {
    return t.worklist.found(this.#steps.length);
  }
}

/** The keys of the form, once for each modality; the engine asks all else of the worklist back. */
export function worklistKeys(fields: WorklistFields, now: Date): readonly Keys[] {
  const { patientName, patientID, station, modalities } = fields;
  const keys = {
    [`${STEP}.ScheduledProcedureStepStartDate`]: dateKey(fields, now),
    [`${STEP}.Modality`]: '',
    [`${STEP}.ScheduledStationAETitle`]: station.trim(),
    ...Object.fromEntries(OF_STEP.map((keyword) => [`${STEP}.${keyword}`, ''])),
    PatientName: namePattern(patientName),
    PatientID: patientID.trim(),
    ...Object.fromEntries(OF_REQUEST.map((keyword) => [keyword, ''])),
  };
  if (modalities.length === 0) return [keys];
  return modalities.map((modality) => ({ ...keys, [`${STEP}.Modality`]: modality }));
}

function inOrder(steps: readonly ScheduledStep[]): readonly ScheduledStep[] {
  const keyed = steps.map((one) => ({ one, key: startOf(one.step) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ one }) => one);
}

function startOf(step: DataSet): string {
  return text(step, 'ScheduledProcedureStepStartDate') + text(step, 'ScheduledProcedureStepStartTime');
}

function explained(thrown: unknown, { peer, situation }: Asked): string {
  const refused = thrown instanceof EngineError && thrown.failure.code === 'CONTEXT_REFUSED';
  return refused ? t.worklist.refused(peer.name) : explain(thrown, situation);
}
