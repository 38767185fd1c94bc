import type { Bytes } from '../../core/bytes/index.ts';

/** Bytes of one read at most: what a socket has at once is seldom more, and all of it stays in the processor's cache. */
const ROOM = 64 << 10;
/** Rooms that may be lent at once. */
const ROOMS = 4;
/** Rooms that are kept for whoever reads next, 1 MiB; what a moment needs beyond it goes back to the system. */
const SPARE = 16;

/** Of all sockets: one that is called for a single echo would make a room for it, which is most of its garbage. */
const spare: Buffer[] = [];

function keep(room: Buffer): void {
  if (spare.length < SPARE) spare.push(room);
}

/**
 * Rooms that a socket's bytes are read into, used again as soon as the reader is done with them: a new one for each read
 * costs more than all else that is done with the bytes.
 */
export class Landing {
  readonly #lent = new Map<ArrayBufferLike, Buffer>();
  #room: Buffer | undefined;

  /** Where the next bytes go; there is room as long as not `full`. */
  room(): Buffer {
    return (this.#room ??= spare.pop() ?? Buffer.allocUnsafeSlow(ROOM));
  }

  get full(): boolean {
    return this.#lent.size >= ROOMS;
  }

  /** The first bytes of the room, which are lent until they are given back. */
  lend(length: number): Bytes {
    const room = this.room();
    this.#room = undefined;
    this.#lent.set(room.buffer, room);
    return new Uint8Array(room.buffer as ArrayBuffer, 0, length);
  }

  /** The first bytes of the room, for good. */
  copy(length: number): Bytes {
    return new Uint8Array(this.room().subarray(0, length));
  }

  /** Takes a chunk back; one that was not lent here is nobody's concern. */
  giveBack(chunk: Bytes): void {
    const room = this.#lent.get(chunk.buffer);
    if (room === undefined) return;
    this.#lent.delete(chunk.buffer);
    keep(room);
  }

  /** The socket is closed: nothing is read into the room any more. What is lent is still to be given back. */
  leave(): void {
    if (this.#room !== undefined) keep(this.#room);
    this.#room = undefined;
  }
}
