/** A capture file of one TCP connection, each PDU in a packet of its own, as tshark reads it. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex, Writer } from '../../core/bytes/index.ts';
import type { Captured } from './sessions.ts';

/** libpcap format, little endian, version 2.4, link type 1 (Ethernet). */
const FILE_HEADER = fromHex('d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000');
const REQUESTOR_PORT = 40_000;
const ACCEPTOR_PORT = 11_112;

export function pcap(session: readonly Captured[]): Bytes {
  const sequence = { requestor: 1, acceptor: 1 };
  const packets = session.map(({ from, bytes }, index) => {
    const to = from === 'requestor' ? 'acceptor' : 'requestor';
    const packet = ethernet(from === 'requestor', sequence[from], sequence[to], bytes);
    sequence[from] += bytes.length;
    return record(index, packet);
  });
  return concat([FILE_HEADER, ...packets]);
}

function record(index: number, packet: Bytes): Bytes {
  const header = new Writer(16);
  for (const value of [0, index * 1000, packet.length, packet.length]) header.u32LE(value);
  return concat([header.finish(), packet]);
}

function ethernet(fromRequestor: boolean, sequence: number, acknowledged: number, payload: Bytes): Bytes {
  const to = new Writer(64 + payload.length);
  to.fill(12); // addresses
  to.u16(0x0800); // IPv4
  to.put(fromHex('4500'));
  to.u16(40 + payload.length);
  to.put(fromHex('00000000 40060000 7f000001 7f000001')); // TTL 64, TCP, loopback to loopback
  const ports = [REQUESTOR_PORT, ACCEPTOR_PORT];
  for (const port of fromRequestor ? ports : ports.reverse()) to.u16(port);
  to.u32(sequence);
  to.u32(acknowledged);
  to.put(fromHex('5018 ffff 0000 0000')); // header of 20 bytes, PSH and ACK
  to.put(payload);
  return to.finish();
}
