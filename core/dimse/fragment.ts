/** Messages into fragments (PS3.8 Annex E): one PDV a PDU, even lengths, command and data set in PDUs of their own. */
import { DicomError } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';

/** Bytes before the fragment in a P-DATA-TF with one PDV: PDU header 6, item length 4, context 1, control 1. */
const HEADER = 12;
/** Of these, what counts in the PDU length and so against the maximum length: all but the PDU header. */
const OVERHEAD = 6;
/** Below this a maximum length leaves no room for an even fragment. */
const SMALLEST_MAXIMUM = 8;
/**
 * Our own cap where the peer names none, or more: longer PDUs gain nothing (128 KiB measured equal to 1 MiB).
 * Two of them, headers included, fill a write to the last byte.
 */
const LARGEST_PDU = 131_066;

/** Messages up to this size are written from a buffer of this size. */
const SMALL_MESSAGE = 32_768;

/** Whole PDUs are gathered into writes of about this size. */
export const WRITE_SIZE = 262_144;

/**
 * Longest even fragment for a peer's maximum length (PS3.8 D.1; 0 is unlimited).
 * @throws DicomError LIMIT_EXCEEDED where the peer's maximum leaves no room.
 */
export function fragmentLength(peerMaximumLength: number): number {
  const maximum = peerMaximumLength === 0 ? LARGEST_PDU : Math.min(peerMaximumLength, LARGEST_PDU);
  if (maximum < SMALLEST_MAXIMUM) {
    throw new DicomError(
      'LIMIT_EXCEEDED',
      `The peer takes PDUs of ${peerMaximumLength} bytes at most, too few for any data.`,
      { maximumLength: peerMaximumLength },
    );
  }
  return (maximum - OVERHEAD) & ~1; // DCMTK aborts on odd fragments (measured)
}

/**
 * Collects fragments as PDUs in a buffer that is written when it is full or the message ends, so that the
 * PDUs of a message leave in as few writes as possible: a small message in one.
 */
export class Fragmenter {
  readonly #contextId: number;
  readonly #fragment: number;
  readonly #write: (pdus: Bytes) => Promise<void>;
  #buffer: Bytes;
  #view: DataView;
  #end = 0;
  /** Where the PDU that is being filled begins. */
  #pdu = 0;
  #filled = 0;

  constructor(contextId: number, peerMaximumLength: number, write: (pdus: Bytes) => Promise<void>) {
    this.#contextId = contextId;
    this.#fragment = fragmentLength(peerMaximumLength);
    this.#write = write;
    this.#buffer = new Uint8Array(4096);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** The command set: always whole here, and never in the PDU of a data set. */
  async command(bytes: Bytes): Promise<void> {
    this.#open();
    await this.#append(bytes, true);
    this.#seal(true, true);
  }

  /** A piece of the data set. Fragments are cut where the peer wants them, not where pieces end. */
  async data(bytes: Bytes): Promise<void> {
    if (this.#pdu === this.#end) this.#open();
    await this.#append(bytes, false);
  }

  /** Ends the data set; pads it to even length (PS3.5 7.1 demands it already). */
  async endData(): Promise<void> {
    if (this.#pdu === this.#end) this.#open();
    if (this.#filled % 2 === 1) await this.#append(new Uint8Array(1), false);
    this.#seal(false, true);
  }

  async flush(): Promise<void> {
    if (this.#pdu === 0) return;
    const pdus = this.#buffer.subarray(0, this.#pdu);
    this.#buffer = new Uint8Array(4096);
    this.#view = new DataView(this.#buffer.buffer);
    this.#pdu = 0;
    this.#end = 0;
    await this.#write(pdus);
  }

  async #append(bytes: Bytes, command: boolean): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.#filled === this.#fragment) await this.#next(command);
      const part = bytes.subarray(at, at + this.#fragment - this.#filled);
      this.#reserve(part.length);
      this.#buffer.set(part, this.#end);
      this.#end += part.length;
      this.#filled += part.length;
      at += part.length;
    }
  }

  async #next(command: boolean): Promise<void> {
    this.#seal(command, false);
    if (this.#pdu + HEADER + this.#fragment > WRITE_SIZE) await this.flush();
    this.#open();
  }

  #open(): void {
    this.#pdu = this.#end;
    this.#reserve(HEADER);
    this.#end += HEADER;
    this.#filled = 0;
  }

  /** Writes the header of the open PDU (PS3.8 9.3.5, E.2); the next one begins behind it. */
  #seal(command: boolean, last: boolean): void {
    const at = this.#pdu;
    this.#buffer[at] = 0x04;
    this.#buffer[at + 1] = 0x00;
    this.#view.setUint32(at + 2, this.#filled + OVERHEAD);
    this.#view.setUint32(at + 6, this.#filled + 2);
    this.#buffer[at + 10] = this.#contextId;
    this.#buffer[at + 11] = (command ? 1 : 0) | (last ? 2 : 0);
    this.#pdu = this.#end;
    this.#filled = 0;
  }

  #reserve(length: number): void {
    const needed = this.#end + length;
    if (needed <= this.#buffer.length) return;
    // Past a small message it is an instance: take the whole buffer at once instead of growing towards it.
    const larger = new Uint8Array(Math.max(needed, needed > SMALL_MESSAGE ? WRITE_SIZE : SMALL_MESSAGE));
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}
