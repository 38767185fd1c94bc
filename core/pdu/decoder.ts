import type { Bytes, Limits } from '../bytes/index.ts';
import { ChunkQueue, DEFAULT_LIMITS, hexNumber } from '../bytes/index.ts';
import { PDU_HEADER, readPdu } from './codec.ts';
import { ABORT_REASON, PduError } from './errors.ts';
import { readPData } from './p-data.ts';
import type { AnyCodec } from './table.ts';
import { codecOfType } from './table.ts';
import type { Pdu } from './types.ts';
import type { Deviation } from './walk.ts';
import { Walk } from './walk.ts';

/** A PDU as it came. */
export interface ReceivedPdu {
  readonly pdu: Pdu;
  /** The whole PDU, header included: a view, where it came in one chunk. */
  readonly bytes: Bytes;
  /** What was against the standard and taken all the same. */
  readonly deviations: readonly Deviation[];
}

export interface PduDecoderOptions {
  readonly limits?: Limits;
  /** The maximum length that we announced in 51H; a longer P-DATA-TF is noted, not refused. 0 is unlimited. */
  readonly maximumLength?: number;
}

/**
 * Makes PDUs of bytes as they arrive (PS3.8 9.3). Type and length are checked as soon as the six bytes
 * of the header are there; nothing is allocated for a length that was only claimed.
 */
export class PduDecoder {
  readonly #queue = new ChunkQueue();
  readonly #limits: Limits;
  readonly #maximumLength: number;
  #error: PduError | undefined;

  constructor(options: PduDecoderOptions = {}) {
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#maximumLength = options.maximumLength || Infinity;
  }

  /**
   * Takes the chunk, and gives the PDUs that are complete one by one. Who stops early loses nothing:
   * the rest comes from the next call.
   * @throws PduError (while iterating) where bytes are no PDU; the same again at every later call.
   */
  push(chunk: Bytes): Generator<ReceivedPdu, void, undefined> {
    if (this.#error === undefined) this.#queue.push(chunk);
    return this.#drain();
  }

  *#drain(): Generator<ReceivedPdu, void, undefined> {
    for (;;) {
      const received = this.#next();
      if (received === undefined) return;
      yield received;
    }
  }

  #next(): ReceivedPdu | undefined {
    if (this.#error !== undefined) throw this.#error;
    try {
      return this.#decode();
    } catch (error) {
      this.#queue.clear();
      if (error instanceof PduError) this.#error = error;
      throw error;
    }
  }

  #decode(): ReceivedPdu | undefined {
    const header = this.#queue.peek(PDU_HEADER);
    if (header === undefined) return undefined;
    const length = pduLength(header);
    const codec = acceptHeader(header[0]!, length, this.#limits);
    const bytes = this.#queue.take(PDU_HEADER + length);
    if (bytes === undefined) return undefined;
    const walk = new Walk(this.#limits);
    const pdu = codec.name === 'P-DATA-TF' ? readPData(bytes, walk) : readPdu(codec, bytes, walk);
    if (codec.name === 'P-DATA-TF' && length > this.#maximumLength) {
      walk.note('PDU_OVER_MAXIMUM', 'PDU-length', 2);
    }
    return { pdu, bytes, deviations: walk.deviations };
  }
}

/** The PDU-length of a header: bytes behind the header. */
export function pduLength(header: Bytes): number {
  return ((header[2]! << 24) | (header[3]! << 16) | (header[4]! << 8) | header[5]!) >>> 0;
}

/** @throws PduError for a type that is none of the seven, or a length that cannot be right or is beyond its limit. */
function acceptHeader(type: number, length: number, limits: Limits): AnyCodec {
  const codec = codecOfType(type);
  if (codec === undefined) {
    throw new PduError(
      'PDU_UNRECOGNIZED',
      `${hexNumber(type, 2)}H is the type of no PDU; the peer may not speak DICOM`,
      ABORT_REASON.unrecognizedPdu,
      { type, length },
    );
  }
  const limit = limits[codec.limit];
  if (length >= codec.minimum && length <= limit) return codec;
  const [code, why] =
    length > limit
      ? (['LIMIT_EXCEEDED', `${limit} bytes are accepted at most`] as const)
      : (['PDU_INVALID', `${codec.minimum} bytes are needed at least`] as const);
  throw new PduError(
    code,
    `${codec.name}: PDU-length is ${length}, ${why}`,
    ABORT_REASON.invalidParameterValue,
    { field: 'PDU-length', offset: 2, length },
  );
}
