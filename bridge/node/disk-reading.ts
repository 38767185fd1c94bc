/** The data sets of a folder's files. */
import { DicomError } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import type { ByteRange } from '../../core/file/index.ts';
import { storeError } from './disk-error.ts';
import type { DiskInstance } from './disk-instance.ts';
import { closeFile, closeRead, readAt } from './file-calls.ts';

/** Bytes read at once: each reading waits for a thread, and most images come in one. */
const READ_SIZE = 1 << 20;
/** Memory of pieces that are done with, for the next file: new memory for each costs more than to read it. */
const SPARE = 8;

const spare: Bytes[] = [];

/** The data set in pieces, each in the memory of the one before. The file is opened when the first one is asked for. */
export async function* lentPieces(
  instance: DiskInstance,
  openIt: () => Promise<number>,
): AsyncGenerator<Bytes, void, undefined> {
  const { file: path, bytes, dataSetOffset } = instance;
  const end = dataSetOffset + bytes;
  const memory = spare.pop() ?? new Uint8Array(READ_SIZE);
  let file: number | undefined;
  try {
    for (let at = dataSetOffset; at < end;) {
      file ??= await openIt();
      const read = await readInto(memory, file, at, end, path);
      at += read;
      yield memory.subarray(0, read);
    }
  } catch (error) {
    throw storeError(error, `${path} cannot be read`);
  } finally {
    if (spare.length < SPARE) spare.push(memory);
    if (file !== undefined) closeRead(file);
  }
}

/** The data set of a file, which is opened at the first read and closed at its end, on failure and on cancel. */
export function stream(
  instance: DiskInstance,
  openIt: () => Promise<number>,
  range: ByteRange = { start: 0, end: instance.bytes },
): ReadableStream<Bytes> {
  const { file: path, dataSetOffset } = instance;
  const end = dataSetOffset + range.end;
  let at = dataSetOffset + range.start;
  let file: number | undefined;
  const close = async (): Promise<void> => {
    const opened = file;
    file = undefined;
    if (opened !== undefined) await closeFile(opened);
  };
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          file ??= await openIt();
          const piece = await readPiece(file, at, end, path);
          at += piece.length;
          if (piece.length > 0) controller.enqueue(piece);
          if (at < end) return;
          controller.close();
        } catch (error) {
          controller.error(storeError(error, `${path} cannot be read`));
        }
        await close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

async function readPiece(file: number, start: number, end: number, path: string): Promise<Bytes> {
  const length = Math.min(READ_SIZE, end - start);
  const piece = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer); // what is not read is not handed on
  return piece.subarray(0, await readInto(piece, file, start, end, path));
}

/** Reads what there is room for; how much. */
async function readInto(
  memory: Bytes,
  file: number,
  start: number,
  end: number,
  path: string,
): Promise<number> {
  const length = Math.min(memory.length, end - start);
  const read = await readAt(file, memory, length, start);
  if (read === 0 && length > 0) throw new DicomError('STORE_FAILED', `${path} is shorter than it was`);
  return read;
}
