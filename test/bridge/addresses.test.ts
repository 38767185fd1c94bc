/** Which addresses may be called, in every spelling that the system would take. */
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  freeTargets,
  namedPeers,
  parseAllowedTarget,
  parseTarget,
  plainAddress,
} from '../../bridge/dial/addresses.ts';

const none = (): [] => [];

function verdict(allowed: readonly string[], address: string, port = 104): string {
  return freeTargets(allowed.map(parseAllowedTarget), none)(address, port);
}

/** Opens as much as can be written. */
const EVERYTHING = ['0.0.0.0/0:104', '[::/0]:104'];

/** Addresses that lead into this machine, its link or its cloud; beside each a network wholly among them. */
const SPECIAL: readonly [string, string][] = [
  ['127.0.0.1', '127.0.0.0/8:104'],
  ['127.255.255.254', '127.0.0.0/8:104'],
  ['0.0.0.0', '0.0.0.0:104'],
  ['0.1.2.3', '0.0.0.0/8:104'],
  ['169.254.1.1', '169.254.0.0/16:104'],
  ['169.254.169.254', '169.254.169.254:104'],
  ['100.100.100.200', '100.100.100.200:104'],
  ['168.63.129.16', '168.63.129.16:104'],
  ['192.0.0.192', '192.0.0.0/24:104'],
  ['224.0.0.1', '224.0.0.0/4:104'],
  ['239.255.255.255', '224.0.0.0/4:104'],
  ['240.0.0.1', '240.0.0.0/4:104'],
  ['255.255.255.255', '255.255.255.255:104'],
  ['::', '[::]:104'],
  ['::1', '[::1]:104'],
  ['0:0:0:0:0:0:0:1', '[::1]:104'],
  ['::1%lo', '[::1]:104'],
  ['::7f00:1', '[::/96]:104'],
  ['::ffff:127.0.0.1', '127.0.0.0/8:104'],
  ['::FFFF:7F00:1', '127.0.0.0/8:104'],
  ['0:0:0:0:0:ffff:a9fe:a9fe', '169.254.0.0/16:104'],
  ['::ffff:0:127.0.0.1', '[::ffff:0:0:0/96]:104'],
  ['64:ff9b::127.0.0.1', '[64:ff9b::7f00:0/104]:104'],
  ['64:ff9b::a9fe:a9fe', '[64:ff9b::169.254.0.0/112]:104'],
  ['64:ff9b:1::a00:1', '[64:ff9b:1::/48]:104'],
  ['2002:7f00:1::1', '[2002:7f00::/24]:104'],
  ['2002:a00:1::1', '[2002::/16]:104'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', '[2001::/32]:104'],
  ['fe80::1', '[fe80::/10]:104'],
  ['fe80::1%eth0', '[fe80::/10]:104'],
  ['febf::1', '[fe80::/10]:104'],
  ['ff02::1', '[ff00::/8]:104'],
  ['fd00:ec2::254', '[fd00:ec2::254]:104'],
  ['fd20:ce::254', '[fd20:ce::254]:104'],
];

describe('a free target', () => {
  test.each(SPECIAL)('%s needs a network of its kind: %s', (address, network) => {
    expect(verdict(EVERYTHING, address)).toBe('forbidden');
    expect(verdict([network], address)).toBe('allowed');
    expect(verdict([network], address, 105)).toBe('forbidden');
  });

  test.each([
    ['10.0.0.5', '10.0.0.0/8:104'],
    ['::ffff:10.0.0.5', '10.0.0.0/8:104'],
    ['10.0.0.5', '10.0.0.5:104'],
    ['8.8.8.8', '0.0.0.0/0:104'],
    ['fd12:3456::1', '[fd12::/16]:104'],
    ['FD12:3456:0:0::1%eth0', '[fd12::/16]:104'],
    ['64:ff9b::10.0.0.5', '[64:ff9b::/96]:104'],
  ])('%s lies in %s', (address, network) => {
    expect(verdict([network], address)).toBe('allowed');
  });

  test.each([
    ['11.0.0.1', '10.0.0.0/8:104'],
    ['10.0.0.6', '10.0.0.5:104'],
    ['fd13::1', '[fd12::/32]:104'],
    // Families are kept apart: who opens IPv6 has not opened IPv4.
    ['10.0.0.5', '[::/0]:104'],
    ['::ffff:10.0.0.5', '[::/0]:104'],
    ['64:ff9b::10.0.0.5', '10.0.0.0/8:104'],
    ['10.0.0.5', '10.0.0.0/8:11112'],
  ])('%s lies outside of %s', (address, network) => {
    expect(verdict([network], address)).toBe('outside');
  });

  test('an inner network of 6to4 and of NAT64 needs to be named itself', () => {
    expect(verdict(['[2002::/16]:104'], '2002:7f00:1::1')).toBe('forbidden');
    expect(verdict(['[64:ff9b::/96]:104'], '64:ff9b::127.0.0.1')).toBe('forbidden');
  });

  test('nothing is allowed where nothing is said', () => {
    expect(verdict([], '10.0.0.5')).toBe('outside');
  });

  test('of several networks one is enough', () => {
    expect(verdict(['10.0.0.0/8:104', '127.0.0.0/8:11112'], '127.0.0.1', 11112)).toBe('allowed');
  });
});

describe('the sockets of the bridge', () => {
  const own = (address: string) => namedPeers(() => [{ address, port: 8080 }]);

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['127.0.0.1', '0.0.0.0'],
    ['::1', '0:0::1'],
    ['::1', '::'],
    ['0.0.0.0', '127.0.0.1'],
    ['0.0.0.0', '127.9.9.9'],
    ['::', '127.0.0.1'],
    ['::', '::1'],
    ['10.0.0.5', '10.0.0.5'],
  ])('bound to %s it is not called at %s', (bound, address) => {
    expect(own(bound)(address, 8080)).toBe('ourselves');
    expect(own(bound)(address, 8081)).toBe('allowed');
  });

  test('bound to every address it is not called at any of this machine', () => {
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address } of addresses) expect(own('0.0.0.0')(address, 8080)).toBe('ourselves');
  });

  test.each([
    ['127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
    ['0.0.0.0', '192.0.2.1'],
  ])('bound to %s, %s is somebody else', (bound, address) => {
    expect(own(bound)(address, 8080)).toBe('allowed');
  });

  test('they are looked up at each call, and no network opens them', () => {
    const sockets = [{ address: '127.0.0.1', port: 104 }];
    const policy = freeTargets([parseAllowedTarget('127.0.0.0/8:104')], () => sockets);
    expect(policy('127.0.0.1', 104)).toBe('ourselves');
    sockets.length = 0;
    expect(policy('127.0.0.1', 104)).toBe('allowed');
  });
});

describe('CIDR:PORTS', () => {
  test('has ports with commas between', () => {
    expect(parseAllowedTarget('10.0.0.0/8:104,11112').ports).toEqual([104, 11112]);
  });

  test.each([
    ['', 'it is written CIDR:PORTS'],
    ['10.0.0.0/8', 'it is written CIDR:PORTS'],
    ['10.0.0.0/8:', '"" is no port'],
    ['10.0.0.0/8:104-106', '"104-106" is no port'],
    ['10.0.0.0/8:0', '"0" is no port'],
    ['10.0.0.0/8:65536', '"65536" is no port'],
    ['10.0.0.0/8:104,', '"" is no port'],
    ['10.0.0.0/8:*', '"*" is no port'],
    ['10.0.0.0/33:104', '"10.0.0.0/33" is no network'],
    ['10.0.0/8:104', '"10.0.0/8" is no network'],
    ['010.0.0.0/8:104', '"010.0.0.0/8" is no network'],
    ['pacs.example:104', '"pacs.example" is no network'],
    [':104', '"" is no network'],
    ['10.0.0.5/8:104', '"10.0.0.5/8" is no first address'],
    ['[fd12::1/32]:104', '"fd12::1/32" is no first address'],
    ['fd12::/32:104', 'it is written CIDR:PORTS'],
    ['[fd12::/129]:104', '"fd12::/129" is no network'],
    ['[10.0.0.0/8]:104', '"10.0.0.0/8" is no network'],
    ['[::ffff:10.0.0.0/104]:104', 'IPv4 is written as IPv4'],
    ['[fe80::1%eth0]:104', '"fe80::1%eth0" is no network'],
  ])('%j is refused', (text, why) => {
    expect(() => parseAllowedTarget(text)).toThrowError(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(why) }),
    );
  });
});

test.each([
  ['pacs.example:104', { host: 'pacs.example', port: 104 }],
  ['10.0.0.5:11112', { host: '10.0.0.5', port: 11112 }],
  ['[fd12::1]:104', { host: 'fd12::1', port: 104 }],
  ['2130706433:104', { host: '2130706433', port: 104 }],
  ['pacs', undefined],
  ['pacs:0', undefined],
  ['pacs:65536', undefined],
  ['pacs:1e2', undefined],
  ['a b:104', undefined],
  ['fd12::1:104', undefined],
  ['[fe80::1%eth0]:104', undefined],
  ['[1.2.3.4]:104', undefined],
  ['user@pacs:104', undefined],
  ['pacs/x:104', undefined],
  [`${'a'.repeat(254)}:104`, undefined],
])('the target %s', (text, target) => {
  expect(parseTarget(text)).toEqual(target);
});

test.each([
  ['::ffff:10.0.0.5', '10.0.0.5'],
  ['::ffff:ff00:102%eth0', '255.0.1.2'],
  ['fe80::1%eth0', 'fe80::1'],
  ['10.0.0.5', '10.0.0.5'],
])('%s is %s', (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});
