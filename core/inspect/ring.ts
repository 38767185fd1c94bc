/** Keeps the newest records within bounds. */
import type { InspectRecord } from './record.ts';

export interface RingLimits {
  /** 20,000 by default. */
  readonly records?: number;
  /** Of PDUs, in bytes; 64 MiB by default. */
  readonly bytes?: number;
}

const RECORDS = 20_000;
const BYTES = 64 << 20;

export class Ring {
  readonly #most: Required<RingLimits>;
  /** By number, without gaps: the oldest first. */
  readonly #records = new Map<number, InspectRecord>();
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

  clear(): void {
    this.#records.clear();
    this.#bytes = 0;
    this.#dropped = 0;
  }

  #drop(): void {
    this.#bytes -= sizeOf(this.#records.get(this.#first)!);
    this.#records.delete(this.#first++);
    this.#dropped++;
  }
}

function sizeOf(record: InspectRecord): number {
  return record.kind === 'pdu' ? record.bytes.length : 0;
}
