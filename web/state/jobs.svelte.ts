/** What is under way, what waits, and how the last ones ended. */
export type JobState = 'waiting' | 'running' | 'done' | 'partial' | 'failed' | 'cancelled';

/** How an operation ended, in a sentence. */
export interface Ending {
  readonly state: 'done' | 'partial' | 'failed';
  readonly sentence: string;
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
  progress(progress: Progress): void;
}

export interface Task {
  /** What is done to what: `Retrieve Doe, Jane · Thorax`. */
  readonly title: string;
  /** The sentence for a cancelled one. */
  readonly cancelled: string;
  work(control: Control): Promise<Ending>;
  /** Puts what `work` threw into a sentence. */
  explain(thrown: unknown): string;
  /** Called when it is cancelled, even before `work` began. */
  stopped?(): void;
  /** What does the same in a terminal. */
  readonly command?: string;
  /** Names a transfer: while one is under way or waits, the same again (a double press) is the same one. */
  readonly transfer?: string;
}

const KEPT = 50;

export class Job {
  readonly title: string;
  /** Whether it waits for the transfers before it. */
  readonly queued: boolean;
  readonly #task: Task;
  readonly #controller = new AbortController();
  readonly #rate = new Rate();
  #state = $state.raw<JobState>('waiting');
  #sentence = $state.raw('');
  #progress = $state.raw<MeasuredProgress | undefined>();

  constructor(task: Task, queued: boolean) {
    this.#task = task;
    this.title = task.title;
    this.queued = queued;
  }

  /** See `Task`. */
  get transfer(): string | undefined {
    return this.#task.transfer;
  }

  get command(): string | undefined {
    return this.#task.command;
  }

  get state(): JobState {
    return this.#state;
  }

  get active(): boolean {
    return this.#state === 'waiting' || this.#state === 'running';
  }

  /** Empty until the end. */
  get sentence(): string {
    return this.#sentence;
  }

  get progress(): MeasuredProgress | undefined {
    return this.#progress;
  }

  cancel(): void {
    if (!this.active) return;
    this.#controller.abort();
    this.#end('cancelled', this.#task.cancelled);
    this.#task.stopped?.();
  }

  async run(): Promise<void> {
    if (!this.active) return;
    this.#state = 'running';
    const { signal } = this.#controller;
    try {
      const ending = await this.#task.work({ signal, progress: (progress) => this.#measure(progress) });
      this.#end(ending.state, ending.sentence);
    } catch (error) {
      if (!this.active) return; // cancelled: what it throws then is no failure
      this.#end('failed', this.#task.explain(error));
    }
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

/** Transfers run one after the other, everything else at once. */
export class Jobs {
  #all = $state.raw<readonly Job[]>([]);
  #announced = $state.raw<Job | undefined>();
  #lastTransfer: Promise<unknown> = Promise.resolve();

  /** Newest first. */
  get all(): readonly Job[] {
    return this.#all;
  }

  /** What runs at once, newest first, then the transfers in their order: at the foot of a page its rows stay where they are. */
  get active(): readonly Job[] {
    const active = this.#all.filter((job) => job.active);
    return [...active.filter(({ queued }) => !queued), ...active.filter(({ queued }) => queued).reverse()];
  }

  get finished(): readonly Job[] {
    return this.#all.filter((job) => !job.active);
  }

  /** The one that ended last. */
  get announced(): Job | undefined {
    return this.#announced;
  }

  start(task: Task): Job {
    const job = this.#add(task, false);
    void this.#follow(job);
    return job;
  }

  /** Waits for the transfers before it. */
  queue(task: Task): Job {
    const same = this.active.find(({ transfer }) => transfer !== undefined && transfer === task.transfer);
    if (same !== undefined) return same;
    const job = this.#add(task, true);
    this.#lastTransfer = this.#lastTransfer.then(() => this.#follow(job));
    return job;
  }

  clearFinished(): void {
    this.#all = this.active;
    this.#announced = undefined;
  }

  cancel(job: Job): void {
    job.cancel();
    this.#announced = job;
  }

  #add(task: Task, queued: boolean): Job {
    const job = new Job(task, queued);
    const kept = this.#all.filter((other, index) => other.active || index < KEPT);
    this.#all = [job, ...kept];
    return job;
  }

  async #follow(job: Job): Promise<void> {
    await job.run();
    // A cancelled one was announced when it was cancelled.
    if (job.state !== 'cancelled') this.#announced = job;
  }
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
