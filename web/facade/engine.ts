/** The worker of a viewer's page: as the engine of our own page, with DICOMweb instead of calls. */
import type { TicketPurpose, TunnelListener } from '../../core/transport/index.ts';
import { DOOR_PATH, LISTEN_PATH, PEERS_PATH, TUNNEL_PATH, tunnelDialer } from '../../core/transport/index.ts';
import { tunnelListener } from '../../core/transport/tunnel-listener.ts';
import { CodecClient } from '../codec/client.ts';
import { browserDisk } from '../engine/browser-disk.ts';
import { PageStore } from '../engine/page-store.ts';
import { SharedTitle } from '../engine/shared-title.ts';
import { TicketClient, bearer } from '../engine/tickets.ts';
import { BridgeAnswer, Facade } from './facade.ts';
import type { EngineMessage, EngineStart, PageMessage } from './messages.ts';
import { renderer } from './pictures.ts';
import type { RouterPort } from './serve.ts';
import { FacadeServer } from './serve.ts';

const page = self as unknown as {
  postMessage(message: EngineMessage): void;
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: PageMessage; readonly ports: readonly RouterPort[] }) => void,
  ): void;
};

const tickets = new Map<number, (ticket: string | undefined) => void>();
let server: FacadeServer | undefined;

page.addEventListener('message', ({ data, ports: [port] }) => {
  if (data.kind === 'start') {
    server = new FacadeServer(facadeOf(data).answer, navigator.locks);
    page.postMessage({ kind: 'started' });
  } else if (data.kind === 'ticket') {
    tickets.get(data.id)?.(data.ticket);
    tickets.delete(data.id);
  } else if (port !== undefined) void server?.join(port, data.router);
});

function facadeOf({ bridge, path, callingAETitle, session, token, givesTickets }: EngineStart): Facade {
  const tunnelUrl = new URL(TUNNEL_PATH, bridge).href.replace(/^http/, 'ws');
  const client = new TicketClient(tunnelUrl);
  const getTicket = givesTickets ? ticketOfPage : client.getTicket;
  const open = (url: string, protocols: string[]): WebSocket => new WebSocket(url, protocols);
  const url = new URL(LISTEN_PATH, bridge).href.replace(/^http/, 'ws');
  const lease = async (): Promise<TunnelListener> => tunnelListener({ url, open, getTicket });
  const ask = <T>(route: string) => fetchJson<T>(new URL(route, bridge), token);
  return new Facade({
    store: new PageStore(browserDisk()),
    dialer: tunnelDialer({ url: tunnelUrl, open, getTicket }),
    title: new SharedTitle(lease),
    locks: navigator.locks,
    render: renderer(new CodecClient().decoders),
    bridge: tunnelUrl,
    path,
    callingAETitle,
    session,
    fetchDoor: () => ask(DOOR_PATH),
    fetchPeers: () => ask(PEERS_PATH),
    enter: (access) => (client.access = { ...access, token }),
    onError: reportError,
  });
}

async function fetchJson<T>(url: URL, token: string | undefined): Promise<T> {
  const response = await fetch(url, { headers: bearer(token), credentials: 'include' });
  if (!response.ok) throw new BridgeAnswer(response.status, (await response.text()).trim());
  return (await response.json()) as T;
}

function ticketOfPage(purpose: TicketPurpose): Promise<string | undefined> {
  const id = tickets.size === 0 ? 1 : Math.max(...tickets.keys()) + 1;
  const given = new Promise<string | undefined>((resolve) => tickets.set(id, resolve));
  page.postMessage({ kind: 'ticket wanted', id, purpose });
  return given;
}
