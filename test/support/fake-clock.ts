import { afterEach, beforeEach, expect } from 'vitest';
import type { Clock } from '../../core/bytes/index.ts';
import { turns } from './streams.ts';

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Timers set and not due yet: none may be left behind. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass, timer by timer; between them whatever can happen at once happens. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
      await turns(1);
    }
    this.#now = end;
    await turns(1);
  }

  /** Lets time pass until the next timer is due. Returns false where none is set. */
  async toNext(): Promise<boolean> {
    const next = this.#next(Infinity);
    if (next !== undefined) await this.advance(next.at - this.#now);
    return next !== undefined;
  }

  #next(end: number): { readonly at: number; readonly callback: () => void } | undefined {
    let first: { readonly at: number; readonly callback: () => void } | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }
}

/** The clock of the test that runs. */
export let clock: FakeClock;

/** Gives every test of a file a clock of its own, and takes care that no timer is left behind. */
export function ownClock(): void {
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(() => {
    expect(clock.pending, 'timers left behind').toBe(0);
  });
}

/** Lets everything that goes by the platform's time go by this clock's. Returns how to undo it. */
export function replaceTimers(by: FakeClock): () => void {
  const { setTimeout, clearTimeout } = globalThis;
  const now = performance.now.bind(performance);
  const set = (callback: () => void, milliseconds = 0): (() => void) => by.after(milliseconds, callback);
  globalThis.setTimeout = set as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((stop?: () => void) => stop?.()) as unknown as typeof clearTimeout;
  performance.now = () => by.now();
  return () => {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    performance.now = now;
  };
}
