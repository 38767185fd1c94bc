/** The page's engine, so that the page never stalls. */
import type { Command, EnginePort, Report } from './protocol.ts';
import { startEngine } from './start.ts';
import { TicketClient } from './tickets.ts';

startEngine(self as unknown as EnginePort<Report, Command>, (tunnelUrl) => new TicketClient(tunnelUrl));
