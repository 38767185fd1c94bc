import { WebSocket } from 'ws';
import type { Bridge } from '../../bridge/server.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import type { Dialer } from '../../core/transport/index.ts';
import { TUNNEL_PROTOCOL, tunnelDialer } from '../../core/transport/index.ts';

/** What a tunnel that is not closed soon has to begin with. */
export const REQUEST: Bytes = encodePdu({
  type: 'A-ASSOCIATE-RQ',
  protocolVersion: 1,
  calledAETitle: 'PACS',
  callingAETitle: 'PAGE',
  applicationContext: '1.2.840.10008.3.1.1.1',
  contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }],
  userInformation: { maximumLength: 16384, implementationClassUID: '1.2.3' },
});

/** A bridge in this process or another. */
type Reachable = Pick<Bridge, 'url'>;

/** Where a bridge takes tunnels. */
export function tunnelUrl(bridge: Reachable): string {
  return new URL('bridge/v1/connect', bridge.url.replace('http:', 'ws:')).href;
}

/** A dialer through a bridge, with the WebSocket of the `ws` package. */
export function dialerVia(bridge: Reachable, window?: number): Dialer {
  return tunnelDialer({
    url: tunnelUrl(bridge),
    open: (url, protocols) => new WebSocket(url, protocols, { perMessageDeflate: false }),
    ...(window === undefined ? {} : { window }),
  });
}

/** A WebSocket to the bridge's end of the tunnel, for what our own client never does. */
export class RawTunnel {
  readonly webSocket: WebSocket;
  readonly messages: unknown[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  received = 0;
  #begun = false;
  #waiting: (() => void)[] = [];

  constructor(bridge: Reachable, peer: string) {
    const url = `${tunnelUrl(bridge)}?peer=${encodeURIComponent(peer)}`;
    this.webSocket = new WebSocket(url, TUNNEL_PROTOCOL, { perMessageDeflate: false });
    this.webSocket.on('message', (data, isBinary) => {
      if (isBinary) this.received += (data as Buffer).length;
      else this.messages.push(JSON.parse((data as Buffer).toString()));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.webSocket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.webSocket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  /** Opened; a hello is sent unless told otherwise. */
  async open(hello: unknown = { t: 'hello', window: 1 << 20 }): Promise<this> {
    await new Promise<void>((resolve) => this.webSocket.once('open', () => resolve()));
    if (hello !== undefined) this.send(hello);
    return this;
  }

  /** Text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.webSocket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Zeros behind the one byte without which a bridge lets nothing out: the PDU-type of A-ASSOCIATE-RQ. */
  bytes(length: number): void {
    const bytes = new Uint8Array(length);
    if (!this.#begun) bytes[0] = 1;
    this.#begun = true;
    this.webSocket.send(bytes);
  }

  /** Waits for messages until the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.webSocket.readyState === WebSocket.CLOSED) throw new Error('the bridge closed the WebSocket');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The TCP connection behind the bridge is open. */
  async ready(): Promise<this> {
    await this.until(() => this.messages.length > 0);
    return this;
  }
}
