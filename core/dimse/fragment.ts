/** Messages into fragments (PS3.8 Annex E): one PDV a PDU, even lengths, command and data set in PDUs of their own. */
import { DicomError, EMPTY } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { P_DATA_HEADER, P_DATA_OVERHEAD, writePDataHeader } from '../pdu/index.ts';

/** Below this a maximum length leaves no room for an even fragment. */
const SMALLEST_MAXIMUM = 8;
/**
 * Our own cap where the peer names none, or more: longer PDUs gain nothing (128 KiB measured equal to 1 MiB).
 * Eight of them, headers included, fill a write to the last byte.
 */
const LARGEST_PDU = 131_066;

/** Memory of a write begins so small, and becomes so large for small messages; longer ones take all of it at once. */
const FIRST_MEMORY = 4096;
const SMALL_MESSAGE = 32_768;

/** Whole PDUs are gathered into writes of about this size: most images leave in one. */
export const WRITE_SIZE = 1_048_576;

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
  return (maximum - P_DATA_OVERHEAD) & ~1; // DCMTK aborts on odd fragments (measured)
}

/** Memory to write PDUs from. What the transport is done with is used for the next message: new memory costs more. */
export class WriteMemory {
  /** For some associations that send at once, each of which fills one while another is written. */
  static readonly #most = 8;
  readonly #spare: Bytes[] = [];

  take(): Bytes {
    return this.#spare.pop() ?? new Uint8Array(FIRST_MEMORY);
  }

  giveBack(memory: Bytes): void {
    if (this.#spare.length < WriteMemory.#most) this.#spare.push(memory);
  }
}

/** That of all associations: a hundred that are idle hold none. */
export const WRITE_MEMORY: WriteMemory = new WriteMemory();

/** Writes whole PDUs. Resolves when more may be given; `taken` is called when the memory may be used again. */
export type WritePdus = (pdus: Bytes, taken: () => void) => Promise<void>;

/**
 * Collects fragments as PDUs in memory that is written when it is full or the message ends, so that the
 * PDUs of a message leave in as few writes as possible: a small message in one.
 */
export class Fragmenter {
  readonly #contextId: number;
  readonly #fragment: number;
  readonly #write: WritePdus;
  readonly #memory: WriteMemory;
  #buffer: Bytes = EMPTY;
  #end = 0;
  /** Where the PDU that is being filled begins. */
  #pdu = 0;
  #filled = 0;

  constructor(contextId: number, peerMaximumLength: number, write: WritePdus, memory: WriteMemory) {
    this.#contextId = contextId;
    this.#fragment = fragmentLength(peerMaximumLength);
    this.#write = write;
    this.#memory = memory;
  }

  /** The command set: always whole here, and never in the PDU of a data set. A returned promise asks to wait, here and below. */
  async command(bytes: Bytes): Promise<void> {
    this.#open();
    await this.#append(bytes, true);
    this.#seal(true, true);
  }

  /** A piece of the data set. Fragments are cut where the peer wants them, not where pieces end. */
  data(bytes: Bytes): void | Promise<void> {
    if (this.#pdu === this.#end) this.#open();
    return this.#append(bytes, false);
  }

  /** Ends the data set; pads it to even length (PS3.5 7.1 demands it already). */
  endData(): void {
    if (this.#pdu === this.#end) this.#open();
    if (this.#filled % 2 === 1) this.#put(new Uint8Array(1)); // a fragment has room for an even number
    this.#seal(false, true);
  }

  async flush(): Promise<void> {
    if (this.#pdu === 0) return;
    const memory = this.#buffer;
    const pdus = memory.subarray(0, this.#pdu);
    this.#buffer = EMPTY;
    this.#pdu = 0;
    this.#end = 0;
    await this.#write(pdus, () => this.#memory.giveBack(memory));
  }

  #append(bytes: Bytes, command: boolean): void | Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.#filled === this.#fragment) {
        const written = this.#next(command);
        if (written !== undefined) return this.#appendBehind(written, bytes.subarray(at), command);
      }
      const part = bytes.subarray(at, at + this.#fragment - this.#filled);
      this.#put(part);
      at += part.length;
    }
  }

  async #appendBehind(written: Promise<void>, bytes: Bytes, command: boolean): Promise<void> {
    await written;
    this.#open();
    await this.#append(bytes, command);
  }

  #put(part: Bytes): void {
    this.#reserve(part.length);
    this.#buffer.set(part, this.#end);
    this.#end += part.length;
    this.#filled += part.length;
  }

  /** Begins the next PDU, or writes those before it first. */
  #next(command: boolean): void | Promise<void> {
    this.#seal(command, false);
    if (this.#pdu + P_DATA_HEADER + this.#fragment > WRITE_SIZE) return this.flush();
    this.#open();
  }

  #open(): void {
    this.#pdu = this.#end;
    this.#reserve(P_DATA_HEADER);
    this.#end += P_DATA_HEADER;
    this.#filled = 0;
  }

  /** Writes the header of the open PDU; the next one begins behind it. */
  #seal(command: boolean, last: boolean): void {
    const pdv = { contextId: this.#contextId, command, last };
    writePDataHeader(this.#buffer, this.#pdu, pdv, this.#filled);
    this.#pdu = this.#end;
    this.#filled = 0;
  }

  #reserve(length: number): void {
    const needed = this.#end + length;
    if (this.#buffer.length === 0) this.#buffer = this.#memory.take();
    if (needed <= this.#buffer.length) return;
    // Past a small message it is an instance: take the whole buffer at once instead of growing towards it.
    const larger = new Uint8Array(Math.max(needed, needed > SMALL_MESSAGE ? WRITE_SIZE : SMALL_MESSAGE));
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
  }
}
