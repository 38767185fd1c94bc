/** The bytes of each direction of a TCP connection in order: repeated segments once, early ones when it is their turn. */
import type { Bytes } from '../../bytes/index.ts';

/** Bytes in order, and where they lie in the file. */
export interface Piece {
  readonly bytes: Bytes;
  readonly at: number;
  readonly time: number;
}

export interface StreamUser {
  /** `piece.bytes` is valid during the call only. */
  data(piece: Piece): void;
  /** So many bytes were not captured. */
  gap(missing: number, time: number): void;
}

interface Early extends Piece {
  readonly sequence: number;
}

/** Bytes, and segments, that wait for one that is missing: then it is not in the capture. */
const WAITING_BYTES = 4 << 20;
const WAITING_SEGMENTS = 1000;

export class TcpStream {
  readonly #user: StreamUser;
  /** The sequence number of the byte that comes next; undefined before the first. */
  #next: number | undefined;
  /** The sequence number of its SYN, where that was captured. */
  #opened: number | undefined;
  /** By sequence number. */
  #early: Early[] = [];
  #earlyBytes = 0;

  constructor(user: StreamUser) {
    this.#user = user;
  }

  /** Behind a SYN of this sequence number. */
  open(sequence: number): void {
    this.#opened = sequence;
    this.#next = (sequence + 1) >>> 0;
  }

  /** A SYN of this sequence number is no repeated one, but that of another connection. */
  isOther(sequence: number): boolean {
    return this.#opened !== undefined && this.#opened !== sequence;
  }

  take(sequence: number, piece: Piece): void {
    if (piece.bytes.length === 0) return;
    this.#next ??= sequence;
    if (ahead(sequence, this.#next) <= 0) this.#deliver(sequence, piece);
    else this.#wait(sequence, piece);
    this.#takeEarly();
    while (this.#earlyBytes > WAITING_BYTES || this.#early.length > WAITING_SEGMENTS) this.#skip();
  }

  /** No more comes: what is missing stays missing. */
  end(): void {
    while (this.#early.length > 0) this.#skip();
  }

  #deliver(sequence: number, { bytes, at, time }: Piece): void {
    const known = -ahead(sequence, this.#next!);
    if (known >= bytes.length) return;
    this.#next = (sequence + bytes.length) >>> 0;
    this.#user.data({ bytes: bytes.subarray(known), at: at + known, time });
  }

  #wait(sequence: number, { bytes, at, time }: Piece): void {
    let place = this.#early.length;
    while (place > 0 && ahead(sequence, this.#early[place - 1]!.sequence) < 0) place--;
    const before = this.#early[place - 1];
    if (before?.sequence === sequence && before.bytes.length >= bytes.length) return;
    this.#early.splice(place, 0, { sequence, bytes: bytes.slice(), at, time });
    this.#earlyBytes += bytes.length;
  }

  #takeEarly(): void {
    for (
      let first = this.#early[0];
      first && ahead(first.sequence, this.#next!) <= 0;
      first = this.#early[0]
    ) {
      this.#early.shift();
      this.#earlyBytes -= first.bytes.length;
      this.#deliver(first.sequence, first);
    }
  }

  #skip(): void {
    const first = this.#early[0]!;
    this.#user.gap(ahead(first.sequence, this.#next!), first.time);
    this.#next = first.sequence;
    this.#takeEarly();
  }
}

/** How far `sequence` lies behind `next` in the stream; negative before it. Numbers begin anew at 2^32 (RFC 9293 3.4). */
function ahead(sequence: number, next: number): number {
  return (sequence - next) | 0;
}
