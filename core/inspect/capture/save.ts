/** Records as one file that can be opened again. */
import type { Bytes } from '../../bytes/index.ts';
import { concat } from '../../bytes/index.ts';
import type { InspectRecord, PduRecord } from '../record.ts';
import { CaptureWriter } from './export.ts';

/** All bytes of a PDU of which the record holds the first: `loadPdu` for those of a file. */
export type Load = (record: PduRecord) => Promise<Bytes>;

export interface SaveOptions {
  /** Without it, bytes that a record does not hold are zeros, each packet of them with a comment that says so. */
  readonly load?: Load | undefined;
}

/** The pieces of a pcapng file, one after the other. @throws what `load` throws. */
export async function* captureOf(
  records: Iterable<InspectRecord> | AsyncIterable<InspectRecord>,
  { load }: SaveOptions = {},
): AsyncGenerator<Bytes, void, undefined> {
  const writer = new CaptureWriter();
  yield writer.header();
  for await (const record of records) {
    const packets = writer.take(await completed(record, load));
    if (packets.length > 0) yield concat(packets);
  }
}

/** The record with all its bytes, where they can be had. */
export async function completed(record: InspectRecord, load: Load | undefined): Promise<InspectRecord> {
  const part = record.kind === 'pdu' && record.bytes.length < record.length;
  return part && load ? { ...record, bytes: await load(record) } : record;
}
