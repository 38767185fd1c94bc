import { DicomError } from '../../core/bytes/index.ts';

/** Why the system refused to listen: USAGE, with its code as `details.reason`. */
export function listenError(error: NodeJS.ErrnoException, host: string, port: number): DicomError {
  const reason = error.code ?? error.name;
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is in use already; choose another port`,
    EACCES: `port ${port} needs more rights than this program has; choose a port above 1023`,
    EADDRNOTAVAIL: `${host} is no address of this machine; choose one that is, such as 127.0.0.1`,
  };
  const message = `Cannot listen: ${why[reason] ?? `${host}:${port} fails with ${reason}`}.`;
  return new DicomError('USAGE', message, { reason, host, port }, error);
}
