/** The bench itself: what its figures are made of, and that it works. No time is asserted here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { built, run as program, temporaryFolder } from '../support/peers-process.ts';
import type { Bar, Contestant, Expected, Run, Work } from './bench.ts';
import type { Result } from './figures.ts';
import { judged, median, resultOf } from './figures.ts';
import { exponentOf, growthOf, growthText, scaled } from './growth.ts';
import type { Line } from './readme.ts';
import { resultsText } from './readme.ts';
import type { Measurement } from './runner.ts';
import { complaint, measure } from './runner.ts';
import { FULL, SMOKE as SMALL } from './scale.ts';
import { order, readOrder } from './stream.ts';
import { goalText, tableOf } from './table.ts';
import { WORKS } from './works/index.ts';

const run = (seconds: number, more: Partial<Run> = {}): Run => ({ seconds, count: 5, ...more });

const EXPECTED: Expected = { count: 5, bytes: 100 };

function against(ours: readonly Run[], theirs: readonly Run[]): Measurement[] {
  return [
    { contestant: 'webdimse', side: 'ours', expected: EXPECTED, runs: ours },
    { contestant: 'peer', side: 'theirs', expected: EXPECTED, runs: theirs },
  ];
}

describe('figures', () => {
  test('a ratio is one of a round, and the median of all rounds', () => {
    const bar: Bar = { metric: 'rate', against: 'peer', met: 1, stretch: 2 };
    // Twice as fast, four times, and as fast: the machine was slower in the second round, for both.
    const both = against([run(1), run(2), run(1)], [run(2), run(8), run(1)]);
    expect(judged(bar, both)).toEqual({ ...bar, value: 2, verdict: 'stretch' });
    expect(judged({ ...bar, stretch: 3 }, both).verdict).toBe('met');
    expect(judged({ ...bar, met: 2.5, stretch: 3 }, both).verdict).toBe('not met');
  });

  test('of CPU time and memory less is better', () => {
    const both = against(
      [run(1, { cpuSeconds: 3, peakBytes: 10 })],
      [run(1, { cpuSeconds: 2, peakBytes: 20 })],
    );
    expect(judged({ metric: 'cpu', against: 'peer', met: 1.1, stretch: 1 }, both).verdict).toBe('not met');
    expect(judged({ metric: 'memory', against: 'peer', met: 1, stretch: 0.5 }, both).verdict).toBe('stretch');
    expect(judged({ metric: 'memory', met: 10, stretch: 9 }, both).verdict).toBe('met');
  });

  test('who does a part of the work is measured by how much that was', () => {
    const bar: Bar = { metric: 'rate', against: 'peer', met: 1, stretch: 4 };
    const [ours, theirs] = against([run(1, { cpuSeconds: 2 })], [run(1, { cpuSeconds: 1 })]);
    const both = [ours!, { ...theirs!, expected: { count: 1, bytes: 10 } }];
    expect(judged(bar, both).value).toBeCloseTo(10);
    expect(judged({ ...bar, metric: 'cpu' }, both).value).toBeCloseTo(0.2);
  });

  test('a limit is one for every run', () => {
    const peaks = [10, 30, 20].map((peakBytes) => run(1, { peakBytes, longestTask: peakBytes }));
    const both = against(
      peaks,
      [5, 5, 5].map((peakBytes) => run(1, { peakBytes })),
    );
    const bar = { met: 25, stretch: 25 };
    expect(judged({ metric: 'memory', ...bar }, both)).toMatchObject({ value: 30, verdict: 'not met' });
    expect(judged({ metric: 'task', ...bar }, both)).toMatchObject({ value: 30, verdict: 'not met' });
    expect(judged({ metric: 'above', against: 'peer', ...bar }, both)).toMatchObject({
      value: 25,
      verdict: 'stretch',
    });
  });

  test('without starting there is a figure only where the work took longer than that', () => {
    const bar: Bar = { metric: 'net', against: 'peer', met: 1, stretch: 1 };
    const slow = run(1, { startSeconds: 0.2 });
    expect(judged(bar, against([slow], [run(1.8, { startSeconds: 0.2 })])).value).toBeCloseTo(2);
    expect(judged(bar, against([slow], [run(0.3, { startSeconds: 0.2 })])).verdict).toBe('no figure');
  });

  test('who did not run, or ran wrongly, gives no figure', () => {
    const bar: Bar = { metric: 'rate', against: 'peer', met: 0, stretch: 0 };
    expect(judged(bar, against([run(1)], [])).verdict).toBe('no figure');
    expect(judged(bar, against([], [run(1)])).verdict).toBe('no figure');
    expect(judged({ ...bar, against: 'nobody' }, against([run(1)], [run(1)])).verdict).toBe('no figure');
    expect(median([])).toBeNaN();
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

test('a run counts where it did all of the work, and its bytes passed the network', () => {
  const expected = { count: 5, bytes: 100 };
  expect(complaint(run(1), expected, 100)).toBeUndefined();
  expect(complaint(run(1, { count: 4 }), expected, 100)).toBe('counted 4 instead of 5');
  expect(complaint(run(1, { bytes: 99 }), expected, 100)).toBe('99 bytes instead of 100');
  expect(complaint(run(1), expected, 99)).toBe('only 99 bytes passed of 100');
  expect(complaint(run(1), { ...expected, hops: 2 }, 199)).toBe('only 199 bytes passed of 200');
  expect(complaint(run(0), expected, 100)).toBe('took 0 s');
});

/** A work of these contestants, one warm-up and three rounds; `carried` is what each run seems to pass. */
async function resultOfFakes(...fakes: readonly (Pick<Contestant, 'name' | 'run'> & { passed?: number })[]) {
  let passed = 0;
  const contestants = fakes.map(({ name, run: does, passed: bytes = EXPECTED.bytes }): Contestant => ({
    name,
    side: name === 'webdimse' ? 'ours' : 'theirs',
    carried: () => passed,
    run: async () => {
      passed += bytes;
      return does();
    },
  }));
  const work: Work = {
    name: 'fake',
    goal: 'a',
    what: 'Nothing',
    unit: '/s',
    needs: [],
    bars: contestants.slice(1).map(({ name }) => ({ metric: 'rate', against: name, met: 1, stretch: 1 })),
    open: async () => ({ expected: EXPECTED, contestants, close: async () => {} }),
  };
  const scale = { ...SMALL, warmUp: 1, pairs: 3 };
  return resultOf(work, await measure(work, { scale, data: undefined! }, { note: () => {} }));
}

test('one run that did not do all of it, and no figure of that contestant is printed', async () => {
  const right = async (): Promise<Run> => run(1, { bytes: 100 });
  let runs = 0;
  const result = await resultOfFakes(
    { name: 'webdimse', run: right },
    { name: 'right', run: right },
    { name: 'once less', run: async () => run(1, { count: ++runs === 3 ? 4 : 5 }) },
    { name: 'other bytes', run: async () => run(1, { bytes: 101 }) },
    { name: 'nothing passed', run: right, passed: 99 },
    { name: 'fails', run: () => Promise.reject(new Error('it ended with 1')) },
  );
  expect(result.figures.map(({ contestant, runs: counted, wrong }) => [contestant, counted, wrong])).toEqual([
    ['webdimse', 3, undefined],
    ['right', 3, undefined],
    ['once less', 0, 'counted 4 instead of 5'],
    ['other bytes', 0, '101 bytes instead of 100'],
    ['nothing passed', 0, 'only 99 bytes passed of 100'],
    ['fails', 0, 'it ended with 1'],
  ]);
  expect(result.bars.map(({ verdict }) => verdict)).toEqual([
    'stretch',
    ...Array.from({ length: 4 }, () => 'no figure'),
  ]);
  const table = tableOf(result);
  expect(table).toContain('| once less | no figure: counted 4 instead of 5 |');
  expect(table.match(/^\| .* \| 5\.00 \|/gm)).toHaveLength(2);
});

test('growth is seen between the least and the most', () => {
  expect(exponentOf([1, 2, 4, 8])).toBeCloseTo(1);
  expect(exponentOf([1, 4, 16, 64])).toBeCloseTo(2);
  expect(scaled(FULL, 8)).toMatchObject({ name: 'full-8', slices: 63, indexed: 12_500, large: [125e6] });
  const costs = (...seconds: number[]) =>
    seconds.map((each) => ({ contestant: 'webdimse', seconds: each, peakBytes: 0 }));
  expect(growthOf({ name: 'find', grows: 'answers' }, costs(1, 2, 4, 9))).toMatchObject({ isDefect: false });
  const worse = growthOf({ name: 'find', grows: 'answers' }, costs(1, 2, 5, 12));
  expect(worse).toMatchObject({ isDefect: true });
  expect(growthText(worse)).toContain('find, webdimse, answers: WORSE THAN LINEAR');
  const memory = costs(1, 1, 1, 1).map((cost, i) => ({ ...cost, peakBytes: 4 ** i }));
  expect(growthOf({ name: 'get' }, memory)).toMatchObject({ isDefect: true, memoryExponent: 2 });
  expect(growthOf({ name: 'echo' }, costs(-0.01, 0.1, 0.2, 0.4))).toMatchObject({ isDefect: true });
});

test('the order of a stream is read as it was written', () => {
  expect(readOrder(order('ping', 3 * 2 ** 33))).toEqual({ kind: 'ping', bytes: 3 * 2 ** 33 });
  expect([...order('down', 1).subarray(0, 1)]).toEqual([1]);
});

test('works have names of their own', () => {
  const names = WORKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe('README.md', () => {
  const page = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  /** Cells of its tables, however wide. */
  const rows = new Set(
    page.split('\n').map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .join('|'),
    ),
  );

  test.each(WORKS.filter(({ bars }) => bars.length > 0))(
    'has the goals of $name, measured or not ("npm run bench -- --readme FILE" writes them)',
    ({ name, goal, bars }) => {
      const written = [...rows].filter((row) => row.startsWith(`|${goal}|\`${name}\`|`));
      const wanted = bars.map((bar) => {
        const { what, goal: least } = goalText(bar);
        return `|${goal}|\`${name}\`|${what}|${least}|`;
      });
      expect(wanted.filter((start) => !written.some((row) => row.startsWith(start)))).toEqual([]);
    },
  );

  test('is written from lines: what was measured, and what was not', () => {
    const [work] = WORKS;
    const { name, goal, what, unit, bars } = work!;
    const judgedBars = bars.map((bar) => ({ ...bar, value: bar.met, verdict: 'met' as const }));
    const rate = { median: 812.3, least: 790, most: 830 };
    const line: Line = {
      date: '2026-11-23T10:00:00.000Z',
      scale: 'full',
      pairs: 5,
      machine: 'a machine',
      versions: { Node: '20.19.0' },
      work: { name, goal, what, unit },
      figures: [
        { contestant: 'webdimse', side: 'ours', rate, runs: 5 },
        { contestant: 'peer', side: 'theirs', runs: 0, wrong: 'counted 4 instead of 5' },
      ],
      bars: judgedBars,
      seconds: 60,
    };
    const { work: _, figures: __, bars: ___, ...about } = line;
    const seconds = [1, 2, 4, 8];
    const growth = growthOf(
      { name, grows: 'instances' },
      seconds.map((each) => ({ contestant: 'webdimse', seconds: each, peakBytes: 7 })),
    );
    const text = resultsText(WORKS, [{ ...line, seconds: 1 }, line, { ...about, growth: [growth] }]);
    expect(text).toContain('2026-11-23; a machine; Node 20.19.0. Rounds that count: 5. It took 1 minutes.');
    expect(text).toMatch(new RegExp(`\\| ${goal} \\| \`${name}\` \\| .*\\*\\*1\\.00x\\*\\* \\| met \\|`));
    expect(text).toContain('| **webdimse** | 812 MB/s | 790 to 830 |');
    expect(text).toContain('| peer | no figure: counted 4 instead of 5 |');
    expect(text).toContain('| not measured |');
    expect(text).toContain(
      `| \`${name}\`, webdimse | instances | 1.000, 2.000, 4.000, 8.000 | 1.00 | 0.00 |  |`,
    );
  });
});

/** One of each kind of contestant; dcmjs-dimse would be fetched from the network. */
const SMOKE = [
  'send-tiny',
  'get-dcmqrscp',
  'find',
  'echo',
  'associations',
  'pacs-serve',
  'index-find',
  'bridge-down',
  'bridge-up',
  'bridge-ping',
];

describeWith(['dcmtk', 'websockify'], 'the bench', () => {
  test('does its works, small ones, and counts right', { timeout: 180_000 }, async () => {
    await built;
    const json = join(temporaryFolder(), 'results.jsonl');
    const script = join(import.meta.dirname, 'run.mjs');
    const args = [script, ...SMOKE, '--smoke', '--without', 'dcmjs-dimse', '--json', json];
    const { code, stdout, stderr } = await program(process.execPath, args);
    expect(code, stderr).toBe(0);
    const results = readFileSync(json, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Result);
    expect(results.map(({ work }) => work.name)).toEqual(
      WORKS.map(({ name }) => name).filter((name) => SMOKE.includes(name)),
    );
    for (const { work, figures } of results) {
      expect(
        figures.map(({ wrong }) => wrong).filter((wrong) => wrong !== undefined),
        work.name,
      ).toEqual([]);
      expect(
        figures.some(({ side, runs }) => side === 'ours' && runs === 1),
        work.name,
      ).toBe(true);
      expect(stdout).toContain(`(\`${work.name}\`)`);
    }
  });
});
