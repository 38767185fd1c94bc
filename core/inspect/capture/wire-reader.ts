/** The bytes of one connection, each direction in order: found to be DICOM or not, and its PDUs as records. */
import type { Bytes } from '../../bytes/index.ts';
import { Elision } from '../fragments.ts';
import type { InspectRecord, PduRecord, Side, TransportRecord } from '../record.ts';
import type { FramedPdu } from './framer.ts';
import { Framer } from './framer.ts';
import type { Piece } from './tcp.ts';

/** What a connection tells, without the numbers that only the whole capture can give. */
export type Unnumbered<R extends InspectRecord = InspectRecord> = R extends InspectRecord
  ? Omit<R, 'id' | 'association'>
  : never;

export interface WireReaderOptions {
  /** `address:port` of either side. */
  readonly ends: Readonly<Record<Side, string>>;
  /** The first byte of either side begins a PDU: the connection was seen to open. */
  readonly begun: boolean;
  /** Bytes of each message's data set that are kept. */
  readonly keep: number;
}

export class WireReader {
  readonly #ends: Readonly<Record<Side, string>>;
  readonly #take: (record: Unnumbered) => void;
  readonly #framers: Readonly<Record<Side, Framer>>;
  readonly #elision: Readonly<Record<Side, Elision>>;
  /** A PDU was found: before, it may be any protocol. */
  #dicom = false;
  #ended = false;

  constructor({ ends, begun, keep }: WireReaderOptions, take: (record: Unnumbered) => void) {
    this.#ends = ends;
    this.#take = take;
    const framer = (side: Side): Framer => new Framer((pdu) => this.#pdu(side, pdu), begun);
    this.#framers = { requestor: framer('requestor'), acceptor: framer('acceptor') };
    this.#elision = { requestor: new Elision(keep), acceptor: new Elision(keep) };
  }

  get isDicom(): boolean {
    return this.#dicom;
  }

  /** One side has ended it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes that belong to no PDU, or to one that does not end. */
  get lost(): number {
    return this.#framers.requestor.lost + this.#framers.acceptor.lost;
  }

  /** Whether a PDU lacks its end. */
  get open(): boolean {
    return this.#framers.requestor.open || this.#framers.acceptor.open;
  }

  data(side: Side, piece: Piece): void {
    this.#framers[side].data(piece);
  }

  /** So many bytes of a side are not there. */
  gap(side: Side, missing: number, time: number): void {
    this.#framers[side].gap();
    if (this.#dicom) this.#transport({ time, event: 'gap', sender: side, missing });
  }

  /** The first FIN or RST counts: what the other side still sends may follow. */
  end(event: 'closed' | 'reset', sender: Side, time: number): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#dicom) this.#transport({ time, event, sender });
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

  #transport(record: Omit<Unnumbered<TransportRecord>, 'kind'>): void {
    this.#take({ kind: 'transport', ...record });
  }
}

/** A copy where bytes are left out, so that nothing holds them. */
function withoutRest(bytes: Bytes, kept: number): Bytes {
  return kept < bytes.length ? bytes.slice(0, kept) : bytes;
}
