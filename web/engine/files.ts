/** Files into and out of the page. */
import { downloadZip } from 'client-zip';
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError, asError } from '../../core/bytes/index.ts';
import type { ByteSource, InstanceStore } from '../../core/file/index.ts';
import {
  cutOff,
  fileMetaInformation,
  instanceFileName,
  openPart10,
  streamRange,
} from '../../core/file/index.ts';
import type { SendItem } from '../../core/peer/index.ts';
import type { OutgoingFile, SavedFile, SendStep } from './protocol.ts';
import { failureOf } from './protocol.ts';

/** A stored instance as a Part 10 file (PS3.10 7.1). */
async function part10(store: InstanceStore, sopInstanceUID: string): Promise<SavedFile> {
  const { info, dataSet } = await store.open(sopInstanceUID);
  const parts: Bytes[] = [fileMetaInformation(info)];
  const reader = dataSet.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
  }
  return { name: instanceFileName(sopInstanceUID), blob: new Blob(parts, { type: 'application/dicom' }) };
}

/** One instance as it is, several as one ZIP: browsers block a second automatic download. */
export async function saved(
  store: InstanceStore,
  sopInstanceUIDs: readonly string[],
  signal: AbortSignal,
): Promise<SavedFile> {
  const [first] = sopInstanceUIDs;
  if (first === undefined) throw new DicomError('USAGE', 'no file is chosen');
  if (sopInstanceUIDs.length === 1) return part10(store, first);
  const response = downloadZip(zipEntries(store, sopInstanceUIDs, signal));
  return { name: 'webdimse.zip', blob: await response.blob() };
}

async function* zipEntries(store: InstanceStore, uids: readonly string[], signal: AbortSignal) {
  for (const uid of uids) {
    if (signal.aborted) throw new DicomError('CANCELLED', 'saving was cancelled');
    const { name, blob } = await part10(store, uid);
    yield { name, input: blob, size: blob.size };
  }
}

/** A file of the disk as the Part 10 reader wants it. */
function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (start, end) => new Uint8Array(await readable(blob.slice(start, end))),
  };
}

/** Chromium refuses to read a file that changed or went since it was chosen. */
async function readable(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new DicomError('FILE_INVALID', `it cannot be read: ${asError(error).message}`, {}, error);
  }
}

/**
 * What of these files can be sent. Items carry the index of their file as label; `skip` is told of the
 * others. Only the head of a file is read here, the rest when its turn has come.
 */
export async function sendItems(
  files: readonly OutgoingFile[],
  skip: (step: SendStep) => void,
  signal: AbortSignal,
): Promise<SendItem[]> {
  const items: SendItem[] = [];
  for (const [index, { file }] of files.entries()) {
    if (signal.aborted) throw new DicomError('CANCELLED', 'sending was cancelled');
    const source = blobSource(file);
    try {
      const part10 = await openPart10(source);
      const damage = await cutOff(source, part10);
      if (damage !== undefined) {
        skip(unsent(index, 'failed', damage, part10.info.sopInstanceUID));
        continue;
      }
      items.push({
        label: String(index),
        ...part10.info,
        open: () => streamRange(source, part10.dataSetOffset, source.size),
      });
    } catch (error) {
      skip(unsent(index, 'skipped', error));
    }
  }
  return items;
}

function unsent(
  index: number,
  outcome: SendStep['outcome'],
  error: unknown,
  sopInstanceUID?: string,
): SendStep {
  return { index, outcome, sopInstanceUID, status: undefined, bytes: 0, failure: failureOf(error) };
}
