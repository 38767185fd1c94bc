/** The blocks of a pcapng file, little endian (draft-ietf-opsawg-pcapng 4). */
import type { Bytes } from '../../bytes/index.ts';
import { Writer } from '../../bytes/index.ts';

export const BLOCK = { section: 0x0a0d0d0a, interface: 1, oldPacket: 2, simplePacket: 3, packet: 6 } as const;
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
export const LINK_ETHERNET = 1;

const OPTION = { end: 0, comment: 1, application: 4 } as const;
/** Of the section's length: it is not known beforehand. */
const UNKNOWN = 0xffffffff;

const encoder = new TextEncoder();

/** What a file begins with: one section, one Ethernet interface, times in microseconds. */
export function fileHeader(application: string): Bytes {
  const to = new Writer();
  block(to, BLOCK.section, () => {
    to.u32LE(BYTE_ORDER_MAGIC);
    to.u16LE(1); // version 1.0
    to.u16LE(0);
    to.u32LE(UNKNOWN);
    to.u32LE(UNKNOWN);
    option(to, OPTION.application, application);
    to.u32LE(OPTION.end);
  });
  block(to, BLOCK.interface, () => {
    to.u16LE(LINK_ETHERNET);
    to.u16LE(0);
    to.u32LE(0); // no limit on the length of a packet
  });
  return to.finish();
}

/** An Enhanced Packet Block. `time` is in milliseconds since 1970. */
export function packetBlock(time: number, packet: Bytes, comment = ''): Bytes {
  const to = new Writer(packet.length + 64);
  block(to, BLOCK.packet, () => {
    const microseconds = Math.round(time * 1000);
    to.u32LE(0); // the one interface
    to.u32LE(Math.floor(microseconds / 2 ** 32));
    to.u32LE(microseconds % 2 ** 32);
    to.u32LE(packet.length);
    to.u32LE(packet.length);
    padded(to, packet);
    if (comment === '') return;
    option(to, OPTION.comment, comment);
    to.u32LE(OPTION.end);
  });
  return to.finish();
}

function block(to: Writer, type: number, body: () => void): void {
  const start = to.length;
  to.u32LE(type);
  to.u32LE(0);
  body();
  const length = to.length - start + 4;
  to.u32LE(length);
  to.patchU32LE(start + 4, length);
}

function option(to: Writer, code: number, text: string): void {
  const bytes = encoder.encode(text);
  to.u16LE(code);
  to.u16LE(bytes.length);
  padded(to, bytes);
}

function padded(to: Writer, bytes: Bytes): void {
  to.put(bytes);
  to.fill(-bytes.length & 3);
}
