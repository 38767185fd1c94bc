/** Synthetic Ethernet frames that carry a TCP segment over IPv4 (RFC 791, RFC 9293), checksums included. */
import type { Bytes } from '../../bytes/index.ts';

/** One end of a connection. */
export interface End {
  /** Four numbers. */
  readonly address: readonly number[];
  readonly port: number;
}

export const TCP_FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

export interface Segment {
  readonly from: End;
  readonly to: End;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly flags: number;
  readonly payload: Bytes;
}

const ETHERNET = 14;
const IP = 20;
const TCP = 20;
const HEADERS = ETHERNET + IP + TCP;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_TCP = 6;
/** Locally administered, as nobody's card has it. */
const HARDWARE = [0x02, 0x00];

export function frame({ from, to, sequence, acknowledged, flags, payload }: Segment): Bytes {
  const bytes = new Uint8Array(HEADERS + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set([...HARDWARE, ...to.address, ...HARDWARE, ...from.address]);
  view.setUint16(12, ETHERTYPE_IPV4);
  bytes.set([0x45, 0], ETHERNET); // version 4, five words
  view.setUint16(ETHERNET + 2, IP + TCP + payload.length);
  bytes.set([0x40, 0, 64, PROTOCOL_TCP], ETHERNET + 6); // not to be fragmented, 64 hops
  bytes.set([...from.address, ...to.address], ETHERNET + 12);
  view.setUint16(ETHERNET + 10, checksum(bytes.subarray(ETHERNET, ETHERNET + IP), 0));
  const tcp = ETHERNET + IP;
  view.setUint16(tcp, from.port);
  view.setUint16(tcp + 2, to.port);
  view.setUint32(tcp + 4, sequence % 2 ** 32);
  view.setUint32(tcp + 8, acknowledged % 2 ** 32);
  bytes.set([(TCP / 4) << 4, flags, 0xff, 0xff], tcp + 12); // the widest window without scaling
  bytes.set(payload, HEADERS);
  const pseudo = PROTOCOL_TCP + TCP + payload.length;
  view.setUint16(tcp + 16, checksum(bytes.subarray(tcp), pseudo + sum(bytes.subarray(ETHERNET + 12, tcp))));
  return bytes;
}

/** The complement of the ones' complement sum of 16-bit words (RFC 1071). */
function checksum(bytes: Bytes, initial: number): number {
  let total = initial + sum(bytes);
  while (total > 0xffff) total = (total % 0x10000) + Math.floor(total / 0x10000);
  return ~total & 0xffff;
}

function sum(bytes: Bytes): number {
  let total = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) total += bytes[at]! * 256 + bytes[at + 1]!;
  return bytes.length % 2 === 0 ? total : total + bytes.at(-1)! * 256;
}
