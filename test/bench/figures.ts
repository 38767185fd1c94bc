/** What runs come to: medians, ratios within a round, and whether a goal is met. */
import type { Bar, Expected, Metric, Run, Work } from './bench.ts';
import type { Measurement } from './runner.ts';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A contestant's row of the table. */
export interface Figure {
  readonly contestant: string;
  readonly side: Measurement['side'];
  /** In the unit of the work. */
  readonly rate?: { readonly median: number; readonly least: number; readonly most: number };
  /** The median without starting the program. */
  readonly netRate?: number;
  /** Median CPU time in seconds, a GB where the work is one of bytes, else for all of it. */
  readonly cpuSeconds?: number;
  /** The most of all runs. */
  readonly peakBytes?: number;
  readonly runs: number;
  readonly wrong?: string;
}

export type Verdict = 'stretch' | 'met' | 'not met' | 'no figure';

/** What became of a goal. */
export interface Judged extends Bar {
  /** The median of the ratios of all rounds, or of the figures themselves. */
  readonly value?: number;
  readonly verdict: Verdict;
}

/** Everything that is printed of a work. */
export interface Result {
  readonly work: Pick<Work, 'name' | 'goal' | 'what' | 'unit'>;
  readonly figures: readonly Figure[];
  readonly bars: readonly Judged[];
}

export function resultOf(work: Work, expected: Expected, measurements: readonly Measurement[]): Result {
  const { name, goal, what, unit } = work;
  return {
    work: { name, goal, what, unit },
    figures: measurements.map((each) => figureOf(each, unit, expected)),
    bars: work.bars.map((bar) => judged(bar, measurements)),
  };
}

function figureOf(
  { contestant, side, runs, wrong }: Measurement,
  unit: Work['unit'],
  expected: Expected,
): Figure {
  if (runs.length === 0) return { contestant, side, runs: 0, wrong: wrong ?? 'it did not run' };
  const amount = unit === 'MB/s' ? expected.bytes / 1e6 : expected.count;
  const rates = runs.map(({ seconds }) => amount / seconds);
  const nets = runs.map(netSeconds).filter((each) => each !== undefined);
  const cpu = present(runs, 'cpuSeconds');
  const peaks = present(runs, 'peakBytes');
  return {
    contestant,
    side,
    rate: { median: median(rates), least: Math.min(...rates), most: Math.max(...rates) },
    ...(nets.length > 0 && { netRate: amount / median(nets) }),
    ...(cpu.length > 0 && { cpuSeconds: median(cpu) / (unit === 'MB/s' ? expected.bytes / 1e9 : 1) }),
    ...(peaks.length > 0 && { peakBytes: Math.max(...peaks) }),
    runs: runs.length,
  };
}

function present(runs: readonly Run[], key: 'cpuSeconds' | 'peakBytes'): number[] {
  return runs.map((run) => run[key]).filter((value) => value !== undefined);
}

/** A larger ratio is better for a rate, a smaller one for what something costs. */
export function judged(bar: Bar, measurements: readonly Measurement[]): Judged {
  const ours = measurements.find(({ side, contestant }) =>
    bar.ours === undefined ? side === 'ours' : contestant === bar.ours,
  );
  const theirs =
    bar.against === undefined ? undefined : measurements.find(({ contestant }) => contestant === bar.against);
  const rounds = (ours?.runs ?? []).map((run, i) => ratio(bar, run, theirs?.runs[i]));
  const value = median(rounds.filter((each) => each !== undefined));
  if (Number.isNaN(value)) return { ...bar, verdict: 'no figure' };
  const reaches = (goal: number): boolean =>
    isSpeed(bar.metric) && bar.against !== undefined ? value >= goal : value <= goal;
  return { ...bar, value, verdict: reaches(bar.stretch) ? 'stretch' : reaches(bar.met) ? 'met' : 'not met' };
}

function ratio({ metric, against }: Bar, ours: Run, theirs: Run | undefined): number | undefined {
  if (against === undefined) return COST[metric](ours);
  const [own, other] = [COST[metric](ours), theirs && COST[metric](theirs)];
  if (own === undefined || other === undefined) return undefined;
  return isSpeed(metric) ? other / own : own / other;
}

function isSpeed(metric: Metric): boolean {
  return metric === 'rate' || metric === 'net';
}

/** None where starting takes most of the time: the small difference of two large figures says nothing. */
function netSeconds({ seconds, startSeconds }: Run): number | undefined {
  if (startSeconds === undefined || seconds < 2 * startSeconds) return undefined;
  return seconds - startSeconds;
}

/** What a run costs: seconds, seconds of CPU time, bytes. */
const COST: Readonly<Record<Metric, (run: Run) => number | undefined>> = {
  rate: ({ seconds }) => seconds,
  net: netSeconds,
  cpu: ({ cpuSeconds }) => cpuSeconds,
  memory: ({ peakBytes }) => peakBytes,
};
