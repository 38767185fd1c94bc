/** Contestants in turns, so that whatever else the machine does meets all of them. */
import type { Bench, Contestant, Expected, Run, Work } from './bench.ts';
import { loopbackBytes } from './measured.ts';

/** The runs that count, one a round; or why there are none. */
export interface Measurement {
  readonly contestant: string;
  readonly side: Contestant['side'];
  /** What each of its runs did. */
  readonly expected: Expected;
  readonly runs: readonly Run[];
  /** What was wrong with one of its runs: then there is no figure of it. */
  readonly wrong?: string;
}

export interface Measured {
  readonly measurements: readonly Measurement[];
  /** The setting's. */
  readonly note?: string;
}

export interface MeasureOptions {
  /** Who takes part; all by default. */
  readonly among?: (contestant: Contestant) => boolean;
  /** Told what is going on. */
  note(line: string): void;
}

/** Does the work in rounds; in each every contestant has a turn. One that was wrong once has no further. */
export async function measure(work: Work, bench: Bench, options: MeasureOptions): Promise<Measured> {
  const { among = () => true } = options;
  const { warmUp, pairs } = bench.scale;
  const { expected, contestants: all, note, close } = await work.open(bench);
  const contestants = all.filter(among);
  const runs = new Map<Contestant, Run[]>(contestants.map((contestant) => [contestant, []]));
  const wrong = new Map<Contestant, string>();
  try {
    for (let round = 0; round < warmUp + pairs; round++) {
      for (const contestant of turn(contestants, round)) {
        if (wrong.has(contestant)) continue;
        const outcome = await once(contestant, contestant.expected ?? expected);
        options.note(`${work.name}, round ${round}: ${contestant.name} ${outcomeText(outcome)}`);
        if (typeof outcome === 'string') wrong.set(contestant, outcome);
        else if (round >= warmUp) runs.get(contestant)!.push(outcome);
      }
    }
  } finally {
    await close();
  }
  const measurements = contestants.map((contestant) => {
    const said = wrong.get(contestant);
    const { name, side } = contestant;
    return {
      contestant: name,
      side,
      expected: contestant.expected ?? expected,
      runs: said === undefined ? runs.get(contestant)! : [],
      ...(said && { wrong: said }),
    };
  });
  return { measurements, ...(note !== undefined && { note }) };
}

/** Who was last in one round is first in the next: nobody always comes behind the same one. */
function turn(contestants: readonly Contestant[], round: number): readonly Contestant[] {
  return round % 2 === 0 ? contestants : contestants.toReversed();
}

/** A run that did what was expected, or what was wrong with it. */
async function once(contestant: Contestant, expected: Expected): Promise<Run | string> {
  try {
    await contestant.before?.();
    const carried = contestant.carried ?? (() => loopbackBytes());
    const before = carried();
    const run = await contestant.run();
    const wrong = complaint(run, expected, carried() - before);
    if (wrong !== undefined || contestant.idle === undefined) return wrong ?? run;
    return { ...run, startSeconds: await contestant.idle() };
  } catch (error) {
    return (error as Error).message;
  }
}

/** What is wrong with a run, if anything. `passed`: what the network carried meanwhile, others' bytes included. */
export function complaint(run: Run, expected: Expected, passed: number): string | undefined {
  const { count, bytes, hops = 1 } = expected;
  if (run.count !== count) return `counted ${run.count} instead of ${count}`;
  if (run.bytes !== undefined && run.bytes !== bytes) return `${run.bytes} bytes instead of ${bytes}`;
  if (passed < bytes * hops) return `only ${passed} bytes passed of ${bytes * hops}`;
  if (!(run.seconds > 0)) return `took ${run.seconds} s`;
  return undefined;
}

function outcomeText(outcome: Run | string): string {
  return typeof outcome === 'string' ? `WRONG: ${outcome}` : `${outcome.seconds.toFixed(3)} s`;
}
