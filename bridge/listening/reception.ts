/** Where callers wait for the page that holds the title they call, and pages come for them. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Clock } from '../../core/bytes/index.ts';
import { SYSTEM_CLOCK } from '../../core/bytes/index.ts';
import type { ListeningAt, TlsInfo } from '../../core/transport/index.ts';
import { CLOSE } from '../../core/transport/index.ts';
import type { Rights, Visitor } from '../access/access.ts';
import { hasEnded, mayUseTitle } from '../access/access.ts';
import { Control } from './control.ts';
import type { BridgeEvent, TurnedAway } from '../record/events.ts';
import type { Caller } from './inbound.ts';
import { Leases } from './leases.ts';
import type { Lease } from './leases.ts';
import type { BridgeLimits } from '../limits.ts';
import type { Titles } from '../peek.ts';
import { REJECT } from '../peek.ts';
import { Tickets } from '../access/tickets.ts';
import type { Verdict } from '../verdict.ts';
import { ORIGIN_REMOVED, SHUTTING_DOWN, SIGN_IN_ENDED, UNKNOWN_USER } from '../verdict.ts';

/** AE titles that pages may lease, by the name of their pool. */
export type Pools = Readonly<Record<string, readonly string[]>>;

/** Whether pages of an origin may use a bridge. */
export type Admits = (origin: string | undefined) => boolean;

export interface ReceptionOptions {
  readonly limits: BridgeLimits;
  pools(): Pools;
  /** Where callers come in. */
  address(): Pick<ListeningAt, 'host' | 'port'>;
  /** What a user may now; undefined: none any more. */
  rightsOf(rights: Rights): Rights | undefined;
  readonly mayVisit: Admits;
  emit(event: BridgeEvent): void;
  readonly clock?: Clock;
}

/** Somebody who called a leased title and waits. */
interface Waiting {
  readonly caller: Caller;
  readonly titles: Titles;
  readonly lease: Lease<Control>;
  /** None while the page is away. */
  ticket: string | undefined;
  stop(): void;
  state: 'waiting' | 'taken' | 'left';
}

/** A caller that a page came for. */
export interface Taken {
  readonly titles: Titles;
  /** `10.0.0.5:49152`. */
  readonly remote: string;
  readonly tls: TlsInfo | undefined;
  /** Of who holds the lease. */
  readonly rights: Rights;
  /** The socket with every byte of it still to be read; undefined where the caller has left. */
  hand(): Socket | undefined;
  /** Turns it away after all. */
  reject(): void;
  /** Why its connection may not go on; undefined while it may. */
  verdict(): Verdict | undefined;
}

/** Most tickets of one title at once, by its callers: those who left count until theirs is over. */
const TICKETS_PER_CALLER = 8;

export class Reception {
  /** Names this process in the way to a caller, where there are several behind one name. */
  readonly node: string = randomBytes(8).toString('hex');
  readonly #options: ReceptionOptions;
  readonly #clock: Clock;
  readonly #leases: Leases<Control>;
  readonly #tickets: Tickets<Waiting>;
  readonly #waiting = new Set<Waiting>();

  constructor(options: ReceptionOptions) {
    const { limits, clock = SYSTEM_CLOCK } = options;
    this.#options = options;
    this.#clock = clock;
    this.#leases = new Leases(limits, (lease) => this.#leaseEnded(lease), clock);
    this.#tickets = new Tickets({
      lifetime: () => limits.claimTime,
      outstanding: () => TICKETS_PER_CALLER * limits.callersPerLease,
      now: () => clock.now(),
    });
  }

  /** How many titles are held. */
  get leases(): number {
    return this.#leases.size;
  }

  /** A page comes for a title of this pool, the first where it has no name, or is sent away. */
  enter(webSocket: WebSocket, { rights, origin }: Visitor, pool: string): void {
    const control = new Control(webSocket, {
      wish: (page, wish) => {
        if (rights === undefined) return this.#deny(page, '', UNKNOWN_USER);
        const titles = this.#titlesOf(pool);
        if (titles === undefined) return this.#deny(page, rights.user, NO_SUCH_POOL);
        const lease = this.#leases.take({ ...wish, rights, origin, titles }, page);
        if ('code' in lease) return this.#deny(page, rights.user, lease);
        return this.#leased(page, lease);
      },
      left: (page, forGood) => {
        if (forGood) this.#leases.release(page.aeTitle, page);
        else this.#leases.lost(page.aeTitle, page);
      },
    });
    if (rights === undefined) this.#deny(control, '', UNKNOWN_USER);
  }

  /** Somebody calls: announced to the page, or turned away. */
  call(caller: Caller, titles: Titles): void {
    const { calledAETitle } = titles;
    const lease = this.#leases.find(calledAETitle);
    if (lease === undefined) {
      const known = Object.values(this.#options.pools()).some((pool) => pool.includes(calledAETitle));
      this.#reject(caller, known ? 'nobody there' : 'unknown AE title', titles);
      return;
    }
    const inLine = [...this.#waiting].filter((each) => each.lease === lease).length;
    if (inLine >= this.#options.limits.callersPerLease) return this.#reject(caller, 'busy', titles);
    const stop = this.#clock.after(this.#options.limits.claimTime, () =>
      this.#giveUp(waiting, 'not claimed'),
    );
    const waiting: Waiting = { caller, titles, lease, ticket: undefined, stop, state: 'waiting' };
    this.#waiting.add(waiting);
    void caller.gone.then(() => this.#left(waiting));
    this.#announce(waiting);
  }

  /** The caller that the ticket is for, where whoever shows it holds the lease. */
  take(ticket: string | undefined, visitor: Visitor): Taken | Verdict {
    const waiting = ticket === undefined ? undefined : this.#tickets.redeem(ticket);
    if (waiting === undefined || !this.#belongs(waiting, visitor)) return UNKNOWN_USER;
    if (waiting.state !== 'waiting') return CALLER_LEFT;
    this.#forget(waiting, 'taken');
    const { caller, titles, lease } = waiting;
    const { rights, origin, aeTitle } = lease;
    return {
      titles,
      remote: caller.remote,
      tls: caller.tls,
      rights,
      hand: () => caller.hand(),
      reject: () => this.#reject(caller, 'busy', titles),
      verdict: () => this.#verdict(rights, origin, aeTitle),
    };
  }

  /** Ends what is not authorised any more. */
  review(): void {
    for (const lease of this.#leases) {
      const verdict = this.#verdict(lease.rights, lease.origin, lease.aeTitle);
      if (verdict === undefined) continue;
      lease.holder?.refuse(verdict);
      this.#leases.release(lease.aeTitle, lease.holder);
    }
  }

  /** Why this user's page may not be called by this title any more; undefined: it may. */
  #verdict(rights: Rights, origin: string | undefined, aeTitle: string): Verdict | undefined {
    const now = this.#options.rightsOf(rights);
    if (hasEnded(rights, Date.now()) || now === undefined) return SIGN_IN_ENDED;
    const offered = Object.values(this.#options.pools()).some((titles) => titles.includes(aeTitle));
    if (!offered || !mayUseTitle(now, aeTitle)) return NOT_THIS_TITLE;
    return this.#options.mayVisit(origin) ? undefined : ORIGIN_REMOVED;
  }

  /** Turns away who waits, and takes every title back. */
  shutDown(): void {
    for (const lease of this.#leases) {
      lease.holder?.refuse(SHUTTING_DOWN);
      this.#leases.release(lease.aeTitle, lease.holder);
    }
  }

  #titlesOf(pool: string): readonly string[] | undefined {
    const pools = this.#options.pools();
    if (pool === '') return Object.values(pools)[0];
    return Object.hasOwn(pools, pool) ? pools[pool] : undefined;
  }

  #leased(control: Control, { aeTitle, secret, rights, origin }: Lease<Control>): void {
    control.aeTitle = aeTitle;
    control.tell({ t: 'leased', aeTitle, ...this.#options.address(), secret });
    const { user } = rights;
    this.#options.emit({ type: 'leased', aeTitle, user, ...(origin !== undefined && { origin }) });
    // Who called while the page was away is announced by new tickets: the old ones may never have arrived.
    for (const waiting of this.#waiting) if (waiting.lease.aeTitle === aeTitle) this.#announce(waiting);
  }

  #announce(waiting: Waiting): void {
    const { caller, titles, lease } = waiting;
    if (lease.holder === undefined) return;
    if (waiting.ticket !== undefined) this.#tickets.revoke(waiting.ticket);
    const [ticket] = this.#tickets.issue(waiting, lease.aeTitle) ?? [];
    if (ticket === undefined) return this.#giveUp(waiting, 'busy');
    waiting.ticket = ticket;
    const { calledAETitle: called, callingAETitle: calling } = titles;
    lease.holder.tell({ t: 'incoming', ticket, node: this.node, called, calling, remote: caller.remote });
  }

  /** The ticket was told to the page that holds the lease; another user, or another page, has it from elsewhere. */
  #belongs({ lease }: Waiting, { rights, origin }: Visitor): boolean {
    if (this.#verdict(lease.rights, lease.origin, lease.aeTitle) !== undefined) return false;
    if (this.#leases.find(lease.aeTitle) !== lease) return false;
    return origin === lease.origin && (rights === undefined || rights.user === lease.rights.user);
  }

  #leaseEnded(lease: Lease<Control>): void {
    const { aeTitle, rights } = lease;
    this.#options.emit({ type: 'lease ended', aeTitle, user: rights.user });
    for (const waiting of this.#waiting) {
      if (waiting.lease === lease) this.#giveUp(waiting, 'nobody there');
    }
  }

  #left(waiting: Waiting): void {
    if (waiting.state !== 'waiting') return;
    this.#forget(waiting, 'left');
    this.#tell(waiting);
    this.#emit('left', waiting.caller, waiting.titles);
  }

  #giveUp(waiting: Waiting, why: TurnedAway): void {
    this.#forget(waiting, 'left');
    this.#tell(waiting);
    this.#reject(waiting.caller, why, waiting.titles);
  }

  #tell({ lease, ticket }: Waiting): void {
    if (ticket !== undefined) lease.holder?.tell({ t: 'withdrawn', ticket });
  }

  #forget(waiting: Waiting, state: 'taken' | 'left'): void {
    waiting.state = state;
    waiting.stop();
    this.#waiting.delete(waiting);
  }

  #reject(caller: Caller, outcome: TurnedAway, titles: Titles): void {
    this.#emit(outcome, caller, titles);
    caller.reject(outcome === 'unknown AE title' ? REJECT.calledAETitle : REJECT.localLimit);
  }

  #emit(outcome: TurnedAway, { remote }: Caller, titles: Titles): void {
    this.#options.emit({ type: 'turned away', outcome, remote, ...titles });
  }

  #deny(control: Control, user: string, verdict: Verdict): void {
    this.#options.emit({ type: 'denied', ...verdict, user });
    control.refuse(verdict);
  }
}

const NO_SUCH_POOL: Verdict = { code: CLOSE.UNKNOWN_PEER, cause: 'title', reason: 'unknown pool' };
const NOT_THIS_TITLE: Verdict = { code: CLOSE.FORBIDDEN, cause: 'title', reason: 'AE title not allowed' };
const CALLER_LEFT: Verdict = { code: CLOSE.CALLER_LEFT, cause: 'caller', reason: 'the caller left' };
