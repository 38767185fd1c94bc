/** The system's words for a failed connection, made into sentences that say what to do. */
import { ConnectionError } from '../bytes/index.ts';

const CONNECT_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check that the peer runs and that host and port are right',
  ETIMEDOUT: 'no answer came; check host and port, and that no firewall is in between',
  EHOSTUNREACH: 'there is no way to this host; check the address and the network',
  ENETUNREACH: 'there is no way to this network; check the address and the network connection',
  EADDRNOTAVAIL: 'this address cannot be called from here; check host and port',
  ENOTFOUND: 'no host has this name; check the spelling, or use the IP address',
  EAI_AGAIN: 'the name server did not answer; try again, or use the IP address',
  ECONNRESET:
    'the connection was cut off while it was being opened; try again, and look at the log of the peer',
  EACCES: 'this machine does not permit the connection; check its firewall',
  EPERM: 'this machine does not permit the connection; check its firewall',
  EMFILE: 'too many connections are open here; close some and try again',
};

/** `Could not connect to …: …`, for an errno such as ECONNREFUSED. */
export function connectFailure(target: string, reason: string, cause?: unknown): ConnectionError {
  const why = CONNECT_REASONS[reason] ?? `the system says ${reason}; check host and port`;
  return new ConnectionError('CONNECT_FAILED', `Could not connect to ${target}: ${why}.`, { reason }, cause);
}

/** An open connection broke, for an errno such as ECONNRESET. */
export function connectionLost(target: string, reason: string, cause?: unknown): ConnectionError {
  const message = `The connection to ${target} was cut off (${reason}); look at the log of the peer for the cause.`;
  return new ConnectionError('CONNECTION_LOST', message, { reason }, cause);
}
