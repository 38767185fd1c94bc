/** What is to be sent: files of the person's, and instances that the page keeps. */
import type { Bytes, DicomError } from '../../core/bytes/index.ts';
import type { ByteSource, InstanceInfo, InstanceStore } from '../../core/file/index.ts';
import { cutOff, openPart10, readExactly, streamRange } from '../../core/file/index.ts';
import { blobSource, headSource } from './blobs.ts';
import { bytesOf } from './bytes-of.ts';
import type { Outgoing } from './protocol.ts';

/** An instance that can be sent; its data set is read when it is wanted. */
export interface OpenedInstance {
  readonly info: Pick<InstanceInfo, 'sopClassUID' | 'sopInstanceUID' | 'transferSyntaxUID'>;
  /** What is missing of it, or undefined. */
  damage(): Promise<DicomError | undefined>;
  /** The data set up to so many bytes. */
  head(most: number): Promise<Bytes>;
  stream(): AsyncIterable<Bytes>;
}

/**
 * Looks what it is.
 *
 * @throws DicomError FILE_INVALID for a file that is no instance, STORE_FAILED for an instance that is not kept any more.
 */
export function opened(
  store: InstanceStore,
  outgoing: Outgoing,
  shared: Shared = {},
): Promise<OpenedInstance> {
  return 'file' in outgoing ? openedFile(outgoing.file, shared) : openedKept(store, outgoing.sopInstanceUID);
}

/** What was read of a file together with others; undefined where it was not, and has to be read alone. */
export interface Shared {
  /** As far as `HEAD`. */
  head?(): Promise<Bytes | undefined>;
  /** Of a file that is not longer than `WHOLE`. */
  whole?(): Promise<Bytes | undefined>;
}

/** Meta information, and the bytes behind it in which cut files and warnings are looked for. */
export const HEAD: number = 20 << 10;
/** A file is read whole up to here: as long as a piece of a longer one. */
export const WHOLE: number = 1 << 20;

async function openedFile(file: Blob, { head, whole }: Shared): Promise<OpenedInstance> {
  const source = headSource(file, HEAD, head);
  const part10 = await openPart10(source);
  const { info, dataSetOffset: from } = part10;
  return {
    info,
    damage: () => cutOff(source, part10),
    head: (most) => readExactly(source, from, Math.min(source.size, from + most)),
    stream: streamOfFile(file, from, whole),
  };
}

/** In a function of its own: thousands of these wait for their turn, and must not keep the heads of their files. */
function streamOfFile(file: Blob, from: number, whole: Shared['whole']): () => AsyncIterable<Bytes> {
  const source = blobSource(file);
  return () => (source.size <= WHOLE ? wholeFrom(source, from, whole) : streamRange(source, from));
}

async function* wholeFrom(source: ByteSource, from: number, whole: Shared['whole']): AsyncGenerator<Bytes> {
  if (from >= source.size) return;
  const bytes = (await whole?.()) ?? (await readExactly(source, 0, source.size));
  yield bytes.subarray(from);
}

/** It goes as it came: whole, since nothing else is kept. */
async function openedKept(store: InstanceStore, sopInstanceUID: string): Promise<OpenedInstance> {
  const { info } = await bytesOf(store, sopInstanceUID, 0);
  return {
    info,
    damage: () => Promise.resolve(undefined),
    head: async (most) => (await bytesOf(store, sopInstanceUID, most)).bytes,
    stream: () => streamOf(store, sopInstanceUID),
  };
}

async function* streamOf(store: InstanceStore, sopInstanceUID: string): AsyncGenerator<Bytes> {
  yield* pieces((await store.open(sopInstanceUID)).dataSet);
}

/** What a stream brings; who stops reading lets go of it. */
export async function* pieces(stream: ReadableStream<Bytes>): AsyncGenerator<Bytes> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}
