/** The files chosen to be sent, and what became of each. */
import type { Engine } from '../engine/client.ts';
import type { SendStep } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import { dcmtkPeer, storeCommand } from './dcmtk.ts';
import { bytes } from './format.ts';
import type { Gathered } from './gathering.ts';
import type { Control, Ending, Jobs } from './jobs.svelte.ts';
import { sendEnding } from './outcomes.ts';
import type { Asked } from './asked.ts';
import type { Situation } from './sentences.ts';
import { explain, storeWarning } from './sentences.ts';

export type FileState = 'chosen' | 'sending' | SendStep['outcome'];

/** One file of the list; `sentence` is empty where there is nothing to say. */
export interface ListedFile {
  readonly id: string;
  readonly path: string;
  readonly size: number;
  readonly state: FileState;
  readonly sentence: string;
}

interface Entry extends ListedFile {
  readonly file: Blob;
}

const NOTHING = new Blob();

export class Sending {
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #ask: () => Asked | undefined;
  #entries = $state.raw<readonly Entry[]>([]);
  #lastId = 0;

  constructor(engine: Engine, jobs: Jobs, ask: () => Asked | undefined) {
    this.#engine = engine;
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

  add(files: Gathered): void {
    const added = files.map((file): Entry => {
      const base = { id: String(++this.#lastId), path: file.path };
      if ('file' in file) return { ...base, ...file, size: file.file.size, state: 'chosen', sentence: '' };
      const sentence = t.send.unreadable(file.problem);
      return { ...base, file: NOTHING, size: 0, state: 'skipped', sentence };
    });
    this.#entries = [...this.#entries, ...added];
  }

  /** Takes all out of the list but those that are being sent. */
  clear(): void {
    this.#entries = this.#entries.filter(({ state }) => state === 'sending');
  }

  send(): void {
    const asked = this.#ask();
    const entries = this.#entries.filter(isToSend);
    if (asked === undefined || entries.length === 0) return;
    const ids = entries.map(({ id }) => id);
    this.#mark(ids, { state: 'sending', sentence: '' });
    this.#jobs.queue({
      title: t.send.job(entries.length, asked.situation.peer),
      command: storeCommand(dcmtkPeer(asked), []),
      cancelled: t.send.jobCancelled,
      work: (control) => this.#work(asked, entries, control),
      explain: (thrown) => this.#failRest(ids, explain(thrown, asked.situation)),
      stopped: () => this.#mark(this.#unfinished(ids), { state: 'chosen', sentence: t.send.cancelled }),
    });
  }

  async #work({ peer, situation }: Asked, entries: readonly Entry[], control: Control): Promise<Ending> {
    const ids = entries.map(({ id }) => id);
    const total = entries.length;
    let done = 0;
    let sent = 0;
    control.progress({ done, total, bytes: sent });
    const results = this.#engine.send(peer, entries, { signal: control.signal });
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
      return { ...entry, state: step.outcome, sentence: stepSentence(step, situation) };
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

function isToSend({ state }: ListedFile): boolean {
  return state === 'chosen' || state === 'failed';
}

function stepSentence({ outcome, failure, status }: SendStep, situation: Situation): string {
  if (outcome === 'stored') return '';
  if (outcome === 'warning' && status !== undefined) return storeWarning(status, situation);
  if (failure !== undefined) return explain(new EngineError(failure), situation);
  const details = { status };
  return explain(new EngineError({ code: 'STATUS_FAILURE', message: '', details }), situation);
}
