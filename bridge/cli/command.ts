/** What every command is made of. */
import type { Sink } from '../../core/bytes/index.ts';
import type { FlagTable, Flags } from './flags.ts';
import type { Output } from './output.ts';

/** Exit codes: what a script may rely on. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3 } as const;

export interface Command {
  /** What follows the name: `PEER [FILES-OR-DIRS...]`. */
  readonly words: string;
  readonly flags: FlagTable;
  /** `--record` is its own matter: it keeps bytes that are not told to a sink, or has none to keep. */
  readonly recordsItself?: true;
  /** Calls worth copying. */
  readonly examples: readonly string[];
  /** Does it and says how it ended: an exit code. Throws what prevented it. */
  run(call: Call): Promise<number>;
}

/** One call of a command. */
export interface Call {
  /** Name of the command, for messages. */
  readonly command: string;
  readonly flags: Flags;
  readonly output: Output;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Of `-v`, `-d` and `--record`. */
  readonly sink: Sink | undefined;
  /** `performance.now()` at the start. */
  readonly started: number;
}
