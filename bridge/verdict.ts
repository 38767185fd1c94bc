/** Why a WebSocket is closed: the code of the tunnel, and a few words for the log and the page's programmer. */
import { CLOSE } from '../core/transport/index.ts';

export interface Verdict {
  readonly code: number;
  readonly reason: string;
}

export const UNKNOWN_USER: Verdict = { code: CLOSE.UNAUTHORIZED, reason: 'no valid ticket' };
export const SIGN_IN_ENDED: Verdict = { code: CLOSE.UNAUTHORIZED, reason: 'sign-in ended' };
export const ORIGIN_REMOVED: Verdict = { code: CLOSE.FORBIDDEN, reason: 'origin' };
