/** The page's engine: owns the tunnels, the associations and what is received, so that the page never stalls. */
import { MemoryStore } from '../../core/archive/index.ts';
import { LISTEN_PATH, TUNNEL_PATH } from '../../core/transport/index.ts';
import { hostEngine } from './host.ts';
import { TunnelMeter } from './meter.ts';
import type { Command, EnginePort, Report } from './protocol.ts';
import { peerServices } from './services.ts';
import { SharedTitle } from './shared-title.ts';
import { TicketClient } from './tickets.ts';

/** Bytes of data sets kept in memory; beyond them C-STORE is answered A700. */
const CAPACITY = 1 << 30;

const store = new MemoryStore({ capacity: CAPACITY });
const meter = new TunnelMeter();

hostEngine(self as unknown as EnginePort<Report, Command>, store, (tunnelUrl) => {
  const tickets = new TicketClient(tunnelUrl);
  const open = (url: string, protocols: string[]) => new WebSocket(url, protocols);
  const dialer = meter.dialer(tunnelUrl, open, tickets.getTicket);
  const url = `${tunnelUrl.slice(0, -TUNNEL_PATH.length)}${LISTEN_PATH}`;
  const title = new SharedTitle(async () => {
    const { tunnelListener } = await import('../../core/transport/tunnel-listener.ts');
    return tunnelListener({ url, open, getTicket: tickets.getTicket });
  });
  return peerServices({ dialer, title, meter, store, tickets, locks: navigator.locks });
});
