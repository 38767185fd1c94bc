/** What runs come to: medians, ratios within a round, and whether a goal is met. */
import type { Bar, Expected, Metric, Run, Work } from './bench.ts';
import type { Measured, Measurement } from './runner.ts';

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
  /** The longest of all runs, in milliseconds. */
  readonly longestTask?: number;
  readonly runs: number;
  readonly wrong?: string;
}

export type Verdict = 'stretch' | 'met' | 'not met' | 'no figure';

/** What became of a goal. */
export interface Judged extends Bar {
  /** The median of the ratios of all rounds, or of the figures themselves; of a limit the most. */
  readonly value?: number;
  readonly verdict: Verdict;
}

/** Everything that is printed of a work. */
export interface Result {
  readonly work: Pick<Work, 'name' | 'goal' | 'what' | 'unit'>;
  readonly figures: readonly Figure[];
  readonly bars: readonly Judged[];
  readonly note?: string;
}

export function resultOf(work: Work, { measurements, note }: Measured): Result {
  const { name, goal, what, unit } = work;
  return {
    work: { name, goal, what, unit },
    figures: measurements.map((each) => figureOf(each, unit)),
    bars: work.bars.map((bar) => judged(bar, measurements)),
    ...(note !== undefined && { note }),
  };
}

function figureOf({ contestant, side, expected, runs, wrong }: Measurement, unit: Work['unit']): Figure {
  if (runs.length === 0) return { contestant, side, runs: 0, wrong: wrong ?? 'it did not run' };
  const amount = unit === 'MB/s' ? expected.bytes / 1e6 : expected.count;
  const rates = runs.map(({ seconds }) => amount / seconds);
  const nets = present(runs.map(netSeconds));
  const cpu = present(runs.map((run) => run.cpuSeconds));
  const peaks = present(runs.map((run) => run.peakBytes));
  const tasks = present(runs.map((run) => run.longestTask));
  return {
    contestant,
    side,
    rate: { median: median(rates), least: Math.min(...rates), most: Math.max(...rates) },
    ...(nets.length > 0 && { netRate: amount / median(nets) }),
    ...(cpu.length > 0 && { cpuSeconds: median(cpu) / (unit === 'MB/s' ? expected.bytes / 1e9 : 1) }),
    ...(peaks.length > 0 && { peakBytes: Math.max(...peaks) }),
    ...(tasks.length > 0 && { longestTask: Math.max(...tasks) }),
    runs: runs.length,
  };
}

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}

/** A larger ratio is better for a rate, a smaller one for what something costs. */
export function judged(bar: Bar, measurements: readonly Measurement[]): Judged {
  const ours = measurements.find(({ side, contestant }) =>
    bar.ours === undefined ? side === 'ours' : contestant === bar.ours,
  );
  const theirs = measurements.find(({ contestant }) => contestant === bar.against);
  const rounds = present((ours?.runs ?? []).map((_, i) => ofRound(bar, i, ours!, theirs)));
  if (rounds.length === 0) return { ...bar, verdict: 'no figure' };
  const value = isLimit(bar) ? Math.max(...rounds) : median(rounds);
  const reaches = (goal: number): boolean => (isMore(bar) ? value >= goal : value <= goal);
  return { ...bar, value, verdict: reaches(bar.stretch) ? 'stretch' : reaches(bar.met) ? 'met' : 'not met' };
}

/** Memory that is not compared, or is by a difference, and tasks: no run may take more. */
function isLimit({ metric, against }: Bar): boolean {
  return metric === 'above' || metric === 'task' || (metric === 'memory' && against === undefined);
}

function isMore({ metric, against }: Bar): boolean {
  return against !== undefined && (metric === 'rate' || metric === 'net');
}

/** What a bar compares in the `i`th round, each by how much it had to do. */
function ofRound(
  bar: Bar,
  i: number,
  ours: Measurement,
  theirs: Measurement | undefined,
): number | undefined {
  const { metric, against } = bar;
  const own = COST[metric](ours.runs[i]!);
  if (against === undefined) return own;
  const run = theirs?.runs[i];
  const other = run && COST[metric](run);
  if (theirs === undefined || own === undefined || other === undefined) return undefined;
  if (metric === 'above') return own - other;
  if (metric === 'memory' || metric === 'task') return own / other;
  const each = own / other / (workOf(ours.expected) / workOf(theirs.expected));
  return isMore(bar) ? 1 / each : each;
}

function workOf({ bytes, count }: Expected): number {
  return bytes > 0 ? bytes : count;
}

/** None where starting takes most of the time: the small difference of two large figures says nothing. */
function netSeconds({ seconds, startSeconds }: Run): number | undefined {
  if (startSeconds === undefined || seconds < 2 * startSeconds) return undefined;
  return seconds - startSeconds;
}

/** What a run costs: seconds, seconds of CPU time, bytes, milliseconds. */
const COST: Readonly<Record<Metric, (run: Run) => number | undefined>> = {
  rate: ({ seconds }) => seconds,
  net: netSeconds,
  cpu: ({ cpuSeconds }) => cpuSeconds,
  memory: ({ peakBytes }) => peakBytes,
  above: ({ peakBytes }) => peakBytes,
  task: ({ longestTask }) => longestTask,
};
