/** The bridge on somebody else's HTTP server, below a path of its own. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { DicomError } from '../../core/bytes/index.ts';
import type { Refusal } from './door.ts';
import type { Callee, Ground } from './ground.ts';
import { addressOf, checkPath } from './ground.ts';
import { answer, refuseUpgrade } from './http.ts';

type Listener = (...args: unknown[]) => void;

type Make = (theirs: readonly Listener[]) => Listener;

/** An event of the server that the bridge stands before, and who took it until then. */
interface Taken {
  readonly event: 'request' | 'upgrade';
  readonly ours: Listener;
  readonly theirs: readonly Listener[];
}

/**
 * Stands before the listeners that the server has: what lies below the path is the bridge's and they never see it, all
 * else is theirs. Limits and certificates are the host's.
 */
export class GuestGround implements Ground {
  readonly secure: boolean;
  readonly path: string;
  readonly bound: AddressInfo;
  readonly #server: Server;
  #taken: readonly Taken[] = [];
  #closed = false;

  /** @throws DicomError USAGE: the server does not listen on a TCP port yet, or the path is none. */
  constructor(server: Server, path: string) {
    const bound = addressOf(server);
    if (bound === undefined) {
      const message =
        'The server has to listen on a TCP port before a bridge is mounted: how far it reaches decides who must sign in.';
      throw new DicomError('USAGE', message);
    }
    this.bound = bound;
    this.secure = server instanceof SecureServer;
    this.path = checkPath(path);
    this.#server = server;
  }

  open(callee: Callee): Promise<void> {
    const request = (theirs: readonly Listener[]) => (asked: IncomingMessage, response: ServerResponse) => {
      if (this.#isRoot(asked)) return toRoot(asked, response, this.path);
      if (this.#lead(asked)) return callee.request(asked, response);
      return this.#pass(theirs, asked, response);
    };
    const upgrade =
      (theirs: readonly Listener[]) => (asked: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (this.#lead(asked)) return callee.upgrade(asked, socket, head);
        if (theirs.length === 0) return refuseUpgrade(socket, NO_WEB_SOCKET);
        return this.#pass(theirs, asked, socket, head);
      };
    this.#taken = [this.#take('request', request as Make), this.#take('upgrade', upgrade as Make)];
    return Promise.resolve();
  }

  setLimits(): void {}

  setCertificates(): void {}

  /**
   * The listeners from before are in their place again; those that came later stay behind them. Where somebody stands
   * before us by now, we pass on all that he passes on.
   */
  close(): Promise<void> {
    this.#closed = true;
    for (const { event, ours, theirs } of this.#taken) {
      if (!this.#server.listeners(event).includes(ours)) continue;
      this.#server.off(event, ours);
      for (const listener of theirs.toReversed()) this.#server.prependListener(event, listener);
    }
    this.#taken = [];
    return Promise.resolve();
  }

  #take(event: Taken['event'], make: Make): Taken {
    const theirs = this.#server.listeners(event) as Listener[];
    const ours = make(theirs);
    this.#server.removeAllListeners(event);
    this.#server.on(event, ours);
    return { event, ours, theirs };
  }

  #pass(theirs: readonly Listener[], ...args: unknown[]): void {
    for (const listener of theirs) listener.apply(this.#server, args);
  }

  /** Whether it is ours; then it goes on as if the bridge lay at the root. */
  #lead(request: IncomingMessage): boolean {
    if (this.#closed || request.url?.startsWith(this.path) !== true) return false;
    request.url = request.url.slice(this.path.length - 1);
    return true;
  }

  #isRoot({ url = '' }: IncomingMessage): boolean {
    return !this.#closed && this.path !== '/' && url.split('?', 1)[0] === this.path.slice(0, -1);
  }
}

/** All addresses in the page are relative to its own, which ends with a slash. */
function toRoot(request: IncomingMessage, response: ServerResponse, path: string): void {
  answer({ request, response }, 308, 'The page is one slash further.', { location: path });
}

const NO_WEB_SOCKET: Refusal = { status: 404, cause: 'path', reason: 'No WebSocket is taken here.' };
