/** The tunnels that are open: who may open one, how many, and what ends them from outside. */
import type { WebSocket } from 'ws';
import type { Peer } from '../core/transport/index.ts';
import { CLOSE, closeMeaning } from '../core/transport/index.ts';
import type { Rights } from './access.ts';
import { hasEnded, mayCall } from './access.ts';
import type { BridgeEvent } from './events.ts';
import type { Holding } from './holdings.ts';
import { Holdings } from './holdings.ts';
import type { BridgeLimits } from './limits.ts';
import type { TunnelCounts } from './tunnel.ts';
import { Tunnel } from './tunnel.ts';

/** Whom a WebSocket comes from. */
export interface Visitor {
  /** Undefined where nobody is known by its ticket or its request. */
  readonly rights: Rights | undefined;
  readonly origin: string | undefined;
}

export interface TunnelsOptions {
  readonly limits: BridgeLimits;
  peers(): readonly Peer[];
  /** What a user may now; undefined: none any more. */
  rightsOf(rights: Rights): Rights | undefined;
  mayVisit(origin: string | undefined): boolean;
  emit(event: BridgeEvent): void;
}

interface OpenTunnel extends Holding {
  readonly tunnel: Tunnel;
  readonly address: string;
}

interface Verdict {
  readonly code: number;
  readonly reason: string;
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
    webSocket.on('error', () => {}); // also those that get no tunnel
    if (rights === undefined) return this.#deny(webSocket, '', UNKNOWN_USER);
    const peer = this.#options.peers().find((candidate) => candidate.name === name);
    if (!mayCall(rights, name)) return this.#deny(webSocket, rights.user, NOT_THIS_PEER);
    if (peer === undefined) return this.#deny(webSocket, rights.user, NO_SUCH_PEER);
    const limit = this.#holdings.refusal(rights, name);
    if (limit !== undefined) return this.#deny(webSocket, rights.user, { code: CLOSE.LIMIT, reason: limit });
    this.#open(webSocket, peer, rights, origin);
  }

  /** Ends what is not authorised any more. */
  review(): void {
    for (const open of this.#holdings) {
      const verdict = this.#verdict(open);
      if (verdict === undefined) continue;
      const { code, reason } = verdict;
      open.end(code, reason, closeMeaning(code, open.peer).sentence);
    }
  }

  /** Ends all, and resolves when nothing is open any more. */
  async shutDown(): Promise<void> {
    const { sentence } = closeMeaning(CLOSE.SHUTTING_DOWN, '');
    const open = [...this.#holdings];
    for (const holding of open) holding.end(CLOSE.SHUTTING_DOWN, 'shutting down', sentence);
    await Promise.all(open.map(({ tunnel }) => tunnel.ended));
  }

  #verdict({ rights, peer, origin, address }: OpenTunnel): Verdict | undefined {
    const now = this.#options.rightsOf(rights);
    if (hasEnded(rights, Date.now()) || now === undefined)
      return { ...UNKNOWN_USER, reason: 'sign-in ended' };
    const still = this.#options.peers().find((candidate) => candidate.name === peer);
    if (still === undefined || addressOf(still) !== address || !mayCall(now, peer)) return NOT_THIS_PEER;
    return this.#options.mayVisit(origin) ? undefined : { code: CLOSE.FORBIDDEN, reason: 'origin' };
  }

  #deny(webSocket: WebSocket, user: string, { code, reason }: Verdict): void {
    this.#options.emit({ type: 'denied', code, reason, user });
    webSocket.close(code, reason);
  }

  #open(webSocket: WebSocket, peer: Peer, rights: Rights, origin: string | undefined): void {
    const connection = ++this.#connections;
    const start = performance.now();
    const { user } = rights;
    const about = { connection, peer: peer.name, user, ...(origin !== undefined && { origin }) };
    this.#options.emit({ type: 'opened', ...about });
    const tunnel = new Tunnel(webSocket, peer, rights);
    const holding: OpenTunnel = {
      rights,
      peer: peer.name,
      origin,
      tunnel,
      address: addressOf(peer),
      end: (code, reason, sentence) => tunnel.refuse(code, reason, sentence),
    };
    this.#holdings.add(holding);
    void tunnel.ended.then((end) => {
      this.#holdings.delete(holding);
      const milliseconds = Math.round(performance.now() - start);
      this.#options.emit({ type: 'closed', ...about, milliseconds, ...end, ...tunnel.counts });
    });
  }
}

const UNKNOWN_USER: Verdict = { code: CLOSE.UNAUTHORIZED, reason: 'no valid ticket' };
const NOT_THIS_PEER: Verdict = { code: CLOSE.FORBIDDEN, reason: 'peer not allowed' };
const NO_SUCH_PEER: Verdict = { code: CLOSE.UNKNOWN_PEER, reason: 'unknown peer' };

function addressOf({ host, port }: Peer): string {
  return `${host} ${port}`;
}
