/** Captures as programs write them: every link layer, byte order and resolution that is claimed. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex, Writer } from '../../core/bytes/index.ts';

export interface Sent {
  readonly from: 'requestor' | 'acceptor';
  readonly bytes: Bytes;
  /** Of its first byte; by default behind what the side sent before. */
  readonly sequence?: number;
  readonly flags?: number;
  /** `missing`: it was not captured. */
  readonly missing?: boolean;
}

const PORTS = { requestor: 40_000, acceptor: 11_112 };
const SYN = 0x02;
const ACK = 0x10;

export function tcp(
  sent: Sent,
  sequence: number,
  ports: Readonly<Record<Sent['from'], number>> = PORTS,
): Bytes {
  const to = new Writer();
  const [own, other] =
    sent.from === 'requestor' ? [ports.requestor, ports.acceptor] : [ports.acceptor, ports.requestor];
  to.u16(own);
  to.u16(other);
  to.u32(sequence >>> 0);
  to.u32(0);
  to.u8(0x50);
  to.u8(sent.flags ?? ACK);
  to.put(fromHex('ffff 0000 0000'));
  to.put(sent.bytes);
  return to.finish();
}

export function ipv4(
  segment: Bytes,
  requestor: boolean,
  more: { protocol?: number; fragment?: number } = {},
): Bytes {
  const to = new Writer();
  to.put(fromHex('4500'));
  to.u16(20 + segment.length);
  to.u16(1);
  to.u16(more.fragment ?? 0);
  to.u8(64);
  to.u8(more.protocol ?? 6);
  to.u16(0);
  to.put(fromHex(requestor ? '0a000001 0a000002' : '0a000002 0a000001'));
  to.put(segment);
  return to.finish();
}

/** With a hop-by-hop header in front. */
export function ipv6(segment: Bytes, requestor: boolean): Bytes {
  const to = new Writer();
  to.put(fromHex('60000000'));
  to.u16(8 + segment.length);
  to.put(fromHex('0040'));
  const [one, two] = ['20010db8000000000000000000000001', '20010db8000000000000000000000002'];
  to.put(fromHex(requestor ? one + two : two + one));
  to.put(fromHex('0600 000000000000')); // TCP follows
  to.put(segment);
  return to.finish();
}

/** Link type and how a frame of it is made of an IP packet of version 4. */
export const LINKS: Readonly<Record<string, readonly [number, (packet: Bytes) => Bytes]>> = {
  Ethernet: [1, (packet) => concat([fromHex('000000000000 000000000000 0800'), packet])],
  'Ethernet, VLAN in VLAN': [
    1,
    (packet) => concat([fromHex('000000000000 000000000000 88a80001 81000002 0800'), packet]),
  ],
  'NULL, little endian': [0, (packet) => concat([fromHex('02000000'), packet])],
  'NULL, big endian': [0, (packet) => concat([fromHex('00000002'), packet])],
  LOOP: [108, (packet) => concat([fromHex('00000002'), packet])],
  RAW: [101, (packet) => packet],
  SLL: [113, (packet) => concat([fromHex('0000 0304 0006 0000000000000000 0800'), packet])],
  SLL2: [276, (packet) => concat([fromHex('0800 0000 00000001 0304 00 06 0000000000000000'), packet])],
};

export interface PcapForm {
  readonly link?: number;
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
}

export function pcap(
  frames: readonly Bytes[],
  { link = 1, littleEndian = true, nanoseconds = false }: PcapForm = {},
): Bytes {
  const numbers = (...values: number[]): Bytes => {
    const bytes = new Uint8Array(4 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => view.setUint32(4 * i, value, littleEndian));
    return bytes;
  };
  const version = littleEndian ? fromHex('0200 0400') : fromHex('0002 0004');
  const header = [numbers(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4), version, numbers(0, 0, 65_535, link)];
  const fraction = (i: number): number => i * (nanoseconds ? 1_000_000 : 1000);
  const records = frames.map((frame, i) =>
    concat([numbers(1_700_000_000, fraction(i), frame.length, frame.length), frame]),
  );
  return concat([...header, ...records]);
}

/** The TCP segments of a connection: SYNs first unless `sent` begins in the middle. */
export function connection(
  sent: readonly Sent[],
  { first = 1000, syn = true } = {},
): { from: Sent['from']; segment: Bytes }[] {
  const next = { requestor: first, acceptor: first };
  const empty = new Uint8Array(0);
  const opening: Sent[] = syn
    ? [
        { from: 'requestor', bytes: empty, flags: SYN, sequence: first - 1 },
        { from: 'acceptor', bytes: empty, flags: SYN | ACK, sequence: first - 1 },
      ]
    : [];
  return [...opening, ...sent].flatMap((one) => {
    const sequence = one.sequence ?? next[one.from];
    if (one.sequence === undefined) next[one.from] += one.bytes.length;
    return one.missing ? [] : [{ from: one.from, segment: tcp(one, sequence) }];
  });
}

export function framesOf(sent: readonly Sent[], how: Parameters<typeof connection>[1] = {}): Bytes[] {
  const [, frame] = LINKS['Ethernet']!;
  return connection(sent, how).map(({ from, segment }) => frame(ipv4(segment, from === 'requestor')));
}
