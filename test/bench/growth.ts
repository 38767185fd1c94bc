/** What a work costs at n, 2n, 4n and 8n: anything that grows faster than what is done is a defect. */
import type { Scale } from './scale.ts';

/** Of the whole scale, the largest last. */
export const DIVISORS = [8, 4, 2, 1] as const;
/** The exponent from which on growth is worse than linear: what starts up is paid once, and makes it less. */
export const LINEAR = 1.15;

/** A part of a scale, with data of its own; what has sizes of its own keeps them. */
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
    stream: part(scale.stream),
    pings: part(scale.pings),
  };
}

/** Costs at the divisors above: k where they go with n to the k, seen between n and 8n. */
export function exponentOf(costs: readonly number[]): number {
  const [least = Number.NaN] = costs;
  const most = costs.at(-1) ?? Number.NaN;
  return Math.log(most / least) / Math.log(DIVISORS[0]);
}

/** A line of what was found. */
export function growthText(
  work: string,
  contestant: string,
  seconds: readonly number[],
  peakBytes: readonly number[],
): string {
  const exponent = exponentOf(seconds);
  const verdict = exponent > LINEAR ? 'WORSE THAN LINEAR' : 'linear or better';
  const times = seconds.map((each) => `${each.toFixed(3)} s`).join(', ');
  const memory = peakBytes.map((bytes) => `${(bytes / 1e6).toFixed(0)} MB`).join(', ');
  return `- ${work}, ${contestant}: ${times}: n to the ${exponent.toFixed(2)}, ${verdict}; ${memory}`;
}
