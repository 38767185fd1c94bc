/** Finds out which tunnels lead nowhere any more though nobody closed them. */
import { CLOSE } from '../../core/transport/index.ts';
import type { BridgeLimits } from '../limits.ts';
import type { Verdict } from '../verdict.ts';

/** One direction: bytes that came in all, and those of them that were not passed on. */
interface Way {
  readonly total: number;
  readonly held: number;
}

/** What a tunnel shows of itself to whoever watches it. */
export interface Pulse {
  /** Whether TCP is connected; until then there is a deadline. */
  readonly open: boolean;
  /** Whether the page has still to ask for an association. */
  readonly unasked: boolean;
  /** To the page, and to the peer. */
  readonly down: Way;
  readonly up: Way;
}

/** Watches one tunnel. */
export class Stillness {
  readonly #limits: BridgeLimits;
  readonly #asked = new Unchanged();
  readonly #moved = new Unchanged();
  readonly #toPage = new Unchanged();
  readonly #toPeer = new Unchanged();

  constructor(limits: BridgeLimits) {
    this.#limits = limits;
  }

  /** Why the tunnel has to end; undefined while it may go on. `now` is in milliseconds since any start. */
  look({ open, unasked, down, up }: Pulse, now: number): Verdict | undefined {
    if (!open) return undefined;
    const { requestTime, idleTime, pageStuckTime, peerStuckTime } = this.#limits;
    // Each is looked at each time, so that each knows since when.
    const silent = this.#asked.since(unasked ? 'unasked' : now, now) >= requestTime;
    const idle = this.#moved.since(down.total + up.total, now) >= idleTime;
    const pageStuck = this.#toPage.since(taken(down, now), now) >= pageStuckTime;
    const peerStuck = this.#toPeer.since(taken(up, now), now) >= peerStuckTime;
    if (silent) return NOTHING_ASKED;
    if (pageStuck) return PAGE_STUCK;
    if (peerStuck) return PEER_STUCK;
    return idle ? IDLE : undefined;
  }
}

/** What the other side took; where nothing waits for it, it is never late. */
function taken({ total, held }: Way, now: number): number | string {
  return held > 0 ? total - held : `nothing waits at ${now}`;
}

class Unchanged {
  #value: unknown;
  #since = 0;

  /** For how long the value has been this one. */
  since(value: unknown, now: number): number {
    if (value !== this.#value) this.#since = now;
    this.#value = value;
    return now - this.#since;
  }
}

/** How often to look so that none of the times is missed by more than a quarter of it. */
export function lookInterval({ requestTime, idleTime, pageStuckTime, peerStuckTime }: BridgeLimits): number {
  return Math.min(5000, ...[requestTime, idleTime, pageStuckTime, peerStuckTime].map((time) => time / 4));
}

const NOTHING_ASKED: Verdict = { code: CLOSE.IDLE, cause: 'silent', reason: 'no association request' };
const IDLE: Verdict = { code: CLOSE.IDLE, cause: 'idle', reason: 'idle' };
const PAGE_STUCK: Verdict = { code: CLOSE.LIMIT, cause: 'stuck', reason: 'the page does not read' };
const PEER_STUCK: Verdict = { code: CLOSE.IDLE, cause: 'stuck', reason: 'the peer does not read' };
