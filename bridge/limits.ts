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
  /** Callers at the DICOM port that have not got to a page: they wait for it, or are being turned away. */
  readonly callers: number;
  /** Those of them that have not said yet whom they call. */
  readonly peeks: number;
  /** Those of one address. */
  readonly peeksPerSource: number;
  /** How long the head of an A-ASSOCIATE-RQ may take, in milliseconds. */
  readonly peekTime: number;
  /** AE titles leased at once, over all users. */
  readonly leases: number;
  /** AE titles leased at once by one user, where users sign in. */
  readonly leasesPerUser: number;
  /** How long a title stays with a page that went away without a word, in milliseconds. */
  readonly leaseGrace: number;
  /** Callers of one title that wait for its page. */
  readonly callersPerLease: number;
  /** How long a caller waits for the page, and its ticket lasts, in milliseconds: below the 10 s we promise. */
  readonly claimTime: number;
  /** How often a WebSocket is pinged, in milliseconds: what it does not answer tells of a page that is gone. */
  readonly pingInterval: number;
  /** After so many pings without any sign of life a WebSocket is cut off. */
  readonly missedPings: number;
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
  callers: 256,
  peeks: 64,
  peeksPerSource: 8,
  peekTime: 5000,
  leases: 64,
  leasesPerUser: 2,
  leaseGrace: 10_000,
  callersPerLease: 8,
  claimTime: 9500,
  pingInterval: 30_000,
  missedPings: 2,
};
