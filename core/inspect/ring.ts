/** Keeps the newest records within bounds. */
import type { InspectRecord, PduRecord } from './record.ts';

export interface RingLimits {
  /** 20,000 by default. */
  readonly records?: number;
  /** Of PDUs, in bytes; 64 MiB by default. */
  readonly bytes?: number;
}

const RECORDS = 20_000;
const BYTES = 64 << 20;
/** Associations whose handshake is kept beyond its time. */
const HANDSHAKES = 64;

export class Ring {
  readonly #most: Required<RingLimits>;
  /** By number, without gaps: the oldest first. */
  readonly #records = new Map<number, InspectRecord>();
  /** Dropped, by association: what is said later means nothing without. */
  readonly #handshakes = new Map<number, readonly PduRecord[]>();
  #bytes = 0;
  #first = 1;
  #dropped = 0;

  constructor({ records = RECORDS, bytes = BYTES }: RingLimits = {}) {
    this.#most = { records, bytes };
  }

  /** Bytes of PDUs that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records that had to go, the oldest first. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The number of the oldest one; of the next, where there is none. */
  get first(): number {
    return this.#first;
  }

  get length(): number {
    return this.#records.size;
  }

  /** Takes the next record; their numbers go up by one. */
  add(record: InspectRecord): void {
    if (this.#records.size === 0) this.#first = record.id;
    this.#records.set(record.id, record);
    this.#bytes += sizeOf(record);
    while (this.length > this.#most.records || (this.#bytes > this.#most.bytes && this.length > 1))
      this.#drop();
  }

  /** Those behind the record of this number, the oldest first. */
  since(id: number): InspectRecord[] {
    const records: InspectRecord[] = [];
    const end = this.#first + this.#records.size;
    for (let at = Math.max(id + 1, this.#first); at < end; at++) records.push(this.#records.get(at)!);
    return records;
  }

  /**
   * A-ASSOCIATE-RQ and -AC that had to go, of associations of which later records are held; of the newest 64 of them.
   * The oldest first.
   */
  handshakes(): PduRecord[] {
    const held = new Set<number>();
    for (const { association } of this.#records.values()) held.add(association);
    for (const association of this.#handshakes.keys())
      if (!held.has(association)) this.#handshakes.delete(association);
    return [...this.#handshakes.values()].flat().toSorted((a, b) => a.id - b.id);
  }

  clear(): void {
    this.#records.clear();
    this.#handshakes.clear();
    this.#bytes = 0;
    this.#dropped = 0;
  }

  #drop(): void {
    const record = this.#records.get(this.#first)!;
    this.#bytes -= sizeOf(record);
    this.#records.delete(this.#first++);
    this.#dropped++;
    if (record.kind === 'pdu' && HANDSHAKE.has(record.pdu)) this.#keepHandshake(record);
  }

  #keepHandshake(record: PduRecord): void {
    const { association } = record;
    const kept = { ...record, bytes: record.bytes.slice() }; // alone: they lie among those of many others
    this.#handshakes.set(association, [...(this.#handshakes.get(association) ?? []), kept].slice(0, 2));
    if (this.#handshakes.size <= HANDSHAKES) return;
    this.handshakes(); // those that nothing is left of go first
    const [oldest] = this.#handshakes.keys();
    if (this.#handshakes.size > HANDSHAKES) this.#handshakes.delete(oldest!);
  }
}

const HANDSHAKE: ReadonlySet<string> = new Set(['A-ASSOCIATE-RQ', 'A-ASSOCIATE-AC']);

function sizeOf(record: InspectRecord): number {
  return record.kind === 'pdu' ? record.bytes.length : 0;
}
