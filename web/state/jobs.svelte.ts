import type { Failure, Unfinished } from '../engine/protocol.ts';
import { failureOf } from '../engine/protocol.ts';

/** What is under way, what waits, and how the last ones ended. */
export type JobState = 'waiting' | 'running' | 'paused' | 'done' | 'partial' | 'failed' | 'cancelled';

/** How an operation ended, in a sentence. */
export interface Ending {
  readonly state: 'done' | 'partial' | 'failed';
  readonly sentence: string;
  /** Of what failed, where it is known. */
  readonly code?: Failure['code'] | undefined;
}

export interface Progress {
  readonly done: number;
  /** Undefined where the peer does not tell. */
  readonly total: number | undefined;
  readonly bytes: number;
}

export interface MeasuredProgress extends Progress {
  readonly bytesPerSecond: number | undefined;
  readonly millisecondsLeft: number | undefined;
}

export interface Control {
  readonly signal: AbortSignal;
  /** A part may be done already: only what is missing is wanted. */
  readonly missingOnly: boolean;
  progress(progress: Progress): void;
  /** Tells which association of the inspector's record it is about. */
  noted(association: number): void;
}

export interface Task {
  /** What is done to what: `Retrieve Doe, Jane · Thorax`. */
  readonly title: string;
  /** The sentence for a cancelled one. */
  readonly cancelled: string;
  work(control: Control): Promise<Ending>;
  /** Puts what `work` threw into a sentence, which may have to be loaded. */
  explain(thrown: unknown): string | Promise<string>;
  /** Called when it is cancelled, even before `work` began. */
  stopped?(): void;
  /** What does the same in a terminal; undefined until it is known. */
  readonly command?: string | undefined;
  /** Names a transfer: while one is under way or waits, the same again (a double press) is the same one. */
  readonly transfer?: string;
  /** As many run at once as each of its lanes lets through; without any it is alone. */
  readonly lanes?: readonly Lane[];
  /** Present where `work` can do what is missing: then it can be paused, tried again, and taken up after a reload. */
  readonly resumable?: Resumable;
}

/** What takes so many transfers at once. */
export interface Lane {
  readonly name: string;
  readonly most: number;
}

/** What is remembered of a transfer across a reload, beside what it brought. */
export type Resumable = Omit<Unfinished, 'paused'>;

const KEPT = 50;

export class Job {
  readonly title: string;
  /** Whether it waits for the transfers before it. */
  readonly queued: boolean;
  readonly task: Task;
  #missingOnly: boolean;
  #controller = new AbortController();
  readonly #rate = new Rate();
  #state = $state.raw<JobState>('waiting');
  #sentence = $state.raw('');
  #progress = $state.raw<MeasuredProgress | undefined>();
  #association = $state.raw<number | undefined>();
  #code: Failure['code'] | '' = '';
  #working = 0;

  constructor(task: Task, queued: boolean, missingOnly = false) {
    this.task = task;
    this.#missingOnly = missingOnly;
    this.title = task.title;
    this.queued = queued;
  }

  /** See `Task`. */
  get transfer(): string | undefined {
    return this.task.transfer;
  }

  /** None where there is no program for it. */
  get command(): string | undefined {
    return this.task.command?.trim() || undefined;
  }

  get state(): JobState {
    return this.#state;
  }

  get active(): boolean {
    return this.#state === 'waiting' || this.#state === 'running' || this.#state === 'paused';
  }

  /** Empty until the end. */
  get sentence(): string {
    return this.#sentence;
  }

  /** Of what broke it off; empty where nothing did. */
  get code(): Failure['code'] | '' {
    return this.#code;
  }

  /** In the inspector's record, where it had one: the last. */
  get association(): number | undefined {
    return this.#association;
  }

  get progress(): MeasuredProgress | undefined {
    return this.#progress;
  }

  /** Whether its work still occupies its lanes, if only to end. */
  get occupies(): boolean {
    return this.#working > 0;
  }

  get canPause(): boolean {
    return this.task.resumable !== undefined && (this.#state === 'waiting' || this.#state === 'running');
  }

  /** Whether it ended, and can be tried again. */
  get canRetry(): boolean {
    return this.task.resumable !== undefined && !this.active && this.#state !== 'done';
  }

  /** Lets go of the peer; what came stays. */
  pause(): void {
    if (!this.canPause) return;
    if (this.#state === 'running') this.#missingOnly = true;
    this.#state = 'paused';
    this.#controller.abort();
  }

  resume(): void {
    if (this.#state === 'paused') this.#state = 'waiting';
  }

  cancel(): void {
    if (!this.active) return;
    this.#controller.abort();
    this.#end('cancelled', this.task.cancelled);
    this.task.stopped?.();
  }

  async run(): Promise<void> {
    if (this.#state !== 'waiting') return;
    this.#state = 'running';
    const controller = new AbortController();
    this.#controller = controller;
    const { signal } = controller;
    const progress = (told: Progress): void => {
      if (!signal.aborted) this.#measure(told);
    };
    const noted = (association: number): void => void (this.#association = association);
    this.#working++;
    try {
      const ending = await this.task.work({ signal, progress, noted, missingOnly: this.#missingOnly });
      if (signal.aborted) return;
      this.#code = ending.code ?? '';
      this.#end(ending.state, ending.sentence);
    } catch (error) {
      await this.#failWith(error, signal);
    } finally {
      this.#working--;
    }
  }

  /** Cancelled or paused: what is thrown then is no failure. */
  async #failWith(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#code = failureOf(error).code;
    const sentence = await this.task.explain(error);
    if (!signal.aborted) this.#end('failed', sentence);
  }

  /** The first end counts: what a cancelled operation answers later changes nothing. */
  #end(state: JobState, sentence: string): void {
    if (!this.active) return;
    this.#state = state;
    this.#sentence = sentence;
  }

  #measure(progress: Progress): void {
    if (!this.active) return;
    this.#progress = { ...progress, ...this.#rate.measure(progress, performance.now()) };
  }
}

/** Transfers begin in their order, as far as their lanes are free; everything else runs at once. */
export class Jobs {
  #all = $state.raw<readonly Job[]>([]);
  #announced = $state.raw<Job | undefined>();
  /** Transfers that have not ended, in the order in which they run. */
  #order = $state.raw<readonly Job[]>([]);
  /** Called when the transfers that have not ended are others, or in another state. */
  onTransfers: () => void = () => {};

  /** Newest first. */
  get all(): readonly Job[] {
    return this.#all;
  }

  /** Transfers that have not ended. */
  get transfers(): readonly Job[] {
    return this.#order;
  }

  /** What runs at once, newest first, then the transfers in their order: at the foot of a page its rows stay where they are. */
  get active(): readonly Job[] {
    return [...this.#all.filter((job) => job.active && !job.queued), ...this.#order];
  }

  get finished(): readonly Job[] {
    return this.#all.filter((job) => !job.active);
  }

  /** The one that ended last. */
  get announced(): Job | undefined {
    return this.#announced;
  }

  start(task: Task): Job {
    const job = this.#add(new Job(task, false));
    void this.#follow(job);
    return job;
  }

  /** Waits for the transfers before it where its lanes are full. `missingOnly`: a part of it may be here. */
  queue(task: Task, { missingOnly = false, paused = false } = {}): Job {
    const same = this.#order.find(({ transfer }) => transfer !== undefined && transfer === task.transfer);
    if (same !== undefined) return same;
    const job = this.#add(new Job(task, true, missingOnly));
    if (paused) job.pause();
    this.#arrange([...this.#order, job]);
    return job;
  }

  /** Whether it waits and others of its lanes wait before it. */
  canGoFirst(job: Job): boolean {
    const waiting = this.#order.filter(({ state, task }) => state === 'waiting' && meet(task, job.task));
    return waiting.indexOf(job) > 0;
  }

  /** It runs before all others that wait. */
  goFirst(job: Job): void {
    const running = this.#order.filter((other) => other !== job && other.state === 'running');
    const rest = this.#order.filter((other) => other !== job && other.state !== 'running');
    this.#arrange([...running, job, ...rest]);
  }

  pause(job: Job): void {
    job.pause();
    this.#arrange(this.#order);
  }

  resume(job: Job): void {
    job.resume();
    this.#arrange(this.#order);
  }

  /** The same again: all of it, or what of it is missing. */
  retry(job: Job, missingOnly: boolean): void {
    if (!job.canRetry) return;
    this.#all = this.#all.filter((other) => other !== job);
    if (this.#announced === job) this.#announced = undefined;
    this.queue(job.task, { missingOnly });
  }

  clearFinished(): void {
    this.#all = this.#all.filter((job) => job.active);
    this.#announced = undefined;
  }

  cancelAll(): void {
    for (const job of this.active) this.cancel(job);
  }

  cancel(job: Job): void {
    job.cancel();
    this.#announced = job;
    this.#arrange(this.#order);
  }

  #add(job: Job): Job {
    const kept = this.#all.filter((other, index) => other.active || index < KEPT);
    this.#all = [job, ...kept];
    return job;
  }

  async #follow(job: Job): Promise<void> {
    await job.run();
    // A cancelled one was announced when it was cancelled; a paused one has not ended.
    if (!job.active && job.state !== 'cancelled') this.#announced = job;
    if (job.queued) this.#arrange(this.#order);
  }

  /** Takes the transfers in this order, without those that ended, and begins what can begin. */
  #arrange(order: readonly Job[]): void {
    this.#order = order.filter((job) => job.active);
    const taken = new Map<string, number>();
    const take = ({ name }: Lane): unknown => taken.set(name, (taken.get(name) ?? 0) + 1);
    for (const { queued, occupies, task } of this.#all) if (queued && occupies) lanesOf(task).forEach(take);
    for (const job of this.#order) {
      const lanes = lanesOf(job.task);
      const free = lanes.every(({ name, most }) => (taken.get(name) ?? 0) < most);
      if (job.state !== 'waiting' || !free) continue;
      lanes.forEach(take);
      void this.#follow(job);
    }
    this.onTransfers();
  }
}

/** Transfers without a lane have one together. */
const ALONE: readonly Lane[] = [{ name: '', most: 1 }];

function lanesOf({ lanes = ALONE }: Task): readonly Lane[] {
  return lanes;
}

function meet(task: Task, other: Task): boolean {
  return lanesOf(task).some(({ name }) => lanesOf(other).some((lane) => lane.name === name));
}

/** Bytes per second over the last seconds: the average since the start hides a stall. */
class Rate {
  static readonly #WINDOW_MS = 3000;
  readonly #samples: { at: number; bytes: number; done: number }[] = [];

  measure({ done, total, bytes }: Progress, at: number): Omit<MeasuredProgress, keyof Progress> {
    this.#samples.push({ at, bytes, done });
    while (this.#samples.length > 2 && at - this.#samples[0]!.at > Rate.#WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0]!;
    const elapsed = at - first.at;
    if (elapsed < 200) return { bytesPerSecond: undefined, millisecondsLeft: undefined };
    const perMillisecond = (done - first.done) / elapsed;
    const known = total !== undefined && perMillisecond > 0 && total > done;
    return {
      bytesPerSecond: bytes > first.bytes ? (1000 * (bytes - first.bytes)) / elapsed : undefined,
      millisecondsLeft: known ? (total - done) / perMillisecond : undefined,
    };
  }
}
