/** Which addresses may be called. It is asked with what a name resolved to, at every dial, and never with the name. */
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { DicomError } from '../../core/bytes/index.ts';

/**
 * What is said of one address: `outside` lies in no network that is allowed, `forbidden` is one that leads into this
 * machine or its surroundings whoever asks, `ourselves` is a socket that the bridge listens on.
 */
export type Verdict = 'allowed' | 'outside' | 'forbidden' | 'ourselves';

export type AddressPolicy = (address: string, port: number) => Verdict;

/** A socket that the bridge listens on, by the address that it is bound to. */
export interface OwnSocket {
  readonly address: string;
  readonly port: number;
}

/** Where pages may connect to without a name: a network, and the ports in it. */
export interface AllowedTarget {
  readonly network: Network;
  readonly ports: readonly number[];
}

/** Addresses that begin alike (RFC 4632). */
export class Network {
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
  readonly #base: string;
  readonly #list = new BlockList();

  /** `10.0.0.0/8`; a single address is a network of one. Returns undefined for anything else. */
  static parse(text: string): Network | undefined {
    const [, base = '', length] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
    const bits = { 4: 32, 6: 128 }[isIP(base)];
    const prefix = Number(length ?? bits);
    return bits === undefined || prefix > bits ? undefined : new Network(base, prefix);
  }

  private constructor(base: string, prefix: number) {
    this.family = isIPv4(base) ? 'ipv4' : 'ipv6';
    this.prefix = prefix;
    this.#base = base;
    this.#list.addSubnet(base, prefix, this.family);
  }

  /** `address` as `plainAddress` writes it. */
  has(address: string): boolean {
    // BlockList finds 127.0.0.1 in ::/0 as well; here the families are kept apart.
    return isIPv4(address) === (this.family === 'ipv4') && this.#list.check(address, this.family);
  }

  /** Whether all of this lies in the other one. */
  within(other: Network): boolean {
    return this.prefix >= other.prefix && other.has(this.#base);
  }

  /** Whether the address it is written with is the first one, as in 10.0.0.0/8 and not in 10.0.0.5/8. */
  get isFirst(): boolean {
    return !bitsOf(this.#base).slice(this.prefix).includes('1');
  }

  /** Whether it is written as IPv4 within IPv6. */
  get isMapped(): boolean {
    return this.within(MAPPED);
  }
}

/**
 * An address without zone, and as IPv4 where it is IPv4 written as IPv6 (RFC 4291 2.5.5.2): what the system would call.
 */
export function plainAddress(address: string): string {
  const [bare = ''] = address.split('%');
  if (!isIPv6(bare) || !MAPPED.has(bare)) return bare;
  const bits = bitsOf(bare).slice(96);
  return [0, 8, 16, 24].map((at) => parseInt(bits.slice(at, at + 8), 2)).join('.');
}

/** Named peers: anywhere but the bridge's own sockets, which `own` tells at each call. */
export function namedPeers(own: () => readonly OwnSocket[]): AddressPolicy {
  return (address, port) => (isOwn(plainAddress(address), port, own()) ? 'ourselves' : 'allowed');
}

/**
 * Free targets: only what lies in one of the networks at one of its ports. Addresses of this machine, its link, or of a
 * cloud's metadata only where the network lies wholly among such addresses: 0.0.0.0/0 does not open them.
 */
export function freeTargets(
  allowed: readonly AllowedTarget[],
  own: () => readonly OwnSocket[],
): AddressPolicy {
  return (text, port) => {
    const address = plainAddress(text);
    if (isOwn(address, port, own())) return 'ourselves';
    const special = SPECIAL.filter((range) => range.has(address));
    const opens = ({ network, ports }: AllowedTarget): boolean =>
      ports.includes(port) && network.has(address) && special.every((range) => network.within(range));
    if (allowed.some(opens)) return 'allowed';
    return special.length > 0 ? 'forbidden' : 'outside';
  };
}

/**
 * Reads `CIDR:PORTS`: `10.0.0.0/8:104,11112`, `[fd12::/32]:104`; a single address is a network of one.
 * @throws DicomError USAGE
 */
export function parseAllowedTarget(text: string): AllowedTarget {
  const [, v6, v4, list] = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text) ?? [];
  if (list === undefined) {
    throw usage(
      text,
      'it is written CIDR:PORTS, as 10.0.0.0/8:104,11112, an IPv6 network in brackets: [fd12::/32]:104',
    );
  }
  const written = v6 ?? v4 ?? '';
  const network = Network.parse(written);
  if (network === undefined || (network.family === 'ipv6') !== (v6 !== undefined)) {
    throw usage(text, `"${written}" is no network, as 10.0.0.0/8 or [fd12::/32]`);
  }
  if (network.isMapped) throw usage(text, 'IPv4 is written as IPv4: 10.0.0.0/8');
  if (!network.isFirst) {
    throw usage(text, `"${written}" is no first address of a network; leave the length out for one address`);
  }
  return { network, ports: list.split(',').map((port) => portOf(port, text)) };
}

/**
 * Reads `host:port` as a page asks for it, an IPv6 address in brackets.
 * Returns undefined where it is none; which address it is, only resolving tells.
 */
export function parseTarget(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, v6, name, digits] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]{1,253})):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port < 1 || port > 65535) return undefined;
  if (v6 !== undefined && !isIPv6(v6)) return undefined;
  return { host: v6 ?? name!, port };
}

function portOf(text: string, where: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) {
    throw usage(where, `"${text}" is no port; ports are 1 to 65535, with commas between them`);
  }
  return port;
}

function usage(text: string, why: string): DicomError {
  return new DicomError('USAGE', `"${text}" is no target that can be allowed: ${why}`);
}

function isOwn(address: string, port: number, own: readonly OwnSocket[]): boolean {
  return own.some((socket) => socket.port === port && reaches(address, plainAddress(socket.address)));
}

/** Whether calling the address leads to a socket bound to the other; 0.0.0.0 and :: are called as loopback. */
function reaches(address: string, bound: string): boolean {
  if (isUnspecified(bound)) return isLocal(address);
  return isUnspecified(address) ? isLocal(bound) : sameAddress(address, bound);
}

function isUnspecified(address: string): boolean {
  return UNSPECIFIED.some((range) => range.has(address));
}

function isLocal(address: string): boolean {
  if (isUnspecified(address) || LOOPBACK.some((range) => range.has(address))) return true;
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return interfaces.some((each) => sameAddress(plainAddress(each.address), address));
}

/** IPv6 has many spellings of one address. */
function sameAddress(a: string, b: string): boolean {
  return isIPv4(a) === isIPv4(b) && bitsOf(a) === bitsOf(b);
}

/** The bits of a valid address, as text. */
function bitsOf(address: string): string {
  if (isIPv4(address)) return binary(address.split('.'), 10, 8);
  // WHATWG URL writes an address of IPv6 in groups of hexadecimal digits, dots and zeros resolved (RFC 5952).
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [head, tail] = [groups[0]!.split(':'), groups[1]?.split(':') ?? []].map((list) =>
    list.filter(Boolean),
  );
  const zeros = Array<string>(8 - head!.length - tail!.length).fill('0');
  return binary([...head!, ...zeros, ...tail!], 16, 16);
}

function binary(parts: readonly string[], radix: number, width: number): string {
  return parts.map((part) => parseInt(part, radix).toString(2).padStart(width, '0')).join('');
}

function networks(...texts: string[]): Network[] {
  return texts.map((text) => Network.parse(text)!);
}

const MAPPED = Network.parse('::ffff:0:0/96')!;
const UNSPECIFIED = networks('0.0.0.0/8', '::/128');
const LOOPBACK = networks('127.0.0.0/8', '::1/128');

/** Addresses of IPv4 with a meaning of their own (RFC 6890), and where clouds keep their metadata. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8', // this host: Linux takes 0.0.0.0 for 127.0.0.1
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local; 169.254.169.254 is metadata at most clouds
  '192.0.0.0/24', // protocol assignments; 192.0.0.192 is metadata at Oracle's
  '100.100.100.200/32', // metadata at Alibaba's
  '168.63.129.16/32', // the platform's own server at Azure
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved
  '255.255.255.255/32', // broadcast
];

const SPECIAL_IPV6 = [
  '::/96', // IPv4-compatible, retired (RFC 4291 2.5.5.1)
  '::/128', // unspecified
  '::1/128', // loopback
  '::ffff:0:0:0/96', // IPv4-translated (RFC 2765): what is within, only the translator knows
  '64:ff9b:1::/48', // NAT64 of local use (RFC 8215): likewise
  '2001::/32', // Teredo (RFC 4380): carries an address of IPv4, obfuscated
  '2002::/16', // 6to4 (RFC 3056), retired: carries an address of IPv4
  'fe80::/10', // link-local
  'fd00:ec2::/32', // metadata at Amazon's: fd00:ec2::254
  'fd20:ce::254/128', // metadata at Google's
  'ff00::/8', // multicast
];

const SPECIAL = networks(
  ...SPECIAL_IPV4,
  ...SPECIAL_IPV6,
  ...SPECIAL_IPV4.flatMap((range) => [nat64(range), sixToFour(range)]),
);

/** A range of IPv4 behind the well-known prefix of NAT64 (RFC 6052 2.1). */
function nat64(range: string): string {
  const [base, prefix] = range.split('/');
  return `64:ff9b::${base}/${96 + Number(prefix)}`;
}

/** A range of IPv4 in 6to4 (RFC 3056 2). */
function sixToFour(range: string): string {
  const [base = '', prefix] = range.split('/');
  const [a = 0, b = 0, c = 0, d = 0] = base.split('.').map(Number);
  return `2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::/${16 + Number(prefix)}`;
}
