/** The tunnels that are open: who may open one, how many, and what ends them from outside. */
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { CLOSE, closeMeaning, deferred } from '../../core/transport/index.ts';
import type { Rights, Visitor } from '../access/access.ts';
import { hasEnded, mayCall, mayUseTitle } from '../access/access.ts';
import type { AddressPolicy, AllowedTarget, OwnSocket } from '../dial/addresses.ts';
import { freeTargets, namedPeers, parseTarget } from '../dial/addresses.ts';
import type { CallablePeer } from '../dial/dial.ts';
import type { BridgeEvent } from '../record/events.ts';
import type { Holding, LimitReached } from '../access/holdings.ts';
import { Holdings } from '../access/holdings.ts';
import type { BridgeLimits } from '../limits.ts';
import { Stillness } from './stillness.ts';
import type { TakenCall, TunnelCounts } from './tunnel.ts';
import type { Taken } from '../listening/reception.ts';
import { Tunnel } from './tunnel.ts';
import type { Verdict } from '../verdict.ts';
import { ORIGIN_REMOVED, SHUTTING_DOWN, SIGN_IN_ENDED, UNKNOWN_USER } from '../verdict.ts';

export interface TunnelsOptions {
  readonly limits: BridgeLimits;
  peers(): readonly CallablePeer[];
  /** Where may be called without a name. */
  targets(): readonly AllowedTarget[];
  /** What the bridge listens on itself: nobody is led there. */
  own(): readonly OwnSocket[];
  /** What a user may now; undefined: none any more. */
  rightsOf(rights: Rights): Rights | undefined;
  mayVisit(origin: string | undefined): boolean;
  emit(event: BridgeEvent): void;
}

/** A peer by its name, or `host:port` where that is allowed. */
export type Wanted = { readonly peer: string } | { readonly target: string };

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
  readonly policy: AddressPolicy;
  verdict(tunnel: Tunnel): Verdict | undefined;
}

export class Tunnels {
  readonly #options: TunnelsOptions;
  readonly #holdings: Holdings<OpenTunnel>;
  #connections = 0;
  #stopWaiting = (): void => {};

  constructor(options: TunnelsOptions) {
    this.#options = options;
    this.#holdings = new Holdings(options.limits);
  }

  /** What every open tunnel has moved, and holds. */
  get counts(): readonly TunnelCounts[] {
    return [...this.#holdings].map(({ tunnel }) => tunnel.counts);
  }

  /** Opens a tunnel, or closes the WebSocket with the reason. */
  enter(webSocket: WebSocket, { rights, origin }: Visitor, wanted: Wanted): void {
    if (rights === undefined) return this.deny(webSocket, '', UNKNOWN_USER);
    const beginning =
      'peer' in wanted
        ? this.#named(rights, origin, wanted.peer)
        : this.#unnamed(rights, origin, wanted.target);
    if ('code' in beginning) return this.deny(webSocket, rights.user, beginning);
    // No name that a peer can have: addresses without one are counted by themselves.
    const name = 'peer' in wanted ? wanted.peer : `@${wanted.target}`;
    const limit = this.#holdings.refusal(rights, name);
    if (limit !== undefined) return this.deny(webSocket, rights.user, tooMany(limit));
    this.#open(webSocket, { rights, origin }, name, beginning);
  }

  #named(rights: Rights, origin: string | undefined, name: string): Beginning | Verdict {
    if (!mayCall(rights, name)) return NOT_THIS_PEER;
    const peer = this.#options.peers().find((candidate) => candidate.name === name);
    if (peer === undefined) return NO_SUCH_PEER;
    const policy = namedPeers(this.#options.own);
    return { peer, policy, verdict: (tunnel) => this.#verdict(tunnel, rights, origin, peer) };
  }

  #unnamed(rights: Rights, origin: string | undefined, text: string): Beginning | Verdict {
    const target = parseTarget(text);
    const { targets, own } = this.#options;
    if (target === undefined || rights.targets !== true || targets().length === 0) return NOT_THIS_TARGET;
    const peer = { name: text, aeTitle: '', ...target };
    const policy: AddressPolicy = (address, port) => freeTargets(targets(), own)(address, port);
    const verdict = (tunnel: Tunnel): Verdict | undefined => {
      const { callee } = tunnel;
      const now = this.#standing(tunnel, rights, origin);
      if ('code' in now) return now;
      const allowed =
        now.targets === true && (callee === undefined || policy(callee, peer.port) === 'allowed');
      return allowed ? undefined : NOT_THIS_TARGET;
    };
    return { peer, policy, verdict };
  }

  /** Leads to a caller that a page has come for, or sends the page away. */
  accept(webSocket: WebSocket, { origin }: Visitor, taken: Taken | Verdict): void {
    if ('code' in taken) return this.deny(webSocket, '', taken);
    const { rights, remote, titles, tls } = taken;
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
    const call = { socket, remote, titles, tls };
    const policy = namedPeers(this.#options.own);
    return this.#open(webSocket, { rights, origin }, name, { peer, call, policy, verdict: taken.verdict });
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

  /**
   * Resolves when nothing has been open for `quiet` milliseconds and `others` have ended as well, after `most` of them, or
   * when all is shut down.
   */
  async allEnded(most: number, quiet: number, others?: Promise<void>): Promise<void> {
    const { promise: late, resolve } = deferred<void>();
    this.#stopWaiting = resolve;
    const timer = setTimeout(resolve, most);
    const over = late.then(() => true);
    for (;;) {
      const ended = Promise.all([...this.#holdings].map(({ tunnel }) => tunnel.ended)).then(() => false);
      if (await Promise.race([ended, over])) break;
      const before = this.#connections;
      if (quiet > 0 && (await Promise.race([pause(quiet, false, { ref: false }), over]))) break;
      if (this.#holdings.size === 0 && this.#connections === before) break;
    }
    await Promise.race([others, over]);
    clearTimeout(timer);
  }

  /** Ends all, and resolves when nothing is open any more. */
  async shutDown(): Promise<void> {
    this.#stopWaiting();
    const open = [...this.#holdings];
    for (const holding of open) holding.end(SHUTTING_DOWN);
    await Promise.all(open.map(({ tunnel }) => tunnel.ended));
  }

  #verdict(
    tunnel: Tunnel,
    rights: Rights,
    origin: string | undefined,
    peer: CallablePeer,
  ): Verdict | undefined {
    const now = this.#standing(tunnel, rights, origin);
    if ('code' in now) return now;
    const still = this.#options.peers().find((candidate) => candidate.name === peer.name);
    if (still === undefined || !samePeer(still, peer)) return NOT_THIS_PEER;
    return mayCall(now, peer.name) ? undefined : NOT_THIS_PEER;
  }

  /** What the user may now, or why nothing. */
  #standing({ counts }: Tunnel, rights: Rights, origin: string | undefined): Rights | Verdict {
    const now = this.#options.rightsOf(rights);
    if (hasEnded(rights, Date.now()) || now === undefined) return SIGN_IN_ENDED;
    const { callingAETitle } = counts;
    if (callingAETitle !== undefined && !mayUseTitle(now, callingAETitle)) return NOT_THIS_TITLE;
    return this.#options.mayVisit(origin) ? now : ORIGIN_REMOVED;
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
    { peer, call, policy, verdict }: Beginning,
  ): void {
    const connection = ++this.#connections;
    const start = performance.now();
    const { user } = rights;
    const inbound = call !== undefined;
    const { limits } = this.#options;
    const about = { connection, peer: peer.name, inbound, user, ...(origin !== undefined && { origin }) };
    this.#options.emit({ type: 'opened', ...about });
    const tunnel = new Tunnel(webSocket, peer, rights, { call, policy, limits });
    const holding: OpenTunnel = {
      rights,
      peer: name,
      origin,
      tunnel,
      verdict: () => verdict(tunnel),
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
const NOT_THIS_TARGET: Verdict = { code: CLOSE.FORBIDDEN, cause: 'peer', reason: 'target not allowed' };
const NOT_THIS_TITLE: Verdict = { code: CLOSE.FORBIDDEN, cause: 'title', reason: 'AE title not allowed' };
const CALLER_LEFT: Verdict = { code: CLOSE.CALLER_LEFT, cause: 'caller', reason: 'the caller left' };
const NO_SUCH_PEER: Verdict = { code: CLOSE.UNKNOWN_PEER, cause: 'peer', reason: 'unknown peer' };

function tooMany(reason: LimitReached): Verdict {
  return { code: CLOSE.LIMIT, cause: 'limit', reason };
}

/** Whether a tunnel to the one would be a tunnel to the other: at the same address, known by the same TLS. */
function samePeer(a: CallablePeer, b: CallablePeer): boolean {
  const sameTls = a.tls === undefined || b.tls === undefined ? a.tls === b.tls : a.tls.trustsAs(b.tls);
  return a.host === b.host && a.port === b.port && sameTls;
}
