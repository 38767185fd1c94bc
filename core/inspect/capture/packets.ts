/** The packets of a pcap or pcapng file, piece by piece: a capture may be longer than memory. */
import type { Bytes } from '../../bytes/index.ts';
import { EMPTY } from '../../bytes/index.ts';
import type { ByteSource } from '../../file/index.ts';
import { BLOCK, BYTE_ORDER_MAGIC } from './pcapng.ts';

export interface CapturedPacket {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** How it begins: a link type as tcpdump numbers them. */
  readonly link: number;
  /** Where its bytes lie in the file. */
  readonly at: number;
  /** Valid until the next ones are read. */
  readonly bytes: Bytes;
}

/** Read at once. */
const PIECE = 4 << 20;
/** No packet is so long: a block or a record beyond it is no packet. */
const LONGEST = 2 << 20;
/** Interfaces of a section; tools write one each, of a machine's. */
const MOST_INTERFACES = 1 << 16;
/** The last moment that a Date has, in milliseconds. */
const LATEST = 8.64e15;

const PCAP_HEADER = 24;
const PCAP_RECORD = 16;
/** The first four bytes of a pcap file, read as little endian: the byte order, and ticks in a millisecond. */
const PCAP_MAGIC: ReadonlyMap<number, readonly [littleEndian: boolean, ticks: number]> = new Map([
  [0xa1b2c3d4, [true, 1e3]],
  [0xd4c3b2a1, [false, 1e3]],
  [0xa1b23c4d, [true, 1e6]],
  [0x4d3cb2a1, [false, 1e6]],
]);

/**
 * Gives the packets in portions, and returns why the file ended early, in a sentence; empty where it did not.
 * @throws what reading the source throws.
 */
export async function* packetsOf(
  source: ByteSource,
): AsyncGenerator<readonly CapturedPacket[], string, undefined> {
  const first = await source.read(0, Math.min(source.size, PCAP_HEADER));
  const format = formatOf(first);
  if (format === undefined) return noCapture(first);
  let at = format.start;
  let held: Bytes = EMPTY;
  let before = 0;
  while (at < source.size) {
    held = await source.read(at, Math.min(source.size, at + PIECE));
    const packets: CapturedPacket[] = [];
    const parsed = format.parse(held, at, packets);
    yield packets;
    if (parsed.problem !== '') return parsed.problem;
    // Where it does not grow either, it became shorter meanwhile.
    if (parsed.used === 0 && (at + held.length >= source.size || held.length <= before))
      return `The file is cut off: its last packet, at byte ${at}, is not whole.`;
    at += parsed.used;
    before = parsed.used === 0 ? held.length : 0;
  }
  return '';
}

/** Wireshark and tcpdump read and write packed captures, so that people have some. */
function noCapture([first, second]: Bytes): string {
  const isPacked = first === 0x1f && second === 0x8b; // RFC 1952 2.3.1
  return isPacked
    ? 'This file is packed by gzip: unpack it first.'
    : 'This is no capture: it begins neither as pcap nor as pcapng.';
}

interface Parsed {
  /** Bytes of whole packets. */
  readonly used: number;
  readonly problem: string;
}

interface Format {
  /** Where the packets begin. */
  readonly start: number;
  /** Takes what is whole; `at` is where the bytes lie in the file. */
  parse(bytes: Bytes, at: number, into: CapturedPacket[]): Parsed;
}

function formatOf(first: Bytes): Format | undefined {
  if (first.length < 4) return undefined;
  const magic = viewOf(first).getUint32(0, true);
  if (magic === BLOCK.section) return pcapng();
  const pcap = PCAP_MAGIC.get(magic);
  if (pcap === undefined || first.length < PCAP_HEADER) return undefined;
  const [littleEndian, ticks] = pcap;
  const link = viewOf(first).getUint32(20, littleEndian) & 0xffff; // above it: bits on checksums
  return {
    start: PCAP_HEADER,
    parse: (bytes, at, into) => pcapRecords(bytes, at, into, { littleEndian, ticks, link }),
  };
}

interface PcapForm {
  readonly littleEndian: boolean;
  readonly ticks: number;
  readonly link: number;
}

function pcapRecords(bytes: Bytes, at: number, into: CapturedPacket[], form: PcapForm): Parsed {
  const view = viewOf(bytes);
  let used = 0;
  while (used + PCAP_RECORD <= bytes.length) {
    const field = (i: number): number => view.getUint32(used + 4 * i, form.littleEndian);
    const length = field(2);
    if (length > LONGEST) return { used, problem: broken(at + used) };
    const start = used + PCAP_RECORD;
    if (start + length > bytes.length) break;
    const time = field(0) * 1000 + field(1) / form.ticks;
    into.push({ time, link: form.link, at: at + start, bytes: bytes.subarray(start, start + length) });
    used = start + length;
  }
  return { used, problem: '' };
}

interface Interface {
  readonly link: number;
  /** Ticks in a millisecond. */
  readonly ticks: number;
  /** The most bytes of a packet; 0 is no limit. */
  readonly limit: number;
}

function pcapng(): Format {
  let littleEndian = true;
  let interfaces: Interface[] = [];
  const read = (body: DataView, type: number, at: number, into: CapturedPacket[]): void => {
    if (type === BLOCK.section) interfaces = [];
    else if (type === BLOCK.interface) {
      if (interfaces.length < MOST_INTERFACES) interfaces.push(interfaceOf(body, littleEndian));
    } else {
      const packet = packetOf(body, type, interfaces, littleEndian);
      if (packet !== undefined) into.push({ ...packet, at: at + packet.bytes.byteOffset - body.byteOffset });
    }
  };
  const parse = (bytes: Bytes, at: number, into: CapturedPacket[]): Parsed => {
    const view = viewOf(bytes);
    let used = 0;
    while (used + 12 <= bytes.length) {
      const section = view.getUint32(used, true) === BLOCK.section;
      if (section) littleEndian = view.getUint32(used + 8, true) === BYTE_ORDER_MAGIC;
      const length = view.getUint32(used + 4, littleEndian);
      if (length < 12 || length % 4 !== 0 || length > LONGEST) return { used, problem: broken(at + used) };
      if (used + length > bytes.length) break;
      const body = new DataView(bytes.buffer, bytes.byteOffset + used + 8, length - 12);
      read(body, view.getUint32(used, littleEndian), at + used + 8, into);
      used += length;
    }
    return { used, problem: '' };
  };
  return { start: 0, parse };
}

/** Options of an Interface Description Block. */
const RESOLUTION = 9;

function interfaceOf(body: DataView, littleEndian: boolean): Interface {
  if (body.byteLength < 8) return { link: -1, ticks: 1e3, limit: 0 };
  let ticks = 1e3; // microseconds, where nothing else is said
  for (let at = 8; at + 4 <= body.byteLength;) {
    const code = body.getUint16(at, littleEndian);
    const length = body.getUint16(at + 2, littleEndian);
    if (code === RESOLUTION && length === 1 && at + 5 <= body.byteLength) {
      const value = body.getUint8(at + 4);
      ticks = (value & 0x80 ? 2 ** (value & 0x7f) : 10 ** value) / 1000;
    }
    at += 4 + length + (-length & 3);
  }
  return { link: body.getUint16(0, littleEndian), ticks, limit: body.getUint32(4, littleEndian) };
}

function packetOf(
  body: DataView,
  type: number,
  interfaces: readonly Interface[],
  littleEndian: boolean,
): Omit<CapturedPacket, 'at'> | undefined {
  const u32 = (at: number): number => body.getUint32(at, littleEndian);
  if (type === BLOCK.simplePacket && body.byteLength >= 4) {
    const { link, limit } = interfaces[0] ?? { link: -1, limit: 0 };
    const length = Math.min(u32(0), limit || Infinity, body.byteLength - 4);
    return { time: 0, link, bytes: bytesOf(body, 4, length) };
  }
  if ((type !== BLOCK.packet && type !== BLOCK.oldPacket) || body.byteLength < 20) return undefined;
  const face = interfaces[type === BLOCK.packet ? u32(0) : body.getUint16(0, littleEndian)];
  const length = u32(12);
  if (face === undefined || length > body.byteLength - 20) return undefined;
  const time = Math.min((u32(4) * 2 ** 32 + u32(8)) / face.ticks, LATEST);
  return { time, link: face.link, bytes: bytesOf(body, 20, length) };
}

function bytesOf({ buffer, byteOffset }: DataView, at: number, length: number): Bytes {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset + at, length);
}

function viewOf(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function broken(at: number): string {
  return `The file is broken at byte ${at}: what stands there is no packet.`;
}
