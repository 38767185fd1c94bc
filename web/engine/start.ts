/** Puts an engine together behind a port: it owns the tunnels, the associations and what is received. */
import type { TunnelListener } from '../../core/transport/index.ts';
import { LISTEN_PATH, TUNNEL_PATH } from '../../core/transport/index.ts';
import { hostEngine } from './host.ts';
import { browserDisk } from './browser-disk.ts';
import { TunnelMeter } from './meter.ts';
import { PageStore } from './page-store.ts';
import type { Command, EnginePort, Report } from './protocol.ts';
import { peerServices } from './services.ts';
import type { Tickets } from './tickets.ts';

/** `ticketsOf` is given the tunnel's URL. */
export function startEngine(
  port: EnginePort<Report, Command>,
  ticketsOf: (tunnelUrl: string) => Tickets,
): void {
  const store = new PageStore(browserDisk());
  const meter = new TunnelMeter();
  hostEngine(port, store, (tunnelUrl) => {
    const tickets = ticketsOf(tunnelUrl);
    const { getTicket } = tickets;
    const open = (url: string, protocols: string[]) => new WebSocket(url, protocols);
    const dialer = meter.dialer({ url: tunnelUrl, open, getTicket });
    const url = tunnelUrl.replace(TUNNEL_PATH, LISTEN_PATH);
    const lease = async (): Promise<TunnelListener> => {
      const { tunnelListener } = await import('../../core/transport/tunnel-listener.ts');
      return tunnelListener({ url, open, getTicket });
    };
    return peerServices({ dialer, lease, meter, store, bridge: tunnelUrl, tickets, locks: navigator.locks });
  });
}
