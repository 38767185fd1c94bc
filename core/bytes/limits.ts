/** What we allocate or hold for a peer at most, checked on the length before the bytes. */
export interface Limits {
  /** Bytes of the variable field of A-ASSOCIATE-RQ and -AC. 128 contexts with 20 syntaxes take about 70 kB. */
  readonly associatePdu: number;
  /** Bytes of the variable field of P-DATA-TF. Peers exceed our maximum length; 16 MiB is what dcm4che takes. */
  readonly dataPdu: number;
  /** Bytes of the variable field of A-RELEASE-RQ/-RP, A-ABORT and A-ASSOCIATE-RJ: 4 by the standard, padded by some. */
  readonly shortPdu: number;
  /** Items in one container of a PDU: items of A-ASSOCIATE, sub-items, PDVs. Real ones stay under 300. */
  readonly items: number;
  /** Bytes of one command set (PS3.7 6.3); real ones stay under 1 kB. */
  readonly commandSet: number;
  /** Bytes of a data set that is held whole: identifiers, attribute lists. Instances are streamed and not limited. */
  readonly identifier: number;
  /** Bytes that a deflated data set may inflate to (PS3.5 A.5). Our answer to what a few kB can hold otherwise. */
  readonly inflated: number;
  /** How many times its deflated length it may have, beyond `identifier`; deflate itself ends at 1032. */
  readonly inflateRatio: number;
  /** Nested sequences in a data set; real objects stay under 20, the standard names no limit. */
  readonly nesting: number;
  /** Elements in a data set, nested ones included. */
  readonly elements: number;
  /** Matches or responses waiting for a slow reader before we stop reading from the network. */
  readonly responses: number;
  /**
   * Pending responses taken behind our C-CANCEL before the association is aborted. Some 35,000 short ones fit into
   * the buffers on the way, so that a peer that heeds the cancel may still have as many in front of its final one.
   */
  readonly drained: number;
}

/** The limits where no others are passed in. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  associatePdu: 1 << 20,
  dataPdu: 16 << 20,
  shortPdu: 1024,
  items: 4096,
  commandSet: 64 << 10,
  identifier: 16 << 20,
  inflated: 256 << 20,
  inflateRatio: 256,
  nesting: 64,
  elements: 1_000_000,
  responses: 256,
  drained: 50_000,
});
