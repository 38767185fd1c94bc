/** Tickets for the engine's WebSockets (core/transport/TUNNEL.md), where the bridge wants its users to sign in. */
import { ConnectionError } from '../../core/bytes/index.ts';
import type { TicketPurpose, TicketsAnswer } from '../../core/transport/index.ts';
import { CLOSE, TICKETS_PATH, TUNNEL_PATH } from '../../core/transport/index.ts';
import type { Access } from './protocol.ts';

/** Where tickets come from. `access` is set when the page has come in. */
export interface Tickets {
  access: Access;
  /** Undefined where none is needed. Rejects where there is none for us. */
  readonly getTicket: (purpose: TicketPurpose) => Promise<string | undefined>;
}

export class TicketClient implements Tickets {
  readonly #url: string;
  access: Access = { tickets: false };

  constructor(tunnelUrl: string) {
    this.#url = tunnelUrl.replace(/^ws/, 'http').replace(TUNNEL_PATH, TICKETS_PATH);
  }

  /** For the dialers and listeners of the engine. */
  readonly getTicket = async (purpose: TicketPurpose): Promise<string | undefined> => {
    const { tickets, token } = this.access;
    if (!tickets) return undefined;
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(token) },
      body: JSON.stringify(purpose),
    }).catch(unreached);
    if (response.status >= 500) unreached(undefined); // as a proxy says that has no bridge behind it
    if (!response.ok) throw refused(response.status, await response.text());
    return ((await response.json()) as TicketsAnswer).tickets[0];
  };
}

/** The header by which a request is signed in. */
export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** As for a WebSocket that does not open: a bridge that is down refuses nobody. */
function unreached(error: unknown): never {
  const message = 'The bridge does not answer when it is asked for a ticket: it may be down.';
  throw new ConnectionError('CONNECT_FAILED', message, { closeCode: CLOSE.ABNORMAL }, error);
}

function refused(status: number, sentence: string): ConnectionError {
  const details = { httpStatus: status };
  return new ConnectionError('NOT_ALLOWED', `The bridge gives no ticket: ${sentence.trim()}`, details);
}
