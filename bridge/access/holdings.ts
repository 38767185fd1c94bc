/** What users hold open: counted against the limits, and looked at again while it is open. */
import type { Rights } from './access.ts';
import type { BridgeLimits } from '../limits.ts';
import type { Verdict } from '../verdict.ts';

/** A tunnel or a lease. */
export interface Holding {
  readonly rights: Rights;
  /** The peer it leads to, or what stands for it where it came from there. */
  readonly peer: string;
  /** Of the page that opened it. */
  readonly origin: string | undefined;
  /** Ends it for a reason of ours. */
  end(why: Verdict): void;
}

/** Which limit is reached, in words. */
export type LimitReached =
  | 'too many connections'
  | 'too many connections of this user'
  | 'too many connections to this peer'
  | 'too many connections of this user to this peer'
  | 'too many connections in a minute';

const MINUTE = 60_000;

export class Holdings<H extends Holding> {
  readonly #open = new Set<H>();
  /** When each user opened what, in the last minute. */
  readonly #opened = new Map<string, number[]>();
  readonly #limits: BridgeLimits;
  readonly #now: () => number;

  constructor(limits: BridgeLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  get size(): number {
    return this.#open.size;
  }

  [Symbol.iterator](): Iterator<H> {
    return this.#open.values();
  }

  /** The limit that one more would break. What another limit refuses counts for the rate as well. */
  refusal(rights: Rights, peer: string): LimitReached | undefined {
    if (this.#tooFast(rights.user)) return 'too many connections in a minute';
    return this.full(rights, peer);
  }

  /** As `refusal`, whatever the rate: of what others open. */
  full({ user }: Rights, peer: string): LimitReached | undefined {
    const limits = this.#limits;
    if (this.#open.size >= limits.connections) return 'too many connections';
    if (this.#count((held) => held.peer === peer) >= limits.connectionsPerPeer) {
      return 'too many connections to this peer';
    }
    if (user === '') return undefined; // without sign-in all share this name
    const own = (held: H): boolean => held.rights.user === user;
    if (this.#count(own) >= limits.connectionsPerUser) return 'too many connections of this user';
    if (this.#count((held) => own(held) && held.peer === peer) >= limits.connectionsPerPeerAndUser) {
      return 'too many connections of this user to this peer';
    }
    return undefined;
  }

  add(holding: H): void {
    this.#open.add(holding);
  }

  delete(holding: H): void {
    this.#open.delete(holding);
  }

  #count(which: (holding: H) => boolean): number {
    let count = 0;
    for (const holding of this.#open) if (which(holding)) count++;
    return count;
  }

  /** Whether this user has opened as many as allowed in the last minute; if not, this one is counted. */
  #tooFast(user: string): boolean {
    const now = this.#now();
    for (const [name, times] of this.#opened) {
      while (times.length > 0 && times[0]! <= now - MINUTE) times.shift();
      if (times.length === 0) this.#opened.delete(name);
    }
    const times = this.#opened.get(user) ?? [];
    if (times.length >= this.#limits.opensPerMinute) return true;
    times.push(now);
    this.#opened.set(user, times);
    return false;
  }
}
