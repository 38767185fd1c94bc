/** Peers as they are typed and configured: `AET@host:port`, or a name with `--peer` or `--config`. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { Peer } from '../../core/transport/index.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage, wholeNumber } from './flags.ts';

export const PEER_FLAGS: FlagTable = {
  peer: { value: 'NAME=AET@host:port', multiple: true, help: 'a peer by name; may be given several times' },
  config: { value: 'FILE', help: 'peers by name, as JSON: {"peers": [{"name", "aeTitle", "host", "port"}]}' },
};

const CONFIG = v.strictObject({
  peers: v.array(
    v.strictObject({ name: v.string(), aeTitle: v.string(), host: v.string(), port: v.number() }),
  ),
});

/** AE (PS3.5 6.2): 1 to 16 characters of the default repertoire, no backslash, no control characters, not all spaces. */
export function aeTitle(text: string, what: string): string {
  const title = text.trim();
  if (!/^[\x20-\x5B\x5D-\x7E]{1,16}$/.test(title)) {
    throw usage(`${what} is an AE title of 1 to 16 ASCII characters without backslash, not "${text}"`);
  }
  return title;
}

/** Reads `AET@host:port`; an IPv6 address stands in brackets. @throws DicomError USAGE */
export function parseAddress(text: string): Omit<Peer, 'name'> {
  const match = /^(.+)@(?:\[([0-9a-fA-F:.]+)\]|([^@:[\]\s]+)):([^:]*)$/.exec(text);
  if (match === null) throw usage(`a peer is written AET@host:port, not "${text}"`);
  return {
    aeTitle: aeTitle(match[1]!, `the part before @ in "${text}"`),
    host: match[2] ?? match[3]!,
    port: wholeNumber(match[4]!, `the port in "${text}"`, 1, 65535),
  };
}

/** Reads `NAME=AET@host:port`. @throws DicomError USAGE */
export function parsePeer(text: string): Peer {
  const [name, address] = text.split(/=(.*)/s);
  if (name === undefined || name === '' || address === undefined) {
    throw usage(`--peer is written NAME=AET@host:port, not "${text}"`);
  }
  return { name, ...parseAddress(address) };
}

/** The peers of `--config` and `--peer`, in this order. @throws DicomError USAGE, also where a name comes twice. */
export async function namedPeers(flags: Flags): Promise<readonly Peer[]> {
  const file = flags.text('config');
  const peers = [...(file === undefined ? [] : await readConfig(file)), ...flags.list('peer').map(parsePeer)];
  rejectDoubles(peers);
  return peers;
}

/** @throws DicomError USAGE where two peers have one name. */
export function rejectDoubles(peers: readonly Peer[]): void {
  const names = peers.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw usage(`two peers are named "${twice}"`);
}

async function readConfig(file: string): Promise<readonly Peer[]> {
  const { peers } = checkConfig(file, parseJson(file, await readText(file)));
  return peers.map(({ name, ...peer }) => ({
    ...parsePeer(`${name}=${peer.aeTitle}@${bracketed(peer.host)}:${peer.port}`),
  }));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(`--config ${file}: ${reason(error)}`);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`--config ${file} is not JSON: ${reason(error)}`);
  }
}

function checkConfig(file: string, json: unknown): v.InferOutput<typeof CONFIG> {
  const result = v.safeParse(CONFIG, json);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const where = v.getDotPath(issue);
  const says =
    issue.expected === 'never'
      ? `unknown key "${where}"`
      : `${where === null ? '' : `"${where}": `}expected ${issue.expected}, found ${issue.received}`;
  throw usage(`--config ${file}: ${says}`);
}

/** The address of a peer in words: `AET@host:port`. */
export function addressText(peer: Omit<Peer, 'name'>): string {
  return `${peer.aeTitle}@${bracketed(peer.host)}:${peer.port}`;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** What the system says, without its prefixes: `no such file or directory`. */
export function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: ([^,]+), /.exec(message)?.[1] ?? message;
}
