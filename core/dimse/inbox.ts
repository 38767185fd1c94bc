/** Values on their way from the network to a reader that comes for them when it likes. */
import { DicomError } from '../bytes/index.ts';

interface Waiting<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/**
 * A queue with one reader. `push` returns a promise while the queue is full: whoever reads the network
 * waits for it, and so does the peer. With a capacity of 1 and `latest`, a newer value replaces an unread one.
 */
export class Inbox<T> {
  readonly #capacity: number;
  readonly #latest: boolean;
  #values: T[] = [];
  #waiting: Waiting<T> | undefined;
  #closed: { readonly error?: unknown } | undefined;
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  /** A reader has come. */
  #read = false;
  #readerExpected = true;

  constructor(capacity: number, latest = false) {
    this.#capacity = capacity;
    this.#latest = latest;
  }

  push(value: T): void | Promise<void> {
    if (this.#closed) return undefined;
    if (this.#waiting) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      return resolve({ done: false, value });
    }
    if (this.#latest) this.#values = [value];
    else this.#values.push(value);
    if (this.#values.length < this.#capacity || this.#latest) return undefined;
    if (this.#read || this.#readerExpected) return this.#awaitRoom();
    return this.#failUnread();
  }

  /**
   * Somebody wants the end of it, and perhaps nothing else. As long as no reader has come it holds nobody back:
   * when it is full it fails behind what is in it, and takes nothing more.
   */
  expectNoReader(): void {
    this.#readerExpected = false;
    if (this.#room && !this.#read) this.#failUnread();
  }

  /** Ends it behind what is in it. */
  end(): void {
    this.#close({});
  }

  /** Ends it with an error behind what is in it. */
  fail(error: unknown): void {
    this.#close({ error });
  }

  /** Drops what is in it, and ends it at once with an error. */
  drop(error: unknown): void {
    this.#values = [];
    this.#closed = undefined;
    this.#close({ error });
  }

  /** The next value; after the end `done`, after a failure a rejection, once and then `done`. */
  next(): Promise<IteratorResult<T, undefined>> {
    this.#read = true;
    const value = this.#values.shift();
    if (value !== undefined) {
      if (this.#values.length <= this.#capacity / 2) this.#freeRoom();
      return Promise.resolve({ done: false, value });
    }
    if (this.#closed === undefined) {
      return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
    }
    if (!('error' in this.#closed)) return Promise.resolve({ done: true, value: undefined });
    const { error } = this.#closed;
    this.#closed = {};
    return Promise.reject(error);
  }

  #close(how: { readonly error?: unknown }): void {
    if (this.#closed) return;
    this.#closed = how;
    this.#freeRoom();
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.next().then(waiting.resolve, waiting.reject);
  }

  #failUnread(): void {
    const count = this.#values.length;
    const message = `More than ${count} came before anybody read them, and only ${count} were kept. Begin to iterate when the operation begins.`;
    this.fail(new DicomError('LIMIT_EXCEEDED', message, { limit: count }));
  }

  #awaitRoom(): Promise<void> {
    if (this.#room === undefined) {
      let resolve!: () => void;
      const promise = new Promise<void>((done) => (resolve = done));
      this.#room = { promise, resolve };
    }
    return this.#room.promise;
  }

  #freeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
