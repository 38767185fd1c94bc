/** Which page holds which AE title: one owner each, for as long as its control WebSocket lives, and a little beyond. */
import type { Clock } from '../../core/bytes/index.ts';
import { SYSTEM_CLOCK } from '../../core/bytes/index.ts';
import { CLOSE } from '../../core/transport/index.ts';
import type { Rights } from '../access/access.ts';
import { mayUseTitle } from '../access/access.ts';
import type { BridgeLimits } from '../limits.ts';
import { hashOf, newSecret } from '../access/tickets.ts';
import type { Verdict } from '../verdict.ts';

/** Who wants a title, and which. */
export interface LeaseRequest {
  readonly rights: Rights;
  /** Of the page. */
  readonly origin: string | undefined;
  /** Titles of the pool. */
  readonly titles: readonly string[];
  /** This one; without it any that is free. */
  readonly aeTitle?: string | undefined;
  /** Of a lease that it had. */
  readonly secret?: string | undefined;
}

/** The page that holds a title, for whoever has a call for it. */
export interface Holder {
  /** The same page holds its title by another WebSocket now. */
  superseded(): void;
}

/** A title that somebody holds. */
export interface Lease<H> {
  readonly aeTitle: string;
  readonly rights: Rights;
  readonly origin: string | undefined;
  readonly secret: string;
  /** Undefined while it is away. */
  readonly holder: H | undefined;
}

interface Entry<H> {
  readonly aeTitle: string;
  rights: Rights;
  readonly origin: string | undefined;
  readonly secret: string;
  holder: H | undefined;
  stopGrace: () => void;
}

export class Leases<H extends Holder> {
  readonly #leases = new Map<string, Entry<H>>();
  readonly #limits: BridgeLimits;
  readonly #ended: (lease: Lease<H>) => void;
  readonly #clock: Clock;

  /** `ended` is told of each lease that is over, whatever ended it. */
  constructor(limits: BridgeLimits, ended: (lease: Lease<H>) => void, clock: Clock = SYSTEM_CLOCK) {
    this.#limits = limits;
    this.#ended = ended;
    this.#clock = clock;
  }

  get size(): number {
    return this.#leases.size;
  }

  [Symbol.iterator](): Iterator<Lease<H>> {
    return this.#leases.values();
  }

  find(aeTitle: string): Lease<H> | undefined {
    return this.#leases.get(aeTitle);
  }

  /** A title for this holder, its own again where it shows the secret, or why there is none. */
  take(request: LeaseRequest, holder: H): Lease<H> | Verdict {
    const { aeTitle, rights, titles } = request;
    if (aeTitle !== undefined && !mayUseTitle(rights, aeTitle)) return NOT_ALLOWED;
    if (aeTitle !== undefined && !titles.includes(aeTitle)) return UNKNOWN_TITLE;
    const own = this.#own(request);
    if (own !== undefined) return this.#resume(own, rights, holder);
    const wished = aeTitle === undefined ? titles.filter((title) => mayUseTitle(rights, title)) : [aeTitle];
    if (wished.length === 0) return NOT_ALLOWED;
    const free = wished.find((title) => !this.#leases.has(title));
    if (free === undefined) return aeTitle === undefined ? ALL_TAKEN : TAKEN;
    if (this.#leases.size >= this.#limits.leases) return TOO_MANY;
    const { user } = rights;
    // Without sign-in all share this name.
    if (user !== '' && this.#countOf(user) >= this.#limits.leasesPerUser) return TOO_MANY_OF_USER;
    const { origin } = request;
    const secret = newSecret();
    const entry = { aeTitle: free, rights, origin, secret, holder, stopGrace: () => {} };
    this.#leases.set(free, entry);
    return entry;
  }

  /** The holder went away without a word: its title stays its own for a while. */
  lost(aeTitle: string, holder: H): void {
    const entry = this.#leases.get(aeTitle);
    if (entry?.holder !== holder) return;
    entry.holder = undefined;
    entry.stopGrace = this.#clock.after(this.#limits.leaseGrace, () => this.#end(entry));
  }

  /** The holder gives its title back, or has to. */
  release(aeTitle: string, holder: H | undefined): void {
    const entry = this.#leases.get(aeTitle);
    if (entry !== undefined && entry.holder === holder) this.#end(entry);
  }

  #own({ secret, rights, origin, titles }: LeaseRequest): Entry<H> | undefined {
    if (secret === undefined) return undefined;
    // By hash: how long it takes to compare tells nothing of a secret.
    const hash = hashOf(secret);
    for (const entry of this.#leases.values()) {
      const same = entry.rights.user === rights.user && entry.origin === origin;
      if (same && titles.includes(entry.aeTitle) && hashOf(entry.secret) === hash) return entry;
    }
    return undefined;
  }

  #resume(entry: Entry<H>, rights: Rights, holder: H): Lease<H> {
    entry.stopGrace();
    const before = entry.holder;
    entry.rights = rights;
    entry.holder = holder;
    before?.superseded();
    return entry;
  }

  #countOf(user: string): number {
    return [...this.#leases.values()].filter(({ rights }) => rights.user === user).length;
  }

  #end(entry: Entry<H>): void {
    entry.stopGrace();
    this.#leases.delete(entry.aeTitle);
    this.#ended(entry);
  }
}

const NOT_ALLOWED: Verdict = { code: CLOSE.FORBIDDEN, cause: 'title', reason: 'AE title not allowed' };
const UNKNOWN_TITLE: Verdict = {
  code: CLOSE.UNKNOWN_PEER,
  cause: 'title',
  reason: 'AE title not in the pool',
};
const TAKEN: Verdict = { code: CLOSE.TITLE_TAKEN, cause: 'title', reason: 'AE title taken' };
const ALL_TAKEN: Verdict = {
  code: CLOSE.TITLE_TAKEN,
  cause: 'title',
  reason: 'every AE title of the pool is taken',
};
const TOO_MANY: Verdict = { code: CLOSE.LIMIT, cause: 'limit', reason: 'too many leases' };
const TOO_MANY_OF_USER: Verdict = {
  code: CLOSE.LIMIT,
  cause: 'limit',
  reason: 'too many leases of this user',
};
