/**
 * The life of a connection, the same for memory, TCP and tunnel: a wire moves bytes, this class keeps
 * the promises of `Connection`.
 */
import type { Bytes } from '../bytes/index.ts';
import { ConnectionError } from '../bytes/index.ts';
import { deferred } from './deferred.ts';
import { Outbox } from './outbox.ts';
import { PullQueue } from './pull-queue.ts';
import type { CloseInfo, Connection, ConnectionInfo } from './transport.ts';
import { CLOSE_GRACE_MS } from './transport.ts';

/** What a kind of transport does; the other direction are the methods of `WiredConnection`. */
export interface Wire {
  /** Sends one chunk, or keeps it until the connection is open; resolves when the next one may come. */
  send(chunk: Bytes): void | Promise<void>;
  /** Sends FIN behind everything sent. */
  finish(): void;
  /** Drops both directions at once, visibly to the peer. */
  reset(): void;
  /** Gives up waiting for the peer's FIN. */
  release(): void;
  /** The reader took this chunk: unread ones hold the peer back. */
  taken(chunk: Bytes): void;
}

export class WiredConnection implements Connection {
  readonly readable: ReadableStream<Bytes>;
  readonly writable: WritableStream<Bytes>;
  readonly opened: Promise<ConnectionInfo>;
  readonly closed: Promise<CloseInfo>;
  readonly #wire: Wire;
  readonly #inbox: PullQueue<Bytes>;
  readonly #outbox: Outbox;
  readonly #opened = deferred<ConnectionInfo>();
  readonly #closed = deferred<CloseInfo>();
  #state: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  #unread = 0;
  /** What whoever writes behind our end is told. */
  #left: ConnectionError | undefined;
  #stopGrace: () => void = () => {};
  #forgetSignal: () => void = () => {};

  constructor(wire: Wire, signal?: AbortSignal) {
    this.#wire = wire;
    this.#inbox = new PullQueue<Bytes>((chunk) => this.#taken(chunk));
    this.#outbox = new Outbox({
      send: (chunk) => wire.send(chunk),
      closed: () => void this.close(),
      aborted: (reason) => this.abort(reason),
    });
    this.readable = this.#inbox.readable;
    this.writable = this.#outbox.writable;
    this.opened = this.#opened.promise;
    this.closed = this.#closed.promise;
    this.opened.catch(() => {}); // who does not look at it learns the failure from the streams
    if (signal !== undefined) this.#watch(signal);
  }

  /** Bytes received that no reader took yet. */
  get unread(): number {
    return this.#unread;
  }

  consume(take: (chunk: Bytes) => void | Promise<void>): Promise<void> {
    return this.#inbox.consume(take);
  }

  close(): Promise<void> {
    if (this.#state === 'connecting') this.abort();
    if (this.#state === 'open') {
      this.#state = 'closing';
      const grace = setTimeout(() => this.#giveUp(), CLOSE_GRACE_MS);
      letGo(grace);
      this.#stopGrace = () => clearTimeout(grace);
      this.#outbox.whenDrained(() => {
        this.#left = lost('The connection is closed here; nothing more can be sent.');
        this.#outbox.fail(this.#left);
        this.#wire.finish();
      });
    }
    return this.closed.then(() => {});
  }

  abort(reason?: unknown): void {
    const connecting = this.#state === 'connecting';
    const error = connecting
      ? new ConnectionError('CANCELLED', 'The attempt to connect was cancelled.', {}, reason)
      : lost('The connection was cut off here.', reason);
    if (this.#state !== 'closed') {
      this.#settle({ kind: 'local', reason: error.message }, error);
      this.#wire.reset();
    }
    this.#inbox.cut(error);
  }

  /** The wire is connected (the transport connect confirmation). */
  confirm(info: ConnectionInfo): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#forgetSignal();
    this.#opened.resolve(info);
  }

  /** Whether chunks are given back: their reader is done with each when it is told as taken. */
  get consumed(): boolean {
    return this.#inbox.consumed;
  }

  /** Bytes came in. The chunk belongs to the connection from now on, or until it is taken, where that is `consumed`. */
  receive(chunk: Bytes): void {
    if (this.#state === 'closed' || chunk.length === 0) return;
    this.#unread += chunk.length;
    this.#inbox.push(chunk);
  }

  /** The peer's FIN. There is no half-close: nothing can be sent from now on. */
  end(): void {
    const error = this.#left ?? lost('The peer closed the connection.');
    if (this.#state === 'connecting') this.fail(error);
    if (this.#state === 'closed') return;
    this.#settle({ kind: this.#state === 'closing' ? 'local' : 'eof' }, error);
    this.#inbox.end();
  }

  /** Whether it has ended, so that nothing that is told of it counts any more. */
  get over(): boolean {
    return this.#state === 'closed';
  }

  /** The connection never came about, or broke. */
  fail(error: ConnectionError, code?: string | number): void {
    if (this.#state === 'closed') return;
    const kinds = { connecting: 'error', open: 'reset', closing: 'local' } as const;
    const info: CloseInfo = { kind: kinds[this.#state], reason: error.message };
    this.#settle(code === undefined ? info : { ...info, code }, error);
    this.#inbox.end(error);
  }

  #taken(chunk: Bytes): void {
    this.#unread -= chunk.length;
    this.#wire.taken(chunk);
  }

  #watch(signal: AbortSignal): void {
    const onAbort = (): void => this.abort(signal.reason);
    this.#forgetSignal = () => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    // The maker of the wire holds no reference to us yet: an abort right now would find it half made.
    if (signal.aborted) queueMicrotask(onAbort);
  }

  #giveUp(): void {
    const error = lost(`The peer did not close the connection within ${CLOSE_GRACE_MS} ms.`);
    this.#settle({ kind: 'local', reason: error.message }, error);
    this.#inbox.end(error);
    this.#wire.release();
  }

  #settle(info: CloseInfo, error: Error): void {
    this.#state = 'closed';
    this.#forgetSignal();
    this.#stopGrace();
    this.#opened.reject(error);
    this.#outbox.fail(error);
    this.#closed.resolve(info);
  }
}

/** A program that has nothing else to do need not wait for a peer's FIN; only in Node can a timer be told so. */
function letGo(timer: unknown): void {
  if (typeof timer !== 'object' || timer === null || !('unref' in timer)) return;
  if (typeof timer.unref === 'function') timer.unref();
}

function lost(message: string, cause?: unknown): ConnectionError {
  return new ConnectionError('CONNECTION_LOST', message, {}, cause);
}
