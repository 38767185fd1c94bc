/** Data sets rewritten in transfer: the attributes are read, changed and written, the pixel data passes (PS3.5 7, A). */
import type { Bytes } from '../bytes/index.ts';
import { ChunkQueue, DEFAULT_LIMITS, DicomError } from '../bytes/index.ts';
import { UID, uidName } from '../dict/index.ts';
import { PixelGroup } from './pixel-group.ts';
import { plainBytes } from './plain.ts';
import type { Head } from './read.ts';
import { readHead } from './read.ts';
import type { TransferSyntax } from './syntax.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, transferSyntax } from './syntax.ts';
import type { DataSet } from './types.ts';
import { writeDataSet } from './write.ts';

/** What has neither compressed pixels nor pixels elsewhere, and what it can become. */
const NATIVE: ReadonlyMap<string, readonly string[]> = new Map([
  [EXPLICIT_VR_LITTLE_ENDIAN, [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN]],
  [IMPLICIT_VR_LITTLE_ENDIAN, [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN]],
  [UID.DeflatedExplicitVRLittleEndian, [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN]],
]);

/** How a data set is rewritten. */
export interface Rewriting {
  /** The transfer syntax of what comes, and of what goes on: `rewritableAs` says which. */
  readonly from: string;
  readonly to: string;
  /** Gives the attributes that go on for those that came. */
  readonly change: (dataSet: DataSet) => DataSet;
  /** Tags that need not even be read. */
  readonly omit?: (tag: string) => boolean;
}

/** Bytes in front of the pixel data, all of which are held: documents and spectra lie there, most often a few kB. */
const HEAD_LIMIT = 64 << 20;
/** Bytes at which reading is tried first; then at twice as many each time. */
const FIRST_LOOK = 256 << 10;
/** Pixel data of every kind, and its offset tables. */
const PIXEL_GROUP = '7FE00000';

/**
 * The transfer syntaxes in which a data set can go on, the most like its own first: compressed pixels stay compressed,
 * deflated data sets go on inflated, big endian ones not at all.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED where there is none.
 */
export function rewritableAs(transferSyntaxUID: string): readonly string[] {
  const { deflated } = takenSyntax(transferSyntaxUID);
  const native = NATIVE.get(transferSyntaxUID);
  if (native === undefined && deflated) throw unsupported(transferSyntaxUID);
  return native ?? [transferSyntaxUID];
}

/**
 * Resolves when the attributes are written: whoever sends them learns of a fault before the first byte goes out. What
 * follows the pixel data (signatures, padding) is left out.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED; VALUE_INVALID for a value that cannot be written again.
 * @throws DecodeError DATASET_INVALID; LIMIT_EXCEEDED where the attributes take more than 64 MiB.
 */
export async function rewritten(
  bytes: AsyncIterable<Bytes>,
  { from, to, change, omit }: Rewriting,
): Promise<AsyncIterable<Bytes>> {
  if (!rewritableAs(from).includes(to)) throw unsupported(to);
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    const syntax = takenSyntax(from);
    const { head, rest } = await (syntax.deflated ? inflated : headOf)(chunks, syntax, omit);
    const { explicit } = takenSyntax(to);
    const written = writeDataSet(
      change(head.dataSet),
      explicit ? EXPLICIT_VR_LITTLE_ENDIAN : IMPLICIT_VR_LITTLE_ENDIAN,
    );
    return followed(written, rest, chunks, new PixelGroup(syntax.explicit, explicit));
  } catch (error) {
    await chunks.return?.(); // a file or a pack is held open for them
    throw error;
  }
}

function takenSyntax(transferSyntaxUID: string): TransferSyntax {
  const syntax = transferSyntax(transferSyntaxUID);
  if (syntax?.readable === true && syntax.littleEndian) return syntax;
  throw unsupported(transferSyntaxUID);
}

function unsupported(transferSyntaxUID: string): DicomError {
  return new DicomError(
    'TRANSFER_SYNTAX_UNSUPPORTED',
    `what is in ${uidName(transferSyntaxUID)} goes on as it is or not at all: it is neither converted nor de-identified here`,
    { transferSyntaxUID },
  );
}

type Omit = Rewriting['omit'];

interface Opened {
  readonly head: Head;
  /** Bytes behind the head that were read with it. */
  readonly rest: Bytes;
}

async function headOf(from: AsyncIterator<Bytes>, { uid }: TransferSyntax, omit: Omit): Promise<Opened> {
  const held = new ChunkQueue();
  for (let wanted = FIRST_LOOK; ; wanted *= 2) {
    const ended = await fill(held, from, wanted);
    const bytes = held.peek(held.length)!; // as many as there are
    const head = read(bytes, uid, omit);
    if (head.complete && (head.reached || ended)) return { head, rest: bytes.subarray(head.end) };
    if (head.error !== undefined && (ended || head.error.details['missing'] === undefined)) throw head.error;
    if (held.length > HEAD_LIMIT) throw tooLong();
  }
}

/** Deflated as a whole: there is no pixel data to pass without inflating it. */
async function inflated(from: AsyncIterator<Bytes>, { uid }: TransferSyntax, omit: Omit): Promise<Opened> {
  const held = new ChunkQueue();
  if (!(await fill(held, from, HEAD_LIMIT))) throw tooLong();
  const bytes = plainBytes(held.peek(held.length)!, uid);
  const head = read(bytes, EXPLICIT_VR_LITTLE_ENDIAN, omit);
  if (head.error !== undefined) throw head.error;
  return { head, rest: bytes.subarray(head.end) };
}

function read(bytes: Bytes, transferSyntaxUID: string, omit: Omit): Head {
  return readHead(bytes, transferSyntaxUID, {
    until: PIXEL_GROUP,
    omit: ({ tag }) => omit?.(tag) === true,
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
  pixels: PixelGroup,
): AsyncGenerator<Bytes, void, undefined> {
  try {
    yield head;
    for (let bytes = rest; ;) {
      yield* pixels.push(bytes);
      if (pixels.ended) return;
      const next = await from.next();
      if (next.done === true) return pixels.finish();
      bytes = next.value;
    }
  } finally {
    await from.return?.();
  }
}
