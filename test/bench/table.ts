/** Results as people read them. The same as JSON lines is what figures.ts gives. */
import type { Figure, Judged, Result } from './figures.ts';

/** A Markdown table of the contestants, and a line for each goal. */
export function tableOf({ work, figures, bars }: Result): string {
  const rows = figures.map((figure) => rowOf(figure, work.unit));
  return [
    `### ${work.goal}. ${work.what} (\`${work.name}\`)`,
    '',
    `| | ${work.unit} | least to most | without start | CPU s${work.unit === 'MB/s' ? '/GB' : ''} | most memory, MB | runs |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
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

const WHAT = { rate: 'speed', net: 'speed without start', cpu: 'CPU time', memory: 'memory' } as const;

function barText({ metric, against, ours, met, stretch, value, verdict }: Judged): string {
  const who = ours === undefined ? '' : ` of ${ours}`;
  const isRatio = against !== undefined;
  const text = (number: number): string => (isRatio ? `${number.toPrecision(3)}x` : absolute(metric, number));
  const speed = isRatio && (metric === 'rate' || metric === 'net');
  const goal = `${speed ? 'at least' : 'at most'} ${text(met)}, better ${text(stretch)}`;
  const measured = value === undefined ? 'no figure' : text(value);
  return `- ${WHAT[metric]}${who}${isRatio ? ` against ${against}` : ''}: **${measured}** (${goal}): ${verdict}`;
}

function absolute(metric: keyof typeof WHAT, value: number): string {
  if (metric !== 'memory') return `${(value * 1000).toFixed(1)} ms`;
  return value < 2 ** 20 ? `${value.toFixed(0)} bytes` : `${(value / 2 ** 20).toFixed(0)} MiB`;
}
