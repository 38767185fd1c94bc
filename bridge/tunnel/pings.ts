/** Finds out which WebSockets lead nowhere any more: a page whose machine went away closes nothing. */
import type { WebSocket } from 'ws';
import type { BridgeLimits } from '../limits.ts';

export class Pings {
  readonly #limits: BridgeLimits;
  readonly #lost: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** Each with the pings since its last sign of life. */
  readonly #watched = new Map<WebSocket, number>();

  /** `lost` is told of each WebSocket that is cut off. */
  constructor(limits: BridgeLimits, lost: () => void = () => {}) {
    this.#limits = limits;
    this.#lost = lost;
  }

  /** From now on by the limits as they are now. */
  start(): void {
    this.stop();
    this.#timer = setInterval(() => this.#pingAll(), this.#limits.pingInterval);
    this.#timer.unref(); // what it watches keeps the process alive, not the watching
  }

  watch(webSocket: WebSocket): void {
    const alive = (): void => void this.#watched.set(webSocket, 0);
    alive();
    // Behind megabytes on a slow line a pong is late, but what acknowledges them is not.
    webSocket.on('pong', alive).on('message', alive);
    webSocket.once('close', () => this.#watched.delete(webSocket));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #pingAll(): void {
    for (const [webSocket, missed] of this.#watched) {
      if (missed >= this.#limits.missedPings) {
        webSocket.terminate();
        this.#lost();
      } else {
        this.#watched.set(webSocket, missed + 1);
        webSocket.ping();
      }
    }
  }
}
