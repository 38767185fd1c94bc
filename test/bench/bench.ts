/** What the bench is made of: works, and who does them. */
import type { Need } from '../support/needs.ts';
import type { Data } from './data.ts';
import type { Scale } from './scale.ts';

/** One run of one contestant, as it was seen from outside of it, and what it says that it did. */
export interface Run {
  readonly seconds: number;
  /** What of that is starting the program, seen in a run of its own in the same round. */
  readonly startSeconds?: number;
  /** CPU time of what is measured, and of the processes that it started, in seconds. */
  readonly cpuSeconds?: number;
  /** The most memory that was resident, in bytes. */
  readonly peakBytes?: number;
  /** Instances, answers, echoes: whatever the work counts. */
  readonly count: number;
  /** Bytes of data sets where the contestant tells; what passed the network is looked at in any case. */
  readonly bytes?: number;
  /** The longest task of a page's main thread meanwhile, in milliseconds; 0 where none took 50 ms. */
  readonly longestTask?: number;
}

/** Who does a work. `bound`: what the runtime allows to one that decodes nothing; no figure to compare with. */
export interface Contestant {
  readonly name: string;
  readonly side: 'ours' | 'theirs' | 'bound';
  /** Where it is expected to do something else than the others, as with data of another size: rates are compared, not times. */
  readonly expected?: Expected;
  /** Bytes that the network has carried that it uses; by default that of this process. */
  carried?(): number;
  /** What has to be done before each run and is no part of it, as emptying a folder. */
  before?(): Promise<void>;
  /** Seconds that it takes to start and do nothing. */
  idle?(): Promise<number>;
  /** @throws where it failed: then no figure of it is printed. */
  run(): Promise<Run>;
}

/** What a run must have done to count. */
export interface Expected {
  readonly count: number;
  /** Bytes of data sets or of a stream, each once. */
  readonly bytes: number;
  /** How often each byte crosses the network; 2 where something stands in between. 1 by default. */
  readonly hops?: number;
}

/** The work prepared: servers run, data lie there. */
export interface Setting {
  readonly expected: Expected;
  readonly contestants: readonly Contestant[];
  /** What has to be known of how it was done here, said below the table. */
  readonly note?: string;
  close(): Promise<void>;
}

/**
 * What is compared: the speed, the speed without starting the programs, the CPU time, the memory, how much more memory
 * (`above`), the longest task of a page's main thread.
 */
export type Metric = 'rate' | 'net' | 'cpu' | 'memory' | 'above' | 'task';

/**
 * A goal. With `against` the figures are ratios ours : theirs in the same round (of `above` the difference in bytes), else
 * they are absolute: seconds, bytes, of a task milliseconds.
 */
export interface Bar {
  readonly metric: Metric;
  /** Whose figure of which ours is a multiple; ours is the first contestant of that side, or the one named. */
  readonly against?: string;
  readonly ours?: string;
  /** A rate is to be at least that, what something costs at most. */
  readonly met: number;
  readonly stretch: number;
}

export interface Work {
  /** As it is chosen on the command line. */
  readonly name: string;
  /** The letter of the goal that it belongs to. */
  readonly goal: string;
  readonly what: string;
  /** What the rate is of: bytes, or what is counted. */
  readonly unit: 'MB/s' | '/s';
  readonly needs: readonly Need[];
  /** What there is more of on a larger scale, where growth is looked at (growth.ts). */
  readonly grows?: string;
  readonly bars: readonly Bar[];
  open(bench: Bench): Promise<Setting>;
}

/** What works are prepared from. */
export interface Bench {
  readonly scale: Scale;
  readonly data: Data;
}
