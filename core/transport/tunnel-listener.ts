/** The page's end of listening (TUNNEL.md): an AE title leased from a bridge, and the calls for it as connections. */
import type { Clock, ErrorCode, ErrorDetails } from '../bytes/index.ts';
import { ConnectionError, DicomError, SYSTEM_CLOCK, asError } from '../bytes/index.ts';
import { CLOSE } from './close-codes.ts';
import type { Failure } from './control-fields.ts';
import { tunnelError } from './control-fields.ts';
import { deferred } from './deferred.ts';
import { leaseMeaning } from './lease-codes.ts';
import type { Incoming, Leased, ListenToBridge } from './listen-messages.ts';
import { encodeListenMessage, parseListenToPage } from './listen-messages.ts';
import type { Connection, Listener } from './transport.ts';
import type { TunnelSettings, WebSocketLike } from './tunnel-client.ts';
import { takeCall } from './tunnel-client.ts';
import { TICKET_PREFIX, TUNNEL_PROTOCOL } from './tunnel-messages.ts';

/** Connections at once; further callers wait until one ends, or are turned away by the bridge. */
const CONNECTIONS = 16;
/** Announced callers that wait here; a bridge announces fewer. */
const WAITING = 64;
/** How long a bridge keeps a title for a page that it lost, in milliseconds. */
export const LEASE_GRACE_MS = 10_000;
/** How long a bridge may take to answer a wish, in milliseconds. */
const ANSWER_MS = 10_000;
/** Pause before another try to reach the bridge, in milliseconds. */
const RETRY_MS = 500;

/** Which AE title to lease, and where. */
export interface TunnelListenerOptions extends TunnelSettings {
  /** Where the bridge takes leases: `ws://127.0.0.1:8080/bridge/v1/listen`. */
  readonly url: string;
  /** The pool of titles to lease from; the bridge's only one where none is given. */
  readonly pool?: string;
  /** This title of it; without it any that is free. */
  readonly aeTitle?: string;
  /** Connections at once, 16 by default; further callers wait, and are turned away after 10 s. */
  readonly connections?: number;
  /** Gives up leasing, or listening. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** A listener behind a bridge: PS3.8 9.1, a transport service user that others call by its AE title. */
export interface TunnelListener extends Listener {
  /** What we are called by. */
  readonly aeTitle: string;
  /** Where the bridge listens for us. */
  readonly host: string;
  readonly port: number;
  /** Resolves when the title is ours no more: with why, or undefined after `close()`. */
  readonly closed: Promise<ConnectionError | undefined>;
}

/**
 * Leases an AE title. The title stays ours while the bridge can be reached, and is kept for 10 s after; `incoming`
 * errors once it is lost. Taking a connection from `incoming` is the claim.
 * @throws ConnectionError the bridge is not there, has no such title, or none that is free; `details.closeCode` tells.
 */
export async function tunnelListener(options: TunnelListenerOptions): Promise<TunnelListener> {
  const client = new ListenClient(options);
  await client.leased;
  return client;
}

class ListenClient implements TunnelListener {
  readonly leased: Promise<void>;
  readonly closed: Promise<ConnectionError | undefined>;
  readonly incoming: ReadableStream<Connection>;
  readonly #options: TunnelListenerOptions;
  readonly #clock: Clock;
  readonly #leased = deferred<void>();
  readonly #closed = deferred<ConnectionError | undefined>();
  readonly #waiting: Incoming[] = [];
  #controller: ReadableStreamDefaultController<Connection> | undefined;
  #lease: Leased | undefined;
  #socket: WebSocketLike | undefined;
  #socketOpen = false;
  #open = 0;
  #over = false;
  /** Whether the reader asked for a connection. */
  #wanted = false;
  #given: (() => void) | undefined;
  #failure: Failure | undefined;
  /** When the bridge was lost. */
  #lostAt: number | undefined;
  /** Of the answer that is awaited, or of the next try. */
  #stopTimer: () => void = () => {};

  constructor(options: TunnelListenerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.leased = this.#leased.promise;
    this.closed = this.#closed.promise;
    this.incoming = new ReadableStream<Connection>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#want(),
        cancel: () => {
          this.#controller = undefined; // the stream has ended already
          return this.close();
        },
      },
      { highWaterMark: 0 },
    );
    options.signal?.addEventListener('abort', () => this.#cancelled(), { once: true });
    if (options.signal?.aborted === true) this.#cancelled();
    else void this.#call();
  }

  get aeTitle(): string {
    return this.#lease?.aeTitle ?? '';
  }

  get host(): string {
    return this.#lease?.host ?? '';
  }

  get port(): number {
    return this.#lease?.port ?? 0;
  }

  /** Gives the title back; connections that were taken stay. */
  async close(): Promise<void> {
    if (this.#over) return;
    this.#tell({ t: 'release' });
    this.#end(undefined);
    this.#controller?.close();
  }

  /** Opens the control WebSocket, the first or another. */
  async #call(): Promise<void> {
    const { url, pool, getTicket, open } = this.#options;
    try {
      const ticket = await getTicket?.({ pool: pool ?? '' });
      if (this.#over) return;
      const protocols = [TUNNEL_PROTOCOL, ...(ticket === undefined ? [] : [`${TICKET_PREFIX}${ticket}`])];
      this.#listen(open(pool === undefined ? url : `${url}?pool=${encodeURIComponent(pool)}`, protocols));
    } catch (thrown) {
      const error = asError(thrown);
      if (error instanceof ConnectionError) this.#lost(error.code, error.message, error.details);
      else this.#lost('CONNECT_FAILED', `${url} cannot be opened: ${error.message}`);
    }
  }

  #listen(socket: WebSocketLike): void {
    this.#socket = socket;
    this.#stopTimer = this.#clock.after(ANSWER_MS, () => this.#noAnswer());
    socket.addEventListener('open', () => {
      this.#socketOpen = true;
      const { aeTitle = this.#options.aeTitle, secret } = this.#lease ?? {};
      this.#tell({ t: 'lease', ...(aeTitle !== undefined && { aeTitle }), ...(secret && { secret }) });
    });
    socket.addEventListener('message', ({ data }) => this.#message(data));
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#socket === socket) this.#gone(code, reason);
    });
    socket.addEventListener('error', () => {}); // a close event follows
  }

  #message(data: unknown): void {
    if (this.#over) return;
    try {
      if (typeof data !== 'string') throw tunnelError('a frame of listening is not text');
      this.#heard(data);
    } catch (thrown) {
      if (!(thrown instanceof DicomError)) throw thrown;
      this.#socket?.close(CLOSE.PROTOCOL, 'protocol error');
      this.#fail('TUNNEL_PROTOCOL', `The bridge broke the tunnel protocol: ${thrown.message}.`);
    }
  }

  #heard(text: string): void {
    const message = parseListenToPage(text);
    if (message.t === 'error') this.#failure = message;
    else if (message.t === 'leased') {
      this.#lease = message;
      this.#lostAt = undefined;
      this.#stopTimer();
      this.#leased.resolve();
    } else if (message.t === 'withdrawn') this.#forget(message.ticket);
    else if (this.#waiting.length < WAITING) {
      this.#waiting.push(message);
      this.#give();
    }
  }

  #forget(ticket: string): void {
    const at = this.#waiting.findIndex((call) => call.ticket === ticket);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** The reader wants a connection; the promise holds it back until there is one. */
  #want(): Promise<void> {
    this.#wanted = true;
    const { promise, resolve } = deferred<void>();
    this.#given = resolve;
    this.#give();
    return promise;
  }

  /** Takes the call that waits longest, where a connection is wanted and another one is allowed. */
  #give(): void {
    if (!this.#wanted || this.#open >= (this.#options.connections ?? CONNECTIONS)) return;
    const call = this.#waiting.shift();
    if (call === undefined) return;
    this.#wanted = false;
    this.#open++;
    const connection = this.#take(call);
    void connection.closed.then(() => {
      this.#open--;
      this.#give();
    });
    this.#controller?.enqueue(connection);
    this.#given?.();
  }

  #take({ ticket, node, called, calling, remote }: Incoming): Connection {
    const url = `${this.#options.url.replace(/[^/]*$/, '')}accept/${node}`;
    const titles = { calledAETitle: called, callingAETitle: calling };
    return takeCall({ url, ticket, name: `${calling} (${remote})`, titles }, this.#options);
  }

  #noAnswer(): void {
    this.#socket?.close(CLOSE.NORMAL, 'no answer');
    const message = `The bridge at ${this.#options.url} does not answer; check that it runs.`;
    this.#fail('CONNECT_FAILED', message, { closeCode: CLOSE.ABNORMAL, reason: 'ETIMEDOUT' });
  }

  /** The control WebSocket closed. */
  #gone(code: number, reason: string): void {
    const opened = this.#socketOpen;
    this.#socket = undefined;
    this.#socketOpen = false;
    this.#stopTimer();
    this.#waiting.length = 0; // their tickets came over it; the bridge announces again who still waits
    if (this.#over) return;
    if (!opened) {
      this.#lost(
        'CONNECT_FAILED',
        `No bridge answers at ${this.#options.url}; start it, or check the address.`,
      );
    } else {
      const { error = 'CONNECTION_LOST', sentence } = leaseMeaning(code);
      const details = { closeCode: code, reason: this.#failure?.code ?? reason };
      if (code === CLOSE.ABNORMAL) this.#lost(error, sentence, details);
      else this.#fail(error, this.#failure?.msg ?? sentence, details);
    }
  }

  /** The bridge cannot be reached: tried again while it may still know us. */
  #lost(code: ErrorCode, message: string, details: ErrorDetails = { closeCode: CLOSE.ABNORMAL }): void {
    this.#lostAt ??= this.#clock.now();
    const inTime = this.#clock.now() - this.#lostAt + RETRY_MS < LEASE_GRACE_MS;
    if (this.#lease === undefined || !inTime) this.#fail(code, message, details);
    else this.#stopTimer = this.#clock.after(RETRY_MS, () => void this.#call());
  }

  #fail(code: ErrorCode, message: string, details: ErrorDetails = {}): void {
    if (this.#over) return;
    const error = new ConnectionError(code, message, details);
    this.#end(error);
    this.#controller?.error(error);
  }

  #cancelled(): void {
    if (this.#lease !== undefined) void this.close();
    else this.#fail('CANCELLED', 'Leasing an AE title was cancelled.');
  }

  #end(error: ConnectionError | undefined): void {
    this.#over = true;
    this.#stopTimer();
    this.#waiting.length = 0;
    this.#socket?.close(CLOSE.NORMAL, 'released');
    this.#given?.();
    if (error !== undefined) {
      this.leased.catch(() => {});
      this.#leased.reject(error);
    }
    this.#closed.resolve(error);
  }

  #tell(message: ListenToBridge): void {
    if (this.#socketOpen) this.#socket?.send(encodeListenMessage(message));
  }
}
