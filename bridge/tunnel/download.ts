import type { WebSocket } from 'ws';
import type { SendCredit } from '../../core/transport/index.ts';
import type { Slab } from './slabs.ts';
import { LANDING, beginDirect, endDirect, releaseSlab, takeSlab } from './slabs.ts';

/** The shortest room a read is given; less credit than this pauses the socket. */
const SHORTEST_READ = LANDING.length;
/** Bytes handed to the WebSocket and not taken by the kernel at which we stop reading, and go on again. */
const UNSENT_HIGH = 1 << 20;
const UNSENT_LOW = 256 << 10;

/**
 * Bytes from the peer on their way to the page: read straight into the frame, sent when the frame is full or
 * at the end of the event loop's turn; never more than the page's credit, never far ahead of the WebSocket. While
 * nothing comes it holds no memory: the first bytes after a pause land in a place that all tunnels share.
 */
export class Download {
  /** For `net.connect`. */
  readonly onread: { buffer: () => Buffer; callback: (bytes: number) => boolean };
  readonly #webSocket: WebSocket;
  readonly #credit: SendCredit;
  readonly #sent: () => void;
  #slab: Slab | undefined;
  #start = 0;
  #end = 0;
  #roomGiven = 0;
  /** Whether the next bytes come straight into the slab: the last read filled its room, so more is there. */
  #direct = false;
  #paused = false;
  #discarding = false;
  #flush: NodeJS.Immediate | undefined;
  /** Bytes handed to the WebSocket that the kernel has not taken. */
  #unsent = 0;
  /** Bytes in all. */
  total = 0;

  /** `sent` is called when bytes have left. */
  constructor(webSocket: WebSocket, credit: SendCredit, sent: () => void) {
    this.#webSocket = webSocket;
    this.#credit = credit;
    this.#sent = sent;
    this.onread = { buffer: () => this.#room(), callback: (bytes) => this.#read(bytes) };
  }

  /** Bytes that may be read now, where somebody else reads them. */
  get allowance(): number {
    if (this.#discarding) return Infinity;
    return this.#paused ? 0 : Math.max(0, this.#credit.available);
  }

  /** Takes bytes that were read already; false: read no more for now. */
  take(chunk: Buffer): boolean {
    for (let at = 0; at < chunk.length;) {
      const room = this.#slabRoom();
      const length = Math.min(room.length, chunk.length - at);
      room.set(chunk.subarray(at, at + length));
      this.#filled(length);
      at += length;
    }
    this.#roomGiven = SHORTEST_READ;
    return this.#goOn();
  }

  /** Bytes read and not sent. */
  get held(): number {
    return this.#end - this.#start + this.#unsent;
  }

  /** Whether reading may go on after it was paused; the caller then resumes the socket. */
  mayResume(): boolean {
    if (!this.#paused || this.#credit.available < this.#roomGiven || this.#unsent > UNSENT_LOW) return false;
    this.#paused = false;
    return true;
  }

  /** Nobody takes bytes any more: what comes is dropped, so that the end behind it is seen. */
  discard(): void {
    this.#discarding = true;
    clearImmediate(this.#flush);
    this.#start = this.#end;
  }

  /** Sends what was read. */
  flush(): void {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    const slab = this.#slab;
    if (slab === undefined) return;
    if (this.#end > this.#start) this.#send(slab, slab.bytes.subarray(this.#start, this.#end));
    this.#start = this.#end;
    if (!this.#direct) this.#leaveSlab(slab);
  }

  /** The socket is closed: nothing is read any more. */
  close(): void {
    this.flush();
    this.#readDirectly(false);
    if (this.#slab !== undefined) this.#leaveSlab(this.#slab);
  }

  /** The system asks where to put the next bytes; what it was given before is void. */
  #room(): Buffer {
    const room = this.#direct ? this.#slabRoom() : LANDING;
    this.#roomGiven = room.length;
    return room;
  }

  #slabRoom(): Buffer {
    const { bytes } = (this.#slab ??= takeSlab());
    const room = Math.max(SHORTEST_READ, this.#credit.available);
    return bytes.subarray(this.#end, this.#end + room);
  }

  #read(bytes: number): boolean {
    if (this.#discarding) return true;
    if (!this.#direct) this.#slabRoom().set(LANDING.subarray(0, bytes));
    this.#filled(bytes);
    const goOn = this.#goOn();
    this.#readDirectly(goOn && bytes === this.#roomGiven);
    return goOn;
  }

  #readDirectly(direct: boolean): void {
    if (direct === this.#direct) return;
    if (!direct) endDirect();
    this.#direct = direct && beginDirect();
  }

  /** The slab has taken so many bytes more. */
  #filled(bytes: number): void {
    this.#end += bytes;
    this.total += bytes;
    this.#credit.sent(bytes);
    this.#flush ??= setImmediate(() => this.flush());
    const slab = this.#slab;
    if (slab === undefined || slab.bytes.length - this.#end >= SHORTEST_READ) return;
    this.flush();
    this.#leaveSlab(slab);
  }

  /** Whether reading may go on. */
  #goOn(): boolean {
    this.#paused = this.#credit.available < SHORTEST_READ || this.#unsent > UNSENT_HIGH;
    return !this.#paused;
  }

  #send(slab: Slab, frame: Buffer): void {
    slab.sending++;
    this.#unsent += frame.length;
    this.#webSocket.send(frame, { binary: true }, () => {
      this.#unsent -= frame.length;
      slab.sending--;
      releaseSlab(slab);
      this.#sent();
    });
  }

  #leaveSlab(slab: Slab): void {
    this.#slab = undefined;
    this.#start = 0;
    this.#end = 0;
    slab.current = false;
    releaseSlab(slab);
  }
}
