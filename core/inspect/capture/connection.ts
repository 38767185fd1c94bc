/** One TCP connection of a capture: found to be DICOM or not, and its PDUs as records. */
import type { Bytes } from '../../bytes/index.ts';
import { Elision } from '../fragments.ts';
import type { InspectRecord, PduRecord, Side, TransportRecord } from '../record.ts';
import { otherSide } from '../record.ts';
import type { FramedPdu } from './framer.ts';
import { Framer } from './framer.ts';
import { TCP_FLAG } from './packet.ts';
import type { TcpSegment } from './segments.ts';
import type { Piece } from './tcp.ts';
import { TcpStream } from './tcp.ts';

/** What a connection tells, without the numbers that only the whole capture can give. */
export type Unnumbered<R extends InspectRecord = InspectRecord> = R extends InspectRecord
  ? Omit<R, 'id' | 'association'>
  : never;

export class CapturedConnection {
  readonly #ends: Readonly<Record<Side, string>>;
  readonly #take: (record: Unnumbered) => void;
  readonly #streams: Readonly<Record<Side, TcpStream>>;
  readonly #framers: Readonly<Record<Side, Framer>>;
  readonly #elision: Readonly<Record<Side, Elision>>;
  /** A PDU was found: before, it may be any protocol. */
  #dicom = false;
  #closed = false;
  /** Bytes that are not in the capture. */
  missing = 0;

  /** `segment` is the first one of it. */
  constructor(segment: TcpSegment, keep: number, take: (record: Unnumbered) => void) {
    const sender = senderOf(segment);
    const [own, other] = [segment.from, segment.to];
    this.#ends =
      sender === 'requestor' ? { requestor: own, acceptor: other } : { requestor: other, acceptor: own };
    this.#take = take;
    const begun = (segment.flags & TCP_FLAG.syn) !== 0;
    const framer = (side: Side): Framer => new Framer((pdu) => this.#pdu(side, pdu), begun);
    this.#framers = { requestor: framer('requestor'), acceptor: framer('acceptor') };
    this.#streams = { requestor: this.#stream('requestor'), acceptor: this.#stream('acceptor') };
    this.#elision = { requestor: new Elision(keep), acceptor: new Elision(keep) };
  }

  get isDicom(): boolean {
    return this.#dicom;
  }

  /** Bytes that belong to no PDU, or to one that does not end. */
  get lost(): number {
    return this.#framers.requestor.lost + this.#framers.acceptor.lost;
  }

  /** Whether a PDU lacks its end. */
  get open(): boolean {
    return this.#framers.requestor.open || this.#framers.acceptor.open;
  }

  /** A segment that opens another connection between the same ends. */
  isAnother({ flags }: TcpSegment): boolean {
    return this.#closed && (flags & TCP_FLAG.syn) !== 0;
  }

  segment({ from, sequence, flags, payload }: TcpSegment, at: number, time: number): void {
    const side = from === this.#ends.requestor ? 'requestor' : 'acceptor';
    const stream = this.#streams[side];
    if (flags & TCP_FLAG.syn) stream.open(sequence);
    stream.take(sequence, { bytes: payload, at, time });
    if (flags & TCP_FLAG.rst) this.#end('reset', side, time);
    else if (flags & TCP_FLAG.fin) this.#end('closed', side, time);
  }

  /** The capture is over. */
  end(): void {
    this.#streams.requestor.end();
    this.#streams.acceptor.end();
  }

  #stream(side: Side): TcpStream {
    const data = (piece: Piece): void => this.#framers[side].data(piece);
    const gap = (missing: number, time: number): void => {
      this.missing += missing;
      this.#framers[side].gap();
      if (this.#dicom) this.#transport({ time, event: 'gap', sender: side, missing });
    };
    return new TcpStream({ data, gap });
  }

  #pdu(sender: Side, { pdu, bytes, length, ranges, time }: FramedPdu): void {
    if (!this.#dicom) this.#transport({ time, event: 'opened', ends: this.#ends });
    this.#dicom = true;
    const kept = pdu === 'P-DATA-TF' ? this.#elision[sender].kept(bytes, length) : bytes.length;
    const record: Unnumbered<PduRecord> = {
      kind: 'pdu',
      time,
      sender,
      pdu,
      bytes: withoutRest(bytes, kept),
      length,
      ranges,
      deviations: [],
    };
    this.#take(record);
  }

  /** The first FIN or RST: what the other side still sends may follow. */
  #end(event: 'closed' | 'reset', sender: Side, time: number): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#dicom) this.#transport({ time, event, sender });
  }

  #transport(record: Omit<Unnumbered<TransportRecord>, 'kind'>): void {
    this.#take({ kind: 'transport', ...record });
  }
}

/** A copy where bytes are left out, so that nothing holds them. */
function withoutRest(bytes: Bytes, kept: number): Bytes {
  return kept < bytes.length ? bytes.slice(0, kept) : bytes;
}

/** Who opens it is the requestor; of a connection that was open before, most likely who has the higher port. */
function senderOf({ flags, from, to }: TcpSegment): Side {
  const { syn, ack } = TCP_FLAG;
  if (flags & syn) return flags & ack ? 'acceptor' : 'requestor';
  const port = (end: string): number => Number(end.slice(end.lastIndexOf(':') + 1));
  return port(from) >= port(to) ? 'requestor' : otherSide('requestor');
}
