import type { Bytes, Limits } from '../bytes/index.ts';
import { DEFAULT_LIMITS, hexNumber } from '../bytes/index.ts';
import { PDU_HEADER, readPdu } from './codec.ts';
import { ABORT_REASON, PduError } from './errors.ts';
import { Gather } from './gather.ts';
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
  /**
   * Chunks are lent: each one's PDUs are all taken before the next is pushed, and a P-DATA-TF is valid until the next PDU
   * is asked for. Otherwise chunks are given away, and PDUs last.
   */
  readonly lent?: boolean;
}

/**
 * Makes PDUs of bytes as they arrive (PS3.8 9.3). Type and length are checked as soon as the six bytes
 * of the header are there; nothing is allocated for a length that was only claimed. Bytes are copied where a PDU spans
 * chunks, and these once.
 */
export class PduDecoder {
  readonly #bytes: Gather;
  readonly #lent: boolean;
  readonly #limits: Limits;
  readonly #maximumLength: number;
  #error: PduError | undefined;

  constructor(options: PduDecoderOptions = {}) {
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#maximumLength = options.maximumLength || Infinity;
    this.#lent = options.lent === true;
    this.#bytes = new Gather(this.#lent);
  }

  /**
   * Takes the chunk, and gives the PDUs that are complete one by one. Who stops early loses nothing:
   * the rest comes from the next call.
   * @throws PduError (while iterating) where bytes are no PDU; the same again at every later call.
   */
  push(chunk: Bytes): Generator<ReceivedPdu, void, undefined> {
    if (this.#error === undefined) this.#bytes.push(chunk);
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
      this.#bytes.clear();
      if (error instanceof PduError) this.#error = error;
      throw error;
    }
  }

  #decode(): ReceivedPdu | undefined {
    const header = this.#bytes.peek(PDU_HEADER);
    if (header === undefined) return undefined;
    const length = pduLength(header);
    const codec = acceptHeader(header[0]!, length, this.#limits);
    const bytes = this.#bytes.take(PDU_HEADER + length);
    if (bytes === undefined) return undefined;
    const walk = new Walk(this.#limits);
    if (codec.name !== 'P-DATA-TF') return this.#other(codec, bytes, walk);
    const pdu = readPData(bytes, walk);
    if (length > this.#maximumLength) walk.note('PDU_OVER_MAXIMUM', 'PDU-length', 2);
    return { pdu, bytes, deviations: walk.deviations };
  }

  /** Values of these hold views, as of a user identity, and are kept. */
  #other(codec: AnyCodec, taken: Bytes, walk: Walk): ReceivedPdu {
    const bytes = this.#lent ? taken.slice() : taken;
    return { pdu: readPdu(codec, bytes, walk), bytes, deviations: walk.deviations };
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
