/** The tunnels that are open: who may open one, how many, and what ends them from outside. */
import type { WebSocket } from 'ws';
import type { Peer } from '../core/transport/index.ts';
import { CLOSE, closeMeaning, deferred } from '../core/transport/index.ts';
import type { Rights, Visitor } from './access.ts';
import { hasEnded, mayCall } from './access.ts';
import type { AddressPolicy } from './addresses.ts';
import type { CallablePeer } from './dial.ts';
import type { BridgeEvent } from './events.ts';
import type { Holding, LimitReached } from './holdings.ts';
import { Holdings } from './holdings.ts';
import type { BridgeLimits } from './limits.ts';
import { Stillness } from './stillness.ts';
import type { TakenCall, TunnelCounts } from './tunnel.ts';
import type { Taken } from './reception.ts';
import { Tunnel } from './tunnel.ts';
import type { Verdict } from './verdict.ts';
import { ORIGIN_REMOVED, SHUTTING_DOWN, SIGN_IN_ENDED, UNKNOWN_USER } from './verdict.ts';

export interface TunnelsOptions {
  readonly limits: BridgeLimits;
  peers(): readonly CallablePeer[];
  /** Which addresses may be called. */
  readonly policy: AddressPolicy;
  /** What a user may now; undefined: none any more. */
  rightsOf(rights: Rights): Rights | undefined;
  mayVisit(origin: string | undefined): boolean;
  emit(event: BridgeEvent): void;
}

interface OpenTunnel extends Holding {
  readonly tunnel: Tunnel;
  readonly stillness: Stillness;
  /** Why it may not go on; undefined while it may. */
  verdict(): Verdict | undefined;
}

/** How a tunnel begins: by dialling the peer, or by a call of it that a page has taken. */
interface Beginning {
  readonly peer: CallablePeer;
  readonly call?: TakenCall;
  verdict(): Verdict | undefined;
}

export class Tunnels {
  readonly #options: TunnelsOptions;
  readonly #holdings: Holdings<OpenTunnel>;
  #connections = 0;

  constructor(options: TunnelsOptions) {
    this.#options = options;
    this.#holdings = new Holdings(options.limits);
  }

  /** What every open tunnel has moved, and holds. */
  get counts(): readonly TunnelCounts[] {
    return [...this.#holdings].map(({ tunnel }) => tunnel.counts);
  }

  /** Opens a tunnel to the peer of this name, or closes the WebSocket with the reason. */
  enter(webSocket: WebSocket, { rights, origin }: Visitor, name: string): void {
    if (rights === undefined) return this.deny(webSocket, '', UNKNOWN_USER);
    const peer = this.#options.peers().find((candidate) => candidate.name === name);
    if (!mayCall(rights, name)) return this.deny(webSocket, rights.user, NOT_THIS_PEER);
    if (peer === undefined) return this.deny(webSocket, rights.user, NO_SUCH_PEER);
    const limit = this.#holdings.refusal(rights, name);
    if (limit !== undefined) return this.deny(webSocket, rights.user, tooMany(limit));
    this.#open(webSocket, { rights, origin }, name, {
      peer,
      verdict: () => this.#verdict(rights, origin, peer),
    });
  }

  /** Leads to a caller that a page has come for, or sends the page away. */
  accept(webSocket: WebSocket, { origin }: Visitor, taken: Taken | Verdict): void {
    if ('code' in taken) return this.deny(webSocket, '', taken);
    const { rights, remote, titles } = taken;
    // Not a name that a peer can have: calls for a title have limits of their own.
    const name = `=${titles.calledAETitle}`;
    const limit = this.#holdings.full(rights, name);
    if (limit !== undefined) {
      taken.reject();
      return this.deny(webSocket, rights.user, tooMany(limit));
    }
    const socket = taken.hand();
    if (socket === undefined) return this.deny(webSocket, rights.user, CALLER_LEFT);
    const { remoteAddress: host = '', remotePort: port = 0 } = socket;
    const peer = { name: remote, aeTitle: titles.callingAETitle, host, port };
    const call = { socket, remote, titles };
    return this.#open(webSocket, { rights, origin }, name, { peer, call, verdict: taken.verdict });
  }

  /** Ends what is not authorised any more. */
  review(): void {
    for (const open of this.#holdings) {
      const verdict = open.verdict();
      if (verdict === undefined) continue;
      open.end(verdict);
    }
  }

  /** Ends those that lead nowhere; `now` is in milliseconds since any start. */
  watch(now: number): void {
    for (const open of this.#holdings) {
      const verdict = open.stillness.look(open.tunnel.pulse, now);
      if (verdict !== undefined) open.end(verdict);
    }
  }

  /** Resolves when nothing is open any more, or after so many milliseconds. */
  async allEnded(milliseconds: number): Promise<void> {
    const { promise: late, resolve } = deferred<void>();
    const timer = setTimeout(resolve, milliseconds);
    await Promise.race([late, Promise.all([...this.#holdings].map(({ tunnel }) => tunnel.ended))]);
    clearTimeout(timer);
  }

  /** Ends all, and resolves when nothing is open any more. */
  async shutDown(): Promise<void> {
    const open = [...this.#holdings];
    for (const holding of open) holding.end(SHUTTING_DOWN);
    await Promise.all(open.map(({ tunnel }) => tunnel.ended));
  }

  #verdict(rights: Rights, origin: string | undefined, peer: Peer): Verdict | undefined {
    const now = this.#options.rightsOf(rights);
    if (hasEnded(rights, Date.now()) || now === undefined) return SIGN_IN_ENDED;
    const still = this.#options.peers().find((candidate) => candidate.name === peer.name);
    if (still === undefined || addressOf(still) !== addressOf(peer)) return NOT_THIS_PEER;
    if (!mayCall(now, peer.name)) return NOT_THIS_PEER;
    return this.#options.mayVisit(origin) ? undefined : ORIGIN_REMOVED;
  }

  /** Closes a WebSocket that gets no tunnel. */
  deny(webSocket: WebSocket, user: string, verdict: Verdict): void {
    webSocket.on('error', () => {});
    this.#options.emit({ type: 'denied', ...verdict, user });
    webSocket.close(verdict.code, verdict.reason);
  }

  #open(
    webSocket: WebSocket,
    { rights, origin }: Visitor & { readonly rights: Rights },
    name: string,
    { peer, call, verdict }: Beginning,
  ): void {
    const connection = ++this.#connections;
    const start = performance.now();
    const { user } = rights;
    const inbound = call !== undefined;
    const { policy, limits } = this.#options;
    const about = { connection, peer: peer.name, inbound, user, ...(origin !== undefined && { origin }) };
    this.#options.emit({ type: 'opened', ...about });
    const tunnel = new Tunnel(webSocket, peer, rights, { call, policy, limits });
    const holding: OpenTunnel = {
      rights,
      peer: name,
      origin,
      tunnel,
      verdict,
      stillness: new Stillness(limits),
      end: (why) => tunnel.refuse(why, closeMeaning(why.code, peer.name).sentence),
    };
    this.#holdings.add(holding);
    void tunnel.ended.then((end) => {
      this.#holdings.delete(holding);
      const milliseconds = Math.round(performance.now() - start);
      this.#options.emit({ type: 'closed', ...about, milliseconds, ...end, ...tunnel.counts });
    });
  }
}

const NOT_THIS_PEER: Verdict = { code: CLOSE.FORBIDDEN, cause: 'peer', reason: 'peer not allowed' };
const CALLER_LEFT: Verdict = { code: CLOSE.CALLER_LEFT, cause: 'caller', reason: 'the caller left' };
const NO_SUCH_PEER: Verdict = { code: CLOSE.UNKNOWN_PEER, cause: 'peer', reason: 'unknown peer' };

function tooMany(reason: LimitReached): Verdict {
  return { code: CLOSE.LIMIT, cause: 'limit', reason };
}

function addressOf({ host, port }: Peer): string {
  return `${host} ${port}`;
}
