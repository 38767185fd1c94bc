/** What a page can do without DIMSE: Orthanc by HTTP. The browser runs without the same-origin policy for it. */
import type { Did, Order } from './orders.ts';

const AT_ONCE = 6;

/** The files of the study one by one, six at the same time; they are counted and dropped. */
export async function rest({ url, bytes }: Order): Promise<Did> {
  const left = (await (await fetch(`${url}/instances`)).json()) as string[];
  let [count, got] = [0, 0];
  const lane = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const reader = (await fetch(`${url}/instances/${id}/file`)).body!.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) got += part.value.length;
      count++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  if (got < bytes) throw new Error(`${got} bytes came of ${bytes}`);
  return { count, bytes };
}

/** As dedicated workers have it; the types of the page do not know it. */
interface WritableHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{
    write(bytes: Uint8Array): number;
    truncate(size: number): void;
    flush(): void;
    close(): void;
  }>;
}

/** Bytes written at once. */
const PIECE = 1 << 20;

/** The whole study as it comes, multipart, into one file: it is not even divided into instances. */
export async function wado({ url, studyInstanceUID, instances, bytes }: Order): Promise<Did> {
  const file = await (await navigator.storage.getDirectory()).getFileHandle('wado', { create: true });
  const access = await (file as WritableHandle).createSyncAccessHandle();
  const reader = (await fetch(`${url}/dicom-web/studies/${studyInstanceUID}`)).body!.getReader();
  const staged = new Uint8Array(PIECE);
  let [filled, got] = [0, 0];
  access.truncate(0);
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    got += part.value.length;
    for (let at = 0; at < part.value.length;) {
      const taken = part.value.subarray(at, at + PIECE - filled);
      staged.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled === PIECE) access.write(staged);
      filled %= PIECE;
    }
  }
  access.write(staged.subarray(0, filled));
  access.flush();
  access.close();
  if (got < bytes) throw new Error(`${got} bytes came of ${bytes}`);
  return { count: instances, bytes };
}
