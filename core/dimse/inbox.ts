/** Values on their way from the network to a reader that comes for them when it likes. */

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
    return this.#values.length < this.#capacity || this.#latest ? undefined : this.#awaitRoom();
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
