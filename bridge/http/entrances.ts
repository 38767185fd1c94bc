/** Where WebSockets go in, path by path; each has come through the door. */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { ACCEPT_PATH, CLOSE, LISTEN_PATH, TUNNEL_PATH } from '../../core/transport/index.ts';
import type { Admission } from './door.ts';
import { splitUrl } from './http.ts';
import type { DicomPortUse } from '../listening/shared.ts';
import type { TicketOffice } from '../access/ticket-office.ts';
import { offeredTicket } from '../access/tickets.ts';
import type { Tunnels, Wanted } from '../tunnel/tunnels.ts';
import type { Verdict } from '../verdict.ts';

/** Finds out whose WebSocket this is; what it returns takes it. */
export type Entrance = (
  request: IncomingMessage,
  admission: Admission,
) => Promise<(webSocket: WebSocket) => void>;

export interface EntranceSources {
  readonly office: TicketOffice;
  readonly tunnels: Tunnels;
  readonly listening: DicomPortUse | undefined;
}

export function entrancesOf({ office, tunnels, listening }: EntranceSources): ReadonlyMap<string, Entrance> {
  const connect: Entrance = async (request, admission) => {
    const wanted = wantedOf(splitUrl(request).query);
    const rights = await office.identify({ request }, admission, protocolsOf(request), wanted);
    return (webSocket) => tunnels.enter(webSocket, { rights, origin: admission.origin }, wanted);
  };
  const away = (verdict: Verdict) => (webSocket: WebSocket) => tunnels.deny(webSocket, '', verdict);
  if (listening === undefined) {
    return new Map([
      [`/${TUNNEL_PATH}`, connect],
      [`/${LISTEN_PATH}`, async () => away(NO_LISTENING)],
    ]);
  }
  const { reception } = listening;
  const listen: Entrance = async (request, admission) => {
    const pool = splitUrl(request).query.get('pool') ?? '';
    const rights = await office.identify({ request }, admission, protocolsOf(request), { pool });
    return (webSocket) => reception.enter(webSocket, { rights, origin: admission.origin }, pool);
  };
  const accept: Entrance = async (request, { origin }) => {
    const ticket = offeredTicket(protocolsOf(request));
    // The ticket is of the lease. Who is known by other means as well has to be the same.
    const rights = office.authorize !== undefined ? await office.rightsOf({ request }) : undefined;
    return (webSocket) => {
      const visitor = { rights, origin };
      tunnels.accept(webSocket, visitor, reception.take(ticket, visitor));
    };
  };
  return new Map([
    [`/${TUNNEL_PATH}`, connect],
    [`/${LISTEN_PATH}`, listen],
    [`/${ACCEPT_PATH}/${reception.node}`, accept],
    [`/${ACCEPT_PATH}`, async () => away(OTHER_NODE)],
  ]);
}

/** The entrance of a path; of another node there is one that says so. */
export function entranceOf(path: string, entrances: ReadonlyMap<string, Entrance>): Entrance | undefined {
  return entrances.get(path) ?? entrances.get(isAccept(path) ? `/${ACCEPT_PATH}` : path);
}

/** Whether somebody comes for a caller there. */
export function isAccept(path: string): boolean {
  return path.startsWith(`/${ACCEPT_PATH}/`);
}

/** The subprotocols that a WebSocket offers. */
export function protocolsOf(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
}

/** A peer by its name, or an address without one. */
function wantedOf(query: URLSearchParams): Wanted {
  const target = query.get('target');
  return target !== null && !query.has('peer') ? { target } : { peer: query.get('peer') ?? '' };
}

const NO_LISTENING: Verdict = {
  code: CLOSE.UNKNOWN_PEER,
  cause: 'title',
  reason: 'this bridge does not listen',
};
const OTHER_NODE: Verdict = { code: CLOSE.UNKNOWN_PEER, cause: 'caller', reason: 'unknown node' };
