/** Finds where group 7FE0 ends, in bytes that pass by: what follows it is none of ours to send on (PS3.5 7.1, A.4). */
import type { Bytes } from '../bytes/index.ts';
import { concat, DecodeError, EMPTY } from '../bytes/index.ts';
import { vrEntry } from '../data/index.ts';

const UNDEFINED_LENGTH = 0xffffffff;
const GROUP = 0x7fe0;
const ITEM = 0xfffee000;
const SEQUENCE_DELIMITATION = 0xfffee0dd;
/** Of an element in explicit VR with a 32-bit length; all others, items among them, take 8. */
const LONG_HEADER = 12;
const HEADER = 8;

/** Takes bytes from the first element of the group on, cut anywhere. */
export class PixelGroup {
  readonly #explicit: boolean;
  /** A header that is not whole yet. */
  #held: Bytes = EMPTY;
  /** Bytes of the value that still pass. */
  #value = 0;
  #inFragments = false;
  #ended = false;

  constructor(explicit: boolean) {
    this.#explicit = explicit;
  }

  /** The group is over: no more bytes are needed. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * The part of these bytes, and of a header kept back before, that belongs to the group.
   * @throws DecodeError DATASET_INVALID where fragments are followed by something else than their delimitation.
   */
  push(bytes: Bytes): Bytes {
    const all = this.#held.length === 0 ? bytes : concat([this.#held, bytes]);
    let at = 0;
    for (;;) {
      const passed = Math.min(this.#value, all.length - at);
      this.#value -= passed;
      at += passed;
      const size = this.#value > 0 ? undefined : this.#header(all.subarray(at));
      if (size === undefined) break;
      at += size;
    }
    this.#held = this.#ended || this.#value > 0 ? EMPTY : all.slice(at);
    return all.subarray(0, at);
  }

  /** @throws DecodeError DATASET_INVALID where the bytes end inside the group. */
  finish(): void {
    if (this.#value === 0 && !this.#inFragments && this.#held.length < HEADER) return;
    throw invalid('it is cut off');
  }

  /** Reads a header; its size, or undefined where it is not whole or the group is over. */
  #header(bytes: Bytes): number | undefined {
    if (this.#ended || bytes.length < HEADER) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.#inFragments) return this.#item(view);
    if (view.getUint16(0, true) !== GROUP) {
      this.#ended = true;
      return undefined;
    }
    const long = this.#explicit && vrEntry(String.fromCharCode(bytes[4]!, bytes[5]!)).long;
    const size = long ? LONG_HEADER : HEADER;
    if (bytes.length < size) return undefined;
    const length = this.#explicit && !long ? view.getUint16(6, true) : view.getUint32(size - 4, true);
    this.#inFragments = length === UNDEFINED_LENGTH;
    this.#value = this.#inFragments ? 0 : length;
    return size;
  }

  /** An item is a fragment, the delimitation item ends them. */
  #item(view: DataView): number {
    const tag = view.getUint16(0, true) * 0x10000 + view.getUint16(2, true);
    if (tag === SEQUENCE_DELIMITATION) this.#inFragments = false;
    else if (tag === ITEM) this.#value = view.getUint32(4, true);
    else throw invalid('its fragments have no end');
    return HEADER;
  }
}

function invalid(why: string): DecodeError {
  return new DecodeError('DATASET_INVALID', `unreadable pixel data: ${why}`);
}
