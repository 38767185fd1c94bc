/** One leased AE title for all who want to be called in this page: a call goes to whoever began to listen last. */
import type { ConnectionError } from '../../core/bytes/index.ts';
import type { Connection, Listener, TunnelListener } from '../../core/transport/index.ts';
import { PullQueue } from '../../core/transport/index.ts';

/** A listener of its own for each; the title is given back with the last of them. */
export type Ear = Listener & Pick<TunnelListener, 'aeTitle' | 'host' | 'port' | 'closed'>;

export class SharedTitle {
  readonly #lease: () => Promise<TunnelListener>;
  readonly #queues: PullQueue<Connection>[] = [];
  #leased: Promise<TunnelListener> | undefined;
  #aeTitle = '';

  constructor(lease: () => Promise<TunnelListener>) {
    this.#lease = lease;
  }

  /** Known while somebody listens. */
  get aeTitle(): string {
    return this.#aeTitle;
  }

  /** @throws ConnectionError where there is no title to be had. */
  async listen(): Promise<Ear> {
    const queue = new PullQueue<Connection>();
    this.#queues.push(queue);
    try {
      const { aeTitle, host, port, closed } = await (this.#leased ??= this.#open());
      this.#aeTitle = aeTitle;
      return { aeTitle, host, port, closed, incoming: queue.readable, close: () => this.#leave(queue) };
    } catch (error) {
      this.#forget(queue);
      throw error;
    }
  }

  async #open(): Promise<TunnelListener> {
    try {
      const listener = await this.#lease();
      void this.#handOver(listener);
      return listener;
    } catch (error) {
      this.#leased = undefined;
      throw error;
    }
  }

  async #handOver(listener: TunnelListener): Promise<void> {
    const reader = listener.incoming.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const last = this.#queues.at(-1);
        if (last === undefined) value.abort();
        else last.push(value);
      }
    } catch (error) {
      this.#leased = undefined;
      for (const queue of this.#queues) queue.end(error as ConnectionError);
    }
  }

  async #leave(queue: PullQueue<Connection>): Promise<void> {
    for (const unclaimed of queue.cut()) unclaimed.abort();
    this.#forget(queue);
    if (this.#queues.length > 0) return;
    const leased = this.#leased;
    this.#leased = undefined;
    await (await leased)?.close();
  }

  #forget(queue: PullQueue<Connection>): void {
    const at = this.#queues.indexOf(queue);
    if (at >= 0) this.#queues.splice(at, 1);
  }
}
