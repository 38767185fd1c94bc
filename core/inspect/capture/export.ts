/** Records as a pcapng file that Wireshark decodes as DICOM: each association is a TCP connection of its own. */
import type { Bytes } from '../../bytes/index.ts';
import { EMPTY } from '../../bytes/index.ts';
import type { InspectRecord, PduRecord, Side } from '../record.ts';
import { otherSide } from '../record.ts';
import type { End } from './packet.ts';
import { frame, TCP_FLAG } from './packet.ts';
import { fileHeader, packetBlock } from './pcapng.ts';

/** Of one TCP segment, in bytes: a packet of IPv4 holds 65,535. */
const SEGMENT = 32 << 10;
/** Addresses of documentation (RFC 5737): records know no real ones. */
const ADDRESS = { requestor: [192, 0, 2, 1], acceptor: [192, 0, 2, 2] } as const;
const ACCEPTOR_PORT = 11_112;
/** The requestor's ports tell the associations apart: those that the system gives out (RFC 6335). */
const FIRST_PORT = 49_152;
const PORTS = 16_384;

interface Stream {
  readonly ends: Readonly<Record<Side, End>>;
  /** The sequence number that comes next. */
  readonly next: Record<Side, number>;
}

export class CaptureWriter {
  readonly #streams = new Map<number, Stream>();

  /** What the file begins with. */
  header(): Bytes {
    return fileHeader('webdimse');
  }

  /** The packets of the next record; none where nothing of it was on the wire. */
  take(record: InspectRecord): Bytes[] {
    if (record.kind === 'note' || record.kind === 'timer') return [];
    if (record.kind === 'transport') {
      if (record.event === 'opened') return this.#open(record);
      return record.event === 'gap' ? this.#skip(record.association, record) : this.#close(record);
    }
    const packets = record.kind === 'pdu' ? this.#pdu(record) : [];
    return record.step?.to === 'Sta1' ? [...packets, ...this.#close(record)] : packets;
  }

  #open(record: InspectRecord): Bytes[] {
    const { association, time } = record;
    const given = record.kind === 'transport' ? record.ends : undefined;
    const port = FIRST_PORT + (association % PORTS);
    const ends = {
      requestor: endOf(given?.requestor) ?? { address: ADDRESS.requestor, port },
      acceptor: endOf(given?.acceptor) ?? { address: ADDRESS.acceptor, port: ACCEPTOR_PORT },
    };
    const stream = { ends, next: { requestor: 0, acceptor: 0 } };
    this.#streams.set(association, stream);
    const { syn, ack } = TCP_FLAG;
    return [
      packet(stream, 'requestor', time, syn, 1),
      packet(stream, 'acceptor', time, syn | ack, 1),
      packet(stream, 'requestor', time, ack, 0),
    ];
  }

  #pdu(record: PduRecord): Bytes[] {
    const known = this.#streams.get(record.association);
    const packets = known ? [] : this.#open(record);
    const stream = this.#streams.get(record.association)!;
    for (let at = 0; at < record.length; at += SEGMENT)
      packets.push(segment(stream, record, at, Math.min(record.length, at + SEGMENT)));
    return packets;
  }

  /** Bytes that a capture misses: their sequence numbers are passed over, as there. */
  #skip(
    association: number,
    { sender, missing = 0 }: { readonly sender?: Side; readonly missing?: number },
  ): Bytes[] {
    const stream = this.#streams.get(association);
    if (stream !== undefined && sender !== undefined) stream.next[sender] += missing;
    return [];
  }

  #close({ association, time }: InspectRecord): Bytes[] {
    const stream = this.#streams.get(association);
    if (stream === undefined) return [];
    this.#streams.delete(association);
    const { fin, ack } = TCP_FLAG;
    return [
      packet(stream, 'requestor', time, fin | ack, 1),
      packet(stream, 'acceptor', time, fin | ack, 1),
      packet(stream, 'requestor', time, ack, 0),
    ];
  }
}

function packet(
  { ends, next }: Stream,
  sender: Side,
  time: number,
  flags: number,
  counts: number,
  payload: Bytes = EMPTY,
  comment = '',
): Bytes {
  const receiver = otherSide(sender);
  const acknowledged = (flags & TCP_FLAG.ack) === 0 ? 0 : next[receiver];
  const sequence = next[sender];
  next[sender] += counts;
  const bytes = frame({ from: ends[sender], to: ends[receiver], sequence, acknowledged, flags, payload });
  return packetBlock(time, bytes, comment);
}

/** Bytes of a PDU; those that were elided are zeros. */
function segment(
  stream: Stream,
  { sender, time, bytes, length }: PduRecord,
  start: number,
  end: number,
): Bytes {
  const payload = new Uint8Array(end - start);
  payload.set(bytes.subarray(start, end));
  const elided = end - Math.max(start, bytes.length);
  const comment =
    elided <= 0
      ? ''
      : `webdimse: ${elided} bytes of a PDU of ${length} bytes were not recorded and are zeros here`;
  return packet(stream, sender, time, TCP_FLAG.psh | TCP_FLAG.ack, payload.length, payload, comment);
}

/** `192.168.1.2:104`; undefined for what is no such text, as IPv6. */
function endOf(text = ''): End | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3}):(\d{1,5})$/.exec(text);
  const [, a, b, c, d, port] = (match ?? []).map(Number);
  return port === undefined ? undefined : { address: [a!, b!, c!, d!], port };
}
