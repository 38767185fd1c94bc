import type { DataSet } from '../../core/data/index.ts';
import { dataSet, texts } from '../../core/data/index.ts';
import { statusOf } from '../../core/dict/index.ts';
import { query } from '../../core/peer/index.ts';
import type { Level, Query } from '../../core/service/index.ts';
import { LEVELS } from '../../core/service/index.ts';
import type { Call, Command } from './command.ts';
import { EXIT } from './command.ts';
import { usage } from './flags.ts';
import { count, pad, printable, seconds } from './output.ts';
import { SCU_FLAGS, modelOf, peerOf, statusCode } from './scu.ts';

/** What is asked for at each level besides the keys that were given, with the width of its column. */
const COLUMNS: Readonly<Record<Level, Readonly<Record<string, number>>>> = {
  PATIENT: { PatientID: 14, PatientName: 28, PatientBirthDate: 16, PatientSex: 10 },
  STUDY: {
    StudyDate: 10,
    PatientID: 14,
    PatientName: 24,
    ModalitiesInStudy: 17,
    StudyDescription: 24,
    StudyInstanceUID: 16,
  },
  SERIES: { SeriesNumber: 12, Modality: 8, SeriesDescription: 28, SeriesInstanceUID: 17 },
  IMAGE: { InstanceNumber: 14, SOPInstanceUID: 14 },
};

/** Width of a column that was asked for by `--key`. */
const OTHER_WIDTH = 20;

export const findCommand: Command = {
  name: 'find',
  words: 'PEER',
  summary: 'Searches a peer (C-FIND).',
  flags: {
    level: { value: 'LEVEL', help: 'patient, study, series or image; study by default' },
    key: {
      value: 'KEY=VALUE',
      short: 'k',
      multiple: true,
      help: 'what must match, by keyword, tag or path; without value: what to return as well',
    },
    model: { value: 'patient|study', help: 'the information model; study, but patient for --level patient' },
    limit: { value: 'N', help: 'cancel after so many matches' },
    ...SCU_FLAGS,
  },
  examples: [
    'webdimse find ORTHANC@10.0.0.5:104 --key PatientName=DOE* --key StudyDate=20240101-',
    'webdimse find ORTHANC@10.0.0.5:104 --level series --key StudyInstanceUID=1.2.3 --json',
  ],

  async run(call) {
    const { flags, output, signal } = call;
    flags.only(1);
    const limit = flags.int('limit', 1, 1_000_000_000);
    const { columns, ...asked } = queryOf(call);
    const responses = query(await peerOf(call), asked, {
      signal,
      ...(limit === undefined ? {} : { limit }),
    });
    await printMatches(responses, columns, call);
    const { status, matches, limited } = await responses.result;
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
  },
};

/** Columns by key, in the order of the table. */
type Columns = Readonly<Record<string, number>>;

function queryOf({ flags }: Call): Query & { readonly columns: Columns } {
  const level = flags.choice('level', LEVELS.PATIENT) ?? 'STUDY';
  const model = modelOf(flags, level === 'PATIENT' ? 'PATIENT' : 'STUDY');
  const given = Object.fromEntries(flags.list('key').map(parseKey));
  const others = Object.keys(given).filter((key) => !(key in COLUMNS[level]));
  const columns = { ...Object.fromEntries(others.map((key) => [key, OTHER_WIDTH])), ...COLUMNS[level] };
  const empty = Object.fromEntries(Object.keys(COLUMNS[level]).map((key) => [key, '']));
  return { model, level, keys: dataSet({ ...empty, ...given }), columns };
}

/** Reads `KEY=VALUE`; `dataSet` divides several values at their backslashes (PS3.5 6.4). */
function parseKey(text: string): [string, string] {
  const [, key, value] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (key === undefined) throw usage(`--key is written KEY=VALUE, not "${text}"`);
  return [key, value ?? ''];
}

async function printMatches(matches: AsyncIterable<DataSet>, columns: Columns, call: Call): Promise<void> {
  let printed = 0;
  for await (const match of matches) {
    if (printed++ === 0) await call.output.line(row(columns, (key) => key));
    await call.output.line(row(columns, (key) => printable(texts(match, key).join('\\'))));
    await call.output.record({ type: 'match', dataset: match });
  }
}

function row(columns: Columns, cell: (key: string) => string): string {
  const cells = Object.entries(columns).map(([key, width]) => pad(cell(key), width));
  return cells.join('  ').trimEnd();
}
