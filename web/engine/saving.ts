/** What leaves the page as one file: an instance, or several as a ZIP that passes and is never held whole. */
import { makeZip } from 'client-zip';
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import { fileMetaInformation, instanceFileName } from '../../core/file/index.ts';
import type { Running } from './host.ts';
import { pieces } from './outgoing.ts';
import type { PageStore, ScratchFile } from './page-store.ts';
import type { ExportStep, Operations, SavedFile } from './protocol.ts';

/** Bytes up to which a file is handed to the browser out of the memory. */
const IN_MEMORY = 16 << 20;

/** What is to be saved, as it passes. */
interface Outlet {
  readonly name: string;
  readonly type: string;
  readonly bytes: AsyncIterable<Bytes>;
}

/**
 * For the browser to save: a file on the disk where it is long and there is one, else in memory. Browsers block a second
 * automatic download, so that several instances are one ZIP.
 *
 * @throws DicomError STORE_FULL where the disk has no room for it beside the archive.
 */
export async function saved(
  store: Pick<PageStore, 'open' | 'scratch'>,
  { sopInstanceUIDs }: Operations['save']['args'],
  running: Running<ExportStep>,
): Promise<SavedFile> {
  const { name, type, bytes } = outlet(store, sopInstanceUIDs, running);
  const hold = new Hold(store);
  try {
    for await (const piece of bytes) await hold.take(piece);
    return { name, blob: await hold.end(type) };
  } catch (error) {
    await hold.drop();
    throw error;
  }
}

/** Into a file that the person chose. It gets its content at the end: a failure before leaves what was there. */
export async function saveTo(
  store: InstanceStore,
  { sopInstanceUIDs, file }: Operations['saveTo']['args'],
  { signal, step }: Running<ExportStep>,
): Promise<ExportStep> {
  let last: ExportStep = { done: 0, bytes: 0 };
  const counted = (told: ExportStep): void => step((last = told));
  const { bytes } = outlet(store, sopInstanceUIDs, { signal, step: counted });
  const writable = await file.createWritable();
  try {
    for await (const piece of bytes) await writable.write(piece);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => {}); // it ended by the same failure
    throw error;
  }
  return last;
}

function outlet(
  store: Pick<InstanceStore, 'open'>,
  uids: readonly string[],
  running: Running<ExportStep>,
): Outlet {
  const [first] = uids;
  if (first === undefined) throw new DicomError('USAGE', 'no file is chosen');
  const entries = zipEntries(store, uids, running);
  if (uids.length === 1)
    return { name: instanceFileName(first), type: 'application/dicom', bytes: single(entries) };
  return {
    name: 'webdimse.zip',
    type: 'application/zip',
    bytes: pieces(makeZip(entries) as ReadableStream<Bytes>),
  };
}

async function* single(
  entries: AsyncIterable<{ readonly input: AsyncIterable<Bytes> }>,
): AsyncGenerator<Bytes> {
  for await (const { input } of entries) yield* input;
}

async function* zipEntries(
  store: Pick<InstanceStore, 'open'>,
  uids: readonly string[],
  { signal, step }: Running<ExportStep>,
) {
  let done = 0;
  let bytes = 0;
  for (const uid of uids) {
    if (signal.aborted) throw new DicomError('CANCELLED', 'saving was cancelled');
    const { info, dataSet } = await store.open(uid);
    const meta = fileMetaInformation(info);
    yield { name: instanceFileName(uid), input: behind(meta, dataSet), size: meta.length + info.bytes };
    bytes += info.bytes;
    step({ done: ++done, bytes });
  }
}

/** The file as it passes: none of them is held whole. */
async function* behind(meta: Bytes, dataSet: ReadableStream<Bytes>): AsyncGenerator<Bytes> {
  yield meta;
  yield* pieces(dataSet);
}

/** Holds what comes in memory, and what is longer on the disk. */
class Hold {
  readonly #store: Pick<PageStore, 'scratch'>;
  #pieces: Bytes[] = [];
  #size = 0;
  #file: ScratchFile | undefined;

  constructor(store: Pick<PageStore, 'scratch'>) {
    this.#store = store;
  }

  async take(piece: Bytes): Promise<void> {
    this.#size += piece.length;
    if (this.#size > IN_MEMORY && this.#file === undefined) await this.#spill();
    if (this.#file === undefined) this.#pieces.push(piece);
    else this.#file.write(piece);
  }

  async end(type: string): Promise<Blob> {
    if (this.#file === undefined) return new Blob(this.#pieces, { type });
    const file = await this.#file.end();
    return file.slice(0, file.size, type);
  }

  async drop(): Promise<void> {
    this.#pieces = [];
    await this.#file?.drop();
  }

  async #spill(): Promise<void> {
    this.#file = await this.#store.scratch();
    if (this.#file === undefined) return; // without a disk, the memory has to do
    for (const piece of this.#pieces.splice(0)) this.#file.write(piece);
  }
}
