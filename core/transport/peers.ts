/** Who can be called by name; the bridge lists them at GET /bridge/v1/peers. */
export interface Peer {
  /** Unique, what people pick. */
  readonly name: string;
  readonly aeTitle: string;
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
}

/** The body of GET /bridge/v1/peers. */
export interface PeerList {
  readonly peers: readonly Peer[];
}
