/** Why a WebSocket is closed: the code of the tunnel, what it was about, and a few words for the log and the page's programmer. */
import { CLOSE } from '../core/transport/index.ts';

/** What a refusal is about, for counters. */
export type Cause =
  /** By HTTP, before there is a WebSocket. */
  | 'malformed'
  | 'host'
  | 'origin'
  | 'path'
  | 'overloaded'
  | 'draining'
  /** Ours, or of a function that we were given. */
  | 'fault'
  /** Who may not do what. */
  | 'ticket'
  | 'user'
  | 'peer'
  | 'address'
  | 'title'
  | 'not-an-RQ'
  /** Too many or too fast, more than was granted, or nothing where something was awaited. */
  | 'limit'
  | 'overrun'
  | 'silent'
  | 'idle'
  | 'stuck'
  | 'protocol'
  /** Who called has left. */
  | 'caller';

/** Why a WebSocket is closed. */
export interface Verdict {
  readonly code: number;
  readonly cause: Cause;
  readonly reason: string;
}

export const UNKNOWN_USER: Verdict = { code: CLOSE.UNAUTHORIZED, cause: 'ticket', reason: 'no valid ticket' };
export const SIGN_IN_ENDED: Verdict = { code: CLOSE.UNAUTHORIZED, cause: 'user', reason: 'sign-in ended' };
export const ORIGIN_REMOVED: Verdict = { code: CLOSE.FORBIDDEN, cause: 'origin', reason: 'origin' };
export const SHUTTING_DOWN: Verdict = {
  code: CLOSE.SHUTTING_DOWN,
  cause: 'draining',
  reason: 'shutting down',
};
