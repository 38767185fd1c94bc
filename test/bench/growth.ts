/** What a work costs at n, 2n, 4n and 8n: anything that grows faster than what is done is a defect. */
import type { Work } from './bench.ts';
import type { Measurement } from './runner.ts';
import type { Scale } from './scale.ts';

/** Of the whole scale, the largest last. */
export const DIVISORS = [8, 4, 2, 1] as const;
/** The exponent from which on growth is worse than linear: what starts up is paid once, and makes it less. */
export const LINEAR = 1.15;

/** Of the object that is large, whole. */
const LARGE_BYTES = 1e9;

/** A part of a scale, with data of its own. */
export function scaled(scale: Scale, divisor: number): Scale {
  const part = (whole: number): number => Math.max(1, Math.round(whole / divisor));
  return {
    ...scale,
    name: divisor === 1 ? scale.name : `${scale.name}-${divisor}`,
    slices: part(scale.slices),
    tiny: part(scale.tiny),
    matches: part(scale.matches),
    echoes: part(scale.echoes),
    associations: part(scale.associations),
    indexed: part(scale.indexed),
    large: [part(LARGE_BYTES)],
    records: part(scale.records),
    stream: part(scale.stream),
    pings: part(scale.pings),
  };
}

/** What one size took: the least of its runs, since whatever disturbs one adds to it. */
export interface Cost {
  readonly contestant: string;
  readonly seconds: number;
  readonly peakBytes: number;
}

/** @throws Error where a run was wrong. */
export function costOf({ contestant, runs, wrong }: Measurement): Cost {
  if (wrong !== undefined) throw new Error(`${contestant}: ${wrong}`);
  const seconds = Math.min(...runs.map((run) => run.seconds - (run.startSeconds ?? 0)));
  return { contestant, seconds, peakBytes: Math.min(...runs.map((run) => run.peakBytes ?? 0)) };
}

export interface Growth {
  readonly work: string;
  readonly contestant: string;
  /** What there is n, 2n, 4n and 8n of. */
  readonly grows: string;
  readonly seconds: readonly number[];
  readonly peakBytes: readonly number[];
  /** k where the cost goes with n to the k; none of memory that is not told. */
  readonly exponent: number;
  readonly memoryExponent?: number;
  readonly isDefect: boolean;
}

/** Costs at the divisors above: k where they go with n to the k, seen between n and 8n. */
export function exponentOf(costs: readonly number[]): number {
  const [least = Number.NaN] = costs;
  const most = costs.at(-1) ?? Number.NaN;
  return Math.log(most / least) / Math.log(DIVISORS[0]);
}

export function growthOf(
  { name, grows = 'all of it' }: Pick<Work, 'name' | 'grows'>,
  costs: readonly Cost[],
): Growth {
  const seconds = costs.map((cost) => cost.seconds);
  const peakBytes = costs.map((cost) => cost.peakBytes);
  const exponent = exponentOf(seconds);
  const tellsMemory = peakBytes.every((bytes) => bytes > 0);
  const memoryExponent = tellsMemory ? exponentOf(peakBytes) : undefined;
  return {
    work: name,
    contestant: costs.at(-1)?.contestant ?? '',
    grows,
    seconds,
    peakBytes,
    exponent,
    ...(memoryExponent !== undefined && { memoryExponent }),
    // What is no number, where starting took longer than the work, says nothing and passes nothing.
    isDefect: !(Math.max(exponent, memoryExponent ?? 0) <= LINEAR),
  };
}

/** A line of what was found. */
export function growthText({
  work,
  contestant,
  grows,
  seconds,
  peakBytes,
  exponent,
  memoryExponent,
  isDefect,
}: Growth): string {
  const times = seconds.map((each) => `${each.toFixed(3)} s`).join(', ');
  const memory = peakBytes.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(', ');
  const [last, before] = [seconds.at(-1) ?? 0, seconds.at(-2) ?? 0];
  return [
    `- ${work}, ${contestant}, ${grows}: ${isDefect ? 'WORSE THAN LINEAR' : 'linear or better'}`,
    `time n to the ${exponent.toFixed(2)} (${times}; the last doubling ${(last / before).toFixed(2)}x)`,
    ...(memoryExponent === undefined ? [] : [`memory n to the ${memoryExponent.toFixed(2)} (${memory})`]),
  ].join('; ');
}
