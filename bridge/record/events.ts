/** What the bridge tells of itself, for logs and counters: no payload, no token; of strangers their address and the titles they gave. */
import type { Titles } from '../peek.ts';
import type { Cause, Verdict } from '../verdict.ts';
import type { TunnelCounts, TunnelEnd } from '../tunnel/tunnel.ts';

/** Whom an event is about. */
interface About {
  readonly connection: number;
  /** The peer that was called; for a caller, its address. */
  readonly peer: string;
  /** Whether the peer called a title that a page has leased. */
  readonly inbound: boolean;
  /** Empty without sign-in. */
  readonly user: string;
  /** Of the page; absent for a program. */
  readonly origin?: string;
}

/** Why a caller at the DICOM port did not get to a page. */
export type TurnedAway =
  | 'source not allowed'
  | 'too many callers'
  | 'no TLS'
  | 'not an association request'
  | 'silent'
  | 'left'
  | 'unknown AE title'
  | 'nobody there'
  | 'not claimed'
  | 'busy';

/** What happened at a bridge. */
export type BridgeEvent =
  /** A request was sent away by HTTP. */
  | { readonly type: 'refused'; readonly status: number; readonly cause: Cause; readonly reason: string }
  /** A WebSocket was closed before a tunnel came about, by this close code. */
  | ({ readonly type: 'denied'; readonly user: string } & Verdict)
  /** A user fetched tickets; one of them was used. Those that were no good are told as `denied`. */
  | { readonly type: 'tickets issued'; readonly count: number; readonly user: string }
  | { readonly type: 'ticket redeemed'; readonly user: string }
  /** Nothing new is taken any more; what is open may go on for a while. */
  | { readonly type: 'draining' }
  /** A WebSocket answered no ping and was cut off. */
  | { readonly type: 'page lost' }
  /** A page has an AE title, for the first time or again; and has it no more. */
  | { readonly type: 'leased'; readonly aeTitle: string; readonly user: string; readonly origin?: string }
  | { readonly type: 'lease ended'; readonly aeTitle: string; readonly user: string }
  /** A caller at the DICOM port was turned away; its titles are there where it is known and said them. */
  | ({
      readonly type: 'turned away';
      readonly outcome: TurnedAway;
      readonly remote: string;
    } & Partial<Titles>)
  | ({ readonly type: 'opened' } & About)
  | ({ readonly type: 'closed'; readonly milliseconds: number } & About & TunnelEnd & TunnelCounts);
