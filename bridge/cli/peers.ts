/** Peers as they are typed and configured: `AET@host:port`, or a name with `--peer` or `--config`. */
import { readFile } from 'node:fs/promises';
import type { Peer } from '../../core/transport/index.ts';
import { hostAndPort, isAETitle } from '../../core/transport/index.ts';
import type { BridgeConfig } from '../config/config.ts';
import { parseConfig, parsePeer, uniqueNames } from '../config/config.ts';
import type { CallablePeer } from '../dial/dial.ts';
import { reason } from '../dial/reason.ts';
import { callablePeers } from '../dial/tls-files.ts';
import { knownSet } from './character-sets.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';
import type { Output } from './output.ts';

export const PEER_FLAGS: FlagTable = {
  peer: { value: 'NAME=AET@host:port', multiple: true, help: 'a peer by name; may be given several times' },
  config: {
    value: 'FILE',
    help: 'peers by name, as JSON: {"peers": [{"name", "aeTitle", "host", "port"}]}; see README.md for their settings',
  },
};

/** An AE title as it is typed. @throws DicomError USAGE where it is none; `what` names the flag. */
export function aeTitle(text: string, what: string): string {
  const title = text.trim();
  if (!isAETitle(title)) {
    throw usage(`${what} is an AE title of 1 to 16 ASCII characters without backslash, not "${text}"`);
  }
  return title;
}

/** What `--config` says, with the peers of `--peer` behind its own. */
export interface Configured extends Omit<BridgeConfig, 'peers'> {
  readonly peers: readonly CallablePeer[];
}

/** Reads the configuration and the files that it names. @throws DicomError USAGE */
export async function configOf(flags: Flags, output: Output): Promise<Configured> {
  const file = flags.text('config');
  const config = file === undefined ? { peers: [] } : parseConfig(await readText(file), file);
  const called = await callablePeers(config.peers, file ?? '', (warning) => output.note(warning));
  const peers = [...called, ...flags.list('peer').map(parsePeer)];
  uniqueNames(peers, '--peer');
  for (const { name, characterSet } of peers) {
    if (characterSet !== undefined) knownSet(characterSet, `${file}: the characterSet of ${name}`);
  }
  return { ...config, peers };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(`${file}: ${reason(error)}`);
  }
}

/** The address of a peer in words: `AET@host:port`. */
export function addressText({ aeTitle: title, host, port }: Omit<Peer, 'name'>): string {
  return `${title}@${hostAndPort(host, port)}`;
}
