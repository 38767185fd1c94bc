import type { PeerAddress } from '../../core/peer/index.ts';
import type { Connection, ConnectionInfo, Dialer } from '../../core/transport/index.ts';

/** The same peer, and what its last connection turned out to be. */
export function watchedConnection(peer: PeerAddress): {
  readonly peer: PeerAddress;
  /** Undefined where none was opened. */
  info(): Promise<ConnectionInfo | undefined>;
} {
  let last: Connection | undefined;
  const dialer: Dialer = { connect: (...args) => (last = peer.dialer.connect(...args)) };
  return { peer: { ...peer, dialer }, info: async () => last?.opened.catch(() => undefined) };
}
