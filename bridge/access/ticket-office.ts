/** Where tickets are given out and taken (TUNNEL.md, "Tickets"): bound to a user, a peer and the page's origin. */
import type { DoorAnswer, TicketPurpose, TicketsAnswer } from '../../core/transport/index.ts';
import type { Authorize, Rights } from './access.ts';
import { hasEnded, mayCall, rightsOf } from './access.ts';
import type { Admission, Refusal } from '../http/door.ts';
import type { Exchange } from '../http/http.ts';
import type { BridgeEvent } from '../record/events.ts';
import { answerJson, readJson, refuse } from '../http/http.ts';
import type { BridgeLimits } from '../limits.ts';
import { Tickets, offeredTicket } from './tickets.ts';

/** Most tickets of one request: a page opens so many associations to a peer. */
const MOST_AT_ONCE = 8;
/** A request for tickets names a peer; far longer ones are not read. */
const LONGEST_REQUEST = 4096;

interface Pass {
  readonly rights: Rights;
  readonly origin: string | undefined;
  readonly purpose: TicketPurpose;
}

export class TicketOffice {
  readonly #tickets: Tickets<Pass>;
  readonly #limits: BridgeLimits;
  readonly #emit: (event: BridgeEvent) => void;
  /** Who tells users apart; without it everybody is `ANYONE`. */
  authorize: Authorize | undefined;

  constructor(authorize: Authorize | undefined, limits: BridgeLimits, emit: (event: BridgeEvent) => void) {
    this.authorize = authorize;
    this.#emit = emit;
    this.#limits = limits;
    this.#tickets = new Tickets({
      lifetime: () => limits.ticketLifetime,
      outstanding: () => limits.tickets,
    });
  }

  /** GET: what the bridge takes who asks for. */
  async tell(exchange: Exchange): Promise<void> {
    const user = (await this.rightsOf(exchange))?.user ?? null;
    const origin = exchange.admission?.origin ?? null;
    answerJson(exchange, 200, { origin, ticket: this.authorize !== undefined, user } satisfies DoorAnswer);
  }

  /** Who asks by HTTP. */
  rightsOf({ request }: Pick<Exchange, 'request'>): Promise<Rights | undefined> {
    return rightsOf(this.authorize, request);
  }

  /** POST: `{"peer": NAME, "count": 4}` gives `{"tickets": […], "lifetime": 30}`. */
  async sell(exchange: Exchange): Promise<void> {
    const asked = order(await readJson(exchange.request, LONGEST_REQUEST));
    if (asked === undefined) {
      const shape = `{"peer": "NAME", "count": 1 to ${MOST_AT_ONCE}}`;
      const reason = `Ask for tickets by a POST of application/json: ${shape}.`;
      refuse(exchange, { status: 400, cause: 'malformed', reason });
      return;
    }
    const rights = await this.rightsOf(exchange);
    const { purpose, count } = asked;
    if (rights === undefined) signInFirst(exchange);
    else if (!allowed(rights, purpose)) refuse(exchange, NOT_THIS_PEER);
    else {
      const pass: Pass = { rights, origin: exchange.admission?.origin, purpose };
      const tickets = this.#tickets.issue(pass, rights.user, count);
      if (tickets === undefined) return refuse(exchange, TOO_MANY);
      this.#emit({ type: 'tickets issued', count, user: rights.user });
      answerJson(exchange, 200, {
        tickets,
        lifetime: this.#limits.ticketLifetime / 1000,
      } satisfies TicketsAnswer);
    }
  }

  /** Whom a WebSocket comes from: by its ticket, else by what its request carries, else by being on this machine. */
  async identify(
    { request }: Pick<Exchange, 'request'>,
    { origin }: Admission,
    protocols: readonly string[],
    purpose: TicketPurpose,
  ): Promise<Rights | undefined> {
    const ticket = offeredTicket(protocols);
    if (ticket !== undefined) {
      const pass = this.#tickets.redeem(ticket);
      const fits = pass !== undefined && pass.origin === origin && same(pass.purpose, purpose);
      if (!fits || hasEnded(pass.rights, Date.now())) return undefined;
      this.#emit({ type: 'ticket redeemed', user: pass.rights.user });
      return pass.rights;
    }
    // A browser sends cookies along with a WebSocket of any page: only a header that no page can set counts.
    if (this.authorize !== undefined && request.headers.authorization === undefined) return undefined;
    return this.rightsOf({ request });
  }
}

const NOT_THIS_PEER: Refusal = { status: 403, cause: 'peer', reason: 'This user may not do that.' };
const TOO_MANY: Refusal = {
  status: 429,
  cause: 'limit',
  reason: 'Too many tickets are out; use them, or wait.',
};

export function signInFirst(exchange: Exchange): void {
  const refusal: Refusal = { status: 401, cause: 'user', reason: 'Sign in first.' };
  refuse(exchange, refusal, { 'www-authenticate': 'Bearer' });
}

function allowed(rights: Rights, purpose: TicketPurpose): boolean {
  if ('target' in purpose) return rights.targets === true;
  return 'pool' in purpose || mayCall(rights, purpose.peer);
}

function same(a: TicketPurpose, b: TicketPurpose): boolean {
  return JSON.stringify(a) === JSON.stringify(b); // each has one member
}

function order(body: unknown): { purpose: TicketPurpose; count: number } | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { count = 1, ...asked } = body as Record<string, unknown>;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MOST_AT_ONCE) {
    return undefined;
  }
  const { peer, target, pool } = asked;
  if (Object.keys(asked).length !== 1) return undefined;
  if (typeof peer === 'string') return { purpose: { peer }, count };
  if (typeof target === 'string') return { purpose: { target }, count };
  return typeof pool === 'string' ? { purpose: { pool }, count } : undefined;
}
