/** PDUs in the bytes of one direction of a captured connection, which may begin in the middle or have gaps. */
import type { Bytes } from '../../bytes/index.ts';
import { concat } from '../../bytes/index.ts';
import { P_DATA_HEADER, PDU_HEADER } from '../../pdu/index.ts';
import { codecOfType } from '../../pdu/table.ts';
import type { PduName } from '../../pdu/index.ts';
import type { FileRange } from '../record.ts';
import type { Piece } from './tcp.ts';

/** A PDU where it lies in the file. */
export interface FramedPdu {
  readonly pdu: PduName;
  /** Its beginning, up to `HELD` bytes. */
  readonly bytes: Bytes;
  readonly length: number;
  /** All of it. */
  readonly ranges: readonly FileRange[];
  /** Of the packet with its last byte. */
  readonly time: number;
}

/** Bytes of a PDU that are held while it is put together. */
const HELD = 1 << 20;
const LONGEST_DATA = 64 << 20;
const LONGEST_ASSOCIATE = 1 << 20;
const SHORT = 4;

/** The lengths that a PDU of each type may have. */
function isLength(pdu: PduName, length: number): boolean {
  if (pdu === 'P-DATA-TF') return length >= P_DATA_HEADER - PDU_HEADER && length <= LONGEST_DATA;
  if (pdu === 'A-ASSOCIATE-RQ' || pdu === 'A-ASSOCIATE-AC')
    return length >= 68 && length <= LONGEST_ASSOCIATE;
  return length === SHORT;
}

export class Framer {
  readonly #take: (pdu: FramedPdu) => void;
  /** Bytes that belong to no PDU. */
  lost = 0;
  /** The next byte begins a PDU. */
  #inStep: boolean;
  #held: Bytes[] = [];
  #ranges: FileRange[] = [];
  #received = 0;
  /** Of the PDU under way; undefined before its header has come. */
  #length: number | undefined;

  /** `inStep`: the first byte is that of a PDU, as behind a SYN. */
  constructor(take: (pdu: FramedPdu) => void, inStep: boolean) {
    this.#take = take;
    this.#inStep = inStep;
  }

  /** A PDU has begun and lacks its end. */
  get open(): boolean {
    return this.#received > 0;
  }

  data(piece: Piece): void {
    for (let at = 0; at < piece.bytes.length;) {
      if (!this.#inStep) {
        const start = boundaryIn(piece.bytes, at);
        this.lost += (start < 0 ? piece.bytes.length : start) - at;
        if (start < 0) return;
        this.#inStep = true;
        at = start;
      }
      at += this.#continue(piece, at);
    }
  }

  /** Bytes are missing: what is under way is lost, and the next PDU has to be found. */
  gap(): void {
    this.lost += this.#received;
    this.#reset();
    this.#inStep = false;
  }

  /** Takes bytes of the PDU under way; returns how many. */
  #continue({ bytes, at: fileAt, time }: Piece, at: number): number {
    const wanted = (this.#length ?? PDU_HEADER) - this.#received;
    const taken = Math.min(wanted, bytes.length - at);
    if (this.#received < HELD) this.#held.push(bytes.slice(at, at + taken));
    this.#range(fileAt + at, taken);
    this.#received += taken;
    if (taken < wanted) return taken;
    if (this.#length === undefined) this.#header();
    if (this.#received === this.#length) this.#whole(time);
    return taken;
  }

  /** Ranges that follow each other are one. */
  #range(at: number, length: number): void {
    const last = this.#ranges.at(-1);
    if (last === undefined || last.at + last.length !== at) this.#ranges.push({ at, length });
    else this.#ranges[this.#ranges.length - 1] = { at: last.at, length: last.length + length };
  }

  #header(): void {
    const header = concat(this.#held);
    const pdu = codecOfType(header[0]!)?.name;
    const length = lengthIn(header, 2);
    if (pdu !== undefined && isLength(pdu, length)) this.#length = PDU_HEADER + length;
    else this.gap(); // no PDU: wherever we are, it is no boundary
  }

  #whole(time: number): void {
    const held = concat(this.#held);
    const bytes = held.length > HELD ? held.slice(0, HELD) : held;
    const pdu = {
      pdu: codecOfType(bytes[0]!)!.name,
      bytes,
      length: this.#received,
      ranges: this.#ranges,
      time,
    };
    this.#reset();
    this.#take(pdu);
  }

  #reset(): void {
    this.#held = [];
    this.#ranges = [];
    this.#received = 0;
    this.#length = undefined;
  }
}

/** The first byte from `from` on that can only be that of a PDU; -1 where there is none. */
function boundaryIn(bytes: Bytes, from: number): number {
  for (let at = from; at + PDU_HEADER + SHORT <= bytes.length; at++) if (isBoundary(bytes, at)) return at;
  return -1;
}

function isBoundary(bytes: Bytes, at: number): boolean {
  const pdu = codecOfType(bytes[at]!)?.name;
  if (pdu === undefined || bytes[at + 1] !== 0 || !isLength(pdu, lengthIn(bytes, at + 2))) return false;
  return pdu === 'P-DATA-TF' ? isDataBoundary(bytes, at) : isOtherBoundary(bytes, at, pdu);
}

/** A P-DATA-TF of one PDV, as nearly all are: its two lengths, the context and the control header fit together. */
function isDataBoundary(bytes: Bytes, at: number): boolean {
  if (at + P_DATA_HEADER > bytes.length) return false;
  const single = lengthIn(bytes, at + 6) === lengthIn(bytes, at + 2) - 4;
  return single && bytes[at + 10]! % 2 === 1 && bytes[at + 11]! <= 3;
}

/** The protocol version, or four bytes that are reserved or small. */
function isOtherBoundary(bytes: Bytes, at: number, pdu: PduName): boolean {
  const associate = pdu === 'A-ASSOCIATE-RQ' || pdu === 'A-ASSOCIATE-AC';
  if (associate) return bytes[at + 6] === 0 && (bytes[at + 7]! & 1) === 1;
  const rest = bytes.subarray(at + PDU_HEADER, at + PDU_HEADER + SHORT);
  return pdu === 'A-RELEASE-RQ' || pdu === 'A-RELEASE-RP'
    ? rest.every((byte) => byte === 0)
    : rest[0] === 0 && rest.every((byte) => byte <= 7);
}

function lengthIn(bytes: Bytes, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
