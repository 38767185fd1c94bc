/** Who may do what: a user, the peers that may be called, the AE titles that may be called as. */
import type { IncomingMessage } from 'node:http';

/**
 * What one user may. Permissions are user x peer x calling AE title; whether somebody may search or store is the
 * PACS's to say, by calling AE title.
 */
export interface Rights {
  /** Appears in logs and limits; never a token. */
  readonly user: string;
  /** Names of peers, or `*` for every peer of the configuration. */
  readonly peers: readonly string[] | '*';
  /** AE titles that may be called as, or leased; `*` for any. */
  readonly aeTitles: readonly string[] | '*';
  /** Whether addresses within `--allow-target` may be called, beside the named peers. */
  readonly targets?: boolean;
  /** Which sign-in told this user apart, where there are several. */
  readonly source?: string;
  /** Milliseconds since 1970 at which the sign-in ends; what it opened ends with it. */
  readonly expires?: number;
}

/** Tells who asks, by whatever the request carries; undefined where that is nobody, or nobody any more. */
export type Authorize = (request: IncomingMessage) => Rights | undefined | Promise<Rights | undefined>;

/** Without sign-in, on a loopback address: who can run a program on this machine may use its bridge. */
export const ANYONE: Rights = { user: '', peers: '*', aeTitles: '*', targets: true };

export function mayCall(rights: Rights, peer: string): boolean {
  return rights.peers === '*' || rights.peers.includes(peer);
}

export function mayUseTitle(rights: Rights, aeTitle: string): boolean {
  return rights.aeTitles === '*' || rights.aeTitles.includes(aeTitle);
}

export function hasEnded({ expires }: Rights, now: number): boolean {
  return expires !== undefined && expires <= now;
}

/** Who asks, where somebody tells users apart. One who fails to tell knows nobody. */
export async function rightsOf(
  authorize: Authorize | undefined,
  request: IncomingMessage,
): Promise<Rights | undefined> {
  if (authorize === undefined) return ANYONE;
  try {
    const rights = await authorize(request);
    return rights === undefined || hasEnded(rights, Date.now()) ? undefined : rights;
  } catch {
    return undefined;
  }
}

/** Whom a WebSocket comes from. */
export interface Visitor {
  /** Undefined where nobody is known by its ticket or its request. */
  readonly rights: Rights | undefined;
  readonly origin: string | undefined;
}
