/** Names of files that a store keeps for itself: its journal, and what is not complete yet. */
import { randomBytes } from 'node:crypto';

/** The journal of a folder. */
export const JOURNAL = '.webdimse-index';

/** `.webdimse-PID-RANDOM.part` */
const TEMPORARY = /^\.webdimse-(\d+)-[0-9a-f]+\.part$/;

/** What tells the names of this process from those of one before it with the same number; a random number for each file costs more. */
const RUN = randomBytes(8).toString('hex');
let names = 0;

/** Names of this process that are being written. */
export const alive: Set<string> = new Set<string>();

export function temporaryName(): string {
  return `.webdimse-${process.pid}-${RUN}${(names++).toString(16)}.part`;
}

/** The process that a temporary file belongs to, or undefined where the name is none of ours. */
function writerOf(name: string): number | undefined {
  const found = TEMPORARY.exec(name);
  return found === null ? undefined : Number(found[1]);
}

export function isTemporary(name: string): boolean {
  return writerOf(name) !== undefined;
}

/** Whether nobody will complete this temporary file: its process is gone, or is we and knows nothing of it. */
export function isStale(name: string): boolean {
  const pid = writerOf(name);
  if (pid === undefined) return false;
  return pid === process.pid ? !alive.has(name) : !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'; // there, but somebody else's
  }
}

export function isOwnFile(name: string): boolean {
  return name === JOURNAL || isTemporary(name);
}
