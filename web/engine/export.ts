/** Instances as files in a folder that the person chose. */
import { asError, DicomError } from '../../core/bytes/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { FileNames } from './file-names.ts';
import type { Running } from './host.ts';
import type { ExportStep, Operations } from './protocol.ts';

/** Writes one file after the other, each streamed; a file that is not whole is not left behind. */
export async function exportTo(
  store: InstanceStore,
  { sopInstanceUIDs, folder, pattern }: Operations['exportTo']['args'],
  { signal, step }: Running<ExportStep>,
): Promise<ExportStep> {
  const names = new FileNames(pattern);
  let done = 0;
  let bytes = 0;
  for (const uid of sopInstanceUIDs) {
    if (signal.aborted) throw new DicomError('CANCELLED', 'saving was cancelled');
    const { info, dataSet } = await store.open(uid);
    const path = names.pathOf(info);
    try {
      const file = await fileIn(folder, path);
      await write(file, fileMetaInformation(info), dataSet);
    } catch (error) {
      throw new DicomError(
        'STORE_FAILED',
        `${path.join('/')} could not be written: ${asError(error).message}`,
      );
    }
    bytes += info.bytes;
    step({ done: ++done, bytes });
  }
  return { done, bytes };
}

async function fileIn(
  folder: FileSystemDirectoryHandle,
  path: readonly string[],
): Promise<FileSystemFileHandle> {
  let at = folder;
  for (const name of path.slice(0, -1)) at = await at.getDirectoryHandle(name, { create: true });
  return at.getFileHandle(path.at(-1)!, { create: true });
}

/** The file gets its content when it is closed: a failure before that leaves what was there. */
async function write(
  file: FileSystemFileHandle,
  meta: Uint8Array<ArrayBuffer>,
  dataSet: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  const writable = await file.createWritable();
  await writable.write(meta);
  await dataSet.pipeTo(writable);
}
