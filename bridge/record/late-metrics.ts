/** The metrics of a bridge that is to be there soon: what counts them is loaded behind its start. */
import type { MetricsText } from '../http/routes.ts';
import type { BridgeEvent } from './events.ts';
import type { Metrics, MetricsOptions, MetricsSource } from './metrics.ts';

export class LateMetrics implements MetricsText {
  readonly #options: MetricsOptions;
  /** What happened before there were metrics to count it. */
  readonly #early: BridgeEvent[] = [];
  #metrics: Metrics | undefined;
  #loading: Promise<Metrics> | undefined;

  constructor(options: MetricsOptions) {
    this.#options = options;
  }

  /** From now on tells of this bridge. */
  watch(source: MetricsSource): void {
    void this.#load().then((metrics) => metrics.watch(source));
  }

  count(event: BridgeEvent): void {
    if (this.#metrics === undefined) this.#early.push(event);
    else this.#metrics.count(event);
  }

  async read(): ReturnType<Metrics['read']> {
    return (await this.#load()).read();
  }

  #load(): Promise<Metrics> {
    return (this.#loading ??= import('./metrics.ts').then(({ Metrics }) => this.#begin(Metrics)));
  }

  #begin(Made: typeof Metrics): Metrics {
    const metrics = new Made(this.#options);
    for (const event of this.#early.splice(0)) metrics.count(event);
    return (this.#metrics = metrics);
  }
}
