/** A thing, and the bytes that it counts for. */
interface Made<Value> {
  readonly value: Value;
  readonly bytes: number;
}

/**
 * Things that may be wanted again, up to a bound of bytes, or one that is longer by itself; what was not wanted for
 * longest goes first.
 */
export class Kept<Value> {
  readonly #limit: number;
  readonly #entries = new Map<string, Made<Value>>();
  readonly #making = new Map<string, Promise<Made<Value>>>();
  #bytes = 0;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  put(key: string, value: Value, bytes: number): void {
    this.#drop(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit || oldest === key) return;
      this.#drop(oldest);
    }
  }

  /** As `get`, or made: once, however many ask meanwhile. What is forgotten until then is not kept. */
  async getOr(key: string, make: () => Promise<Made<Value>>): Promise<Value> {
    const known = this.get(key);
    if (known !== undefined) return known;
    const making = this.#making.get(key) ?? this.#make(key, make);
    return (await making).value;
  }

  forget(which: (key: string) => boolean): void {
    for (const key of this.#entries.keys()) if (which(key)) this.#drop(key);
    for (const key of this.#making.keys()) if (which(key)) this.#making.delete(key);
  }

  #make(key: string, make: () => Promise<Made<Value>>): Promise<Made<Value>> {
    const making = make();
    this.#making.set(key, making);
    const ended = (made?: Made<Value>): void => {
      if (this.#making.get(key) !== making) return;
      this.#making.delete(key);
      if (made !== undefined) this.put(key, made.value, made.bytes);
    };
    making.then(ended, () => ended());
    return making;
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
