/** What the commands that listen share. */
import { DicomError } from '../../core/bytes/index.ts';
import type { BridgeConfig } from '../config/config.ts';
import { isLoopback } from '../http/door.ts';
import type { Call } from './command.ts';
import type { Flag } from './flags.ts';
import { usage } from './flags.ts';

export const DEFAULT_HOST = '127.0.0.1';

export const HOST_FLAG: Flag = {
  value: 'H',
  help: `the address to listen on, ${DEFAULT_HOST} by default; 0.0.0.0 for every one of this machine`,
};

export const WORKLIST_FLAG: Flag = {
  value: 'DIR',
  help: 'answer worklist queries from the .wl and .dcm files in it, which are read again when they change',
};

/** Says who may call, where that is not this machine alone: DICOM has no sign-in that peers would use. */
export function noteExposure(host: string, { command, output }: Call): void {
  if (isLoopback(host)) return;
  output.note(`webdimse ${command}: whoever reaches ${host} can use it, under any AE title`);
}

/** The configured address, where it is a loopback one: a bridge may be reached from further away. */
export function loopbackOf({ host }: Pick<BridgeConfig, 'host'>): string | undefined {
  return host !== undefined && isLoopback(host) ? host : undefined;
}

/** Resolves when the signal aborts: typed at a terminal, or because the process was told to terminate. */
export function untilStopped(signal: AbortSignal): Promise<'typed' | 'terminated'> {
  let how: 'typed' | 'terminated' = 'typed';
  const terminated = (): void => {
    how = 'terminated';
  };
  process.once('SIGTERM', terminated);
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGTERM', terminated);
      resolve(how);
    };
    if (signal.aborted) stop();
    // The listener that aborts may come before ours: what the signal was is known once all have run.
    else signal.addEventListener('abort', () => setImmediate(stop), { once: true });
  });
}

/** Where the port is taken, says in one line what to type instead. */
export async function freePortAdvice<T>(
  start: Promise<T>,
  port: number,
  instead: string,
  more = '',
): Promise<T> {
  try {
    return await start;
  } catch (error) {
    if (!portInUse(error, port)) throw error;
    throw usage(`port ${port} is in use; type "${instead}" instead${more}`);
  }
}

function portInUse(error: unknown, port: number): boolean {
  if (error instanceof DicomError) {
    const { reason, port: taken = port } = error.details;
    return (reason === 'EADDRINUSE' && taken === port) || portInUse(error.cause, port);
  }
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** How `serve` was started, with other flags. */
export function serveWith(flags: string): string {
  return process.env['npm_lifecycle_event'] === 'start' ? `npm start -- ${flags}` : `webdimse serve ${flags}`;
}
