/**
 * All of DICOM that the bridge reads or says: the head of an A-ASSOCIATE-RQ (PS3.8 9.3.2, Table 9-11), which names
 * who calls whom, and the ten bytes of an A-ASSOCIATE-RJ (PS3.8 9.3.4, Table 9-21). A test holds both to core/pdu.
 */

/** Up to the end of the reserved field behind the titles: bytes 1 to 74. */
export const PEEK_BYTES = 74;

/** PDU-type of A-ASSOCIATE-RQ, and of A-ASSOCIATE-RJ. */
export const ASSOCIATE_RQ = 0x01;
const ASSOCIATE_RJ = 0x03;

/** The variable field counts from byte 7; with nothing in it the fixed part is that long. */
const SHORTEST_LENGTH = 68;
/** Our core takes no longer one either. */
const LONGEST_LENGTH = 1 << 20;

const CALLED_AT = 10;
const CALLING_AT = 26;
const TITLE_BYTES = 16;

/** Who calls whom. */
export interface Titles {
  readonly calledAETitle: string;
  readonly callingAETitle: string;
}

/** What the first bytes of a connection say. `more`: too few of them to tell; `no`: not an A-ASSOCIATE-RQ. */
export type Peeked = 'more' | 'no' | Titles;

/** Looks at the first bytes, however many have come. */
export function peekAssociateRQ(bytes: Uint8Array): Peeked {
  if (bytes.length > 0 && bytes[0] !== ASSOCIATE_RQ) return 'no';
  if (bytes.length < 6) return 'more';
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(2);
  if (length < SHORTEST_LENGTH || length > LONGEST_LENGTH) return 'no';
  if (bytes.length < PEEK_BYTES) return 'more';
  return { calledAETitle: title(bytes, CALLED_AT), callingAETitle: title(bytes, CALLING_AT) };
}

/** ISO 646, leading and trailing spaces not significant (PS3.8 9.3.2); some pad with NUL. */
function title(bytes: Uint8Array, at: number): string {
  const [text = ''] = String.fromCharCode(...bytes.subarray(at, at + TITLE_BYTES)).split('\0', 1);
  return text.replace(/^ +| +$/g, '');
}

/** Result, source and reason of the refusals that the bridge gives (PS3.8 Table 9-21). */
export const REJECT = {
  /** rejected-permanent, service-user, called-AE-title-not-recognized */
  calledAETitle: [1, 1, 7],
  /** rejected-transient, service-provider (presentation), local-limit-exceeded */
  localLimit: [2, 3, 2],
} as const;

/** An A-ASSOCIATE-RJ. */
export function associateRJ([result, source, reason]: (typeof REJECT)[keyof typeof REJECT]): Uint8Array {
  return Uint8Array.of(ASSOCIATE_RJ, 0, 0, 0, 0, 4, 0, result, source, reason);
}
