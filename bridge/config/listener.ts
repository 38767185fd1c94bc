/** The part of a configuration that says how pages are called: the DICOM port, its titles, and who may call. */
import * as v from 'valibot';
import { Network } from '../dial/addresses.ts';
import type { TlsFiles } from './tls.ts';
import { tlsSchema } from './tls.ts';
import { aeTitle, conforming, hostName, peerName, portNumber, usage } from './parts.ts';
import type { ListenerSettings } from '../listening/listening.ts';
import type { Pools } from '../listening/reception.ts';

/** WEB01 to WEB16, where nothing else is said. */
const DEFAULT_POOLS: Pools = {
  page: Array.from({ length: 16 }, (_, i) => `WEB${String(i + 1).padStart(2, '0')}`),
};

const network = v.pipe(
  v.string(),
  v.check(
    (text) => Network.parse(text)?.isFirst === true,
    'not a network, such as 10.0.0.0/8, or an address',
  ),
);
const titles = v.pipe(
  v.array(aeTitle),
  v.minLength(1, 'a pool has at least one AE title'),
  v.check((list) => new Set(list).size === list.length, 'an AE title stands there twice'),
);

/** valibot leaves such keys out of a record without a word. */
const UNUSABLE = ['__proto__', 'prototype', 'constructor'];
const pools = v.pipe(
  v.unknown(),
  v.check(
    (input) => !UNUSABLE.some((name) => Object.hasOwn(Object(input) as object, name)),
    `a pool is not called ${UNUSABLE.join(', ')}`,
  ),
  v.record(peerName, titles),
  v.check((byName) => Object.keys(byName).length > 0, 'no pool is named'),
);

type Entry<T> = v.OptionalSchema<v.GenericSchema<T>, undefined>;

export const listenerEntries: {
  dicomPort: Entry<number>;
  dicomHost: Entry<string>;
  pools: v.OptionalSchema<v.GenericSchema<unknown, Record<string, string[]>>, undefined>;
  allowSource: Entry<string[]>;
  dicomTls: v.OptionalSchema<v.GenericSchema<unknown, true | TlsFiles>, undefined>;
} = {
  dicomPort: v.optional(portNumber),
  dicomHost: v.optional(hostName),
  pools: v.optional(pools),
  allowSource: v.optional(v.array(network)),
  dicomTls: v.optional(tlsSchema),
};

export interface ListenerConfig {
  /** Where PACS call the pages; without it no such port is opened. 0 takes a free one. */
  readonly dicomPort?: number | undefined;
  /** An address of this machine. */
  readonly dicomHost?: string | undefined;
  /** AE titles that pages may lease, by the name of their pool. */
  readonly pools?: Pools | undefined;
  /** With which certificate PACS call it; then they have to, by TLS. */
  readonly dicomTls?: true | TlsFiles | undefined;
  /** Networks that may call beside the named peers. */
  readonly allowSource?: readonly string[] | undefined;
}

const typed = v.strictObject({ ...listenerEntries, dicomPort: v.optional(v.number()) });

/** What was typed or configured of it, with `host` where no other is given. @throws DicomError USAGE */
export function listenerOf(config: ListenerConfig, host: string): ListenerSettings | undefined {
  const { dicomPort, dicomHost = host, pools, allowSource } = conforming(typed, config, 'the DICOM port');
  if (dicomPort === undefined) {
    const unused = Object.entries(config).find(([, value]) => value !== undefined)?.[0];
    if (unused !== undefined) throw usage(`${unused} says how pages are called; that needs --dicom-port too`);
    return undefined;
  }
  return { host: dicomHost, port: dicomPort, pools: pools ?? DEFAULT_POOLS, allowSource: allowSource ?? [] };
}
