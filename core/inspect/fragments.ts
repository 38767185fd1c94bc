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

/** Decides which bytes of each message of one direction are kept: so many of its data set, and so many of Pixel Data. */
export class Elision {
  readonly #keep: number;
  readonly #pixels: number;
  /** Data set bytes that may still be kept of the message under way. */
  #left: number;

  constructor(keep: number, pixels: number = Infinity) {
    this.#keep = keep;
    this.#pixels = pixels;
    this.#left = keep;
  }

  /** How many bytes of a P-DATA-TF to keep, of which the first are given. */
  kept(pdu: Bytes, length: number): number {
    const fragment = singleFragment(pdu, length);
    if (fragment === undefined) return pdu.length; // of several PDVs each header is needed
    if (fragment.command) {
      this.#left = this.#keep;
      return pdu.length;
    }
    const { offset } = fragment;
    const kept = this.#left === 0 ? 0 : this.#keptOf(pdu.subarray(offset, offset + fragment.kept));
    if (fragment.last) this.#left = this.#keep;
    return P_DATA_HEADER + kept;
  }

  #keptOf(data: Bytes): number {
    const some = data.length > this.#left ? data.subarray(0, this.#left) : data;
    const pixels = this.#pixels === Infinity ? -1 : pixelsAt(some);
    const kept = pixels < 0 ? some.length : Math.min(some.length, pixels + this.#pixels);
    this.#left = pixels < 0 ? this.#left - kept : 0;
    return kept;
  }
}

/**
 * Where the tag of Pixel Data (7FE0,0010) stands in little endian; -1 where it does not. The same bytes within a value
 * end what is kept, too: to tell them apart the elements would have to be read.
 */
function pixelsAt(data: Bytes): number {
  for (let at = data.indexOf(0xe0); at >= 0; at = data.indexOf(0xe0, at + 1))
    if (at % 2 === 0 && data[at + 1] === 0x7f && data[at + 2] === 0x10 && data[at + 3] === 0) return at;
  return -1;
}

function fragmentAt(pdu: Bytes, at: number): Fragment | undefined {
  const itemLength = ((pdu[at]! << 24) | (pdu[at + 1]! << 16) | (pdu[at + 2]! << 8) | pdu[at + 3]!) >>> 0;
  const offset = at + P_DATA_HEADER - PDU_HEADER;
  const length = itemLength - (offset - at - ITEM_LENGTH);
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
