/** Bytes in any transfer syntax to element spans, and to data sets in the DICOM JSON Model (PS3.5 7, A). */
import type { Bytes, DicomError, Limits } from '../bytes/index.ts';
import type { ReadableSpans, ReadOptions } from './model.ts';
import { modelOf, wholeOf } from './model.ts';
import { Headers } from './headers.ts';
import type { ElementSpan, WalkOptions } from './parser.ts';
import { walk } from './parser.ts';
import { plainOf } from './plain.ts';
import { readableSyntax } from './syntax.ts';
import type { DataSet } from './types.ts';

export interface HeadOptions extends ReadOptions {
  /** Stop in front of the first element of the outermost level whose tag is this or a later one. */
  readonly until?: string;
}

/** What the beginning of a data set holds. */
export interface Head {
  readonly dataSet: DataSet;
  /** Where the last whole element of the outermost level ends, in bytes; in `plainBytes` where they are deflated. */
  readonly end: number;
  /** `until` was reached, or all bytes were read. */
  readonly complete: boolean;
  /** `until` was reached: more bytes would tell nothing more. */
  readonly reached: boolean;
  /** Why reading ended at `end`, where it is not complete. */
  readonly error?: DicomError;
}

/**
 * Where each element lies, in the order of the bytes, nested ones behind what holds them. The spans of one level
 * cover it without gaps. Offsets are those in `plainBytes`.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED
 * @throws DecodeError DATASET_INVALID, LIMIT_EXCEEDED
 */
export function elementSpans(
  bytes: Bytes,
  transferSyntaxUID: string,
  options: { readonly limits?: Limits } = {},
): readonly ElementSpan[] {
  return wholeOf(walkPlain(bytes, transferSyntaxUID, options)).spans;
}

/**
 * As `elementSpans`, for bytes that may be cut off or broken at any point: the spans in front of the fault.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED, and nothing else.
 */
export function readableSpans(
  bytes: Bytes,
  transferSyntaxUID: string,
  options: { readonly limits?: Limits } = {},
): ReadableSpans {
  return walkPlain(bytes, transferSyntaxUID, options);
}

/**
 * Reads a data set. Group lengths and encapsulated pixel data are left out (PS3.18 F.2.2; the fragments are in
 * the spans); of elements that stand twice the last one counts.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED
 * @throws DecodeError DATASET_INVALID, LIMIT_EXCEEDED
 */
export function readDataSet(bytes: Bytes, transferSyntaxUID: string, options: ReadOptions = {}): DataSet {
  return modelOf(wholeOf(walkPlain(bytes, transferSyntaxUID, options)), options);
}

/**
 * Reads as much of a data set as there is: bytes may be cut off or broken at any point.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED, and nothing else.
 */
export function readHead(bytes: Bytes, transferSyntaxUID: string, options: HeadOptions = {}): Head {
  const walked = walkPlain(bytes, transferSyntaxUID, options);
  return headOf(walked, modelOf(walked, options));
}

function walkPlain(bytes: Bytes, transferSyntaxUID: string, options: WalkOptions): ReadableSpans {
  const plain = plainOf(bytes, transferSyntaxUID, options.limits);
  const syntax = readableSyntax(transferSyntaxUID);
  const walked = walk(plain.bytes, new Headers(plain.bytes, syntax.littleEndian), syntax, options);
  // Where inflating ended early, that is the reason why elements are missing, unless `until` came before.
  const stopped = walked.error === undefined && walked.end < plain.bytes.length;
  const error = stopped ? undefined : (plain.error ?? walked.error);
  const found = { bytes: plain.bytes, spans: walked.spans, end: walked.end };
  return error === undefined ? found : { ...found, error };
}

function headOf({ bytes, end, error }: ReadableSpans, dataSet: DataSet): Head {
  const complete = error === undefined;
  const head = { dataSet, end, complete, reached: complete && end < bytes.length };
  return error === undefined ? head : { ...head, error };
}
