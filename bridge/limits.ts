/** Every limit of the bridge with its default, and why it is there. */

export interface BridgeLimits {
  /** Tunnels at once, over all users. */
  readonly connections: number;
  /** Tunnels at once of one user, where users sign in. */
  readonly connectionsPerUser: number;
  /** Tunnels at once to one peer: servers have few associations to give. */
  readonly connectionsPerPeer: number;
  /** Tunnels at once of one user to one peer: a page needs four for a transfer and one for its queries. */
  readonly connectionsPerPeerAndUser: number;
  /** Tunnels that one user may open in a minute. */
  readonly opensPerMinute: number;
  /** Tickets of one user that are not used yet. */
  readonly tickets: number;
  /** How long a ticket is good for, in milliseconds. */
  readonly ticketLifetime: number;
  /** How often what was authorised is looked at again, in milliseconds: sign-ins end while tunnels are open. */
  readonly reviewInterval: number;
}

export const DEFAULT_BRIDGE_LIMITS: BridgeLimits = {
  connections: 200,
  connectionsPerUser: 16,
  connectionsPerPeer: 64,
  connectionsPerPeerAndUser: 8,
  opensPerMinute: 300,
  tickets: 32,
  ticketLifetime: 30_000,
  reviewInterval: 30_000,
};
