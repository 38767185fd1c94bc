/** A network within one JavaScript realm: for tests, demonstrations, and a mini-PACS in the page. */
import type { Bytes } from '../bytes/index.ts';
import { ConnectionError, DicomError } from '../bytes/index.ts';
import { PullQueue } from './pull-queue.ts';
import { connectFailure, connectionLost } from './reasons.ts';
import type { Connection, Dialer, Listener, Target } from './transport.ts';
import { hostAndPort, targetText } from './transport.ts';
import { WiredConnection } from './wired.ts';

/** Unread bytes in one direction that hold the writer back. */
const HIGH_WATER = 64 << 10;
/** Connections waiting to be claimed from one listener; more are refused, as by a full backlog. */
const BACKLOG = 64;

/** Addresses are names only: any host and port may be listened on, once at a time. */
export class MemoryNetwork implements Dialer {
  readonly #listeners = new Map<string, PullQueue<Connection>>();

  /** @throws DicomError USAGE (`details.reason` EADDRINUSE) where somebody listens already. */
  listen(host: string, port: number): Listener {
    const address = hostAndPort(host, port);
    if (this.#listeners.has(address)) {
      throw new DicomError('USAGE', `${address} is in use already; choose another port.`, {
        reason: 'EADDRINUSE',
        host,
        port,
      });
    }
    const queue = new PullQueue<Connection>();
    this.#listeners.set(address, queue);
    const close = async (): Promise<void> => {
      if (this.#listeners.get(address) === queue) this.#listeners.delete(address);
      for (const unclaimed of queue.cut()) unclaimed.abort();
    };
    return { incoming: queue.readable, close };
  }

  connect(target: Target, options: { readonly signal?: AbortSignal } = {}): Connection {
    const end = new MemoryEnd(options.signal);
    queueMicrotask(() => this.#call(target, end));
    return end.connection;
  }

  #call(target: Target, caller: MemoryEnd): void {
    const address = targetText(target);
    const queue = this.#listeners.get(address);
    if ('peer' in target) {
      const message = `Peers have no names in memory; connect to host and port instead of ${address}.`;
      caller.connection.fail(new ConnectionError('PEER_UNKNOWN', message));
    } else if (queue === undefined || queue.length >= BACKLOG) {
      caller.connection.fail(connectFailure(address, 'ECONNREFUSED'), 'ECONNREFUSED');
    } else if (!caller.gone) {
      queue.push(caller.join(address));
    }
  }
}

/** One end of a connection in memory; bytes written here are received at the other. */
class MemoryEnd {
  readonly connection: WiredConnection;
  gone = false;
  #peer: MemoryEnd | undefined;
  #resume: (() => void) | undefined;

  constructor(signal?: AbortSignal) {
    this.connection = new WiredConnection(
      {
        send: (chunk) => this.#send(chunk),
        finish: () => this.#finish(),
        reset: () => this.#reset(),
        release: () => this.#reset(),
        taken: () => this.#peer?.resume(),
      },
      signal,
    );
  }

  /** Makes the accepting end, opens both, and returns the accepting connection. */
  join(address: string): Connection {
    const peer = new MemoryEnd();
    this.#peer = peer;
    peer.#peer = this;
    this.connection.confirm({ remote: address });
    peer.connection.confirm({ remote: 'memory' });
    this.resume();
    return peer.connection;
  }

  /** Lets a waiting write go on once the other end has room. */
  resume(): void {
    if (this.#peer === undefined || this.#peer.connection.unread >= HIGH_WATER) return;
    this.#resume?.();
    this.#resume = undefined;
  }

  async #send(chunk: Bytes): Promise<void> {
    while (this.#peer === undefined || this.#peer.connection.unread >= HIGH_WATER) {
      await new Promise<void>((resolve) => (this.#resume = resolve));
    }
    this.#peer.connection.receive(chunk.slice()); // the writer may use its chunk again
  }

  /** FIN one way is answered by FIN the other way: there is no half-close. */
  #finish(): void {
    this.#peer?.connection.end();
    this.connection.end();
  }

  #reset(): void {
    this.gone = true;
    this.#peer?.connection.fail(connectionLost('the peer', 'ECONNRESET'), 'ECONNRESET');
  }
}
