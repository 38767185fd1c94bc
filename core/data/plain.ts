/** Deflated data sets as plain ones (PS3.5 A.5), within limits: a few bytes can hold very many. */
import type { Bytes, DicomError, Limits } from '../bytes/index.ts';
import { DecodeError, DEFAULT_LIMITS } from '../bytes/index.ts';
import type { Inflated } from './inflate.ts';
import { inflate } from './inflate.ts';
import { readableSyntax } from './syntax.ts';

/**
 * The bytes that the offsets of spans and heads refer to: those of a deflated data set inflated (PS3.5 A.5), of any
 * other as they are.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED
 * @throws DecodeError DATASET_INVALID, LIMIT_EXCEEDED
 */
export function plainBytes(
  bytes: Bytes,
  transferSyntaxUID: string,
  options: { readonly limits?: Limits } = {},
): Bytes {
  const plain = plainOf(bytes, transferSyntaxUID, options.limits);
  if (plain.error !== undefined) throw plain.error;
  return plain.bytes;
}

/** As much as there is, and why there is no more. */
interface Plain {
  readonly bytes: Bytes;
  readonly error?: DicomError;
}

/** @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED, and nothing else. */
export function plainOf(bytes: Bytes, transferSyntaxUID: string, limits: Limits = DEFAULT_LIMITS): Plain {
  if (!readableSyntax(transferSyntaxUID).deflated || bytes.length === 0) return { bytes };
  // What may be held whole may also come out of a few bytes; more must stand in proportion to them.
  const { identifier, inflated, inflateRatio } = limits;
  const cap = Math.min(inflated, Math.max(identifier, inflateRatio * bytes.length));
  const { bytes: plain, state } = inflate(bytes, cap);
  return state === 'whole' ? { bytes: plain } : { bytes: plain, error: inflateError(state, cap) };
}

function inflateError(state: Exclude<Inflated['state'], 'whole'>, cap: number): DicomError {
  if (state === 'full') {
    return new DecodeError('LIMIT_EXCEEDED', `a data set inflates to more than ${cap} bytes`, { limit: cap });
  }
  const what = state === 'cut' ? 'is cut off' : 'contradicts itself';
  return new DecodeError('DATASET_INVALID', `unreadable data set: its deflated stream ${what}`);
}
