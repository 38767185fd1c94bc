/** The files chosen to be sent, and what became of each. */
import type { Engine } from '../engine/client.ts';
import type { DeidentifyWarning } from '../../core/deidentify/index.ts';
import { uidName } from '../../core/dict/index.ts';
import type {
  AcceptedKind,
  Deidentification,
  FileKind,
  Found,
  InspectStep,
  Outgoing,
  SendStep,
} from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Answer, Entry, ListedFile, PlannedKind } from './chosen-files.ts';
import { directorySentence, isToSend, kindKey, learnt, plannedKinds, warningCounts } from './chosen-files.ts';
import { Deidentifying } from './deidentifying.svelte.ts';
import { dcmtkPeer, storeCommand } from './dcmtk.ts';
import { bytes } from './format.ts';
import type { Gathered } from './gathering.ts';
import type { Control, Ending, Job, Jobs } from './jobs.svelte.ts';
import { sendEnding } from './outcomes.ts';
import type { Asked } from './asked.ts';
import { sendLanes } from './asked.ts';
import type { Situation } from './sentences.ts';
import { explain, storeWarning } from './sentences.ts';

/** While no peer is chosen, files are looked into all the same. */
const NOWHERE: Situation = {
  service: 'C-STORE',
  peer: '',
  address: '',
  calledAETitle: '',
  callingAETitle: '',
};

/** What was settled when Send was pressed. */
interface How {
  readonly deidentify: Deidentification | undefined;
  readonly convert: readonly AcceptedKind[];
}

export class Sending {
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #ask: () => Asked | undefined;
  readonly deidentifying: Deidentifying;
  #entries = $state.raw<readonly Entry[]>([]);
  #lastId = 0;
  /** Files that nobody has looked into yet. */
  #unseen = $state(0);
  #looks = Promise.resolve();
  #stop = new AbortController();
  /** What a peer said, and to which question. */
  #answer = $state.raw<(Answer & { readonly question: string }) | undefined>(undefined);
  #asking = $state(false);
  #problem = $state('');

  constructor(engine: Engine, jobs: Jobs, ask: () => Asked | undefined) {
    this.#engine = engine;
    this.deidentifying = new Deidentifying(engine);
    this.#jobs = jobs;
    this.#ask = ask;
  }

  get files(): readonly ListedFile[] {
    return this.#entries;
  }

  /** Whether Send has something to do: files that were not sent, or failed. */
  get ready(): boolean {
    return this.#entries.some(isToSend);
  }

  /** `12 files · 34 MB · 3 stored`. */
  get summary(): string {
    if (this.#entries.length === 0) return '';
    const size = this.#entries.reduce((sum, entry) => sum + entry.size, 0);
    const parts = [t.send.fileCount(this.#entries.length), bytes(size)];
    for (const state of ['stored', 'warning', 'failed', 'skipped'] as const) {
      const number = this.#entries.filter((entry) => entry.state === state).length;
      if (number > 0) parts.push(t.send.counts[state](number));
    }
    return parts.join(' · ');
  }

  /** Files that are still being looked into. */
  get unseen(): number {
    return this.#unseen;
  }

  /** What is to be sent, by kind, and what becomes of it as far as the peer was asked. */
  get plan(): readonly PlannedKind[] {
    const answer = this.#answer?.question === this.#question() ? this.#answer : undefined;
    return plannedKinds(this.#entries, answer, this.deidentifying.on);
  }

  /** The peer is being asked what it takes. */
  get asking(): boolean {
    return this.#asking;
  }

  /** Why the peer did not say what it takes; '' where nothing went wrong. */
  get problem(): string {
    return this.#problem;
  }

  /** What de-identification would leave in the files, and in how many of them. */
  get warnings(): ReadonlyMap<DeidentifyWarning, number> {
    return warningCounts(this.#entries);
  }

  get failed(): number {
    return this.#entries.filter(({ state }) => state === 'failed').length;
  }

  /** What is kept here is listed once while it is to be sent. */
  add(files: Gathered): void {
    const listed = new Set(this.#entries.filter(isToSend).map(({ source }) => keptUID(source)));
    const added = files
      .filter((file) => keptUID(file) === undefined || !listed.has(keptUID(file)))
      .map((file): Entry => {
        const base = { id: String(++this.#lastId), path: file.path };
        if (!('problem' in file))
          return { ...base, source: file, size: sizeOf(file), state: 'chosen', sentence: '' };
        const sentence = t.send.unreadable(file.problem);
        return { ...base, source: undefined, size: 0, state: 'skipped', sentence };
      });
    this.#entries = [...this.#entries, ...added];
    const unseen = added.filter(({ state }) => state === 'chosen');
    this.#unseen += unseen.length;
    const { signal } = this.#stop;
    this.#looks = this.#looks.then(() => this.#look(unseen, signal));
  }

  /** Takes all out of the list but those that are being sent. */
  clear(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#unseen = 0;
    this.#entries = this.#entries.filter(({ state }) => state === 'sending');
    this.#problem = '';
    this.deidentifying.renew();
  }

  /** Asks the chosen peer which kinds it takes. */
  async ask(): Promise<void> {
    const asked = this.#ask();
    const question = this.#question();
    if (asked === undefined || this.#asking) return;
    this.#asking = true;
    this.#problem = '';
    try {
      const kinds = kindsOf(this.plan);
      const options = { deidentify: this.deidentifying.wanted };
      const taken = await this.#engine.accepts(asked.peer, kinds, options);
      const sentAs = new Map(taken.map((kind) => [kindKey(kind), kind.sentAs]));
      this.#answer = { question, asked: new Set(kinds.map(kindKey)), sentAs };
    } catch (error) {
      this.#problem = explain(error, asked.situation);
    } finally {
      this.#asking = false;
    }
  }

  /** What an answer would be to. */
  #question(): string {
    return `${this.#ask()?.peer.name ?? ''} ${this.deidentifying.on}`;
  }

  /** Shows what de-identification would change in a file. */
  preview(id: string): void {
    const entry = this.#entries.find((one) => one.id === id);
    if (entry?.kind && entry.source) void this.deidentifying.preview(entry.source);
  }

  async #look(entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    const files = entries.flatMap(({ source }) => source ?? []);
    try {
      if (signal.aborted) return;
      for await (const steps of this.#engine.inspect(files, { signal })) this.#learn(entries, steps);
    } catch {
      // Nothing is known of the rest then; sending tells what is wrong with each.
    }
    if (signal.aborted) return;
    this.#unseen -= entries.length;
    if (this.#unseen === 0) this.#tellDirectories();
  }

  #learn(looked: readonly Entry[], steps: readonly InspectStep[]): void {
    const situation = this.#ask()?.situation ?? NOWHERE;
    const changes = new Map(steps.map((step) => [looked[step.index]?.id, learnt(step, situation)]));
    this.#entries = this.#entries.map((entry) =>
      entry.state === 'chosen' ? { ...entry, ...changes.get(entry.id) } : entry,
    );
    for (const step of steps) if (step.is === 'archive') this.add(step.files);
  }

  #tellDirectories(): void {
    this.#entries = this.#entries.map((entry) => {
      const { path, references } = entry;
      if (references === undefined) return entry;
      return { ...entry, sentence: directorySentence(path, references, this.#entries) };
    });
  }

  /** Sends only what failed. */
  retry(): void {
    this.send(({ state }) => state === 'failed');
  }

  /** Looks into files and sends these alone, as a program asks for it. */
  async sendThese(files: Gathered): Promise<Job | undefined> {
    const last = this.#lastId;
    this.add(files);
    // What archives hold is looked into, too.
    for (let looks; looks !== this.#looks; await looks) looks = this.#looks;
    return this.send((file) => isToSend(file) && Number(file.id) > last);
  }

  /** Undefined where there is nothing to send, or nobody to send to. */
  send(which: (file: ListedFile) => boolean = isToSend): Job | undefined {
    const asked = this.#ask();
    const entries = this.#entries.filter(which);
    const how = { deidentify: this.deidentifying.wanted, convert: this.plan.filter(isConverted) };
    if (asked === undefined || entries.length === 0) return undefined;
    const ids = entries.map(({ id }) => id);
    this.#mark(ids, { state: 'sending', sentence: '' });
    return this.#jobs.queue({
      title: t.send.job(entries.length, asked.situation.peer),
      lanes: sendLanes(asked),
      // DCMTK would send the files as they are.
      ...(how.deidentify === undefined && { command: storeCommand(dcmtkPeer(asked), []) }),
      cancelled: t.send.jobCancelled,
      work: (control) => this.#work(asked, entries, how, control),
      explain: (thrown) => this.#failRest(ids, explain(thrown, asked.situation)),
      stopped: () => this.#mark(this.#unfinished(ids), { state: 'chosen', sentence: t.send.cancelled }),
    });
  }

  async #work(
    { peer, situation }: Asked,
    entries: readonly Entry[],
    how: How,
    control: Control,
  ): Promise<Ending> {
    const ids = entries.map(({ id }) => id);
    const total = entries.length;
    let done = 0;
    let sent = 0;
    control.progress({ done, total, bytes: sent });
    const files = entries.flatMap(({ source }) => source ?? []);
    const results = this.#engine.send(peer, files, { ...control, ...how });
    for await (const steps of results) {
      this.#apply(ids, steps, situation);
      done += steps.length;
      sent += steps.reduce((sum, step) => sum + step.bytes, 0);
      control.progress({ done, total, bytes: sent });
    }
    const tally = await results.result;
    const rest = this.#unfinished(ids);
    const { failure } = tally;
    const why = failure === undefined ? t.send.notSent : explain(new EngineError(failure), situation);
    this.#mark(rest, { state: 'failed', sentence: why });
    return sendEnding({ ...tally, failed: tally.failed + rest.length }, situation);
  }

  #apply(ids: readonly string[], steps: readonly SendStep[], situation: Situation): void {
    const changes = new Map(steps.map((step) => [ids[step.index], step]));
    this.#entries = this.#entries.map((entry) => {
      const step = changes.get(entry.id);
      if (step === undefined) return entry;
      const sentence = (stepSentence(step, situation) + way(step, entry)).trim();
      return { ...entry, state: step.outcome, sentence };
    });
  }

  /** A failure that ends all says so at every file it kept back. */
  #failRest(ids: readonly string[], sentence: string): string {
    this.#mark(this.#unfinished(ids), { state: 'failed', sentence });
    return sentence;
  }

  #unfinished(ids: readonly string[]): string[] {
    const wanted = new Set(ids);
    return this.#entries.filter(({ id, state }) => state === 'sending' && wanted.has(id)).map(({ id }) => id);
  }

  #mark(ids: readonly string[], change: Pick<Entry, 'state' | 'sentence'>): void {
    const wanted = new Set(ids);
    this.#entries = this.#entries.map((entry) => (wanted.has(entry.id) ? { ...entry, ...change } : entry));
  }
}

function keptUID(file: Found | undefined): string | undefined {
  return file !== undefined && 'sopInstanceUID' in file ? file.sopInstanceUID : undefined;
}

const sizeOf = (source: Outgoing): number => ('file' in source ? source.file.size : source.bytes);

const isConverted = ({ fate }: PlannedKind): boolean => fate === 'converted';

const kindsOf = (plan: readonly PlannedKind[]): FileKind[] =>
  plan.map(({ sopClassUID, transferSyntaxUID }) => ({ sopClassUID, transferSyntaxUID }));

/** In which transfer syntax it is stored now, where that is another than its own. */
function way({ outcome, sentAs }: SendStep, { kind }: Entry): string {
  const other = sentAs !== undefined && kind !== undefined && sentAs !== kind.transferSyntaxUID;
  return other && (outcome === 'stored' || outcome === 'warning') ? t.send.sentAs(uidName(sentAs)) : '';
}

function stepSentence({ outcome, failure, status, comment }: SendStep, situation: Situation): string {
  if (outcome === 'stored') return '';
  if (outcome === 'warning' && status !== undefined) return storeWarning(status, situation, comment);
  if (failure !== undefined) return explain(new EngineError(failure), situation);
  const details = { status, comment };
  return explain(new EngineError({ code: 'STATUS_FAILURE', message: '', details }), situation);
}
