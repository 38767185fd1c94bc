/** One TCP connection of a capture. */
import type { Side } from '../record.ts';
import { otherSide } from '../record.ts';
import { TCP_FLAG } from './packet.ts';
import type { TcpSegment } from './segments.ts';
import type { Piece } from './tcp.ts';
import { TcpStream } from './tcp.ts';
import type { Unnumbered } from './wire-reader.ts';
import { WireReader } from './wire-reader.ts';

export class CapturedConnection {
  readonly #ends: Readonly<Record<Side, string>>;
  readonly #streams: Readonly<Record<Side, TcpStream>>;
  readonly #reader: WireReader;
  /** Bytes that are not in the capture. */
  missing = 0;

  /** `segment` is the first one of it. */
  constructor(segment: TcpSegment, keep: number, take: (record: Unnumbered) => void) {
    const sender = senderOf(segment);
    const [own, other] = [segment.from, segment.to];
    this.#ends =
      sender === 'requestor' ? { requestor: own, acceptor: other } : { requestor: other, acceptor: own };
    const begun = (segment.flags & TCP_FLAG.syn) !== 0;
    this.#reader = new WireReader({ ends: this.#ends, begun, keep }, take);
    this.#streams = { requestor: this.#stream('requestor'), acceptor: this.#stream('acceptor') };
  }

  get isDicom(): boolean {
    return this.#reader.isDicom;
  }

  /** Bytes that belong to no PDU, or to one that does not end. */
  get lost(): number {
    return this.#reader.lost;
  }

  /** Whether a PDU lacks its end. */
  get open(): boolean {
    return this.#reader.open;
  }

  /** A segment that opens another connection between the same ends, whether or not the end of this one was captured. */
  isAnother({ from, sequence, flags }: TcpSegment): boolean {
    if ((flags & TCP_FLAG.syn) === 0) return false;
    return this.#reader.ended || this.#streams[this.#sideOf(from)].isOther(sequence);
  }

  segment({ from, sequence, flags, payload }: TcpSegment, at: number, time: number): void {
    const side = this.#sideOf(from);
    const stream = this.#streams[side];
    if (flags & TCP_FLAG.syn) stream.open(sequence);
    stream.take(sequence, { bytes: payload, at, time });
    if (flags & TCP_FLAG.rst) this.#reader.end('reset', side, time);
    else if (flags & TCP_FLAG.fin) this.#reader.end('closed', side, time);
  }

  /** The capture is over. */
  end(): void {
    this.#streams.requestor.end();
    this.#streams.acceptor.end();
  }

  #sideOf(from: string): Side {
    return from === this.#ends.requestor ? 'requestor' : 'acceptor';
  }

  #stream(side: Side): TcpStream {
    const data = (piece: Piece): void => this.#reader.data(side, piece);
    const gap = (missing: number, time: number): void => {
      this.missing += missing;
      this.#reader.gap(side, missing, time);
    };
    return new TcpStream({ data, gap });
  }
}

/** Who opens it is the requestor; of a connection that was open before, most likely who has the higher port. */
function senderOf({ flags, from, to }: TcpSegment): Side {
  const { syn, ack } = TCP_FLAG;
  if (flags & syn) return flags & ack ? 'acceptor' : 'requestor';
  const port = (end: string): number => Number(end.slice(end.lastIndexOf(':') + 1));
  return port(from) >= port(to) ? 'requestor' : otherSide('requestor');
}
