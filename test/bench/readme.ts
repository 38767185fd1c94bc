/** The results section of README.md, made of what `--json` wrote: nobody types a figure. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import type { Work } from './bench.ts';
import type { Figure, Judged, Result } from './figures.ts';
import type { Growth } from './growth.ts';
import type { Surroundings } from './surroundings.ts';
import { figureText, goalText, verdictText } from './table.ts';

/** A line of the file: what came of a work, where, and how many seconds all of it took. */
export interface Line extends Surroundings, Result {
  readonly seconds: number;
}

/** A line of `--growth`. */
export interface GrowthLine extends Surroundings {
  readonly growth: readonly Growth[];
  readonly seconds: number;
}

const START = '<!-- results: npm run bench -- --readme FILE -->';
const END = '<!-- end of results -->';

/** Writes the results of these lines between the marks of the page; of a work that is there twice the last. */
export async function writeResults(path: string, works: readonly Work[], file: string): Promise<void> {
  const page = readFileSync(path, 'utf8');
  const [from, to] = [page.indexOf(START), page.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`${path} has no place for results`);
  const text = `${page.slice(0, from) + START}\n\n${resultsText(works, linesOf(file))}\n\n${page.slice(to)}`;
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

function linesOf(file: string): readonly (Line | GrowthLine)[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line | GrowthLine);
}

/** Every goal of every work, measured or not; then every figure, and how costs grow. */
export function resultsText(works: readonly Work[], all: readonly (Line | GrowthLine)[]): string {
  const known = new Map(all.flatMap((line) => ('growth' in line ? [] : [[line.work.name, line] as const])));
  const grown = all.flatMap((line) => ('growth' in line ? line.growth : []));
  const measured = works.map(({ name }) => known.get(name)).filter((line) => line !== undefined);
  return [
    ...surroundingsText(measured),
    '| | work | what | is to be | measured | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...works.flatMap((work) => goalRows(work, known.get(work.name))),
    '',
    '| work | | | least to most | without start | CPU s | MB |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...measured.flatMap((line) => line.figures.map((figure) => figureRow(line, figure))),
    '',
    ...growthRows(works, grown),
    ...measured.flatMap(({ work, note }) => (note === undefined ? [] : [`\`${work.name}\`: ${note}\n`])),
  ].join('\n');
}

function surroundingsText(lines: readonly Line[]): string[] {
  const last = lines.at(-1);
  if (last === undefined) return ['Nothing has been measured yet.\n'];
  const dates = [...new Set(lines.map(({ date }) => date.slice(0, 10)))].toSorted();
  const minutes = lines.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const rounds = [...new Set(lines.map(({ pairs }) => pairs))].join(' or ');
  const versions = Object.entries(last.versions).map((entry) => entry.join(' '));
  return [
    `${dates.join(', ')}; ${last.machine}; ${versions.join(', ')}. Rounds that count: ${rounds}. It took ${minutes.toFixed(0)} minutes.\n`,
  ];
}

function goalRows({ name, goal, bars }: Work, line: Line | undefined): string[] {
  return bars.map((bar) => {
    const { what, goal: wanted } = goalText(bar);
    const found = line?.bars.find((other) => isSame(other, bar));
    const value = found?.value === undefined ? '' : `**${figureText(bar, found.value)}**`;
    const verdict = found === undefined ? 'not measured' : verdictText(found);
    return `| ${goal} | \`${name}\` | ${what} | ${wanted} | ${value} | ${verdict} |`;
  });
}

/** A work that is there twice is told as it was the last time. */
function growthRows(works: readonly Work[], grown: readonly Growth[]): string[] {
  const known = new Map(grown.map((growth) => [`${growth.work} ${growth.contestant}`, growth]));
  if (known.size === 0) return [];
  const order = works.map(({ name }) => name);
  const sorted = [...known.values()].toSorted((a, b) => order.indexOf(a.work) - order.indexOf(b.work));
  return [
    '| growth of | at n, 2n, 4n, 8n | seconds | time as n to the | memory as n to the | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...sorted.map(growthRow),
    '',
  ];
}

function growthRow(growth: Growth): string {
  const { work, contestant, grows, seconds, exponent, memoryExponent, isDefect } = growth;
  const times = seconds.map((each) => each.toFixed(3)).join(', ');
  const memory = memoryExponent?.toFixed(2) ?? '';
  const verdict = isDefect ? '**worse than linear**' : '';
  return `| \`${work}\`, ${contestant} | ${grows} | ${times} | ${exponent.toFixed(2)} | ${memory} | ${verdict} |`;
}

function isSame(a: Judged, b: Work['bars'][number]): boolean {
  return a.metric === b.metric && a.against === b.against && a.ours === b.ours;
}

function figureRow({ work, figures }: Line, figure: Figure): string {
  const { contestant, side, rate, netRate, cpuSeconds, peakBytes, wrong = '' } = figure;
  const name = figure === figures[0] ? `\`${work.name}\`` : '';
  const who = side === 'ours' ? `**${contestant}**` : side === 'bound' ? `_${contestant}_` : contestant;
  if (rate === undefined) return `| ${name} | ${who} | no figure: ${wrong.replaceAll('|', '/')} | | | | |`;
  const text = (value: number): string => value.toFixed(rate.median < 10 ? 2 : 0);
  const cells = [
    `${text(rate.median)} ${work.unit}`,
    `${text(rate.least)} to ${text(rate.most)}`,
    netRate === undefined ? '' : text(netRate),
    cpuSeconds === undefined ? '' : `${cpuSeconds.toFixed(2)}${work.unit === 'MB/s' ? '/GB' : ''}`,
    peakBytes ? (peakBytes / 1e6).toFixed(0) : '',
  ];
  return `| ${name} | ${who} | ${cells.join(' | ')} |`;
}
