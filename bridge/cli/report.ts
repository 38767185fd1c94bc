import type { Call } from './command.ts';
import { EXIT } from './command.ts';
import { count, seconds } from './output.ts';

/** What became of the files that a command was given. */
export interface FilesReport {
  /** Whether nothing failed. */
  readonly ok: boolean;
  /** For people: `3 instances sent`. */
  readonly parts: readonly string[];
  /** Files that were no instances. */
  readonly skipped: number;
  /** For programs. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Ends a command that worked through files, and returns its exit code. */
export async function reportFiles(call: Call, { ok, parts, skipped, fields }: FilesReport): Promise<number> {
  const took = seconds(performance.now() - call.started);
  const all = skipped > 0 ? [...parts, `${count(skipped, 'file')} skipped`] : parts;
  await call.output.line(`${all.join(', ')} in ${took} s`);
  const [status, name] = ok ? ['0000', 'Success'] : [null, 'Failure'];
  await call.output.record({ type: 'result', status, name, ...fields, skipped, seconds: took });
  return ok ? EXIT.ok : EXIT.failed;
}
