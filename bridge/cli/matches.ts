/** What `find` and `worklist` share: keys as they are typed, matches as a table or as JSON lines, and the end. */
import type { DataSet } from '../../core/data/index.ts';
import { texts } from '../../core/data/index.ts';
import { statusOf } from '../../core/dict/index.ts';
import type { QueryResult, Task } from '../../core/peer/index.ts';
import type { Call } from './command.ts';
import { EXIT } from './command.ts';
import type { Flag } from './flags.ts';
import { usage } from './flags.ts';
import { count, pad, printable, seconds } from './output.ts';
import { statusCode } from './scu.ts';

export const KEY_FLAG: Flag = {
  value: 'KEY=VALUE',
  short: 'k',
  multiple: true,
  help: 'what must match, by keyword, tag or path; without value: what to return as well',
};

export const LIMIT_FLAG: Flag = { value: 'N', help: 'cancel after so many matches' };

/** Width of a column that was asked for by `--key`. */
export const OTHER_WIDTH = 20;

/** Width by key, in the order of the table. */
export type Columns = Readonly<Record<string, number>>;

/** What stands over a column where its key is too long for it. */
export type Headings = Readonly<Record<string, string>>;

export function limitOf({ flags }: Call): { readonly limit?: number } {
  const limit = flags.int('limit', 1, 1_000_000_000);
  return limit === undefined ? {} : { limit };
}

/** Prints matches as they come, and how it ended. */
export async function showMatches(
  task: Task<DataSet, QueryResult>,
  columns: Columns,
  call: Call,
  headings: Headings = {},
): Promise<number> {
  const { output } = call;
  await printMatches(task, columns, call, headings);
  const { status, matches, limited } = await task.result;
  const took = seconds(performance.now() - call.started);
  await output.line(`${count(matches, 'match')}${limited ? ', stopped at the limit' : ''} in ${took} s`);
  const { name, category } = statusOf('C-FIND', status);
  await output.record({
    type: 'result',
    status: statusCode(status),
    name,
    matches,
    limited,
    seconds: took,
  });
  return category === 'success' || limited ? EXIT.ok : EXIT.failed;
}

/** Reads `KEY=VALUE`; `dataSet` divides several values at their backslashes (PS3.5 6.4). */
export function parseKey(text: string): [string, string] {
  const [, key, value] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (key === undefined) throw usage(`--key is written KEY=VALUE, not "${text}"`);
  return [key, value ?? ''];
}

async function printMatches(
  matches: AsyncIterable<DataSet>,
  columns: Columns,
  call: Call,
  headings: Headings,
): Promise<void> {
  let printed = 0;
  for await (const match of matches) {
    if (printed++ === 0) await call.output.line(row(columns, (key) => headings[key] ?? key));
    await call.output.line(row(columns, (key) => printable(texts(match, key).join('\\'))));
    await call.output.record({ type: 'match', dataset: match });
  }
}

function row(columns: Columns, cell: (key: string) => string): string {
  const cells = Object.entries(columns).map(([key, width]) => pad(cell(key), width));
  return cells.join('  ').trimEnd();
}
