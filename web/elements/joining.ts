/** A desk whose peers are known, as far as calls of an element wait for it. */
import type { Desk } from './desk.svelte.ts';

export class Joining {
  readonly desk: Promise<Desk>;
  #settled = false;
  #resolve!: (desk: Desk) => void;
  #reject!: (error: Error) => void;

  constructor() {
    this.desk = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.desk.catch(() => {}); // where nobody called, the element itself says it
  }

  get settled(): boolean {
    return this.#settled;
  }

  resolve(desk: Desk): void {
    this.#settled = true;
    this.#resolve(desk);
  }

  reject(error: Error): void {
    this.#settled = true;
    this.#reject(error);
  }
}
