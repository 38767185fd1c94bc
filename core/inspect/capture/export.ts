/** Records as a pcapng file that Wireshark decodes as DICOM: each association is a TCP connection of its own. */
import type { Bytes } from '../../bytes/index.ts';
import type { InspectRecord, PduRecord, TransportRecord } from '../record.ts';
import { fileHeader } from './pcapng.ts';
import { WireWriter } from './wire-writer.ts';

export class CaptureWriter {
  /** By association. */
  readonly #wires = new Map<number, WireWriter>();

  /** What the file begins with. */
  header(): Bytes {
    return fileHeader('webdimse');
  }

  /** The packets of the next record; none where nothing of it was on the wire. */
  take(record: InspectRecord): Bytes[] {
    if (record.kind === 'note' || record.kind === 'timer') return [];
    if (record.kind === 'transport') return this.#transport(record);
    const packets = record.kind === 'pdu' ? this.#pdu(record) : [];
    return record.step?.to === 'Sta1' ? [...packets, ...this.#close(record)] : packets;
  }

  #transport(record: TransportRecord): Bytes[] {
    const { event, association, time, sender } = record;
    const wire = this.#wires.get(association);
    if (event === 'opened') return this.#open(record);
    // The other side may still send: only a step tells that it is over.
    if (event === 'closed') return wire?.finish(sender ?? 'requestor', time) ?? [];
    if (event === 'gap' && sender !== undefined) wire?.skip(sender, record.missing ?? 0);
    if (event !== 'reset' || wire === undefined) return [];
    this.#wires.delete(association);
    return wire.reset(sender ?? 'requestor', time);
  }

  #open(record: InspectRecord): Bytes[] {
    const { association, time } = record;
    const wire = new WireWriter(association, record.kind === 'transport' ? record.ends : undefined);
    this.#wires.set(association, wire);
    return wire.open(time);
  }

  #pdu(record: PduRecord): Bytes[] {
    const { association, sender, time, bytes, length } = record;
    const packets = this.#wires.has(association) ? [] : this.#open(record);
    return [...packets, ...this.#wires.get(association)!.data(sender, time, bytes, length)];
  }

  #close({ association, time }: InspectRecord): Bytes[] {
    const wire = this.#wires.get(association);
    this.#wires.delete(association);
    return wire?.close(time) ?? [];
  }
}
