/** A data set in transfer: its attributes are read, changed and written, its pixel data passes (PS3.5 7, A). */
import type { Bytes } from '../bytes/index.ts';
import { ChunkQueue, DEFAULT_LIMITS, DicomError } from '../bytes/index.ts';
import type { DataSet, Head, TransferSyntax } from '../data/index.ts';
import {
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  plainBytes,
  readHead,
  transferSyntax,
  writeDataSet,
} from '../data/index.ts';
import { uidName } from '../dict/index.ts';
import { goesWhole } from './actions.ts';
import { PixelGroup } from './pixel-group.ts';

/** Bytes in front of the pixel data, all of which are held: documents and spectra lie there, most often a few kB. */
const HEAD_LIMIT = 64 << 20;
/** Bytes at which reading is tried first; then at twice as many each time. */
const FIRST_LOOK = 256 << 10;
/** Pixel data of every kind, and its offset tables. */
const PIXEL_GROUP = '7FE00000';

/** @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED */
export function writtenSyntax(transferSyntaxUID: string): string {
  const syntax = takenSyntax(transferSyntaxUID);
  return syntax.deflated ? EXPLICIT_VR_LITTLE_ENDIAN : transferSyntaxUID;
}

/** Resolves when the attributes are written: whoever sends them learns of a fault before the first byte goes out. */
export async function openStream(
  bytes: AsyncIterable<Bytes>,
  transferSyntaxUID: string,
  change: (dataSet: DataSet) => DataSet,
): Promise<AsyncIterable<Bytes>> {
  const syntax = takenSyntax(transferSyntaxUID);
  const from = bytes[Symbol.asyncIterator]();
  const { head, rest } = syntax.deflated ? await inflated(from, syntax) : await headOf(from, syntax);
  const written = writeDataSet(
    change(head.dataSet),
    syntax.explicit ? EXPLICIT_VR_LITTLE_ENDIAN : IMPLICIT_VR_LITTLE_ENDIAN,
  );
  return followed(written, rest, from, syntax.explicit);
}

function takenSyntax(transferSyntaxUID: string): TransferSyntax {
  const syntax = transferSyntax(transferSyntaxUID);
  if (syntax?.readable === true && syntax.littleEndian) return syntax;
  throw new DicomError(
    'TRANSFER_SYNTAX_UNSUPPORTED',
    `what is in ${uidName(transferSyntaxUID)} cannot be de-identified here; convert it to a little endian syntax first`,
    { transferSyntaxUID },
  );
}

interface Opened {
  readonly head: Head;
  /** Bytes behind the head that were read with it. */
  readonly rest: Bytes;
}

async function headOf(from: AsyncIterator<Bytes>, { uid }: TransferSyntax): Promise<Opened> {
  const held = new ChunkQueue();
  for (let wanted = FIRST_LOOK; ; wanted *= 2) {
    const ended = await fill(held, from, wanted);
    const bytes = held.peek(held.length)!; // as many as there are
    const head = read(bytes, uid);
    if (head.complete && (head.reached || ended)) return { head, rest: bytes.subarray(head.end) };
    if (head.error !== undefined && (ended || head.error.details['missing'] === undefined)) throw head.error;
    if (held.length > HEAD_LIMIT) throw tooLong();
  }
}

/** Deflated as a whole: there is no pixel data to pass without inflating it. */
async function inflated(from: AsyncIterator<Bytes>, { uid }: TransferSyntax): Promise<Opened> {
  const held = new ChunkQueue();
  if (!(await fill(held, from, HEAD_LIMIT))) throw tooLong();
  const bytes = plainBytes(held.peek(held.length)!, uid);
  const head = read(bytes, EXPLICIT_VR_LITTLE_ENDIAN);
  if (head.error !== undefined) throw head.error;
  return { head, rest: bytes.subarray(head.end) };
}

function read(bytes: Bytes, transferSyntaxUID: string): Head {
  return readHead(bytes, transferSyntaxUID, {
    until: PIXEL_GROUP,
    omit: ({ tag }) => goesWhole(tag),
    limits: { ...DEFAULT_LIMITS, inflated: 4 * HEAD_LIMIT },
  });
}

/** Reads until so many bytes are held; true where there are no more. */
async function fill(held: ChunkQueue, from: AsyncIterator<Bytes>, wanted: number): Promise<boolean> {
  while (held.length < wanted) {
    const { done, value } = await from.next();
    if (done === true) return true;
    held.push(value);
  }
  return false;
}

function tooLong(): DicomError {
  return new DicomError(
    'LIMIT_EXCEEDED',
    `more than ${HEAD_LIMIT} bytes of attributes stand in front of the pixel data`,
    { limit: HEAD_LIMIT },
  );
}

async function* followed(
  head: Bytes,
  rest: Bytes,
  from: AsyncIterator<Bytes>,
  explicit: boolean,
): AsyncGenerator<Bytes, void, undefined> {
  try {
    yield head;
    const pixels = new PixelGroup(explicit);
    for (let bytes = rest; ;) {
      const part = pixels.push(bytes);
      if (part.length > 0) yield part;
      if (pixels.ended) return;
      const next = await from.next();
      if (next.done === true) return pixels.finish();
      bytes = next.value;
    }
  } finally {
    await from.return?.();
  }
}
