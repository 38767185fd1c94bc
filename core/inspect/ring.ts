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
  /** Numbers have no gaps: each stands where its own says, modulo the room there is, with one place for the next. */
  #records: (InspectRecord | undefined)[] = [];
  /** Dropped, by association: what is said later means nothing without. */
  readonly #handshakes = new Map<number, readonly PduRecord[]>();
  #bytes = 0;
  #first = 1;
  #length = 0;
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
    return this.#length;
  }

  /** Takes the next record; their numbers go up by one. */
  add(record: InspectRecord): void {
    if (this.#length === 0) this.#first = record.id;
    this.#records[this.#placeOf(record.id)] = record;
    this.#length++;
    this.#bytes += sizeOf(record);
    while (this.#length > this.#most.records || (this.#bytes > this.#most.bytes && this.#length > 1))
      this.#drop();
  }

  /** Those behind the record of this number, the oldest first. */
  since(id: number): InspectRecord[] {
    const from = Math.max(id + 1, this.#first);
    const count = Math.max(0, this.#first + this.#length - from);
    return Array.from({ length: count }, (_, i) => this.#at(from + i));
  }

  /**
   * A-ASSOCIATE-RQ and -AC that had to go, of associations of which later records are held; of the newest 64 of them.
   * The oldest first.
   */
  handshakes(): PduRecord[] {
    const held = new Set<number>();
    for (const { association } of this.since(0)) held.add(association);
    for (const association of this.#handshakes.keys())
      if (!held.has(association)) this.#handshakes.delete(association);
    return [...this.#handshakes.values()].flat().toSorted((a, b) => a.id - b.id);
  }

  clear(): void {
    this.#records = [];
    this.#length = 0;
    this.#handshakes.clear();
    this.#bytes = 0;
    this.#dropped = 0;
  }

  #placeOf(id: number): number {
    return id % (this.#most.records + 1);
  }

  #at(id: number): InspectRecord {
    return this.#records[this.#placeOf(id)]!;
  }

  #drop(): void {
    const record = this.#at(this.#first);
    this.#records[this.#placeOf(this.#first++)] = undefined; // its bytes are let go of, too
    this.#length--;
    this.#bytes -= sizeOf(record);
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
