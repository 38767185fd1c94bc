/** Counts what arrives over the tunnels and was not taken yet, from outside the tunnel's own accounts. */
import type { Bytes } from '../../core/bytes/index.ts';
import type { Connection, Dialer, TunnelOptions, WebSocketLike } from '../../core/transport/index.ts';
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
  dialer(
    url: string,
    open: (url: string, protocols: string[]) => WebSocket,
    getTicket: NonNullable<TunnelOptions['getTicket']>,
  ): Dialer {
    return {
      connect: (target, options) => {
        const count: Count = { received: 0, taken: 0 };
        const counted = (url: string, protocols: string[]): WebSocketLike => {
          const socket = open(url, protocols);
          socket.addEventListener('message', (event) => this.#arrived(count, event.data));
          return socket;
        };
        return this.#watch(tunnelDialer({ url, open: counted, getTicket }).connect(target, options), count);
      },
    };
  }

  #arrived(count: Count, data: unknown): void {
    if (!(data instanceof ArrayBuffer)) return;
    count.received += data.byteLength;
    this.#received += data.byteLength;
    this.#mostWaiting = Math.max(this.#mostWaiting, count.received - count.taken);
  }

  #watch(connection: Connection, count: Count): Connection {
    this.#open.add(count);
    void connection.closed.then(() => this.#open.delete(count));
    return {
      readable: counting(connection.readable, count),
      writable: connection.writable,
      opened: connection.opened,
      closed: connection.closed,
      close: () => connection.close(),
      abort: (reason) => connection.abort(reason),
    };
  }
}

/** The same stream, its chunks counted as they are taken; nothing is read ahead. */
function counting(source: ReadableStream<Bytes>, count: Count): ReadableStream<Bytes> {
  const reader = source.getReader();
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        count.taken += value.length;
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
