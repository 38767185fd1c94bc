import type { Socket } from 'node:net';

/** Frames shorter than this are gathered while they wait: a megabyte in frames of one byte must not cost a hundred. */
const SHORT = 16 << 10;
const BLOCK = 64 << 10;
const NOTHING = Buffer.alloc(0);

/**
 * Bytes from the page on their way to the peer: one write at a time, in order, short frames gathered while they wait.
 * With nothing to write it holds no memory.
 */
export class Upload {
  readonly #written: (bytes: number) => void;
  #socket: Socket | undefined;
  #waiting: Buffer[] = [];
  #block: Buffer = NOTHING;
  #filled = 0;
  #writing = false;
  #ending = false;
  /** Bytes that the kernel has not taken yet. */
  held = 0;
  /** Bytes in all. */
  total = 0;

  /** `written` is told of bytes that the kernel has taken. */
  constructor(written: (bytes: number) => void) {
    this.#written = written;
  }

  /** The socket is connected: what waits is sent. */
  start(socket: Socket): void {
    this.#socket = socket;
    this.#writeNext();
  }

  push(frame: Buffer): void {
    this.held += frame.length;
    this.total += frame.length;
    const waits = this.#writing || this.#socket === undefined;
    if (waits && frame.length < SHORT) this.#gather(frame);
    else {
      this.#sealBlock();
      this.#waiting.push(frame);
    }
    this.#writeNext();
  }

  /** Sends FIN behind everything. */
  end(): void {
    this.#ending = true;
    this.#writeNext();
  }

  #gather(frame: Buffer): void {
    if (this.#block.length - this.#filled < frame.length) {
      this.#sealBlock();
      this.#block = Buffer.allocUnsafe(BLOCK);
      this.#filled = 0;
    }
    this.#filled += frame.copy(this.#block, this.#filled);
  }

  /** Queues what is gathered; the rest of the block takes what comes next. */
  #sealBlock(): void {
    if (this.#filled === 0) return;
    this.#waiting.push(this.#block.subarray(0, this.#filled));
    this.#block = this.#block.subarray(this.#filled);
    this.#filled = 0;
  }

  #writeNext(): void {
    const socket = this.#socket;
    if (socket === undefined || this.#writing) return;
    if (this.#waiting.length === 0) this.#sealBlock();
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#block = NOTHING;
      if (this.#ending) socket.end();
      return;
    }
    this.#writing = true;
    socket.write(next, (error) => {
      if (error) return; // the socket tells of it
      this.#writing = false;
      this.held -= next.length;
      this.#written(next.length);
      this.#writeNext();
    });
  }
}
