import type { DicomError, ErrorCode, ErrorDetails } from '../bytes/index.ts';
import { DecodeError } from '../bytes/index.ts';

/** Reasons of a provider-initiated A-ABORT that a decoder can find (PS3.8 Table 9-26, source 2). */
export const ABORT_REASON = { unrecognizedPdu: 1, invalidParameterValue: 6 } as const;

/**
 * The bytes of a PDU contradict PS3.8 9.3 or a limit. `abortReason` is what the A-ABORT that must
 * follow carries, with source 2 (PS3.8 Table 9-26).
 */
export class PduError extends DecodeError {
  readonly abortReason: number;

  constructor(
    code: ErrorCode,
    message: string,
    abortReason: number,
    details: ErrorDetails = {},
    cause?: unknown,
  ) {
    super(code, message, { ...details, abortReason }, cause);
    this.abortReason = abortReason;
  }

  /** A field or item reaches past its container, as the reader found it. */
  static from(error: DicomError): PduError {
    if (error instanceof PduError) return error;
    return new PduError(
      'PDU_INVALID',
      error.message,
      ABORT_REASON.invalidParameterValue,
      error.details,
      error,
    );
  }
}
