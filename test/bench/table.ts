/** Results as people read them. The same as JSON lines is what figures.ts gives. */
import type { Bar, Metric } from './bench.ts';
import type { Figure, Judged, Result } from './figures.ts';

/** A Markdown table of the contestants, and a line for each goal. */
export function tableOf({ work, figures, bars, note }: Result): string {
  const rows = figures.map((figure) => rowOf(figure, work.unit));
  return [
    `### ${work.goal}. ${work.what} (\`${work.name}\`)`,
    '',
    `| | ${work.unit} | least to most | without start | CPU s${work.unit === 'MB/s' ? '/GB' : ''} | most memory, MB | runs |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...(note === undefined ? [] : [`${note}\n`]),
    ...bars.map(barText),
    '',
  ].join('\n');
}

function rowOf(
  { contestant, side, rate, netRate, cpuSeconds, peakBytes, runs, wrong }: Figure,
  unit: string,
): string {
  const name = side === 'bound' ? `*${contestant}*` : side === 'ours' ? `**${contestant}**` : contestant;
  if (rate === undefined)
    return `| ${name} | no figure: ${(wrong ?? '').replaceAll('|', '/')} | | | | | ${runs} |`;
  const digits = unit === 'MB/s' ? 0 : rate.median < 10 ? 2 : 0;
  const cells = [
    rate.median.toFixed(digits),
    `${rate.least.toFixed(digits)} to ${rate.most.toFixed(digits)}`,
    netRate?.toFixed(digits) ?? '',
    cpuSeconds?.toFixed(2) ?? '',
    peakBytes ? (peakBytes / 1e6).toFixed(0) : '',
    String(runs),
  ];
  return `| ${name} | ${cells.join(' | ')} |`;
}

const WHAT = {
  rate: 'speed',
  net: 'speed without start',
  cpu: 'CPU time',
  memory: 'memory',
  above: 'memory more than',
  task: 'longest task',
} as const;

/** A goal in words: what is compared with whom, and how much it is to be. */
export function goalText({ metric, against, ours, met, stretch }: Bar): { what: string; goal: string } {
  const who = ours === undefined ? '' : ` of ${ours}`;
  const speed = against !== undefined && (metric === 'rate' || metric === 'net');
  const isMultiple = against !== undefined && metric !== 'above' && metric !== 'task';
  const text = (number: number): string =>
    isMultiple ? `${Number(number.toPrecision(3))}x` : figureText({ metric, against }, number);
  return {
    what: `${WHAT[metric]}${who}${against === undefined ? '' : ` against ${against}`}`,
    goal: `${speed ? 'at least' : 'at most'} ${text(met)}${stretch === met ? '' : `, stretch ${text(stretch)}`}`,
  };
}

/** A figure of a bar in its unit: a multiple, a time, bytes. */
export function figureText(
  { metric, against }: { readonly metric: Metric; readonly against?: string | undefined },
  value: number,
): string {
  if (metric === 'above') return `${(value / 1e6).toFixed(0)} MB`;
  if (metric === 'task') return `${value.toFixed(0)} ms`;
  if (against !== undefined) return `${value.toPrecision(3)}x`;
  if (metric !== 'memory') return `${(value * 1000).toFixed(1)} ms`;
  return value < 2 ** 20 ? `${value.toFixed(0)} bytes` : `${(value / 2 ** 20).toFixed(0)} MiB`;
}

function barText(bar: Judged): string {
  const { what, goal } = goalText(bar);
  const measured = bar.value === undefined ? 'no figure' : figureText(bar, bar.value);
  return `- ${what}: **${measured}** (${goal}): ${verdictText(bar)}`;
}

/** Where there is one figure to reach, reaching it is all there is. */
export function verdictText({ verdict, met, stretch }: Judged): string {
  return verdict === 'stretch' && met === stretch ? 'met' : verdict;
}
