/** The bridge on somebody else's HTTP server, below a path of its own. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { DicomError } from '../../core/bytes/index.ts';
import type { Callee, Ground } from './ground.ts';
import { addressOf, checkPath } from './ground.ts';
import { answer } from './http.ts';

type Listener = (...args: unknown[]) => void;

type Make = (theirs: Listener[]) => Listener;

/** An event of the server that the bridge stands before, and who took it until then. */
interface Taken {
  readonly event: 'request' | 'upgrade';
  readonly ours: Listener;
  /** Without those that wanted to hear once, and have. */
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
    const request = (theirs: Listener[]) => (asked: IncomingMessage, response: ServerResponse) => {
      if (this.#isRoot(asked)) return toRoot(asked, response, this.path);
      if (this.#lead(asked)) return callee.request(asked, response);
      return this.#pass(theirs, asked, response);
    };
    const upgrade = (theirs: Listener[]) => (asked: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (this.#lead(asked)) return callee.upgrade(asked, socket, head);
      if (theirs.length > 0) return this.#pass(theirs, asked, socket, head);
      // But for us the host hears no such request as one for an upgrade, unless somebody came later who does.
      return this.#server.listenerCount('upgrade') > 1 ? undefined : this.#asRequest(asked, socket, head);
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
    const theirs = this.#server.rawListeners(event) as Listener[];
    const ours = make(theirs);
    this.#server.removeAllListeners(event);
    this.#server.on(event, ours);
    return { event, ours, theirs };
  }

  #pass(theirs: Listener[], ...args: unknown[]): void {
    for (const listener of theirs.slice()) {
      if ('listener' in listener) theirs.splice(theirs.indexOf(listener), 1); // it was added by `once`
      listener.apply(this.#server, args);
    }
  }

  /**
   * Has the server read the request again, without what it asked for beside an answer: a server may pass over Upgrade
   * (RFC 9110 7.8), and Node does where nobody listens for it. Its body, and what follows it, is still to be read.
   */
  #asRequest(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.unshift(Buffer.concat([Buffer.from(headOf(asked), 'latin1'), head]));
    this.#server.emit(this.secure ? 'secureConnection' : 'connection', socket);
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

/** A request's first lines as they came, but for Upgrade. */
function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return [...lines, '', ''].join('\r\n');
}
