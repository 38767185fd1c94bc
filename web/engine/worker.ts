/** The page's engine: owns the tunnels, the associations and what is received, so that the page never stalls. */
import type { TunnelListener } from '../../core/transport/index.ts';
import { LISTEN_PATH, TUNNEL_PATH } from '../../core/transport/index.ts';
import { hostEngine } from './host.ts';
import { browserDisk } from './browser-disk.ts';
import { TunnelMeter } from './meter.ts';
import { PageStore } from './page-store.ts';
import type { Command, EnginePort, Report } from './protocol.ts';
import { peerServices } from './services.ts';
import { TicketClient } from './tickets.ts';

const store = new PageStore(browserDisk());
const meter = new TunnelMeter();

hostEngine(self as unknown as EnginePort<Report, Command>, store, (tunnelUrl) => {
  const tickets = new TicketClient(tunnelUrl);
  const open = (url: string, protocols: string[]) => new WebSocket(url, protocols);
  const dialer = meter.dialer({ url: tunnelUrl, open, getTicket: tickets.getTicket });
  const url = `${tunnelUrl.slice(0, -TUNNEL_PATH.length)}${LISTEN_PATH}`;
  const lease = async (): Promise<TunnelListener> => {
    const { tunnelListener } = await import('../../core/transport/tunnel-listener.ts');
    return tunnelListener({ url, open, getTicket: tickets.getTicket });
  };
  return peerServices({ dialer, lease, meter, store, bridge: tunnelUrl, tickets, locks: navigator.locks });
});
