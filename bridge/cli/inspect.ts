import { stat } from 'node:fs/promises';
import type { Entry, Imported, InspectRecord, LogOptions } from '../../core/inspect/index.ts';
import { dcmtkLogs, importCapture, Timeline } from '../../core/inspect/index.ts';
import { reason } from '../dial/reason.ts';
import type { Call, Command } from './command.ts';
import { EXIT } from './command.ts';
import { withFile } from './files.ts';
import type { Flags } from './flags.ts';
import { usage } from './flags.ts';
import { linesOf } from './inspect-lines.ts';
import { count, printable, seconds } from './output.ts';
import { SAVE_FLAGS, saveCapture, saveOf } from './save-capture.ts';

const ACCEPTORS = ['storescp', 'dcmqrscp', 'movescu'] as const;

export const inspectCommand: Command = {
  words: 'FILE',
  recordsItself: true,
  flags: {
    association: { value: 'N', help: 'of this association alone' },
    dcmtk: {
      value: 'v|d',
      help: 'as the tool of DCMTK for it logs it with -v or -d, which do the same here',
    },
    as: {
      value: ACCEPTORS.join('|'),
      help: 'with --dcmtk: from the side that was called, as this tool; movescu where it moves to itself',
    },
    ...SAVE_FLAGS,
  },
  examples: [
    'webdimse inspect capture.pcapng --dcmtk d',
    'webdimse inspect capture.pcapng --save shown.pcapng --deidentify',
    'webdimse echo PACS@10.0.0.5:104 --record echo.pcapng',
  ],

  async run(call) {
    const { file, only, save, log } = await wantedOf(call.flags);
    const { signal } = call;
    const timeline = new Timeline();
    const entries: Entry[] = [];
    const result = await withFile(file, async (source) => {
      const found: InspectRecord[] = [];
      const imported = await importCapture(source, (record) => found.push(record), { signal });
      const wanted = found.filter(({ association }) => only === undefined || association === only);
      if (save !== undefined)
        await saveCapture(save, wanted, source, { deidentify: call.flags.on('deidentify'), signal });
      else for (const record of wanted) entries.push(timeline.take(record));
      return imported;
    });
    await (log === undefined ? printLines(entries, call) : printLogs(entries, log, call));
    await printResult(result, save, call);
    return result.associations === 0 || result.problems.length > 0 ? EXIT.failed : EXIT.ok;
  },
};

interface Wanted {
  readonly file: string;
  /** This association alone. */
  readonly only: number | undefined;
  /** Where the capture is written anew. */
  readonly save: string | undefined;
  /** Told as a log of DCMTK's tools. */
  readonly log: LogOptions | undefined;
}

/** @throws DicomError USAGE */
async function wantedOf(flags: Flags): Promise<Wanted> {
  flags.only(1);
  const [file] = flags.words;
  if (file === undefined) throw usage('which capture? Give its FILE');
  const only = flags.int('association', 1, 1_000_000_000);
  if (flags.text('record') !== undefined)
    throw usage(
      'nothing is sent or received here that --record could keep; --save OUT writes a capture anew',
    );
  const log = logOf(flags);
  const save = await saveOf(flags, file);
  await stat(file).catch((error: unknown) => {
    throw usage(`${file}: ${reason(error)}`);
  });
  return { file, only, save, log };
}

/** @throws DicomError USAGE */
function logOf(flags: Flags): LogOptions | undefined {
  const level = levelOf(flags);
  const acceptor = flags.choice('as', ACCEPTORS);
  return level && { level, patients: flags.on('patients'), ...(acceptor && { acceptor }) };
}

/** @throws DicomError USAGE */
function levelOf(flags: Flags): 'v' | 'd' | undefined {
  const given = flags.text('dcmtk');
  if (given === 'v' || given === 'd') return given;
  if (given !== undefined) throw usage('--dcmtk is v or d, as for the tools');
  if (flags.on('debug')) return 'd';
  return flags.on('verbose') ? 'v' : undefined;
}

async function printLogs(
  entries: readonly Entry[],
  options: LogOptions,
  { output, signal }: Call,
): Promise<void> {
  for (const [association, lines] of dcmtkLogs(entries, options)) {
    for (const text of lines) {
      signal.throwIfAborted();
      await output.line(printable(text));
    }
    await output.record({ type: 'log', association, lines });
  }
}

async function printLines(entries: readonly Entry[], { output, signal }: Call): Promise<void> {
  for (const entry of entries) {
    signal.throwIfAborted();
    const { time, association } = entry.record;
    for (const line of linesOf(entry)) {
      const clock = new Date(time).toISOString().slice(11, 23);
      await output.line(`${clock} #${association} ${line.arrow} ${printable(line.text)}`);
      await output.record({ type: 'entry', time, association, ...line });
    }
  }
}

async function printResult(
  { packets, associations, others, problems }: Imported,
  save: string | undefined,
  { output, started }: Call,
): Promise<void> {
  for (const problem of problems) output.note(problem);
  const ignored = others === 0 ? '' : `; ${count(others, 'connection')} of other protocols`;
  const saved = save === undefined ? '' : `; saved as ${printable(save)}`;
  await output.line(`${count(packets, 'packet')}, ${count(associations, 'association')}${ignored}${saved}`);
  const took = seconds(performance.now() - started);
  await output.record({ type: 'result', packets, associations, others, problems, seconds: took });
}
