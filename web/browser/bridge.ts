/** A bridge as a page sees it: its addresses, who may use it, and connections through it. */
import { ConnectionError } from '../../core/bytes/index.ts';
import type {
  Dialer,
  DoorAnswer,
  PeerList,
  TicketPurpose,
  TunnelListener,
  WebSocketLike,
} from '../../core/transport/index.ts';
import {
  DOOR_PATH,
  LISTEN_PATH,
  PEERS_PATH,
  TUNNEL_PATH,
  tunnelDialer,
  tunnelListener,
} from '../../core/transport/index.ts';
import { TicketClient, bearer } from '../engine/tickets.ts';

/** Which bridge, and how to come in. */
export interface BridgeAddress {
  /** Where its page is, `https://bridge.example/dicom/`; a relative one begins at this document. */
  readonly bridge: string | URL;
  /** What a person signed in with (`Authorization: Bearer`); without it a session that a proxy knows counts. */
  readonly token?: string | undefined;
}

/** The same for connections that this program opens itself. */
export interface BridgeConnections extends BridgeAddress {
  /** Another way to a ticket than to ask the bridge for it: a portal's own, for example. */
  getTicket?(purpose: TicketPurpose): Promise<string | undefined>;
}

/**
 * Connects to the peers of a bridge by the browser's WebSocket: a `Dialer` for `echo`, `query`, `get`, `send` and all
 * else that calls a peer.
 *
 * ```ts
 * import { echo } from 'webdimse';
 * import { bridgeDialer } from 'webdimse/browser';
 *
 * const dialer = bridgeDialer({ bridge: 'http://127.0.0.1:8080/' });
 * const peer = { dialer, target: { peer: 'WEBDIMSE' }, aeTitle: 'WEBDIMSE', callingAETitle: 'WEBSCU' };
 * console.log((await echo(peer)).implementation);
 * ```
 */
export function bridgeDialer(address: BridgeConnections): Dialer {
  return tunnelDialer({ url: webSocketUrl(address, TUNNEL_PATH), open, getTicket: ticketsOf(address) });
}

/**
 * Leases an AE title of a bridge that has a DICOM port, so that PACS call this page (C-MOVE, and what they send of
 * themselves): a `Listener` for `serve`.
 *
 * @throws ConnectionError where the bridge has no DICOM port, or no title is free.
 */
export function bridgeListener(address: BridgeConnections): Promise<TunnelListener> {
  return tunnelListener({ url: webSocketUrl(address, LISTEN_PATH), open, getTicket: ticketsOf(address) });
}

/**
 * The peers that this user may call by name.
 *
 * @throws ConnectionError NOT_ALLOWED where the bridge wants a sign-in, CONNECT_FAILED where a proxy has no bridge behind
 * it; TypeError of `fetch` where it is not reached.
 */
export function bridgePeers(address: BridgeAddress): Promise<PeerList> {
  return fetchJson(address, PEERS_PATH);
}

/**
 * What the bridge takes this page for: whether WebSockets need tickets, and who is signed in.
 *
 * @throws ConnectionError NOT_ALLOWED, CONNECT_FAILED; TypeError of `fetch` where the bridge is not reached.
 */
export function bridgeDoor(address: BridgeAddress): Promise<DoorAnswer> {
  return fetchJson(address, DOOR_PATH);
}

/** The address of a bridge's page, with a slash at its end. */
export function bridgeBase(bridge: string | URL): URL {
  const base = new URL(bridge, globalThis.document?.baseURI);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}

/** An address below that of a bridge, for WebSockets. */
export function webSocketUrl({ bridge }: BridgeAddress, path: string): string {
  const url = new URL(path, bridgeBase(bridge));
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
}

/** The door is asked with the first connection, and again after it could not be asked. */
function ticketsOf(address: BridgeConnections): (purpose: TicketPurpose) => Promise<string | undefined> {
  if (address.getTicket !== undefined) return (purpose) => address.getTicket!(purpose);
  const client = new TicketClient(webSocketUrl(address, TUNNEL_PATH));
  let asked: Promise<DoorAnswer> | undefined;
  return async (purpose) => {
    asked ??= bridgeDoor(address).catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    client.access = { tickets: (await asked).ticket, token: address.token };
    return client.getTicket(purpose);
  };
}

async function fetchJson<T>({ bridge, token }: BridgeAddress, path: string): Promise<T> {
  const response = await fetch(new URL(path, bridgeBase(bridge)), { headers: bearer(token) });
  if (response.ok) return (await response.json()) as T;
  const { status: httpStatus, headers } = response;
  // A proxy's own pages are for people, and long.
  const isPlain = headers.get('content-type')?.startsWith('text/plain') === true;
  const told = isPlain ? (await response.text()).trim() : `HTTP status ${httpStatus}.`;
  const code = httpStatus >= 500 ? 'CONNECT_FAILED' : 'NOT_ALLOWED';
  throw new ConnectionError(code, `The bridge does not answer this page: ${told}`, { httpStatus });
}

function open(url: string, protocols: string[]): WebSocketLike {
  return new WebSocket(url, protocols);
}
