/** The configuration file of the bridge, and peers as they are typed. */
import * as v from 'valibot';
import { DicomError, TIMEOUT_PHASES } from '../core/bytes/index.ts';
import type { Timeouts } from '../core/bytes/index.ts';
import type { Peer } from '../core/transport/index.ts';
import { isAETitle } from '../core/transport/index.ts';
import { LOOPBACK } from './door.ts';

const port = v.pipe(
  v.number(),
  v.integer('a port is a whole number'),
  v.minValue(1, 'a port is 1 to 65535'),
  v.maxValue(65535, 'a port is 1 to 65535'),
);

const aeTitle = v.pipe(
  v.string(),
  v.trim(),
  v.check(isAETitle, 'an AE title has 1 to 16 ASCII characters and no backslash'),
);

/** The longest time that can be set, in seconds: a day. */
export const LONGEST_TIMEOUT = 86_400;

const RANGE = `a time is more than 0 s and at most ${LONGEST_TIMEOUT} s`;
const seconds = v.pipe(v.number(), v.gtValue(0, RANGE), v.maxValue(LONGEST_TIMEOUT, RANGE));
const timeouts = v.strictObject(
  Object.fromEntries(TIMEOUT_PHASES.map((phase) => [phase, v.optional(seconds)] as const)),
);

const peer = v.strictObject({
  name: v.pipe(
    v.string(),
    v.regex(
      /^[^\p{Cc}\s=@]([^\p{Cc}=@]{0,62}[^\p{Cc}\s=@])?$/u,
      'a name has 1 to 64 characters, none of them = or @',
    ),
  ),
  aeTitle,
  host: v.pipe(
    v.string(),
    v.regex(/^([\w.-]+|[\da-fA-F:.]*:[\da-fA-F:.]*(%[\w.-]+)?)$/, 'not a host name or an IP address'),
  ),
  port,
  timeouts: v.optional(timeouts),
});

const config = v.strictObject({
  host: v.optional(v.picklist(LOOPBACK, `only a loopback address is possible: ${LOOPBACK.join(', ')}`)),
  port: v.optional(port),
  pacsPort: v.optional(port),
  peers: v.optional(v.array(peer), []),
});

/** What stands in a configuration file: `{"peers":[{"name","aeTitle","host","port","timeouts"}], "host", "port", "pacsPort"}`. */
export interface BridgeConfig {
  readonly host?: (typeof LOOPBACK)[number] | undefined;
  readonly port?: number | undefined;
  readonly pacsPort?: number | undefined;
  readonly peers: readonly Peer[];
}

/** Reads a configuration; `file` names it in messages. @throws DicomError USAGE naming the path of the culprit */
export function parseConfig(text: string, file: string): BridgeConfig {
  const result = v.safeParse(config, parseJson(text, file));
  if (!result.success) throw usage(`${file}: ${issueText(result.issues[0])}`);
  uniqueNames(result.output.peers, file);
  return result.output;
}

/** Reads times in seconds by phase; `where` names them in messages. @throws DicomError USAGE */
export function parseTimeouts(candidate: unknown, where: string): Timeouts {
  const result = v.safeParse(timeouts, candidate);
  if (!result.success) throw usage(`${where}: ${issueText(result.issues[0])}`);
  return result.output;
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
  const result = v.safeParse(peer, candidate);
  if (!result.success) throw usage(`"${text}": ${issueText(result.issues[0])}`);
  return result.output;
}

function parseJson(text: string, file: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (Array.isArray(value)) throw usage(`${file}: expected Object, not Array`); // valibot takes one for an object
  return value;
}

function issueText(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).reduce(
    (text, { key }) =>
      typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`,
    '',
  );
  if (issue.type === 'strict_object' && issue.expected === 'never') return `unknown key ${path}`;
  if (issue.received === 'undefined') return `${path} is missing`;
  const plain = issue.kind === 'schema' && issue.type !== 'picklist';
  const message = plain
    ? `expected ${issue.expected ?? 'something else'}, not ${issue.received}`
    : issue.message;
  return path === '' ? message : `${path}: ${message}`;
}

function usage(message: string): DicomError {
  return new DicomError('USAGE', message);
}
