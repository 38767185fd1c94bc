/** The facade over an archive in memory, and what it answers. */
import { Archive, MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import type { DicomWeb, DicomWebOptions } from '../../core/dicomweb/index.ts';
import { createDicomWeb } from '../../core/dicomweb/index.ts';
import { instance, keep } from '../store/instances.ts';

export const ROOT = 'http://facade.test/dicomweb';

export interface Facade {
  readonly store: MemoryStore;
  readonly archive: Archive;
  readonly handle: DicomWeb;
  readonly errors: Error[];
}

/** Small instances by UID, with what is particular to each. */
export async function facade(
  instances: readonly (readonly [uid: string, keys: Record<string, KeyValue>])[] = [],
  more: Partial<DicomWebOptions> = {},
): Promise<Facade> {
  const store = new MemoryStore();
  for (const [uid, keys] of instances) await keep(store, instance(uid, keys));
  const archive = await Archive.open(store);
  const errors: Error[] = [];
  const onError = (error: Error): void => void errors.push(error);
  const handle = createDicomWeb({ archive, path: '/dicomweb', onError, ...more });
  return { store, archive, handle, errors };
}

export function get(handle: DicomWeb, path: string, accept?: string): Promise<Response> {
  return handle(new Request(ROOT + path, { headers: accept === undefined ? {} : { accept } }));
}

/** The matches of a search; none for 204. */
export async function found(handle: DicomWeb, path: string): Promise<DataSet[]> {
  const response = await get(handle, path);
  if (response.status === 204) return [];
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as DataSet[];
}

export async function bytesOf(response: Response): Promise<Bytes> {
  return new Uint8Array(await response.arrayBuffer());
}

/** The status, and why. */
export async function refusal(response: Response | Promise<Response>): Promise<[number, string]> {
  const { status, detail } = (await (await response).json()) as { status: number; detail: string };
  return [status, detail];
}
