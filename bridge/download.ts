import type { WebSocket } from 'ws';
import type { SendCredit } from '../core/transport/index.ts';
import { MAX_FRAME } from '../core/transport/index.ts';

/** The shortest room a read is given; less credit than this pauses the socket. */
const SHORTEST_READ = 16 << 10;
/** Bytes handed to the WebSocket and not taken by the kernel at which we stop reading, and go on again. */
const UNSENT_HIGH = 1 << 20;
const UNSENT_LOW = 256 << 10;
/** Slabs kept for reuse; a bridge that allocates 256 KiB per frame lives from garbage collection to garbage collection. */
const SPARE_SLABS = 6;

/** One piece of memory: bytes are read into it, and sent from it. */
interface Slab {
  readonly bytes: Buffer;
  /** Frames of this slab on their way. */
  sending: number;
  current: boolean;
}

/**
 * Bytes from the peer on their way to the page: read straight into the frame, sent when the frame is full or
 * at the end of the event loop's turn; never more than the page's credit, never far ahead of the WebSocket.
 */
export class Download {
  /** For `net.connect`. */
  readonly onread: { buffer: () => Buffer; callback: (bytes: number) => boolean };
  readonly #webSocket: WebSocket;
  readonly #credit: SendCredit;
  readonly #sent: () => void;
  readonly #spare: Slab[] = [];
  #slab: Slab = newSlab();
  #start = 0;
  #end = 0;
  #roomGiven = 0;
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
    let goOn = true;
    for (let at = 0; at < chunk.length;) {
      const room = this.#room();
      const length = Math.min(room.length, chunk.length - at);
      room.set(chunk.subarray(at, at + length));
      goOn = this.#read(length);
      at += length;
    }
    this.#roomGiven = SHORTEST_READ;
    return goOn;
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
    if (this.#end > this.#start) this.#send(this.#slab, this.#slab.bytes.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  /** The system asks where to put the next bytes; what it was given before is void. */
  #room(): Buffer {
    if (this.#slab.bytes.length - this.#end < SHORTEST_READ) this.#changeSlab();
    const room = Math.max(SHORTEST_READ, this.#credit.available);
    const part = this.#slab.bytes.subarray(this.#end, this.#end + room);
    this.#roomGiven = part.length;
    return part;
  }

  #read(bytes: number): boolean {
    if (this.#discarding) return true;
    this.#end += bytes;
    this.total += bytes;
    this.#credit.sent(bytes);
    this.#flush ??= setImmediate(() => this.flush());
    if (this.#slab.bytes.length - this.#end < SHORTEST_READ) this.flush();
    this.#paused = this.#credit.available < SHORTEST_READ || this.#unsent > UNSENT_HIGH;
    return !this.#paused;
  }

  #send(slab: Slab, frame: Buffer): void {
    slab.sending++;
    this.#unsent += frame.length;
    this.#webSocket.send(frame, { binary: true }, () => {
      this.#unsent -= frame.length;
      slab.sending--;
      this.#reuse(slab);
      this.#sent();
    });
  }

  #changeSlab(): void {
    this.flush();
    this.#slab.current = false;
    this.#reuse(this.#slab);
    this.#slab = this.#spare.pop() ?? newSlab();
    this.#slab.current = true;
    this.#start = 0;
    this.#end = 0;
  }

  #reuse(slab: Slab): void {
    if (slab.sending === 0 && !slab.current && this.#spare.length < SPARE_SLABS) this.#spare.push(slab);
  }
}

function newSlab(): Slab {
  return { bytes: Buffer.allocUnsafeSlow(MAX_FRAME), sending: 0, current: true };
}
