/** What the bridge tells of itself, for logs and counters: no payload, no token, and of strangers no word. */
import type { TunnelCounts, TunnelEnd } from './tunnel.ts';

/** Whom an event is about. */
interface About {
  readonly connection: number;
  readonly peer: string;
  /** Empty without sign-in. */
  readonly user: string;
  /** Of the page; absent for a program. */
  readonly origin?: string;
}

export type BridgeEvent =
  /** A request was sent away by HTTP. */
  | { readonly type: 'refused'; readonly status: number; readonly reason: string }
  /** A WebSocket was closed before a tunnel came about, by this close code. */
  | { readonly type: 'denied'; readonly code: number; readonly reason: string; readonly user: string }
  | ({ readonly type: 'opened' } & About)
  | ({ readonly type: 'closed'; readonly milliseconds: number } & About & TunnelEnd & TunnelCounts);
