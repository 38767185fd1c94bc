/**
 * `npm run bench -- [WORK...] [--smoke] [--pairs N] [--without NAME] [--growth] [--json FILE] [--readme FILE] [--list]`: the table
 * of works, or those whose name or goal is given. Tables go to stdout, what is going on to stderr, a JSON line for each
 * work is added to FILE. `--without` leaves out contestants whose name begins so; `--growth` has ours alone do an eighth,
 * a quarter, a half, and all of it; `--readme` measures nothing, and puts what such a FILE has into README.md.
 */
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { missing } from '../support/needs.ts';
import { built } from '../support/peers-process.ts';
import type { Bench, Contestant, Work } from './bench.ts';
import { Data } from './data.ts';
import type { Result } from './figures.ts';
import { resultOf } from './figures.ts';
import type { Cost, Growth } from './growth.ts';
import { DIVISORS, costOf, growthOf, growthText, scaled } from './growth.ts';
import { writeResults } from './readme.ts';
import { measure } from './runner.ts';
import type { Scale } from './scale.ts';
import { FULL, SMOKE } from './scale.ts';
import { machineText, surroundings } from './surroundings.ts';
import { tableOf } from './table.ts';
import { WORKS } from './works/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    without: { type: 'string', multiple: true, default: [] },
    growth: { type: 'boolean', default: false },
    json: { type: 'string' },
    readme: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

const README = fileURLToPath(new URL('../../test/bench/README.md', import.meta.url));
// Servers and browsers go when the process ends, which a signal alone does not tell it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const usual: Scale = values.smoke ? SMOKE : FULL;
const scale: Scale = values.pairs === undefined ? usual : { ...usual, pairs: pairsOf(values.pairs) };
const chosen = choose(positionals);

if (values.list) for (const { name, goal, what } of WORKS) console.log(`${name.padEnd(24)} ${goal}  ${what}`);
else if (values.readme !== undefined) await writeResults(README, WORKS, values.readme);
else {
  await built;
  console.log(`${machineText()}\n`);
  const started = performance.now();
  for (const work of chosen) await one(work);
  console.log(`All of it took ${((performance.now() - started) / 60_000).toFixed(1)} minutes.`);
}

function pairsOf(text: string): number {
  const pairs = Number(text);
  if (!Number.isInteger(pairs) || pairs < 1) stop(`--pairs takes a whole number above 0, not "${text}"`);
  return pairs;
}

function choose(words: readonly string[]): readonly Work[] {
  const unknown = words.find((word) => WORKS.every(({ name, goal }) => name !== word && goal !== word));
  if (unknown !== undefined) stop(`no work is called "${unknown}"; --list tells which there are`);
  return words.length === 0
    ? WORKS.filter(({ grows }) => !values.growth || grows !== undefined)
    : WORKS.filter(({ name, goal }) => words.includes(name) || words.includes(goal));
}

function stop(why: string): never {
  console.error(why);
  process.exit(2);
}

async function one(work: Work): Promise<void> {
  const absent = missing(...work.needs);
  if (absent.length > 0) {
    console.log(
      `### ${work.goal}. ${work.what}\n\nNot run: it needs ${absent.join(', ')} ("npm run peers").\n`,
    );
    process.exitCode = 1;
    return;
  }
  const started = performance.now();
  const result = await (values.growth ? growth(work) : comparison(work));
  const seconds = (performance.now() - started) / 1000;
  if (values.json !== undefined)
    appendFileSync(values.json, `${JSON.stringify({ ...surroundings(scale), ...result, seconds })}\n`);
}

function benchOf(own: Scale): Bench {
  return { scale: own, data: new Data(fileURLToPath(new URL('data', import.meta.url)), own) };
}

function isWanted({ name }: Contestant): boolean {
  return !values.without.some((start) => name.startsWith(start));
}

function note(line: string): void {
  console.error(line);
}

async function comparison(work: Work): Promise<Result> {
  const result = resultOf(work, await measure(work, benchOf(scale), { among: isWanted, note }));
  console.log(tableOf(result));
  if (result.figures.some(({ wrong }) => wrong !== undefined)) process.exitCode = 1;
  return result;
}

/** Ours alone, at parts of the scale. */
async function growth(work: Work): Promise<{ readonly growth: readonly Growth[] }> {
  const costs: Cost[][] = [];
  const among = (one: Contestant): boolean => one.side === 'ours' && isWanted(one);
  for (const divisor of DIVISORS) {
    const { measurements } = await measure(work, benchOf(scaled(scale, divisor)), { among, note });
    for (const [i, measurement] of measurements.entries()) (costs[i] ??= []).push(costOf(measurement));
  }
  const found = costs.map((each) => growthOf(work, each));
  for (const each of found) console.log(growthText(each));
  if (found.some(({ isDefect }) => isDefect)) process.exitCode = 1;
  return { growth: found };
}
