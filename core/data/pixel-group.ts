/** Group 7FE0 in bytes that pass by: where it ends, and its headers in another VR encoding (PS3.5 7.1, A.4). */
import type { Bytes } from '../bytes/index.ts';
import { concat, DecodeError, EMPTY, Writer } from '../bytes/index.ts';
import { implicitVR } from './implicit-vr.ts';
import { vrEntry } from './vr.ts';

const UNDEFINED_LENGTH = 0xffffffff;
const GROUP = 0x7fe0;
const ITEM = 0xfffee000;
const SEQUENCE_DELIMITATION = 0xfffee0dd;
/** Of an element in explicit VR with a 32-bit length; all others, items among them, take 8. */
const LONG_HEADER = 12;
const HEADER = 8;

/** Takes bytes from the first element of the group on, cut anywhere. Values pass as they are, group lengths are left out. */
export class PixelGroup {
  readonly #from: boolean;
  readonly #to: boolean;
  /** A header that is not whole yet. */
  #held: Bytes = EMPTY;
  /** Bytes of the value that are still to come, and whether they pass. */
  #value = 0;
  #passes = true;
  #inFragments = false;
  #ended = false;

  /** Whether headers are explicit in what comes, and shall be in what goes on. */
  constructor(from: boolean, to: boolean) {
    this.#from = from;
    this.#to = to;
  }

  /** The group is over: no more bytes are needed. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * What goes on of these bytes, and of a header kept back before.
   * @throws DecodeError DATASET_INVALID where fragments are followed by something else than their delimitation.
   */
  *push(bytes: Bytes): Generator<Bytes, void, undefined> {
    let rest = this.#held.length === 0 ? bytes : concat([this.#held, bytes]);
    for (;;) {
      const value = rest.subarray(0, this.#value);
      this.#value -= value.length;
      rest = rest.subarray(value.length);
      if (this.#passes && value.length > 0) yield value;
      const header = this.#value > 0 || this.#ended ? undefined : this.#header(rest);
      if (header === undefined) break;
      if (this.#passes) yield header.written;
      rest = rest.subarray(header.size);
    }
    this.#held = this.#ended || this.#value > 0 ? EMPTY : rest.slice();
  }

  /** @throws DecodeError DATASET_INVALID where the bytes end inside the group. */
  finish(): void {
    if (this.#value === 0 && !this.#inFragments && this.#held.length < HEADER) return;
    throw invalid('it is cut off');
  }

  /** Reads a header; undefined where it is not whole or the group is over. */
  #header(bytes: Bytes): { readonly size: number; readonly written: Bytes } | undefined {
    if (bytes.length < HEADER) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.#inFragments) return this.#item(view, bytes);
    if (view.getUint16(0, true) !== GROUP) {
      this.#ended = true;
      return undefined;
    }
    const element = view.getUint16(2, true);
    const vr = this.#from ? String.fromCharCode(bytes[4]!, bytes[5]!) : implicitVR(tagOf(element));
    const long = this.#from && vrEntry(vr).long;
    const size = long ? LONG_HEADER : HEADER;
    if (bytes.length < size) return undefined;
    const length = this.#from && !long ? view.getUint16(6, true) : view.getUint32(size - 4, true);
    this.#inFragments = length === UNDEFINED_LENGTH;
    this.#value = this.#inFragments ? 0 : length;
    this.#passes = element !== 0;
    const written = this.#from === this.#to ? bytes.subarray(0, size) : this.#written(element, vr, length);
    return { size, written };
  }

  /** An item is a fragment, the delimitation item ends them. */
  #item(view: DataView, bytes: Bytes): { readonly size: number; readonly written: Bytes } {
    const tag = view.getUint16(0, true) * 0x10000 + view.getUint16(2, true);
    if (tag === SEQUENCE_DELIMITATION) this.#inFragments = false;
    else if (tag === ITEM) this.#value = view.getUint32(4, true);
    else throw invalid('its fragments have no end');
    return { size: HEADER, written: bytes.subarray(0, HEADER) };
  }

  #written(element: number, vr: string, length: number): Bytes {
    const writer = new Writer();
    writer.u16LE(GROUP);
    writer.u16LE(element);
    if (this.#to) {
      for (const letter of vr) writer.u8(letter.charCodeAt(0));
      writer.u16LE(0); // all values of the group have 32-bit lengths
    }
    writer.u32LE(length);
    return writer.finish();
  }
}

const tagOf = (element: number): string => `7FE0${element.toString(16).toUpperCase().padStart(4, '0')}`;

function invalid(why: string): DecodeError {
  return new DecodeError('DATASET_INVALID', `unreadable pixel data: ${why}`);
}
