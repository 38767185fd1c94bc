/** Why an image is not shown: its bytes are wrong, or it is of a kind that we do not draw. */
import type { ErrorDetails } from '../bytes/index.ts';
import { DecodeError, DicomError } from '../bytes/index.ts';

/** `what` begins in lower case and has no full stop. */
export function invalid(what: string, details: ErrorDetails = {}, cause?: unknown): DecodeError {
  return new DecodeError('IMAGE_INVALID', `unreadable image: ${what}`, details, cause);
}

/** `what` begins in lower case and has no full stop. */
export function unsupported(what: string, details: ErrorDetails = {}): DicomError {
  return new DicomError('IMAGE_UNSUPPORTED', `unsupported image: ${what}`, details);
}

export function beyond(what: string, value: number, limit: number): DecodeError {
  return new DecodeError('LIMIT_EXCEEDED', `unreadable image: ${what} is ${value}, more than ${limit}`, {
    value,
    limit,
  });
}
