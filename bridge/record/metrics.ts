/** What the bridge counts, for Prometheus: events by kind, and what is open. No user, no address, no title is a label. */
import type { CounterConfiguration, GaugeConfiguration } from 'prom-client';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { CLOSE } from '../../core/transport/index.ts';
import type { BridgeEvent } from './events.ts';
import type { MetricsText } from '../http/routes.ts';
import type { TunnelCounts } from '../tunnel/tunnel.ts';

/** Whose numbers these are. */
export interface MetricsSource {
  /** Every open tunnel. */
  tunnels(): readonly TunnelCounts[];
}

export interface MetricsOptions {
  /** Names that may be told: those of configured peers. Others become `other`. */
  isPeer(name: string): boolean;
  /** Numbers of the Node process as well. It watches the event loop for as long as it runs. */
  readonly process?: boolean;
}

/** A page may close with any code it likes; a label has few values. */
const CODES: ReadonlySet<number> = new Set(Object.values(CLOSE));

export class Metrics implements MetricsText {
  readonly #registry = new Registry();
  readonly #isPeer: (name: string) => boolean;
  readonly #refused = this.#counter('refused', 'Requests sent away by HTTP', ['status', 'cause']);
  readonly #denied = this.#counter('denied', 'WebSockets closed before a tunnel came about', [
    'code',
    'cause',
    'reason', // one of ours, as every verdict has
  ]);
  readonly #opened = this.#counter('tunnels_opened', 'Tunnels opened', ['direction', 'peer']);
  readonly #closed = this.#counter('tunnels_closed', 'Tunnels that ended', [
    'direction',
    'peer',
    'code',
    'cause',
  ]);
  readonly #tickets = this.#counter('tickets', 'One-time tickets', ['outcome']);
  readonly #turnedAway = this.#counter('callers_turned_away', 'Callers at the DICOM port without a page', [
    'outcome',
  ]);
  readonly #pagesLost = this.#counter('pages_lost', 'WebSockets that answered no ping', []);
  /** Of tunnels that ended. */
  readonly #bytes = { up: 0, down: 0 };
  readonly #leased = new Set<string>();
  #draining = 0;
  #source: MetricsSource = { tunnels: () => [] };

  constructor({ isPeer, process = false }: MetricsOptions) {
    this.#isPeer = isPeer;
    const bytes = this.#counter('bytes', 'Bytes through tunnels', ['direction'], () => {
      bytes.reset();
      bytes.inc({ direction: 'up' }, this.#bytes.up + this.#sum((tunnel) => tunnel.bytesUp));
      bytes.inc({ direction: 'down' }, this.#bytes.down + this.#sum((tunnel) => tunnel.bytesDown));
    });
    this.#gauge('tunnels_open', 'Tunnels open now', () => this.#source.tunnels().length);
    this.#gauge('held_bytes', 'Bytes read from one side and not passed on', () =>
      this.#sum(({ held }) => held),
    );
    this.#gauge('leases', 'AE titles leased by pages', () => this.#leased.size);
    this.#gauge('draining', 'Whether nothing new is taken', () => this.#draining);
    if (process) collectDefaultMetrics({ register: this.#registry });
  }

  async read(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  /** From now on tells of this bridge. */
  watch(source: MetricsSource): void {
    this.#source = source;
  }

  count(event: BridgeEvent): void {
    switch (event.type) {
      case 'refused':
        return this.#refused.inc({ status: event.status, cause: event.cause });
      case 'denied':
        if (event.cause === 'ticket') this.#tickets.inc({ outcome: 'refused' });
        return this.#denied.inc({ code: event.code, cause: event.cause, reason: event.reason });
      case 'tickets issued':
        return this.#tickets.inc({ outcome: 'issued' }, event.count);
      case 'ticket redeemed':
        return this.#tickets.inc({ outcome: 'redeemed' });
      case 'opened':
        return this.#opened.inc(this.#whither(event));
      case 'closed':
        return this.#countClosed(event);
      case 'turned away':
        return this.#turnedAway.inc({ outcome: event.outcome });
      case 'page lost':
        return this.#pagesLost.inc();
      case 'leased':
        return void this.#leased.add(event.aeTitle);
      case 'lease ended':
        return void this.#leased.delete(event.aeTitle);
      case 'draining':
        return void (this.#draining = 1);
    }
  }

  #countClosed(event: Extract<BridgeEvent, { type: 'closed' }>): void {
    this.#bytes.up += event.bytesUp;
    this.#bytes.down += event.bytesDown;
    const code = CODES.has(event.code) ? event.code : 'other';
    this.#closed.inc({ ...this.#whither(event), code, cause: event.cause ?? '' });
  }

  /** A caller is told by its address, which is no name of a peer. */
  #whither({ inbound, peer }: { inbound: boolean; peer: string }): { direction: string; peer: string } {
    if (inbound) return { direction: 'in', peer: '' };
    return { direction: 'out', peer: this.#isPeer(peer) ? peer : 'other' };
  }

  #sum(of: (tunnel: TunnelCounts) => number): number {
    return this.#source.tunnels().reduce((sum, tunnel) => sum + of(tunnel), 0);
  }

  #counter<T extends string>(name: string, help: string, labelNames: T[], collect?: () => void): Counter<T> {
    const registers = [this.#registry];
    const configuration: CounterConfiguration<T> = {
      name: `webdimse_${name}_total`,
      help,
      labelNames,
      registers,
    };
    return new Counter({ ...configuration, ...(collect && { collect }) });
  }

  #gauge(name: string, help: string, value: () => number): void {
    const registers = [this.#registry];
    const configuration: GaugeConfiguration<never> = { name: `webdimse_${name}`, help, registers };
    const gauge: Gauge = new Gauge({ ...configuration, collect: () => gauge.set(value()) });
  }
}
