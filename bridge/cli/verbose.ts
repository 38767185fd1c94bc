/**
 * `-v` and `-d`: what happens, on stderr while it happens, as the tools of DCMTK tell it. What tells it is loaded only
 * where somebody wants to know.
 */
import type { Sink } from '../../core/bytes/index.ts';
import type { AcceptingTool, InspectRecord } from '../../core/inspect/index.ts';
import type { FlagTable, Flags } from './flags.ts';
import { count, printable } from './output.ts';

export const VERBOSE_FLAGS: FlagTable = {
  verbose: { short: 'v', help: "what happens, on stderr, in the words of DCMTK's tools" },
  debug: { short: 'd', help: 'the same with each association, message and query in full' },
  patients: { help: 'shows there what patients are called and how they are known, instead of asterisks' },
};

/** Whom a command is like where others call it; storescp else. */
const ACCEPTORS: Readonly<Record<string, AcceptingTool>> = {
  pacs: 'dcmqrscp',
  serve: 'dcmqrscp',
  get: 'movescu',
  move: 'movescu',
};

/** Undefined where neither flag is given. */
export async function verboseSink(flags: Flags, command: string): Promise<Sink | undefined> {
  const log = await verboseLog(flags, command);
  if (log === undefined) return undefined;
  const { recordingSink } = await import('../../core/inspect/index.ts');
  return recordingSink((record) => log.take(record));
}

/** Prints what records tell. */
export interface VerboseLog {
  take(record: InspectRecord): void;
  /** The association is over. */
  forget(association: number): void;
}

/** Undefined where neither flag is given. */
export async function verboseLog(flags: Flags, command: string): Promise<VerboseLog | undefined> {
  const debug = flags.on('debug');
  if (!debug && !flags.on('verbose')) return undefined;
  const { LiveLog } = await import('../../core/inspect/index.ts');
  const log = new LiveLog({
    level: debug ? 'd' : 'v',
    patients: flags.on('patients'),
    acceptor: ACCEPTORS[command] ?? 'storescp',
  });
  const print = printer();
  return { take: (record) => print(log.take(record)), forget: (association) => log.forget(association) };
}

export const CONQUEST_FLAG: FlagTable = {
  conquest: { help: 'what it is asked, on stderr, as the console of a CONQUEST server tells it' },
};

/** What an archive of this title is asked, with `--conquest`; undefined without. */
export async function conquestSink(flags: Flags, aeTitle: string): Promise<Sink | undefined> {
  if (!flags.on('conquest')) return undefined;
  const { ConquestLog, recordingSink } = await import('../../core/inspect/index.ts');
  const [log, print] = [new ConquestLog(aeTitle), printer()];
  return recordingSink((record) => print(log.take(record)));
}

/** One sink for both, or the one that there is. */
export function joined(one: Sink | undefined, other: Sink | undefined): Sink | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return (event) => {
    one(event);
    other(event);
  };
}

/** What may wait for a reader of stderr that is too slow, in bytes: a pipe takes its time on some systems. */
const WAITING = 1 << 20;

/** Prints lines. Nobody waits for them: where more would wait than that, they are left out and counted. */
export function printer(): (lines: readonly string[]) => void {
  let missing = 0;
  return (lines) => {
    if (lines.length === 0) return;
    if (process.stderr.writableLength > WAITING) {
      missing += lines.length;
      return;
    }
    const gap = missing === 0 ? [] : [`W: ${count(missing, 'line')} missing: they were read too slowly`];
    missing = 0;
    process.stderr.write([...gap, ...lines].map((line) => `${safe(line)}\n`).join(''));
  };
}

/** A tab may stay: it only moves on. */
function safe(line: string): string {
  return line.split('\t').map(printable).join('\t');
}
