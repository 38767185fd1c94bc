/** The worker of a viewer's page: as the engine of our own page, with DICOMweb instead of calls. */
import { TUNNEL_PATH } from '../../core/transport/index.ts';
import type { BridgeConnections } from '../browser/bridge.ts';
import { bridgeDialer, bridgeDoor, bridgeListener, bridgePeers, webSocketUrl } from '../browser/bridge.ts';
import { CodecClient } from '../codec/client.ts';
import { PortalTickets } from '../engine/portal-tickets.ts';
import { browserDisk } from '../engine/browser-disk.ts';
import { PageStore } from '../engine/page-store.ts';
import { SharedTitle } from '../engine/shared-title.ts';
import { Facade } from './facade.ts';
import type { EngineMessage, EngineStart, PageMessage } from './messages.ts';
import { renderer } from './pictures.ts';
import { recovering } from './recovering.ts';
import type { RouterPort } from './serve.ts';
import { FacadeServer } from './serve.ts';

const page = self as unknown as {
  postMessage(message: EngineMessage): void;
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: PageMessage; readonly ports: readonly RouterPort[] }) => void,
  ): void;
};

let server: FacadeServer | undefined;

page.addEventListener('message', ({ data, ports: [port] }) => {
  if (data.kind === 'start') {
    server = new FacadeServer(facadeOf(data).answer, navigator.locks);
    page.postMessage({ kind: 'started' });
  } else if (port !== undefined) void server?.join(port, data.router);
});

function facadeOf({ path, callingAETitle, session, user, peers, tickets, ...at }: EngineStart): Facade {
  const tunnel = webSocketUrl(at, TUNNEL_PATH);
  const bridge: BridgeConnections = { ...at, ...(tickets && { getTicket: ticketsOf(tunnel, tickets) }) };
  const found = browserDisk();
  const { disk, recover } = found === undefined ? NO_DISK : recovering(found);
  return new Facade({
    store: new PageStore(disk),
    recover,
    dialer: bridgeDialer(bridge),
    title: new SharedTitle(() => bridgeListener(bridge)),
    locks: navigator.locks,
    render: renderer(new CodecClient().decoders),
    bridge: tunnel,
    path,
    callingAETitle,
    session,
    door: async () =>
      user === undefined ? bridgeDoor(bridge) : { origin: null, ticket: tickets !== undefined, user },
    peers: async () => (peers === undefined ? bridgePeers(bridge) : { peers }),
    onError: (error) => reportError(error),
  });
}

/** Then what is kept lies in memory, and goes with its page. */
const NO_DISK = { disk: undefined, recover: async (): Promise<void> => undefined };

function ticketsOf(tunnelUrl: string, port: MessagePort): NonNullable<BridgeConnections['getTicket']> {
  const ofPortal = new PortalTickets(tunnelUrl, port);
  ofPortal.access = { tickets: true };
  return ofPortal.getTicket;
}
