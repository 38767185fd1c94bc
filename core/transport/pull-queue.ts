/** Who takes the items instead of the stream's reader. */
interface Consumer<T> {
  take(item: T): void | Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
  /** An item is being taken. */
  busy: boolean;
}

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
  #consumer: Consumer<T> | undefined;
  #ending: { readonly error?: Error } | undefined;
  #over = false;

  /**
   * `taken` is told of every item that leaves the queue: to the stream's reader, or dropped once he cancelled; behind
   * `take`, where the queue is consumed.
   */
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

  /** Whether items go to a consumer. */
  get consumed(): boolean {
    return this.#consumer !== undefined;
  }

  /**
   * Instead of reading the stream, which is locked from here on: `take` is given one item at a time, the next when
   * what it returned has resolved, and that at once where it can be. Resolves or rejects as the stream would have
   * ended, or with what `take` fails with.
   */
  consume(take: (item: T) => void | Promise<void>): Promise<void> {
    this.readable.getReader();
    return new Promise((resolve, reject) => {
      const consumer = { take, resolve, reject, busy: false };
      this.#consumer = consumer;
      if (this.#over) this.#settle(consumer);
      else this.#deliver();
    });
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
    if (this.#consumer !== undefined) return this.#feed(this.#consumer);
    if (this.length > 0) {
      if (this.#wanted) this.#hand(this.#controller, this.#next());
    } else if (this.#ending !== undefined) {
      this.#over = true;
      if (this.#ending.error === undefined) this.#controller.close();
      else this.#controller.error(this.#ending.error);
    }
  }

  #feed(consumer: Consumer<T>): void {
    while (!consumer.busy && this.length > 0) this.#give(consumer, this.#next());
    if (consumer.busy || this.#over || this.#ending === undefined) return;
    this.#over = true;
    this.#settle(consumer);
  }

  #settle({ resolve, reject }: Consumer<T>): void {
    if (this.#ending?.error === undefined) resolve();
    else reject(this.#ending.error);
  }

  #give(consumer: Consumer<T>, item: T): void {
    const done = (): void => {
      consumer.busy = false;
      this.#taken(item);
    };
    consumer.busy = true;
    try {
      const pending = consumer.take(item);
      if (pending === undefined) return done();
      pending.then(() => {
        done();
        this.#deliver();
      }, this.#refused);
    } catch (error) {
      this.#refused(error);
    }
  }

  /** The consumer failed: as where a reader cancels, nobody is held back any more. */
  readonly #refused = (error: unknown): void => {
    this.#over = true;
    for (const item of this.clear()) this.#taken(item);
    this.#consumer?.reject(error);
  };

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
