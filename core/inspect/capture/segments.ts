/** From a captured packet to its TCP segment: link layers, VLAN tags, IPv4 and IPv6. */
import type { Bytes } from '../../bytes/index.ts';
import { LINK_ETHERNET } from './pcapng.ts';

export interface TcpSegment {
  /** `address:port`; IPv6 in brackets. */
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
  readonly flags: number;
  /** A view into the packet. */
  readonly payload: Bytes;
}

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const VLAN_TAGS: readonly number[] = [0x8100, 0x88a8, 0x9100];
const TCP = 6;
/** Extension headers of IPv6 that stand before the TCP header (RFC 8200 4). */
const EXTENSIONS: readonly number[] = [0, 43, 60];

/** The IP packet in a frame; undefined where it holds none. */
type Link = (frame: Bytes) => Bytes | undefined;

/** Link types as tcpdump numbers them. */
const LINKS: ReadonlyMap<number, Link> = new Map<number, Link>([
  [LINK_ETHERNET, (frame) => behindType(frame, 12)],
  [0, (frame) => frame.subarray(4)], // NULL: the protocol family in the order of the machine
  [108, (frame) => frame.subarray(4)], // LOOP
  [12, (frame) => frame], // RAW, as BSDs number it
  [14, (frame) => frame],
  [101, (frame) => frame], // RAW
  [228, (frame) => frame], // IPV4
  [229, (frame) => frame], // IPV6
  [113, (frame) => behindType(frame, 14)], // LINUX_SLL
  [276, (frame) => (isIP(u16(frame, 0)) ? frame.subarray(20) : undefined)], // LINUX_SLL2
]);

/** The segment that a packet carries; undefined for anything else, and for pieces of fragmented packets. */
export function tcpSegment(link: number, frame: Bytes): TcpSegment | undefined {
  const packet = LINKS.get(link)?.(frame);
  if (packet === undefined || packet.length < 20) return undefined;
  const version = packet[0]! >> 4;
  if (version === 4) return inIPv4(packet);
  return version === 6 ? inIPv6(packet) : undefined;
}

/** Whether anything of this link type can be read. */
export function isKnownLink(link: number): boolean {
  return LINKS.has(link);
}

function behindType(frame: Bytes, at: number): Bytes | undefined {
  let type = at;
  while (VLAN_TAGS.includes(u16(frame, type))) type += 4;
  return isIP(u16(frame, type)) ? frame.subarray(type + 2) : undefined;
}

function isIP(type: number): boolean {
  return type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6;
}

function inIPv4(packet: Bytes): TcpSegment | undefined {
  const header = (packet[0]! & 0x0f) * 4;
  const fragmented = (u16(packet, 6) & 0x3fff) !== 0;
  if (packet[9] !== TCP || fragmented) return undefined;
  const length = u16(packet, 2) || packet.length; // 0 where the card was to cut a longer one into packets
  const address = (at: number): string => packet.subarray(at, at + 4).join('.');
  return inTcp(packet.subarray(header, length), address(12), address(16));
}

function inIPv6(packet: Bytes): TcpSegment | undefined {
  if (packet.length < 40) return undefined;
  let next = packet[6]!;
  let at = 40;
  while (EXTENSIONS.includes(next) && at + 2 <= packet.length) {
    next = packet[at]!;
    at += (packet[at + 1]! + 1) * 8;
  }
  if (next !== TCP) return undefined;
  const length = u16(packet, 4);
  return inTcp(
    packet.subarray(at, length === 0 ? packet.length : 40 + length),
    address6(packet, 8),
    address6(packet, 24),
  );
}

function address6(packet: Bytes, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => u16(packet, at + 2 * i).toString(16));
  return `[${groups.join(':')}]`;
}

function inTcp(tcp: Bytes, source: string, destination: string): TcpSegment | undefined {
  const header = ((tcp[12] ?? 0) >> 4) * 4;
  if (header < 20 || tcp.length < header) return undefined;
  return {
    from: `${source}:${u16(tcp, 0)}`,
    to: `${destination}:${u16(tcp, 2)}`,
    sequence: u16(tcp, 4) * 0x10000 + u16(tcp, 6),
    flags: tcp[13]!,
    payload: tcp.subarray(header),
  };
}

/** 0 beyond the end. */
function u16(bytes: Bytes, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}
