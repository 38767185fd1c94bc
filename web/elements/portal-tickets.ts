/** Tickets that the page around has, asked for by the engine over a port of their own. */
import { ConnectionError } from '../../core/bytes/index.ts';
import type { TicketPurpose } from '../../core/transport/index.ts';
import type { Access } from '../engine/protocol.ts';
import type { Tickets } from '../engine/tickets.ts';
import { TicketClient } from '../engine/tickets.ts';

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
}

export type GetTicket = (purpose: TicketPurpose) => Promise<string>;

/** Seconds that a page may take for a ticket: it asks its server, which asks the bridge. */
const PATIENCE = 30;

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
      this.#waiting.delete(data.id);
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
    const { none, ticket, problem } = await this.#ask(purpose);
    if (none === true) return this.#own.getTicket(purpose);
    if (ticket === undefined) throw noTicket(problem ?? '');
    return ticket;
  };

  #ask(purpose: TicketPurpose): Promise<TicketAnswer> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#port.postMessage({ id, purpose } satisfies TicketQuestion);
      const problem = `it did not answer in ${PATIENCE} seconds`;
      setTimeout(() => resolve({ id, problem }), PATIENCE * 1000);
    });
  }
}

function noTicket(problem: string): ConnectionError {
  const why = problem === '' ? 'it gave none' : problem;
  return new ConnectionError('NOT_ALLOWED', `The page has no ticket for the bridge: ${why}.`, {
    reason: 'no ticket of the page',
    why,
  });
}

/** The page's end: `current` is asked anew for each ticket. Gives the port for the engine. */
export function answerTickets(current: () => GetTicket | undefined): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = async ({ data: { id, purpose } }: MessageEvent<TicketQuestion>) => {
    port1.postMessage({ id, ...(await answered(current(), purpose)) } satisfies TicketAnswer);
  };
  return port2;
}

async function answered(getTicket: GetTicket | undefined, purpose: TicketPurpose) {
  if (getTicket === undefined) return { none: true };
  try {
    const ticket: unknown = await getTicket(purpose);
    return typeof ticket === 'string' ? { ticket } : {};
  } catch (error) {
    return { problem: String(error instanceof Error ? error.message : error).replace(/[.\s]+$/, '') };
  }
}
