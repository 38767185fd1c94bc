/** How long steps are gathered before they cross to the page, in milliseconds. */
const INTERVAL_MS = 100;
/** Values in one message: the page has to read it in one go, the first when nothing of it is compiled yet. */
const [FIRST_VALUES, MOST_VALUES] = [16, 250];

/**
 * Gathers values and hands them on together, ten times a second at most: a message per match or per
 * instance would keep the page busy with messages. What comes after a pause goes at once, and so do the first few,
 * while others are still coming.
 */
export class Batch<T> {
  readonly #send: (values: T[]) => void;
  #values: T[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastSent = -Infinity;
  #most = FIRST_VALUES;

  constructor(send: (values: T[]) => void) {
    this.#send = send;
  }

  add(value: T): void {
    this.#values.push(value);
    const isFirst = this.#most === FIRST_VALUES && this.#values.length === FIRST_VALUES;
    if (isFirst) return this.flush(); // no timer runs between bytes that come without a pause
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
    for (let at = 0; at < values.length;) {
      this.#send(values.slice(at, (at += this.#most)));
      this.#most = Math.min(MOST_VALUES, 2 * this.#most);
    }
  }
}
