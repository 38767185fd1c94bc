/** The way through a bridge: `--via ws://host:port`, signed in by `--token-file`. */
import { readFile, stat } from 'node:fs/promises';
import type { WebSocket } from 'ws';
import { ConnectionError } from '../../core/bytes/index.ts';
import type {
  Dialer,
  Peer,
  PeerList,
  TunnelListener,
  TunnelListenerOptions,
} from '../../core/transport/index.ts';
import {
  LISTEN_PATH,
  PEERS_PATH,
  TUNNEL_PATH,
  tunnelDialer,
  tunnelListener,
} from '../../core/transport/index.ts';
import type { Call } from './command.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';
import { noteInTheClear, noteShared } from './user.ts';
import { reason } from '../dial/reason.ts';

export const VIA_FLAGS: FlagTable = {
  via: { value: 'ws://HOST:PORT', help: 'through a bridge, to one of its peers by name' },
  'token-file': { value: 'FILE', help: 'with --via: the access token, where the bridge wants one' },
};

/** A bridge, and by what we are known there. */
export interface Bridge {
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws DicomError USAGE */
export async function bridgeOf(flags: Flags): Promise<Bridge | undefined> {
  const via = flags.text('via');
  const file = flags.text('token-file');
  if (via === undefined) {
    if (file !== undefined) throw usage('--token-file goes with --via');
    return undefined;
  }
  const base = URL.canParse(via) ? new URL(via) : undefined;
  if (base === undefined || !/^wss?:$/.test(base.protocol)) {
    throw usage(`--via is the address of a bridge, as ws://127.0.0.1:8080, not "${via}"`);
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return { base, headers: file === undefined ? {} : { authorization: `Bearer ${await tokenIn(file)}` } };
}

/** Says what is unwise about how our token is kept, and sent. */
export async function warnOfToken(call: Call, { base }: Bridge): Promise<void> {
  const file = call.flags.text('token-file');
  if (file === undefined) return;
  noteShared(await stat(file), file, call);
  if (base.protocol === 'ws:') noteInTheClear('token', base.hostname, call);
}

/** A dialer to the peers of the bridge. */
export async function dialerThrough(bridge: Bridge): Promise<Dialer> {
  return tunnelDialer({ url: new URL(TUNNEL_PATH, bridge.base).href, open: await openerOf(bridge) });
}

/** Leases an AE title of the bridge, this one or any. @throws ConnectionError where it gives none. */
export async function listenerThrough(
  bridge: Bridge,
  options: Pick<TunnelListenerOptions, 'aeTitle' | 'signal'>,
): Promise<TunnelListener> {
  const open = await openerOf(bridge);
  return tunnelListener({ url: new URL(LISTEN_PATH, bridge.base).href, open, ...options });
}

type Opener = (address: string, protocols: string[]) => WebSocket;

async function openerOf({ headers }: Bridge): Promise<Opener> {
  const { WebSocket } = await import('ws'); // most calls need none
  // maxPayload bounds what a frame may allocate; the bridge sends 256 kB at most.
  const options = { perMessageDeflate: false, maxPayload: 1 << 20, headers };
  return (address, protocols) => new WebSocket(address, protocols, options);
}

/** Asks the bridge whom it knows. @throws ConnectionError where it does not answer so. */
export async function peersOfBridge({ base, headers }: Bridge): Promise<readonly Peer[]> {
  const url = new URL(PEERS_PATH, base);
  url.protocol = base.protocol === 'wss:' ? 'https:' : 'http:';
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    if (response.status === 401) throw notSignedIn(base, 'authorization' in headers);
    if (!response.ok) throw new Error(`it answers ${response.status} ${response.statusText}`);
    const { peers } = (await response.json()) as Partial<PeerList>;
    if (!Array.isArray(peers)) throw new Error('what it answers is no list of peers');
    return peers;
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ConnectionError('CONNECT_FAILED', `no bridge answers at ${base.href}: ${reason(cause)}`);
  }
}

function notSignedIn(base: URL, offered: boolean): ConnectionError {
  const why = offered ? 'does not know this token, or not any more' : 'wants a token: --token-file FILE';
  return new ConnectionError('NOT_ALLOWED', `the bridge at ${base.href} ${why}`);
}

/** A token that is typed would stay in the shell's history, and be seen by every user of the machine. */
async function tokenIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw usage(`${file}: ${reason(error)}`);
  });
  const token = text.trim();
  if (!/^[\w.~+/-]+=*$/.test(token)) throw usage(`${file}: expected an access token, and nothing else`);
  return token;
}
