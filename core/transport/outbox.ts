import type { Bytes } from '../bytes/index.ts';

/** Bytes that may wait in `writable` before `ready` holds the writer back. */
const WRITE_AHEAD = 64 << 10;

/** What the owner of an outbox does with it. */
export interface Outlet {
  /** Sends one chunk. The chunk is the writer's again, and the next one may come, when this resolves. */
  send(chunk: Bytes): void | Promise<void>;
  /** The writer closed the stream; everything was sent. */
  closed(): void;
  /** The writer aborted the stream. */
  aborted(reason: unknown): void;
}

/** The writable side of a connection: knows what was written and is not sent, and fails at once when told. */
export class Outbox {
  readonly writable: WritableStream<Bytes>;
  readonly #outlet: Outlet;
  #controller: WritableStreamDefaultController | undefined;
  #unsent = 0;
  #failure: Error | undefined;
  #rejectInFlight: ((error: Error) => void) | undefined;
  #drained: (() => void) | undefined;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
    this.writable = new WritableStream<Bytes>(
      {
        start: (controller) => void (this.#controller = controller),
        write: (chunk) => this.#write(chunk),
        close: () => outlet.closed(),
        abort: (reason) => outlet.aborted(reason),
      },
      // `size` runs inside write(): the only place that tells what waits in the stream itself.
      { highWaterMark: WRITE_AHEAD, size: (chunk) => this.#count(chunk) },
    );
  }

  /** Calls back once everything written is sent; never after a failure. */
  whenDrained(callback: () => void): void {
    this.#drained = callback;
    this.#checkDrained();
  }

  /** Every write under way and to come rejects with the error. The first failure counts. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#drained = undefined;
    this.#controller?.error(error);
    // The stream waits for the write in flight before it rejects the others; that one may wait for ever.
    this.#rejectInFlight?.(error);
  }

  #count(chunk: Bytes): number {
    this.#unsent += chunk.length;
    return chunk.length;
  }

  async #write(chunk: Bytes): Promise<void> {
    const sent = this.#outlet.send(chunk);
    if (sent !== undefined) {
      await new Promise<void>((resolve, reject) => {
        this.#rejectInFlight = reject;
        sent.then(resolve, reject);
      });
    }
    this.#rejectInFlight = undefined;
    this.#unsent -= chunk.length;
    this.#checkDrained();
  }

  #checkDrained(): void {
    if (this.#unsent > 0 || this.#failure !== undefined) return;
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.();
  }
}
