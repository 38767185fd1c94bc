/** The worker of a viewer's page: as the engine of our own page, with DICOMweb instead of calls. */
import type { TicketPurpose } from '../../core/transport/index.ts';
import { TUNNEL_PATH } from '../../core/transport/index.ts';
import type { BridgeConnections } from '../browser/bridge.ts';
import { bridgeDialer, bridgeDoor, bridgeListener, bridgePeers, webSocketUrl } from '../browser/bridge.ts';
import { CodecClient } from '../codec/client.ts';
import { browserDisk } from '../engine/browser-disk.ts';
import { PageStore } from '../engine/page-store.ts';
import { SharedTitle } from '../engine/shared-title.ts';
import { Facade } from './facade.ts';
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
let lastTicket = 0;
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

function facadeOf({ path, callingAETitle, session, user, peers, givesTickets, ...at }: EngineStart): Facade {
  const bridge: BridgeConnections = { ...at, ...(givesTickets && { getTicket: ticketOfPage }) };
  return new Facade({
    store: new PageStore(browserDisk()),
    dialer: bridgeDialer(bridge),
    title: new SharedTitle(() => bridgeListener(bridge)),
    locks: navigator.locks,
    render: renderer(new CodecClient().decoders),
    bridge: webSocketUrl(bridge, TUNNEL_PATH),
    path,
    callingAETitle,
    session,
    door: async () =>
      user === undefined ? bridgeDoor(bridge) : { origin: null, ticket: givesTickets, user },
    peers: async () => (peers === undefined ? bridgePeers(bridge) : { peers }),
    onError: reportError,
  });
}

function ticketOfPage(purpose: TicketPurpose): Promise<string | undefined> {
  const id = ++lastTicket;
  const given = new Promise<string | undefined>((resolve) => tickets.set(id, resolve));
  page.postMessage({ kind: 'ticket wanted', id, purpose });
  return given;
}
