/** Small instances for tests of stores and archives. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import type { KeyValue } from '../../core/data/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../core/data/index.ts';
import type { InstanceInfo, InstanceStore, Stored } from '../../core/file/index.ts';

export const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
export const MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4';

export interface TestInstance {
  readonly info: InstanceInfo;
  readonly dataSet: Bytes;
}

/** An instance of these attributes; UIDs are filled in from `sopInstanceUID` where absent. */
export function instance(sopInstanceUID: string, keys: Record<string, KeyValue> = {}): TestInstance {
  const attributes = dataSet({
    SOPClassUID: CT_IMAGE,
    StudyInstanceUID: '1.2.3',
    SeriesInstanceUID: '1.2.3.1',
    PatientID: 'P1',
    PatientName: 'Doe^Jane',
    ...keys,
    SOPInstanceUID: sopInstanceUID,
  });
  const sopClassUID = attributes['00080016']?.Value?.[0] as string;
  const info = {
    sopClassUID,
    sopInstanceUID,
    transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    callingAETitle: 'SENDER',
  };
  return { info, dataSet: writeDataSet(attributes, EXPLICIT_VR_LITTLE_ENDIAN) };
}

/** As `instance`, with so many bytes of pixel data (a multiple of 256) behind the header. */
export function largeInstance(sopInstanceUID: string, length: number): TestInstance {
  const { info, dataSet } = instance(sopInstanceUID);
  const head = Uint8Array.of(
    0xe0,
    0x7f,
    0x10,
    0,
    0x4f,
    0x57,
    0,
    0,
    0,
    length >> 8,
    length >> 16,
    length >> 24,
  );
  const pixels = new Uint8Array(length);
  for (let i = 0; i < length; i++) pixels[i] = (i * 31) >> 3;
  return { info, dataSet: concat([dataSet, head, pixels]) };
}

/** Puts an instance whole or in pieces, waiting where the store asks to. */
export async function keep(
  store: InstanceStore,
  { info, dataSet }: TestInstance,
  pieces: readonly Bytes[] = [dataSet],
): Promise<Stored> {
  const sink = await store.put(info);
  for (const piece of pieces) await sink.write(piece);
  return sink.commit();
}

export async function readAll(store: InstanceStore, sopInstanceUID: string): Promise<Bytes> {
  return allOf((await store.open(sopInstanceUID)).dataSet);
}

export async function allOf(stream: ReadableStream<Bytes>): Promise<Bytes> {
  const reader = stream.getReader();
  const parts: Bytes[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value);
  return concat(parts);
}

export async function entriesOf(store: InstanceStore): Promise<Stored[]> {
  const entries: Stored[] = [];
  for await (const stored of store.entries()) entries.push(stored);
  return entries;
}
