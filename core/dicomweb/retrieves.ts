/** Retrieves on demand: by series, one for all who wait, each told of its instances as they are kept. */
import type { Archive } from '../archive/index.ts';
import type { Clock } from '../bytes/index.ts';
import { StatusError, SYSTEM_CLOCK } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { dataSet, text } from '../data/index.ts';
import { statusCategory } from '../dict/index.ts';
import type { Stored } from '../file/index.ts';
import { Refusal } from './problem.ts';
import type { DicomWebOptions, Retrieved } from './types.ts';

/** How long a series is believed to be whole, in milliseconds, before the peer is asked for more of it. */
const WHOLE_FOR_MS = 60_000;
/** Series of which that is remembered. */
const REMEMBERED = 4096;

/** A series within its study. */
export interface SeriesPath {
  readonly study: string;
  readonly series: string;
}

export interface InstancePath extends SeriesPath {
  readonly instance: string;
}

export class Retrieves {
  readonly #archive: Archive;
  readonly #retrieve: DicomWebOptions['retrieve'];
  readonly #clock: Clock;
  readonly #running = new Map<string, Run>();
  /** When a series was found whole, and with how many instances, some of which may be gone again; oldest first. */
  readonly #whole = new Map<string, { readonly at: number; readonly instances: number }>();

  constructor({ archive, retrieve, clock = SYSTEM_CLOCK }: DicomWebOptions) {
    this.#archive = archive;
    this.#retrieve = retrieve;
    this.#clock = clock;
  }

  /**
   * The instance, as soon as it is kept.
   * @throws Refusal 404 where there is none; and what its series could not be retrieved for.
   */
  async instance(path: InstancePath): Promise<Stored> {
    const here = this.#archive.instance(path.instance);
    if (here !== undefined && isIn(here, path)) return here;
    const run = this.#begin(path);
    for await (const stored of run?.instances() ?? []) {
      if (stored.sopInstanceUID === path.instance) return stored;
    }
    throw new Refusal(404, 'There is no such instance.');
  }

  /**
   * The instances of a series, as they are kept.
   * @throws what the series could not be retrieved for, behind those that came.
   */
  async *series(path: SeriesPath): AsyncGenerator<Stored, void, undefined> {
    const run = this.#begin(path);
    const seen = new Set<string>();
    for (const stored of this.held(path)) {
      seen.add(stored.sopInstanceUID);
      yield stored;
    }
    // Some come twice: taken over from a tab that crashed, and sent by the peer all the same.
    for await (const stored of run?.instances() ?? []) {
      if (seen.has(stored.sopInstanceUID)) continue;
      seen.add(stored.sopInstanceUID);
      yield stored;
    }
  }

  /** The instances of a series that are here. */
  held({ study, series }: SeriesPath): readonly Stored[] {
    return this.#archive.select({ model: 'STUDY', level: 'SERIES', keys: seriesKeys(study, series) });
  }

  /** The retrieve of the series, begun unless it runs; undefined where the peer need not be asked. */
  #begin(path: SeriesPath): Run | undefined {
    const key = `${path.study} ${path.series}`;
    const running = this.#running.get(key);
    if (running !== undefined || this.#retrieve === undefined || this.#isWhole(key, path)) return running;
    const retrieve = this.#retrieve;
    const request = { model: 'STUDY', level: 'SERIES', keys: seriesKeys(path.study, path.series) } as const;
    const run = new Run(this.#archive, path, this.held(path), () => retrieve(request));
    this.#running.set(key, run);
    void run.ended.then((isWhole) => {
      this.#running.delete(key);
      if (isWhole) this.#remember(key, run.instancesHere);
    });
    return run;
  }

  /** What was deleted here since has to be brought again. */
  #isWhole(key: string, path: SeriesPath): boolean {
    const whole = this.#whole.get(key);
    if (whole === undefined || this.#clock.now() - whole.at >= WHOLE_FOR_MS) return false;
    return this.held(path).length >= whole.instances;
  }

  #remember(key: string, instances: number): void {
    this.#whole.delete(key);
    this.#whole.set(key, { at: this.#clock.now(), instances });
    const [oldest] = this.#whole.keys();
    if (this.#whole.size > REMEMBERED && oldest !== undefined) this.#whole.delete(oldest);
  }
}

/** One retrieve under way, and what has come of it. */
class Run {
  /** Whether all came; never rejects. */
  readonly ended: Promise<boolean>;
  readonly #arrived: Stored[] = [];
  /** All that were here at any time of it: a store may let go of some while others come. */
  readonly #uids: Set<string>;
  #error: unknown;
  #isOver = false;
  #waiting: (() => void)[] = [];

  /** `held`: what is here before. */
  constructor(
    archive: Archive,
    path: SeriesPath,
    held: readonly Stored[],
    retrieve: () => Promise<Retrieved>,
  ) {
    this.#uids = new Set(held.map(({ sopInstanceUID }) => sopInstanceUID));
    const unwatch = archive.store.watch((change) => {
      if (change.kind === 'stored' && isIn(change.instance, path)) this.#arrive(change.instance);
    });
    this.ended = this.#follow(retrieve).finally(unwatch);
  }

  get instancesHere(): number {
    return this.#uids.size;
  }

  /** Those that came and come, in their order. @throws what ended the retrieve early */
  async *instances(): AsyncGenerator<Stored, void, undefined> {
    for (let at = 0; ; at++) {
      while (at === this.#arrived.length && !this.#isOver) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      const stored = this.#arrived[at];
      if (stored === undefined) break;
      yield stored;
    }
    if (this.#error !== undefined) throw this.#error;
  }

  async #follow(retrieve: () => Promise<Retrieved>): Promise<boolean> {
    try {
      this.#error = failureOf(await retrieve());
    } catch (error) {
      this.#error = error;
    }
    this.#isOver = true;
    this.#wake();
    return this.#error === undefined;
  }

  #arrive(stored: Stored): void {
    this.#arrived.push(stored);
    this.#uids.add(stored.sopInstanceUID);
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Why not all came; undefined where all did, or there is nothing. */
function failureOf({ verdict, status, missing, error }: Retrieved): Error | undefined {
  if (verdict === 'complete' || verdict === 'nothing matched') return undefined;
  if (error !== undefined) return error;
  if (statusCategory(status) === 'failure') return new StatusError(status, 'The peer refused the retrieve.');
  return new Refusal(502, `The peer left ${counted(missing.length)} of the series out.`);
}

function counted(missing: number): string {
  if (missing === 0) return 'some instances'; // it does not say which
  return missing === 1 ? 'one instance' : `${missing} instances`;
}

export function seriesKeys(study: string, series: string): DataSet {
  return dataSet({ StudyInstanceUID: study, SeriesInstanceUID: series });
}

function isIn({ header }: Stored, { study, series }: SeriesPath): boolean {
  const uid = (keyword: string): string => text(header, keyword).trim();
  return uid('StudyInstanceUID') === study && uid('SeriesInstanceUID') === series;
}
