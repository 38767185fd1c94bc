/** Holds a flow of bytes back to a rate. */
export class Pace {
  #bytesPerSecond: number | undefined;
  #due = 0;

  set(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#due = performance.now();
  }

  /** Resolves when so many more bytes may have passed; `undefined` where nothing holds them back. */
  take(bytes: number): Promise<void> | undefined {
    if (this.#bytesPerSecond === undefined) return undefined;
    const now = performance.now();
    this.#due = Math.max(this.#due, now) + (1000 * bytes) / this.#bytesPerSecond;
    const wait = this.#due - now;
    // Timers are coarse: short waits are gathered until they are worth one.
    return wait < 10 ? undefined : new Promise((resolve) => setTimeout(resolve, wait));
  }
}
