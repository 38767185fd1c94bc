/** Many conversations, one after the other; what goes wrong in one is told with what it takes to repeat it. */
import { expect } from 'vitest';
import { FakeClock, replaceTimers } from '../support/fake-clock.ts';
import { converse, scriptOf } from './conversation.ts';
import type { Script, Side, Verdict } from './conversation.ts';

/** How many failing conversations are told of. */
const SHOWN = 5;

const { FUZZ_SEED, FUZZ_COUNT, SOAK } = process.env;

/** `FUZZ_SEED` names one conversation, `FUZZ_COUNT` says how many; `SOAK=1` takes a million, a larger number its minutes. */
export const COUNT: number = FUZZ_SEED ? 1 : SOAK ? 1_000_000 : Number(FUZZ_COUNT ?? 10_000);
export const TIME: number = 60_000 * (Number(SOAK) > 1 ? Number(SOAK) + 1 : SOAK ? 120 : 5);
/** Whether enough is played to expect that everything comes up. */
export const WHOLE: boolean = COUNT >= 10_000;

async function play(script: Script, seen: Set<string>): Promise<Verdict> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const clock = new FakeClock();
  const restore = replaceTimers(clock);
  const unhandled: string[] = [];
  const note = (error: unknown): void =>
    void unhandled.push(`unhandled: ${(error as Error)?.stack ?? String(error)}`);
  process.on('unhandledRejection', note);
  try {
    const verdict = await converse(script, clock, seen);
    return { ...verdict, wrong: [...verdict.wrong, ...unhandled] };
  } catch (error) {
    return { wrong: [`the test itself failed: ${(error as Error).stack}`], log: [], established: false };
  } finally {
    process.off('unhandledRejection', note);
    Error.stackTraceLimit = stackTraceLimit;
    restore();
  }
}

/** Leaves out every step without which it still goes wrong. */
async function shortened(script: Script): Promise<Script> {
  let { steps } = script;
  for (let i = steps.length - 1; i >= 0; i--) {
    const fewer = steps.toSpliced(i, 1);
    const { wrong } = await play({ ...script, steps: fewer }, new Set());
    if (wrong.length > 0) steps = fewer;
  }
  return { ...script, steps };
}

async function report(side: Side, script: Script): Promise<string> {
  const short = await shortened(script);
  const { wrong, log } = await play(short, new Set());
  const acts = short.steps.map(({ act }) => act).join('; ') || 'no step';
  return [
    `FUZZ_SEED=${script.seed} npm test -- test/fuzz/${side}`,
    `${short.role}, ${short.steps.length} of ${script.steps.length} steps: ${acts}; then ${short.ending}`,
    ...log.map((line) => `  ${line}`),
    ...wrong.map((line) => `WRONG: ${line}`),
  ].join('\n');
}

/** Plays the conversations of one side; returns what has been seen, and how many times an association came about. */
export async function playAll(
  side: Side,
): Promise<{ seen: ReadonlySet<string>; established: number; played: number }> {
  const seen = new Set<string>();
  const failed: Script[] = [];
  const first = Number(FUZZ_SEED ?? 0);
  const until = Number(SOAK) > 1 ? performance.now() + TIME - 60_000 : Infinity;
  let established = 0;
  let played = 0;
  for (; played < COUNT && performance.now() < until && failed.length < SHOWN; played++) {
    const script = scriptOf(side, first + played);
    const verdict = await play(script, seen);
    if (verdict.established) established++;
    if (verdict.wrong.length > 0) failed.push(script);
  }
  const reports: string[] = [];
  for (const script of failed) reports.push(await report(side, script));
  expect(reports.join('\n\n')).toBe('');
  return { seen, established, played };
}
