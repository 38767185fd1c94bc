/** What the system says of a disk, as an error of the store. */
import { asError, DicomError } from '../../core/bytes/index.ts';

/** What a system call threw, as the store's error: a full disk is told apart from all else. */
export function storeError(error: unknown, what: string): DicomError {
  if (error instanceof DicomError) return error;
  const code = systemCode(error);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const message = full ? 'the disk is full' : `${what}: ${asError(error).message}`;
  return new DicomError(full ? 'STORE_FULL' : 'STORE_FAILED', message, { reason: code }, error);
}

/** `ENOENT` and the like; undefined where it was no system call that failed. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
