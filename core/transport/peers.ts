import type { Timeouts } from '../bytes/index.ts';

/** Where a bridge takes tunnels, below its own address. */
export const TUNNEL_PATH = 'bridge/v1/connect';
/** Where a bridge lists its peers (GET), below its own address. */
export const PEERS_PATH = 'bridge/v1/peers';
/** Where a bridge gives tickets to who signs in (POST), below its own address. */
export const TICKETS_PATH = 'bridge/v1/tickets';
/** Where a bridge tells a page what it takes it for (GET), below its own address. */
export const DOOR_PATH = 'bridge/v1/door';

/** Where pages lease AE titles to be called by, below the bridge's own address. */
export const LISTEN_PATH = 'bridge/v1/listen';
/** Below it, by its node of the bridge, a page takes a call. */
export const ACCEPT_PATH = 'bridge/v1/accept';
/** What a ticket is asked for: a tunnel to a peer or to `host:port`, or the lease of an AE title from a pool. */
export type TicketPurpose =
  { readonly peer: string } | { readonly target: string } | { readonly pool: string };

/** What a bridge answers at `TICKETS_PATH`. */
export interface TicketsAnswer {
  readonly tickets: readonly string[];
  /** Seconds that they are good for. */
  readonly lifetime: number;
}

/** What a bridge answers at `DOOR_PATH`. */
export interface DoorAnswer {
  readonly origin: string | null;
  /** Whether a WebSocket needs a ticket. */
  readonly ticket: boolean;
  /** Who is signed in. */
  readonly user: string | null;
}

/** Associations at once in a get where a peer's settings do not say. */
export const DEFAULT_ASSOCIATIONS = 4;

/** What holds for one peer instead of the usual. */
export interface PeerSettings {
  /** For phases in which this peer needs more time than usual, or less. */
  readonly timeouts?: Timeouts | undefined;
  /** Associations at once in a get or a send. */
  readonly associations?: number | undefined;
  /** Terms as in (0008,0005): how queries are written, and answers read that name no set. */
  readonly characterSet?: string | undefined;
  /** false: queries in ASCII do without (0008,0005). */
  readonly emptyCharacterSet?: boolean | undefined;
}

/** The settings of a peer alone, those that are there. */
export function settingsOf({
  timeouts,
  associations,
  characterSet,
  emptyCharacterSet,
}: PeerSettings): PeerSettings {
  const settings = { timeouts, associations, characterSet, emptyCharacterSet };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** Who can be called by name; a bridge lists them at `PEERS_PATH`. */
export interface Peer extends PeerSettings {
  /** Unique, what people pick. */
  readonly name: string;
  readonly aeTitle: string;
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
}

/** Where a bridge can be called for its pages. */
export interface ListeningAt {
  readonly host: string;
  readonly port: number;
  /** AE titles that this user may lease, by the name of their pool. */
  readonly pools: Readonly<Record<string, readonly string[]>>;
}

/** What a bridge answers at `PEERS_PATH`. */
export interface PeerList {
  readonly peers: readonly Peer[];
  /** Absent where the bridge opens no DICOM port. */
  readonly listening?: ListeningAt;
  /** Whether this user may call addresses beside them; the bridge still looks at each. */
  readonly targets?: boolean;
  /** AE titles that this user may call as, where these are not free. */
  readonly aeTitles?: readonly string[];
}

/**
 * Whether a text can be an AE title without its padding (PS3.5 6.2, AE): 1 to 16 characters of the default
 * repertoire, no control characters, no backslash, not all spaces.
 */
export function isAETitle(text: string): boolean {
  return /^[ -[\]-~]{1,16}$/.test(text) && text.trim() !== '';
}
