/** The worker of a viewer's page: as the engine of our own page, with DICOMweb instead of calls. */
import type { TicketPurpose } from '../../core/transport/index.ts';
import { TUNNEL_PATH } from '../../core/transport/index.ts';
import type { BridgeConnections } from '../browser/bridge.ts';
import { bridgeDialer, bridgeDoor, bridgeListener, bridgePeers, webSocketUrl } from '../browser/bridge.ts';
import { CodecClient } from '../codec/client.ts';
import { browserDisk } from '../engine/browser-disk.ts';
import type { Disk, DiskArchive } from '../engine/page-store.ts';
import { PageStore } from '../engine/page-store.ts';
import { SharedTitle } from '../engine/shared-title.ts';
import type { Identity } from '../opfs/roots.ts';
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
  const [disk, recover] = recovering(browserDisk());
  return new Facade({
    store: new PageStore(disk),
    recover,
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
    onError: (error) => reportError(error),
  });
}

/** The same disk, and a way to take over what tabs left there that crashed since. */
function recovering(disk: Disk | undefined): [disk: Disk | undefined, recover: () => Promise<void>] {
  let opened: DiskArchive | undefined;
  const open = async (identity: Identity): Promise<DiskArchive> => {
    const archive = await disk!.open(identity); // or nobody would open it
    const close = (): Promise<void> => {
      opened = undefined;
      return archive.close();
    };
    return (opened = { ...archive, close });
  };
  return [disk && { ...disk, open }, async () => opened?.store.recover()];
}

function ticketOfPage(purpose: TicketPurpose): Promise<string | undefined> {
  const id = ++lastTicket;
  const given = new Promise<string | undefined>((resolve) => tickets.set(id, resolve));
  page.postMessage({ kind: 'ticket wanted', id, purpose });
  return given;
}
