/** What the page of the bench sends: the study, from memory or from files of its own disk. */
import type { Bytes } from '../../../core/bytes/index.ts';
import { bytesSource, openPart10 } from '../../../core/file/index.ts';
import type { SendItem } from '../../../core/peer/index.ts';

/** The files of the study, as the server of the bench has them. */
async function* files(instances: number): AsyncGenerator<[name: string, bytes: Bytes]> {
  for (let i = 1; i <= instances; i++) {
    const name = `${i}.dcm`;
    yield [name, new Uint8Array(await (await fetch(`/study/${name}`)).arrayBuffer())];
  }
}

export async function itemsInMemory(instances: number): Promise<SendItem[]> {
  const items: SendItem[] = [];
  for await (const [label, bytes] of files(instances)) {
    const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
    items.push({ ...info, label, open: () => bytes.subarray(dataSetOffset) });
  }
  return items;
}

/** Stand for files that a person chose: both are a `File` that the browser reads from a disk. */
export async function itemsInFiles(instances: number): Promise<SendItem[]> {
  const directory = await (
    await navigator.storage.getDirectory()
  ).getDirectoryHandle('files', { create: true });
  const items: SendItem[] = [];
  for await (const [label, bytes] of files(instances)) {
    const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
    const handle = await directory.getFileHandle(label, { create: true });
    const writable = await handle.createWritable();
    await writable.write(bytes);
    await writable.close();
    const file = await handle.getFile();
    const open = async (): Promise<Bytes> => new Uint8Array(await file.slice(dataSetOffset).arrayBuffer());
    items.push({ ...info, label, open });
  }
  return items;
}
