/** Counts what arrives over the tunnels and was not taken yet. */
import type { Dialer, TunnelOptions } from '../../core/transport/index.ts';
import { tunnelDialer } from '../../core/transport/index.ts';

/** Bytes of one tunnel, or of all. */
interface Count {
  received: number;
  taken: number;
}

export interface TunnelStats {
  /** Received and not yet taken by the association, over all open tunnels. */
  readonly waiting: number;
  /** The most that ever waited in one tunnel. */
  readonly mostWaiting: number;
  readonly received: number;
}

export class TunnelMeter {
  readonly #open = new Set<Count>();
  #received = 0;
  #mostWaiting = 0;

  stats(): TunnelStats {
    let waiting = 0;
    for (const count of this.#open) waiting += count.received - count.taken;
    return { waiting, mostWaiting: this.#mostWaiting, received: this.#received };
  }

  /** A dialer through the bridge whose connections are counted. */
  dialer(options: TunnelOptions): Dialer {
    return {
      connect: (target, more) => {
        const count: Count = { received: 0, taken: 0 };
        const traffic = {
          received: (bytes: number) => this.#arrived(count, bytes),
          taken: (bytes: number) => void (count.taken += bytes),
        };
        const connection = tunnelDialer({ ...options, traffic }).connect(target, more);
        this.#open.add(count);
        void connection.closed.then(() => this.#open.delete(count));
        return connection;
      },
    };
  }

  #arrived(count: Count, bytes: number): void {
    count.received += bytes;
    this.#received += bytes;
    this.#mostWaiting = Math.max(this.#mostWaiting, count.received - count.taken);
  }
}
