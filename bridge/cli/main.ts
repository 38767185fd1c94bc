/** The command line: finds the command, runs it, and turns how it ended into one line and an exit code. */
import { setMaxListeners } from 'node:events';
import type { ErrorCode } from '../../core/bytes/index.ts';
import { DicomError, StatusError, TimeoutError, asError, hexNumber } from '../../core/bytes/index.ts';
import type { Listed } from './commands.ts';
import { COMMANDS } from './commands.ts';
import type { Command } from './command.ts';
import { optimiseLate } from './compiling.ts';
import { EXIT } from './command.ts';
import type { FlagTable } from './flags.ts';
import { Flags, flagLines } from './flags.ts';
import { createOutput, printable, seconds } from './output.ts';
import { reason } from '../dial/reason.ts';
import type { Recording } from './recording.ts';
import { RECORD_FLAG, startRecording } from './recording.ts';
import { timeoutAdvice } from './timeouts.ts';
import { VERBOSE_FLAGS, joined, verboseSink } from './verbose.ts';
import { version } from './version.ts';

const COMMON_FLAGS: FlagTable = {
  json: { help: 'one JSON object per line on stdout' },
  ...VERBOSE_FLAGS,
  ...RECORD_FLAG,
  help: { short: 'h', help: 'this text' },
};

/** Errors that mean: the peer could not be reached, or did not let us in. */
const UNREACHABLE: readonly ErrorCode[] = [
  'CONNECT_FAILED',
  'NOT_DICOM',
  'PEER_UNKNOWN',
  'NOT_ALLOWED',
  'ASSOCIATION_REJECTED',
];

/** Runs a command line without `node` and the script; sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  if (args[0] !== 'serve') optimiseLate(); // a bridge lives long, and what passes it is always the same
  process.stdout.on('error', cannotPrint);
  process.stderr.on('error', cannotPrint);
  process.exitCode = await runCommand(args);
}

/** Where nothing can be printed there is nothing left to do. A reader that has seen enough, as `head`, needs no remark. */
function cannotPrint(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EPIPE') complain(`webdimse: nothing more can be printed: ${reason(error)}`);
  process.exit(EXIT.failed);
}

async function runCommand([name, ...args]: readonly string[]): Promise<number> {
  const listed = COMMANDS.find((each) => each.name === name);
  if (listed !== undefined) return call(listed, await listed.load(), args);
  if (name === '--version') return print(version());
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return print(overview());
  complain(`webdimse: there is no command "${name}"; "webdimse --help" lists them`);
  return EXIT.usage;
}

async function call(listed: Listed, command: Command, args: readonly string[]): Promise<number> {
  const started = performance.now();
  let output = createOutput(args.includes('--json'));
  let recording: Recording | undefined;
  try {
    const flags = Flags.parse(args, { ...command.flags, ...COMMON_FLAGS });
    if (flags.on('help')) return print(helpOf(listed, command));
    output = createOutput(flags.on('json'));
    const file = flags.text('record');
    recording =
      file === undefined || command.recordsItself ? undefined : await startRecording(file, complain);
    const sink = joined(await verboseSink(flags, listed.name), recording?.sink);
    return await command.run({ command: listed.name, flags, output, sink, started, signal: stopSignal() });
  } catch (thrown) {
    const error = asError(thrown);
    output.progress();
    complain(
      `webdimse ${listed.name}: ${error.message}${'timeout' in command.flags ? timeoutAdvice(error) : ''}`,
    );
    await output.record(failureRecord(error, started));
    return exitCode(error);
  } finally {
    recording?.close();
  }
}

/** Ctrl+C and SIGTERM end the operation in order; another one later ends the process. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // each operation under way is one
  let since = Infinity;
  const stop = (): void => {
    // Under npm one Ctrl+C comes twice: from the terminal, and passed on by npm.
    if (performance.now() - since > 1000) process.exit(EXIT.failed);
    since = Math.min(since, performance.now());
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return controller.signal;
}

function complain(sentence: string): void {
  process.stderr.write(`${printable(sentence)}\n`);
}

function failureRecord(error: Error, started: number): Record<string, unknown> {
  return {
    type: 'result',
    status: error instanceof StatusError ? hexNumber(error.status, 4) : null,
    name: error instanceof DicomError ? error.code : error.name,
    message: error.message,
    ...(error instanceof DicomError && { diagnosis: error.details['diagnosis'] }),
    seconds: seconds(performance.now() - started),
  };
}

function exitCode(error: Error): number {
  if (!(error instanceof DicomError)) return EXIT.failed;
  if (error.code === 'USAGE') return EXIT.usage;
  if (UNREACHABLE.includes(error.code)) return EXIT.unreachable;
  const opening = error instanceof TimeoutError && ['connect', 'associate'].includes(error.phase);
  return opening || error.details['diagnosis'] !== undefined ? EXIT.unreachable : EXIT.failed;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return EXIT.ok;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length)) + 2;
  return [
    'webdimse: DICOM networking from a web page and from here',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    '',
    '"webdimse COMMAND --help" tells its flags, "webdimse --version" the version.',
    'Exit codes: 0 success; 1 the peer said no, or it failed or succeeded in part only; 2 usage or',
    'configuration; 3 could not connect, or was rejected.',
  ].join('\n');
}

function helpOf({ name, summary }: Listed, command: Command): string {
  return [
    `webdimse ${name} ${command.words}`.trimEnd(),
    '',
    summary,
    '',
    ...flagLines({ ...command.flags, ...COMMON_FLAGS }),
    '',
    ...command.examples.map((example) => `  ${example}`),
  ].join('\n');
}
