/** Tickets that the page around has, asked for by the engine over a port of their own. */
import { ConnectionError, asError } from '../../core/bytes/index.ts';
import type { TicketPurpose } from '../../core/transport/index.ts';
import type { Access } from './protocol.ts';
import type { Tickets } from './tickets.ts';
import { TicketClient } from './tickets.ts';

interface TicketQuestion {
  readonly id: number;
  readonly purpose: TicketPurpose;
}

/** `none`: the page has no tickets, the engine asks the bridge. */
interface TicketAnswer {
  readonly id: number;
  readonly ticket?: string;
  readonly none?: boolean;
  readonly problem?: string;
  readonly late?: boolean;
}

export type GetTicket = (purpose: TicketPurpose) => Promise<string>;
type AnyTicket = (purpose: TicketPurpose) => Promise<string | undefined>;

/** Seconds that a page may take for a ticket; a connection gets ten for all, and says nothing of tickets then. */
const PATIENCE = 8;
/** What can be offered as a subprotocol of a WebSocket; the document of a sign-in cannot, which servers like to send instead. */
const TICKET = /^[\w.~-]{1,1000}$/;
/** Characters of a reason of the page's that are told: it may be whatever its server answered. */
const LONGEST_REASON = 200;

/** The engine's end. */
export class PortalTickets implements Tickets {
  readonly #port: MessagePort;
  readonly #own: TicketClient;
  readonly #waiting = new Map<number, (answer: TicketAnswer) => void>();
  #lastId = 0;

  constructor(tunnelUrl: string, port: MessagePort) {
    this.#own = new TicketClient(tunnelUrl);
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<TicketAnswer>) => {
      this.#waiting.get(data.id)?.(data);
    };
  }

  get access(): Access {
    return this.#own.access;
  }

  set access(access: Access) {
    this.#own.access = access;
  }

  readonly getTicket = async (purpose: TicketPurpose): Promise<string | undefined> => {
    if (!this.access.tickets) return undefined;
    const { none, ticket, problem, late } = await this.#ask(purpose);
    if (none === true) return this.#own.getTicket(purpose);
    if (ticket === undefined) throw noTicket(problem || 'it gave none', late);
    return ticket;
  };

  #ask(purpose: TicketPurpose): Promise<TicketAnswer> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const problem = `it did not answer in ${PATIENCE} seconds`;
      const late = setTimeout(() => answered({ id, problem, late: true }), PATIENCE * 1000);
      const answered = (answer: TicketAnswer): void => {
        clearTimeout(late);
        this.#waiting.delete(id);
        resolve(answer);
      };
      this.#waiting.set(id, answered);
      this.#port.postMessage({ id, purpose } satisfies TicketQuestion);
    });
  }
}

function noTicket(why: string, isLate = false): ConnectionError {
  const code = isLate ? 'TIMEOUT' : 'NOT_ALLOWED';
  const details = { reason: 'no-ticket', why };
  return new ConnectionError(code, `The page has no ticket for the bridge: ${why}.`, details);
}

/** The page's end: `current` is asked anew for each ticket. Gives the port for the engine. */
export function answerTickets(current: () => AnyTicket | undefined): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = async ({ data: { id, purpose } }: MessageEvent<TicketQuestion>) => {
    port1.postMessage({ id, ...(await answered(current(), purpose)) } satisfies TicketAnswer);
  };
  return port2;
}

async function answered(
  getTicket: AnyTicket | undefined,
  purpose: TicketPurpose,
): Promise<Omit<TicketAnswer, 'id'>> {
  if (getTicket === undefined) return { none: true };
  try {
    const ticket: unknown = await getTicket(purpose);
    if (typeof ticket !== 'string' || ticket === '') return {};
    return TICKET.test(ticket) ? { ticket } : { problem: 'what it gave is no ticket' };
  } catch (error) {
    return { problem: printable(asError(error).message) };
  }
}

/** One line without what could hide or turn the words around it. */
function printable(reason: string): string {
  const line = reason.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  const told = line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line;
  return told.replace(/[.\s]+$/, '');
}
