/** The configuration file of the bridge, and peers as they are typed. */
import * as v from 'valibot';
import { TIMEOUT_PHASES } from '../../core/bytes/index.ts';
import type { Peer, PeerSettings } from '../../core/transport/index.ts';
import { settingsOf } from '../../core/transport/index.ts';
import type { AccessConfig } from './access.ts';
import { accessEntries, unusedAccess } from './access.ts';
import type { ListenerConfig } from './listener.ts';
import { listenerEntries } from './listener.ts';
import { aeTitle, checked, conforming, hostName, peerName, portNumber, usage } from './parts.ts';
import { limitsSchema } from './limits.ts';
import type { TlsFiles } from './tls.ts';
import { tlsSchema } from './tls.ts';
import type { BridgeLimits } from '../limits.ts';
import type { ConfiguredPeer } from '../dial/tls-files.ts';

/** The longest time that can be set, in seconds: a day. */
export const LONGEST_TIMEOUT = 86_400;

const RANGE = `a time is more than 0 s and at most ${LONGEST_TIMEOUT} s`;
const seconds = v.pipe(v.number(), v.gtValue(0, RANGE), v.maxValue(LONGEST_TIMEOUT, RANGE));
const timeouts = v.strictObject(
  Object.fromEntries(TIMEOUT_PHASES.map((phase) => [phase, v.optional(seconds)] as const)),
);

/** The most associations at once that can be set; the bridge takes more tunnels than this from a page. */
export const MOST_ASSOCIATIONS = 8;

const ASSOCIATIONS = `associations are 1 to ${MOST_ASSOCIATIONS}`;
const settings = {
  timeouts: v.optional(timeouts),
  associations: v.optional(
    v.pipe(
      v.number(),
      v.integer(ASSOCIATIONS),
      v.minValue(1, ASSOCIATIONS),
      v.maxValue(MOST_ASSOCIATIONS, ASSOCIATIONS),
    ),
  ),
  // Up to eight terms of VR CS; which of them are known is the core's matter.
  characterSet: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^[A-Z0-9_ ]{0,16}(\\[A-Z0-9_ ]{1,16}){0,7}$/,
        'not the terms of a character set, as ISO_IR 100',
      ),
    ),
  ),
  emptyCharacterSet: v.optional(v.boolean()),
};

const peer = v.strictObject({
  name: peerName,
  aeTitle,
  host: hostName,
  port: portNumber,
  ...settings,
  tls: v.optional(tlsSchema),
});

const config = v.strictObject({
  host: v.optional(hostName),
  port: v.optional(portNumber),
  pacsPort: v.optional(portNumber),
  peers: v.optional(v.array(peer), []),
  tls: v.optional(tlsSchema),
  limits: v.optional(limitsSchema),
  ...accessEntries,
  ...listenerEntries,
});

/**
 * What stands in a configuration file, beside who may do what and how pages are called: `{"peers":[{"name","aeTitle","host","port"}], "host", "port", "pacsPort"}`, each
 * peer with `timeouts`, `associations`, `characterSet` and `emptyCharacterSet` of its own where it needs them.
 */
export interface BridgeConfig extends AccessConfig, ListenerConfig {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly pacsPort?: number | undefined;
  readonly limits?: Partial<BridgeLimits> | undefined;
  readonly peers: readonly ConfiguredPeer[];
  /** With which certificate the bridge itself is called, by https and wss. */
  readonly tls?: true | TlsFiles | undefined;
}

/** Reads a configuration; `file` names it in messages. @throws DicomError USAGE naming the path of the culprit */
export function parseConfig(text: string, file: string): BridgeConfig {
  const output = checked(config, text, file, unusedAccess);
  uniqueNames(output.peers, file);
  return output;
}

/** Reads what a bridge says of a peer beside its address; `where` names it in messages. @throws DicomError USAGE */
export function parseSettings(candidate: PeerSettings, where: string): PeerSettings {
  return conforming(v.strictObject(settings), settingsOf(candidate), where);
}

/** Reads `NAME=AET@host:port`; an IPv6 address stands in brackets. @throws DicomError USAGE */
export function parsePeer(text: string): Peer {
  const equals = text.indexOf('=');
  if (equals < 1) throw usage(`a peer is written NAME=AET@host:port, not "${text}"`);
  return checkPeer({ name: text.slice(0, equals), ...splitAddress(text.slice(equals + 1)) }, text);
}

/** Reads `AET@host:port`. @throws DicomError USAGE */
export function parseAddress(text: string): Omit<Peer, 'name'> {
  const { aeTitle, host, port } = checkPeer({ name: 'unnamed', ...splitAddress(text) }, text);
  return { aeTitle, host, port };
}

/** @throws DicomError USAGE where two peers have one name; `where` is the file or the flag that holds them. */
export function uniqueNames(peers: readonly Peer[], where: string): void {
  const names = peers.map(({ name }) => name);
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twice >= 0)
    throw usage(`${where}: peers[${twice}].name: "${names[twice]}" is the name of another peer`);
}

function splitAddress(text: string): Omit<Peer, 'name'> {
  const match = /^(.+)@(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  if (match === null) throw usage(`the address of a peer is written AET@host:port, not "${text}"`);
  return { aeTitle: match[1]!, host: match[2] ?? match[3]!, port: Number(match[4]) };
}

function checkPeer(candidate: Peer, text: string): Peer {
  return conforming(peer, candidate, `"${text}"`);
}
