/** Every code an error of this library can carry, with its meaning. Codes are stable; messages are not. */
export const ERROR_CODES = {
  BYTES_TRUNCATED: 'a field reaches past the end of its container',
  VALUE_INVALID: 'a value does not fit its field or value representation',
  LIMIT_EXCEEDED: 'a length or count is beyond the named limit',
  PDU_UNRECOGNIZED: 'the PDU type is none of the seven (PS3.8 9.3)',
  PDU_INVALID: 'a PDU or item contradicts its own structure (PS3.8 9.3, Annex D)',
  COMMAND_INVALID: 'a command set is unreadable or misses a mandatory element (PS3.7 9, 10, E)',
  MESSAGE_INVALID: 'fragments do not form a message (PS3.8 Annex E)',
  DATASET_INVALID: 'a data set is unreadable (PS3.5 7)',
  FILE_INVALID:
    'not a DICOM file, one without the identifiers of an instance, or one that is cut off (PS3.10 7)',
  TRANSFER_SYNTAX_UNSUPPORTED: 'this transfer syntax is kept and sent as bytes, but not read or written here',
  IMAGE_INVALID: 'pixel data are unreadable, or contradict what the data set says of them (PS3.3 C.7.6.3)',
  IMAGE_UNSUPPORTED: 'an image of a kind that is not shown here, or none at all',
  CODEC_BLOCKED: 'a content security policy, or the browser, lets no WebAssembly run, and so no decoder',
  CODEC_FAILED: 'a decoder of images could not be loaded, or gave no answer in time',
  CONNECT_FAILED: 'no transport connection came about',
  NOT_DICOM: 'what answers, or calls, speaks another protocol; details.diagnosis says which',
  CONNECTION_LOST: 'the transport connection ended while it was needed',
  PEER_UNKNOWN: 'no peer has this name',
  NOT_ALLOWED: 'the bridge or the peer does not allow this',
  TUNNEL_PROTOCOL: 'a message of the tunnel contradicts its definition',
  ASSOCIATION_REJECTED: 'the peer rejected the association (PS3.8 9.3.4)',
  ASSOCIATION_ABORTED: 'the association was aborted (PS3.8 9.3.8)',
  ASSOCIATION_ENDED: 'the association is released or being released',
  CONTEXT_REFUSED: 'no accepted presentation context serves this SOP class (PS3.8 9.3.3.2)',
  TIMEOUT: 'the peer stayed silent beyond the deadline of this phase',
  STATUS_FAILURE: 'the final response carries a failure status (PS3.7 C)',
  CANCELLED: 'the caller cancelled',
  STORE_FULL: 'the store has no room left',
  STORE_FAILED: 'the store could not keep an instance',
  USAGE: 'the call or command line is wrong',
} as const;
/** What an error carries as `code`. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The numbers behind a message, for programs; never patient data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/** Base of every error this library throws on purpose. */
export class DicomError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** Bytes from outside are wrong. `details` holds `field` and `offset` where they are known. */
export class DecodeError extends DicomError {}

/** The transport connection could not be opened, or broke. `details.reason` is the system's code where there is one. */
export class ConnectionError extends DicomError {}

/** The peer answered A-ASSOCIATE-RJ (PS3.8 9.3.4, Table 9-21). Only `result` 2 is worth another try. */
export class AssociationRejectedError extends DicomError {
  readonly result: number;
  readonly source: number;
  readonly reason: number;

  constructor(message: string, result: number, source: number, reason: number) {
    super('ASSOCIATION_REJECTED', message, { result, source, reason });
    this.result = result;
    this.source = source;
    this.reason = reason;
  }
}

/**
 * The association ended by A-ABORT (PS3.8 9.3.8); `by` tells whose. `details.refused` is true where the peer
 * aborted instead of answering our first request, as servers do that refuse by policy.
 */
export class AssociationAbortedError extends DicomError {
  readonly by: 'peer' | 'us';
  readonly source: number;
  readonly reason: number;

  constructor(
    message: string,
    by: 'peer' | 'us',
    source: number,
    reason: number,
    cause?: unknown,
    details: ErrorDetails = {},
  ) {
    super('ASSOCIATION_ABORTED', message, { ...details, by, source, reason }, cause);
    this.by = by;
    this.source = source;
    this.reason = reason;
  }
}

/** The phases that have deadlines, as people set them. */
export const TIMEOUT_PHASES = [
  'connect',
  'associate',
  'response',
  'progress',
  'move-progress',
  'report',
  'release',
  'cancel',
  'artim',
] as const;
/** A phase that has a deadline. */
export type TimeoutPhase = (typeof TIMEOUT_PHASES)[number];

/** Deadlines as people set them: seconds by phase. */
export type Timeouts = Readonly<{ [phase in TimeoutPhase]?: number | undefined }>;

/** A phase took longer than its deadline. */
export class TimeoutError extends DicomError {
  readonly phase: TimeoutPhase;
  readonly milliseconds: number;

  constructor(phase: TimeoutPhase, milliseconds: number, message: string, details: ErrorDetails = {}) {
    super('TIMEOUT', message, { ...details, phase, milliseconds });
    this.phase = phase;
    this.milliseconds = milliseconds;
  }
}

/** The peer's final response says that the operation failed; `status` is the code of (0000,0900). */
export class StatusError extends DicomError {
  readonly status: number;

  constructor(status: number, message: string, details: ErrorDetails = {}) {
    super('STATUS_FAILURE', message, { status, ...details });
    this.status = status;
  }
}

/** What was thrown, as an Error: foreign code may throw anything. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
