/** A page without a page: a bridge with a DICOM port, titles leased from it, and callers of them. */
import { WebSocket } from 'ws';
import { tcpDialer } from '../../bridge/node/index.ts';
import type { Bridge } from '../../bridge/server.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import type {
  Connection,
  Dialer,
  TunnelListener,
  TunnelListenerOptions,
} from '../../core/transport/index.ts';
import { tunnelListener } from '../../core/transport/index.ts';

/** Where a bridge takes leases. */
export function listenUrl(bridge: Bridge): string {
  return new URL('bridge/v1/listen', bridge.url.replace('http:', 'ws:')).href;
}

export function lease(bridge: Bridge, options: Partial<TunnelListenerOptions> = {}): Promise<TunnelListener> {
  return tunnelListener({
    url: listenUrl(bridge),
    open: (url, protocols) => new WebSocket(url, protocols, { perMessageDeflate: false }),
    ...options,
  });
}

/** An A-ASSOCIATE-RQ for a title. */
export function requestFor(calledAETitle: string, callingAETitle = 'CALLER', contexts = 1): Bytes {
  return encodePdu({
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAETitle,
    callingAETitle,
    applicationContext: '1.2.840.10008.3.1.1.1',
    contexts: Array.from({ length: contexts }, (_, i) => ({
      id: 2 * i + 1,
      abstractSyntax: '1.2.840.10008.1.1',
      transferSyntaxes: ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'],
    })),
    userInformation: { maximumLength: 16384 },
  });
}

/** Calls over TCP; the request for this title goes before whatever is sent. */
export function dialerFor(calledAETitle: string): Dialer {
  return {
    connect: (target, options) => {
      const connection = tcpDialer().connect(target, options);
      const writer = connection.writable.getWriter();
      writer.write(requestFor(calledAETitle)).catch(() => {}); // the test looks at what it writes itself
      writer.releaseLock();
      return connection;
    },
  };
}

/** The same connection without the request that comes first. */
export function behindRequest(connection: Connection): Connection {
  let left = requestFor('WEB01').length;
  const reader = connection.readable.getReader();
  const readable = new ReadableStream<Bytes>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          const skipped = Math.min(left, value.length);
          left -= skipped;
          if (skipped < value.length) return controller.enqueue(value.subarray(skipped));
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const { writable, opened, closed } = connection;
  return {
    readable,
    writable,
    opened,
    closed,
    close: () => connection.close(),
    abort: (why) => connection.abort(why),
  };
}
