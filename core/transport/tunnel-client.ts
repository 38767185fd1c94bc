/** The page's end of tunnel v1 (TUNNEL.md): connections to the named peers of a bridge. */
import type { Bytes, ErrorCode, ErrorDetails } from '../bytes/index.ts';
import { ConnectionError, DicomError, asError } from '../bytes/index.ts';
import { CLOSE, closeMeaning } from './close-codes.ts';
import { tunnelError } from './control-fields.ts';
import { ReceiveCredit, SendCredit } from './credit.ts';
import type { TicketPurpose } from './peers.ts';
import { TLS_DIAGNOSIS } from './tls-reasons.ts';
import type { Connection, ConnectionInfo, Dialer } from './transport.ts';
import { targetText } from './transport.ts';
import type { ToBridge } from './tunnel-messages.ts';
import {
  DOWN_WINDOW,
  MAX_FRAME,
  TICKET_PREFIX,
  TUNNEL_PROTOCOL,
  UP_WINDOW,
  clampWindow,
  encodeMessage,
  parseToPage,
} from './tunnel-messages.ts';
import { WiredConnection } from './wired.ts';

/** What the tunnel needs of a WebSocket: the browser's and that of the `ws` package have it. */
export interface WebSocketLike {
  binaryType: string;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  send(data: string | Bytes): void;
  close(code?: number, reason?: string): void;
}

/** How tunnels are made, whichever way they lead. */
export interface TunnelSettings {
  /** Opens a WebSocket: `(url, protocols) => new WebSocket(url, protocols)`. */
  open(url: string, protocols: string[]): WebSocketLike;
  /** Fetches a ticket where users sign in (TUNNEL.md, "Tickets"); undefined where none is needed. */
  getTicket?(purpose: TicketPurpose): Promise<string | undefined>;
  /** Bytes that the bridge may send ahead of the reader; 4 MiB by default; taken as 512 KiB to 16 MiB. */
  readonly window?: number;
  /** Told of the bytes from the bridge, when they arrive and when the reader takes them. */
  readonly traffic?: { received(bytes: number): void; taken(bytes: number): void };
}

/** The way to a bridge. */
export interface TunnelOptions extends TunnelSettings {
  /** Where the bridge takes tunnels: `ws://127.0.0.1:8080/bridge/v1/connect`. */
  readonly url: string;
}

/**
 * Connects to the peers that a bridge knows by name, and to the addresses that it allows, one WebSocket per connection. Every failure, of
 * the bridge or of the peer behind it, is a ConnectionError; `details.closeCode` is the tunnel's code.
 */
export function tunnelDialer(options: TunnelOptions): Dialer {
  return {
    connect: (target, { signal } = {}) => {
      const name = targetText(target);
      const client = new TunnelClient({ name }, options, signal);
      const [key, purpose] =
        'peer' in target ? (['peer', { peer: name }] as const) : (['target', { target: name }] as const);
      void client.knock(`${options.url}?${key}=${encodeURIComponent(name)}`, purpose, options);
      return client.connection;
    },
  };
}

/** A call that a bridge announced. */
export interface Call {
  /** Where it is taken: `ws://127.0.0.1:8080/bridge/v1/accept/NODE`. */
  readonly url: string;
  readonly ticket: string;
  /** Who calls, for people. */
  readonly name: string;
  /** What the bridge peeked. */
  readonly titles: Pick<ConnectionInfo, 'calledAETitle' | 'callingAETitle'>;
}

/** Takes a call: the connection that the caller opened, from its first byte. */
export function takeCall({ url, ticket, name, titles }: Call, settings: TunnelSettings): Connection {
  const client = new TunnelClient({ name, titles }, settings);
  client.enter(url, settings, ticket);
  return client.connection;
}

/** The other side of a tunnel, as far as it is known before it is open. */
interface FarSide {
  /** For messages. */
  readonly name: string;
  readonly titles?: Call['titles'];
}

class TunnelClient {
  readonly connection: WiredConnection;
  readonly #far: FarSide;
  readonly #up = new SendCredit(UP_WINDOW);
  readonly #down: ReceiveCredit;
  readonly #window: number;
  readonly #traffic: TunnelSettings['traffic'];
  #socket: WebSocketLike | undefined;
  #socketOpen = false;
  /** Cut off before there was a WebSocket: none is opened any more. */
  #cutOff = false;
  #maxFrame = MAX_FRAME;
  #wake: (() => void) | undefined;
  #failure: { readonly code: string; readonly msg: string } | undefined;

  constructor(far: FarSide, { window = DOWN_WINDOW, traffic }: TunnelSettings, signal?: AbortSignal) {
    this.#far = far;
    this.#traffic = traffic;
    this.#window = clampWindow(window);
    this.#down = new ReceiveCredit(this.#window);
    this.connection = new WiredConnection(
      {
        send: (chunk) => this.#send(chunk),
        finish: () => this.#socket?.close(CLOSE.NORMAL, 'closed'),
        reset: () => this.#reset(),
        release: () => this.#socket?.close(CLOSE.NORMAL, 'closed'),
        taken: (chunk) => this.#taken(chunk.length),
      },
      signal,
    );
  }

  /** Fetches a ticket where one is needed, and opens the WebSocket; a failure is the connection's. */
  async knock(url: string, purpose: TicketPurpose, settings: TunnelSettings): Promise<void> {
    if (settings.getTicket === undefined) return this.enter(url, settings);
    try {
      const ticket = await settings.getTicket(purpose);
      if (!this.#cutOff) this.enter(url, settings, ticket);
    } catch (thrown) {
      const error = asError(thrown);
      const told = error instanceof ConnectionError ? error : undefined;
      this.refuse(told?.code ?? 'NOT_ALLOWED', error.message, thrown, told?.details);
    }
  }

  /** Opens the WebSocket; a failure is the connection's. */
  enter(url: string, { open }: TunnelSettings, ticket?: string): void {
    const [address = url] = url.split('?', 1);
    const protocols = ticket === undefined ? [] : [`${TICKET_PREFIX}${ticket}`];
    try {
      this.#socket = open(url, [TUNNEL_PROTOCOL, ...protocols]);
    } catch (thrown) {
      this.refuse('CONNECT_FAILED', `${address} cannot be opened: ${asError(thrown).message}`, thrown);
      return;
    }
    this.#listen(this.#socket, address);
  }

  #listen(socket: WebSocketLike, url: string): void {
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => this.#opened());
    socket.addEventListener('message', ({ data }) => this.#message(data));
    socket.addEventListener('close', ({ code, reason }) => this.#closed(code, reason, url));
    socket.addEventListener('error', () => {}); // a close event follows, and says more
  }

  #opened(): void {
    this.#socketOpen = true;
    this.#control({ t: 'hello', window: this.#window });
    this.#wake?.();
  }

  /** Sends as credit allows, in frames that the bridge takes. */
  async #send(chunk: Bytes): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      const length = Math.min(chunk.length - at, this.#maxFrame, this.#socketOpen ? this.#up.available : 0);
      if (length === 0) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      } else {
        this.#up.sent(length);
        this.#socket?.send(chunk.subarray(at, at + length));
        at += length;
      }
    }
  }

  #message(data: unknown): void {
    try {
      if (data instanceof ArrayBuffer) this.#bytes(new Uint8Array(data));
      else if (typeof data === 'string') this.#heard(data);
      else throw tunnelError('a frame is neither text nor an ArrayBuffer');
    } catch (thrown) {
      if (!(thrown instanceof DicomError)) throw thrown;
      this.refuse('TUNNEL_PROTOCOL', `The bridge broke the tunnel protocol: ${thrown.message}.`, thrown);
      this.#socket?.close(Number(thrown.details['closeCode']), 'protocol error');
    }
  }

  #bytes(chunk: Bytes): void {
    this.#down.received(chunk.length);
    this.#traffic?.received(chunk.length);
    this.connection.receive(chunk);
  }

  #heard(text: string): void {
    const message = parseToPage(text);
    if (message.t === 'error') this.#failure = message;
    else if (message.t === 'ack') this.#up.acknowledge(message.n);
    else {
      this.#up.widen(message.window);
      this.#maxFrame = Math.min(MAX_FRAME, message.maxFrame);
      const { remote, tls } = message;
      this.connection.confirm({ remote, ...(tls && { tls }), ...this.#far.titles });
    }
    this.#wake?.();
  }

  #taken(length: number): void {
    this.#traffic?.taken(length);
    const total = this.#down.consumed(length);
    if (total !== undefined) this.#control({ t: 'ack', n: total });
  }

  #reset(): void {
    this.#cutOff = true;
    if (this.#socketOpen) this.#control({ t: 'reset' });
    this.#socket?.close(CLOSE.NORMAL, 'reset');
  }

  /** A closing WebSocket drops what is sent, as both the browser's and that of `ws` do. */
  #control(message: ToBridge): void {
    this.#socket?.send(encodeMessage(message));
  }

  #closed(code: number, reason: string, url: string): void {
    if (code === CLOSE.NORMAL && this.#socketOpen) this.connection.end();
    else if (!this.#socketOpen) this.#noBridge(url);
    else {
      const { error, sentence } = closeMeaning(code, this.#far.name);
      this.refuse(error ?? 'CONNECTION_LOST', this.#failure?.msg ?? sentence, undefined, {
        closeCode: code,
        reason: this.#failure?.code ?? reason,
        ...(code === CLOSE.TLS_FAILED && { diagnosis: TLS_DIAGNOSIS }),
      });
    }
  }

  #noBridge(url: string): void {
    const message = `No bridge answers at ${url}; start it, or check the address.`;
    this.refuse('CONNECT_FAILED', message, undefined, { closeCode: CLOSE.ABNORMAL });
  }

  refuse(code: ErrorCode, message: string, cause?: unknown, details: ErrorDetails = {}): void {
    const reason = details['closeCode'];
    this.connection.fail(
      new ConnectionError(code, message, details, cause),
      typeof reason === 'number' ? reason : undefined,
    );
  }
}
