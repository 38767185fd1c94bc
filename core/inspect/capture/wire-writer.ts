/** One TCP connection as the packets of a pcapng file: its bytes in segments, with the numbers that belong to them. */
import type { Bytes } from '../../bytes/index.ts';
import { EMPTY } from '../../bytes/index.ts';
import type { Side } from '../record.ts';
import { otherSide } from '../record.ts';
import type { End } from './packet.ts';
import { frame, TCP_FLAG } from './packet.ts';
import { packetBlock } from './pcapng.ts';

/** Of one TCP segment, in bytes: a packet of IPv4 holds 65,535. */
const SEGMENT = 32 << 10;
/** Addresses of documentation (RFC 5737), for sides of which no other is known. */
const ADDRESS = { requestor: [192, 0, 2, 1], acceptor: [192, 0, 2, 2] } as const;
const ACCEPTOR_PORT = 11_112;
/** The requestor's ports tell the connections apart: those that the system gives out (RFC 6335). */
const FIRST_PORT = 49_152;
const PORTS = 16_384;

export class WireWriter {
  readonly #ends: Readonly<Record<Side, End>>;
  /** The sequence number that comes next. */
  readonly #next: Record<Side, number> = { requestor: 0, acceptor: 0 };

  /** `number` tells it from other connections. `ends` are `192.168.1.2:104`; for what is no such text, as IPv6, another stands. */
  constructor(number: number, ends?: Readonly<Record<Side, string>>) {
    const port = FIRST_PORT + (number % PORTS);
    this.#ends = {
      requestor: endOf(ends?.requestor) ?? { address: ADDRESS.requestor, port },
      acceptor: endOf(ends?.acceptor) ?? { address: ADDRESS.acceptor, port: ACCEPTOR_PORT },
    };
  }

  /** Times are milliseconds since 1970, here and below. */
  open(time: number): Bytes[] {
    const { syn, ack } = TCP_FLAG;
    return [
      this.#packet('requestor', time, syn, 1),
      this.#packet('acceptor', time, syn | ack, 1),
      this.#packet('requestor', time, ack, 0),
    ];
  }

  /** `length` bytes that a side sent, of which the first are given: zeros and a comment stand for the others. */
  data(sender: Side, time: number, bytes: Bytes, length: number = bytes.length): Bytes[] {
    const packets: Bytes[] = [];
    for (let at = 0; at < length; at += SEGMENT) {
      const end = Math.min(length, at + SEGMENT);
      const elided = end - Math.max(at, bytes.length);
      packets.push(
        elided <= 0
          ? this.#segment(sender, time, bytes.subarray(at, end))
          : this.#segment(sender, time, zeroFilled(bytes, at, end), elidedText(elided, length)),
      );
    }
    return packets;
  }

  /** So many bytes of a side are missing: their numbers are passed over, as in the capture that misses them. */
  skip(sender: Side, missing: number): void {
    this.#next[sender] += missing;
  }

  /** A side sends no more. */
  finish(sender: Side, time: number): Bytes[] {
    return [this.#packet(sender, time, TCP_FLAG.fin | TCP_FLAG.ack, 1)];
  }

  /** One side finishes, and so does the other. */
  close(time: number): Bytes[] {
    return [
      ...this.finish('requestor', time),
      ...this.finish('acceptor', time),
      this.#packet('requestor', time, TCP_FLAG.ack, 0),
    ];
  }

  /** A side cuts the connection off. */
  reset(sender: Side, time: number): Bytes[] {
    return [this.#packet(sender, time, TCP_FLAG.rst | TCP_FLAG.ack, 0)];
  }

  #segment(sender: Side, time: number, payload: Bytes, comment = ''): Bytes {
    return this.#packet(sender, time, TCP_FLAG.psh | TCP_FLAG.ack, payload.length, payload, comment);
  }

  #packet(
    sender: Side,
    time: number,
    flags: number,
    counts: number,
    payload: Bytes = EMPTY,
    comment = '',
  ): Bytes {
    const receiver = otherSide(sender);
    const [from, to] = [this.#ends[sender], this.#ends[receiver]];
    const acknowledged = (flags & TCP_FLAG.ack) === 0 ? 0 : this.#next[receiver];
    const sequence = this.#next[sender];
    this.#next[sender] += counts;
    return packetBlock(time, frame({ from, to, sequence, acknowledged, flags, payload }), comment);
  }
}

function zeroFilled(bytes: Bytes, start: number, end: number): Bytes {
  const payload = new Uint8Array(end - start);
  payload.set(bytes.subarray(start, end));
  return payload;
}

function elidedText(elided: number, length: number): string {
  return `webdimse: ${elided} bytes of a PDU of ${length} bytes were not recorded and are zeros here`;
}

/** `192.168.1.2:104`, also as an address of IPv6 (RFC 4291 2.5.5.2). */
function endOf(text = ''): End | undefined {
  const match = /^(?:\[?::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\]?:(\d{1,5})$/i.exec(text);
  const [, a, b, c, d, port] = (match ?? []).map(Number);
  return port === undefined ? undefined : { address: [a!, b!, c!, d!], port };
}
