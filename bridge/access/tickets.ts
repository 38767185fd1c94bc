/**
 * One-time tickets. A WebSocket of a page carries no header of ours, and what stands in a URL ends up in logs:
 * a ticket is fetched by a request that can be authorised, and offered as a second subprotocol.
 */
import { createHash, randomBytes } from 'node:crypto';
import { TICKET_PREFIX } from '../../core/transport/index.ts';

/** 128 bits that nobody guesses. */
const SECRET_BYTES = 16;

interface Issued<T> {
  readonly pass: T;
  readonly user: string;
  readonly expires: number;
}

export interface TicketOptions {
  /** Milliseconds that a ticket is good for, from the moment on that it is issued. */
  lifetime(): number;
  /** Tickets of one user at once. */
  outstanding(): number;
  /** Milliseconds since any start; `performance.now` by default. */
  readonly now?: () => number;
}

/** Tickets that are out, each with what it lets in. Only their hashes are kept. */
export class Tickets<T> {
  readonly #issued = new Map<string, Issued<T>>();
  readonly #options: TicketOptions;

  constructor(options: TicketOptions) {
    this.#options = options;
  }

  /** New tickets, or undefined where the user would have more out than allowed. */
  issue(pass: T, user: string, count = 1): string[] | undefined {
    this.#sweep();
    const out = [...this.#issued.values()].filter((issued) => issued.user === user).length;
    if (out + count > this.#options.outstanding()) return undefined;
    const expires = this.#now() + this.#options.lifetime();
    return Array.from({ length: count }, () => {
      const ticket = newSecret();
      this.#issued.set(hashOf(ticket), { pass, user, expires });
      return ticket;
    });
  }

  /** What the ticket lets in; undefined where it is unknown, too old or was used. From now on it is used. */
  redeem(ticket: string): T | undefined {
    this.#sweep();
    const key = hashOf(ticket);
    const issued = this.#issued.get(key);
    this.#issued.delete(key);
    return issued?.pass;
  }

  /** Takes a ticket back. */
  revoke(ticket: string): void {
    this.#issued.delete(hashOf(ticket));
  }

  #sweep(): void {
    const now = this.#now();
    for (const [key, { expires }] of this.#issued) if (expires <= now) this.#issued.delete(key);
  }

  #now(): number {
    return (this.#options.now ?? (() => performance.now()))();
  }
}

/** The ticket among offered subprotocols; undefined where there is none, or more than one. */
export function offeredTicket(protocols: readonly string[]): string | undefined {
  const tickets = protocols.filter((protocol) => protocol.startsWith(TICKET_PREFIX));
  return tickets.length === 1 ? tickets[0]!.slice(TICKET_PREFIX.length) : undefined;
}

/** base64url without padding. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Looking up by hash takes the same time for every wrong secret, whatever it has in common with a right one. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
