import type { Bytes } from '../../core/bytes/index.ts';
import type { Connection, Dialer } from '../../core/transport/index.ts';
import type { Split } from './splits.ts';
import { split } from './splits.ts';

/** A dialer whose connections deliver what they receive in other pieces. */
export function splitting(dialer: Dialer, how: Split, seed = 1): Dialer {
  return { connect: (target, options) => splitConnection(dialer.connect(target, options), how, seed) };
}

/** The same connection, its `readable` cut anew. */
export function splitConnection(connection: Connection, how: Split, seed = 1): Connection {
  const { writable, opened, closed } = connection;
  return {
    readable: splitReadable(connection.readable, how, seed),
    writable,
    opened,
    closed,
    close: () => connection.close(),
    abort: (reason) => connection.abort(reason),
  };
}

function splitReadable(source: ReadableStream<Bytes>, how: Split, seed: number): ReadableStream<Bytes> {
  const reader = source.getReader();
  let pieces: Bytes[] = [];
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        if (pieces.length === 0) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          pieces = split(value, how, seed++).reverse();
        }
        controller.enqueue(pieces.pop()!); // every chunk has a piece
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
