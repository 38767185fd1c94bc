/**
 * A stream of what arrives. Its end, or its error, comes behind the last item: the queue of a
 * ReadableStream itself forgets what is unread as soon as it is errored. With a high-water mark of 0
 * the stream holds nothing, so an item counts as taken when a reader asked for it.
 */
export class PullQueue<T> {
  readonly readable: ReadableStream<T>;
  readonly #taken: (item: T) => void;
  #controller: ReadableStreamDefaultController<T> | undefined;
  #items: T[] = [];
  #head = 0;
  #wanted = false;
  #ending: { readonly error?: Error } | undefined;
  #over = false;

  /** `taken` is told of every item that leaves the queue, to the reader or, once the reader cancelled, dropped. */
  constructor(taken: (item: T) => void = () => {}) {
    this.#taken = taken;
    this.readable = new ReadableStream<T>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => {
          this.#wanted = true;
          this.#deliver();
        },
        cancel: () => {
          this.#over = true;
          for (const item of this.clear()) this.#taken(item);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Items waiting for a reader. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Nothing is expected any more: after `end`, nothing pushed is delivered. */
  push(item: T): void {
    if (this.#over) this.#taken(item);
    else if (this.#ending === undefined) {
      this.#items.push(item);
      this.#deliver();
    }
  }

  /** Ends the stream behind what waits, or errors it there. The first end counts. */
  end(error?: Error): void {
    this.#ending ??= error === undefined ? {} : { error };
    this.#deliver();
  }

  /** Forgets and returns what waits. */
  clear(): T[] {
    const waiting = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return waiting;
  }

  /** Forgets what waits and ends or errors the stream at once, even if an earlier end waits behind unread items. */
  cut(error?: Error): T[] {
    const waiting = this.clear();
    this.#ending = error === undefined ? {} : { error };
    this.#deliver();
    return waiting;
  }

  #deliver(): void {
    if (this.#over || this.#controller === undefined) return;
    if (this.length > 0) {
      if (this.#wanted) this.#hand(this.#controller, this.#next());
    } else if (this.#ending !== undefined) {
      this.#over = true;
      if (this.#ending.error === undefined) this.#controller.close();
      else this.#controller.error(this.#ending.error);
    }
  }

  #hand(controller: ReadableStreamDefaultController<T>, item: T): void {
    this.#wanted = false;
    controller.enqueue(item);
    this.#taken(item);
    this.#deliver();
  }

  #next(): T {
    const item = this.#items[this.#head++]!; // length is checked by the caller
    // Forget taken items now and then: shift() at each would make long queues quadratic.
    if (this.#head * 2 >= this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }
}
