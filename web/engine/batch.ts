/** How long steps are gathered before they cross to the page, in milliseconds. */
const INTERVAL_MS = 100;
/** Values in one message: the page has to read it in one go. */
const MOST_VALUES = 250;

/**
 * Gathers values and hands them on together, ten times a second at most: a message per match or per
 * instance would keep the page busy with messages. What comes after a pause goes at once.
 */
export class Batch<T> {
  readonly #send: (values: T[]) => void;
  #values: T[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastSent = -Infinity;

  constructor(send: (values: T[]) => void) {
    this.#send = send;
  }

  add(value: T): void {
    this.#values.push(value);
    const wait = Math.max(0, this.#lastSent + INTERVAL_MS - performance.now());
    this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Forgets what was not sent yet. */
  clear(): void {
    this.#values = [];
  }

  /** Sends what is there now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#values.length === 0) return;
    const values = this.#values;
    this.#values = [];
    this.#lastSent = performance.now();
    for (let at = 0; at < values.length; at += MOST_VALUES) this.#send(values.slice(at, at + MOST_VALUES));
  }
}
