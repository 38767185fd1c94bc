/** What went wrong, as a status code and a sentence (PS3.18 8.5). Neither names a patient. */
import type { ErrorCode } from '../bytes/index.ts';
import { AssociationRejectedError, DicomError, StatusError } from '../bytes/index.ts';
import { statusOf, statusText } from '../dict/index.ts';
import { CLOSE } from '../transport/index.ts';

/** A request that is answered with a status of 400 or more, and why. `headers` go with the answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, sentence: string, headers: Readonly<Record<string, string>> = {}) {
    super(sentence);
    this.name = 'Refusal';
    this.status = status;
    this.headers = headers;
  }
}

/** An answer that says why there is no other. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  /** Of the DicomError behind it. */
  readonly code?: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;
}

/** 502: the peer is in the way, or what it sent is broken; 504: it is silent. What is not here is a mistake of ours: 500. */
const HTTP_STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  ASSOCIATION_ABORTED: 502,
  ASSOCIATION_ENDED: 502,
  ASSOCIATION_REJECTED: 502,
  CANCELLED: 503,
  CODEC_BLOCKED: 501,
  COMMAND_INVALID: 502,
  CONNECTION_LOST: 502,
  CONNECT_FAILED: 502,
  CONTEXT_REFUSED: 502,
  DATASET_INVALID: 502,
  FILE_INVALID: 502,
  IMAGE_INVALID: 502,
  IMAGE_UNSUPPORTED: 406,
  LIMIT_EXCEEDED: 413,
  MESSAGE_INVALID: 502,
  NOT_ALLOWED: 403,
  NOT_DICOM: 502,
  PDU_INVALID: 502,
  PDU_UNRECOGNIZED: 502,
  PEER_UNKNOWN: 502,
  STATUS_FAILURE: 502,
  STORE_FULL: 507,
  TIMEOUT: 504,
  TRANSFER_SYNTAX_UNSUPPORTED: 406,
  TUNNEL_PROTOCOL: 502,
  VALUE_INVALID: 400,
};

/** PS3.8 Table 9-21: the peer rejects for the moment only. */
const TRANSIENT = 2;

/** The answer to what was thrown. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Refusal)
    return { status: thrown.status, detail: thrown.message, headers: thrown.headers };
  if (!(thrown instanceof DicomError)) {
    return { status: 500, detail: 'The request failed by a mistake of this service.', headers: {} };
  }
  return { status: httpStatusOf(thrown), detail: sentenceOf(thrown), code: thrown.code, headers: {} };
}

function httpStatusOf(error: DicomError): number {
  if (error instanceof AssociationRejectedError && error.result === TRANSIENT) return 503;
  if (error instanceof StatusError && isOutOfResources(error.status)) return 503;
  if (error.code === 'NOT_ALLOWED' && isUnknown(error)) return 401;
  return HTTP_STATUS[error.code] ?? 500;
}

/** The bridge does not know who asks: it wants a sign-in, or took no ticket. */
function isUnknown({ details: { httpStatus, closeCode } }: DicomError): boolean {
  return httpStatus === 401 || closeCode === CLOSE.UNAUTHORIZED;
}

/** A7xx (PS3.7 C.5, PS3.4 C.4). */
function isOutOfResources(status: number): boolean {
  return status >> 8 === 0xa7;
}

/** The peer's own comment is left out: some put names of patients into it; so is what a store says of its files. */
function sentenceOf(error: DicomError): string {
  if (error.code === 'STORE_FAILED') return 'An instance could not be kept or read here.';
  if (!(error instanceof StatusError)) return error.message;
  const { name, meaning } = statusOf('C-GET', error.status);
  return `The peer answers with ${statusText(error.status)}, ${name}. ${meaning}`;
}
