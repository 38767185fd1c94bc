/** The close codes of tunnel v1: what each means, and what a person is told. */
import type { ErrorCode } from '../bytes/index.ts';

export const CLOSE = {
  /** The peer sent FIN and everything was delivered (from the bridge); the page closed (from the page). */
  NORMAL: 1000,
  GOING_AWAY: 1001,
  /** Never sent: the WebSocket broke without a close frame. */
  ABNORMAL: 1006,
  TOO_BIG: 1009,
  PROTOCOL: 4400,
  UNAUTHORIZED: 4401,
  FORBIDDEN: 4403,
  UNKNOWN_PEER: 4404,
  CONNECT_TIMEOUT: 4408,
  TITLE_TAKEN: 4409,
  CALLER_LEFT: 4410,
  LIMIT: 4429,
  RESET: 4499,
  CONNECT_FAILED: 4502,
  SHUTTING_DOWN: 4503,
  IDLE: 4504,
  TLS_FAILED: 4525,
} as const;

/** What a close code becomes on the side that receives it. */
export interface CloseMeaning {
  /** Code of the ConnectionError; undefined where the end of the tunnel is the end of the stream. */
  readonly error: ErrorCode | undefined;
  /** What happened and what to do; `PEER` stands for the name of the peer. */
  readonly sentence: string;
}

const MEANINGS: Readonly<Record<number, CloseMeaning>> = {
  [CLOSE.NORMAL]: { error: undefined, sentence: 'PEER closed the connection.' },
  [CLOSE.GOING_AWAY]: {
    error: 'CONNECTION_LOST',
    sentence: 'The bridge ended the connection to PEER; start the bridge again.',
  },
  [CLOSE.ABNORMAL]: {
    error: 'CONNECTION_LOST',
    sentence: 'The connection to the bridge broke; check that the bridge runs and can be reached.',
  },
  [CLOSE.TOO_BIG]: {
    error: 'TUNNEL_PROTOCOL',
    sentence: 'The bridge refused a frame as too long; use the page and the bridge of one version.',
  },
  [CLOSE.PROTOCOL]: {
    error: 'TUNNEL_PROTOCOL',
    sentence: 'The bridge did not understand the page; use the page and the bridge of one version.',
  },
  [CLOSE.UNAUTHORIZED]: {
    error: 'NOT_ALLOWED',
    sentence: 'The bridge wants a new sign-in; load the page again.',
  },
  [CLOSE.FORBIDDEN]: {
    error: 'NOT_ALLOWED',
    sentence: 'The bridge does not allow you to connect to PEER; ask who runs the bridge.',
  },
  [CLOSE.UNKNOWN_PEER]: {
    error: 'PEER_UNKNOWN',
    sentence: 'The bridge knows no peer named PEER; check the name, or start the bridge with --peer.',
  },
  [CLOSE.CONNECT_TIMEOUT]: {
    error: 'CONNECT_FAILED',
    sentence: 'PEER did not answer in time; check its host and port, and that no firewall is in between.',
  },
  [CLOSE.TITLE_TAKEN]: {
    error: 'NOT_ALLOWED',
    sentence: 'Another page uses this AE title; choose another title or close that page.',
  },
  [CLOSE.CALLER_LEFT]: {
    error: 'CONNECTION_LOST',
    sentence: 'The caller left before its connection was accepted; let it call again.',
  },
  [CLOSE.LIMIT]: {
    error: 'NOT_ALLOWED',
    sentence: 'A limit of the bridge is reached; close other connections and try again.',
  },
  [CLOSE.RESET]: {
    error: 'CONNECTION_LOST',
    sentence: 'PEER cut the connection off; look at the log of the peer for the cause.',
  },
  [CLOSE.CONNECT_FAILED]: {
    error: 'CONNECT_FAILED',
    sentence: 'The bridge could not connect to PEER; check that it runs and that host and port are right.',
  },
  [CLOSE.SHUTTING_DOWN]: {
    error: 'CONNECTION_LOST',
    sentence: 'The bridge is shutting down; start it again and repeat.',
  },
  [CLOSE.IDLE]: {
    error: 'CONNECTION_LOST',
    sentence: 'The bridge closed the connection to PEER because nothing moved for long; connect again.',
  },
  [CLOSE.TLS_FAILED]: {
    error: 'CONNECT_FAILED',
    sentence: 'No secure connection to PEER came about; check the certificates on both sides.',
  },
};

/** The meaning of any close code, with the name of the peer put in. */
export function closeMeaning(code: number, peer: string): CloseMeaning {
  const { error, sentence } = MEANINGS[code] ?? {
    error: 'CONNECTION_LOST',
    sentence: `The bridge ended the connection to PEER with code ${code}; look at the log of the bridge.`,
  };
  return { error, sentence: sentence.replaceAll('PEER', () => peer) };
}
