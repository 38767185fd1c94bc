import { MemoryStore } from '../../core/archive/index.ts';
import { Engine } from '../../web/engine/client.ts';
import type { Services } from '../../web/engine/host.ts';
import { hostEngine } from '../../web/engine/host.ts';
import type { Command, EnginePort, Report } from '../../web/engine/protocol.ts';

/** An engine whose services are given; everything between is the page's own, over a real message channel. */
export interface FakeEngine {
  readonly engine: Engine;
  readonly store: MemoryStore;
  close(): void;
}

export function fakeEngine(services: Partial<Services>): FakeEngine {
  const { port1, port2 } = new MessageChannel();
  const store = new MemoryStore();
  hostEngine(port(port2), store, () => services as Services);
  const engine = new Engine(port<Command, Report>(port1), 'ws://127.0.0.1/bridge/v1/connect');
  return {
    engine,
    store,
    close() {
      port1.close();
      port2.close();
    },
  };
}

/** A MessagePort must be started where a Worker runs by itself. */
function port<Sent, Received>(of: MessagePort): EnginePort<Sent, Received> {
  of.start();
  return of as EnginePort<Sent, Received>;
}

/** Resolves when the condition holds, looked at between turns of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
