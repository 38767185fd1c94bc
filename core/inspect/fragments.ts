/** The PDVs of a recorded P-DATA-TF (PS3.8 9.3.5.1), of which bytes may have been elided. */
import type { Bytes } from '../bytes/index.ts';
import { P_DATA_HEADER, PDU_HEADER } from '../pdu/index.ts';
import type { PduRecord } from './record.ts';

export interface Fragment {
  readonly contextId: number;
  /** Of a command set, else of a data set. */
  readonly command: boolean;
  /** The last one of its command set or data set. */
  readonly last: boolean;
  /** Where its bytes begin in the PDU. */
  readonly offset: number;
  /** As sent, in bytes. */
  readonly length: number;
  /** How many of them are there. */
  readonly kept: number;
}

const ITEM_LENGTH = 4;
const COMMAND = 0x01;
const LAST = 0x02;

/** All PDVs whose header is there; what cannot be one ends the list. */
export function fragmentsOf({ bytes, length }: Pick<PduRecord, 'bytes' | 'length'>): Fragment[] {
  const fragments: Fragment[] = [];
  for (let at = PDU_HEADER; at + P_DATA_HEADER - PDU_HEADER <= bytes.length;) {
    const fragment = fragmentAt(bytes, at);
    // One that is longer than its PDU tells of gigabytes that nobody sent.
    if (fragment === undefined || fragment.offset + fragment.length > length) break;
    fragments.push(fragment);
    at = fragment.offset + fragment.length;
  }
  return fragments;
}

/** The one PDV that fills a P-DATA-TF of `length` bytes, of which the first are given; undefined where there are several. */
function singleFragment(pdu: Bytes, length: number): Fragment | undefined {
  const fragment = pdu.length < P_DATA_HEADER ? undefined : fragmentAt(pdu, PDU_HEADER);
  return fragment !== undefined && fragment.offset + fragment.length === length ? fragment : undefined;
}

/** Decides which bytes of each message of one direction are kept. */
export class Elision {
  readonly #keep: number;
  /** Data set bytes kept of the message under way. */
  #kept = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** How many bytes of a P-DATA-TF to keep, of which the first are given. */
  kept(pdu: Bytes, length: number): number {
    const fragment = singleFragment(pdu, length);
    if (fragment === undefined) return pdu.length; // of several PDVs each header is needed
    if (fragment.command) {
      this.#kept = 0;
      return pdu.length;
    }
    const kept = Math.min(fragment.kept, Math.max(0, this.#keep - this.#kept));
    this.#kept = fragment.last ? 0 : this.#kept + kept;
    return P_DATA_HEADER + kept;
  }
}

function fragmentAt(pdu: Bytes, at: number): Fragment | undefined {
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.length);
  const offset = at + P_DATA_HEADER - PDU_HEADER;
  const length = view.getUint32(at) - (offset - at - ITEM_LENGTH);
  if (length < 0) return undefined;
  const control = pdu[offset - 1]!;
  return {
    contextId: pdu[offset - 2]!,
    command: (control & COMMAND) !== 0,
    last: (control & LAST) !== 0,
    offset,
    length,
    kept: Math.min(length, pdu.length - offset),
  };
}
