/** The instances among files and folders that were typed. */
import { DicomError } from '../../core/bytes/index.ts';
import type { SendItem } from '../../core/peer/index.ts';
import type { Call } from './command.ts';
import { sendItem, walk } from './files.ts';
import { usage } from './flags.ts';
import { count, printable } from './output.ts';
import { reason } from '../dial/reason.ts';

/** What was found; `damage` says that the file is cut off. */
export interface Collected {
  readonly found: readonly { readonly item: SendItem; readonly damage: DicomError | undefined }[];
  readonly skipped: number;
}

/** The words behind the peer. @throws DicomError USAGE where there is a peer and none of them. */
export function pathsOf({ flags }: Call, purpose: string): readonly string[] {
  const paths = flags.words.slice(1);
  if (flags.words.length > 0 && paths.length === 0) throw usage(`what to ${purpose}? Name files or folders`);
  return paths;
}

/**
 * Looks into every file; what is no instance is skipped with a line that says why.
 * @throws DicomError FILE_INVALID where none is one, USAGE where a path is not there, CANCELLED.
 */
export async function collect(paths: readonly string[], purpose: string, call: Call): Promise<Collected> {
  const found: Awaited<ReturnType<typeof sendItem>>[] = [];
  let skipped = 0;
  const skip = (path: string, why: string): void => {
    skipped++;
    call.output.note(`skipped ${printable(path)}: ${printable(why)}`);
  };
  const turn = turns();
  for await (const { path, problem } of walk(paths)) {
    await turn();
    if (call.signal.aborted) throw new DicomError('CANCELLED', 'Cancelled before anything was sent.');
    try {
      if (problem === undefined) found.push(await sendItem(path));
      else skip(path, problem);
    } catch (error) {
      skip(path, reason(error));
    }
  }
  if (found.length > 0) return { found, skipped };
  const looked = count(skipped, 'file');
  throw new DicomError('FILE_INVALID', `nothing to ${purpose}: ${looked} looked at, no instance found`);
}

/** Looking into files for longer than this without a pause, in milliseconds, Ctrl+C would not be heard. */
const TURN_MS = 50;

/** Lets others have their turn where that is due. */
function turns(): () => void | Promise<void> {
  let paused = performance.now();
  return () => {
    if (performance.now() - paused < TURN_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        paused = performance.now();
        resolve();
      });
    });
  };
}
