/** The engine of elements: that of the page, but for the tickets. The first message brings the port for these. */
import type { Command, EnginePort, Report } from '../engine/protocol.ts';
import { startEngine } from '../engine/start.ts';
import { PortalTickets } from '../engine/portal-tickets.ts';

addEventListener(
  'message',
  ({ data }: MessageEvent<MessagePort>) => {
    const port = self as unknown as EnginePort<Report, Command>;
    startEngine(port, (tunnelUrl) => new PortalTickets(tunnelUrl, data));
  },
  { once: true },
);
