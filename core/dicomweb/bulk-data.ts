/** Values of single elements (PS3.18 10.4.1.1.5). */
import type { Archive } from '../archive/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { littleEndianBytes } from '../data/decode.ts';
import { elementSpans, plainBytes, transferSyntax } from '../data/index.ts';
import { UID } from '../dict/index.ts';
import type { ByteRange, Stored } from '../file/index.ts';
import { acceptedBy, isIn } from './accept.ts';
import type { Call } from './call.ts';
import { answerAllFrames, parts } from './frames.ts';
import { headOf } from './head.ts';
import type { Images } from './images.ts';
import { storedBytes, wholeBytes } from './images.ts';
import { multipart, newBoundary } from './multipart.ts';
import { findPixels } from './pixels.ts';
import { Refusal } from './problem.ts';
import { rangeHeaders, rangeOf } from './ranges.ts';
import { begun, respond } from './response.ts';
import { openStored } from './wado.ts';

const PIXEL_DATA = '7FE00010';
const PIXEL_GROUP = '7FE0';

/** The bytes of an element, in little endian. */
interface Value {
  readonly length: number;
  /** Nothing is opened before the first piece is asked for. */
  part(start: number, end: number): Bytes | AsyncGenerator<Bytes, void, undefined>;
}

/**
 * One value, or the bytes of it that Range names; of compressed pixel data, its frames.
 * @throws Refusal 404, 406, 413, 416
 */
export async function answerBulkData(
  call: Call,
  stored: Stored,
  images: Images,
  archive: Archive,
): Promise<Response> {
  const path = call.target.element ?? '';
  if (path === PIXEL_DATA && transferSyntax(stored.transferSyntaxUID)?.encapsulated === true)
    return answerAllFrames(call, stored, images);
  const media = 'application/octet-stream';
  const range = acceptedBy(call.request, call.url).find((one) => isIn(media, one));
  if (range === undefined) throw new Refusal(406, `Bulk data are answered as ${media} only.`);
  const value = (await pixelsOf(archive, stored, path)) ?? (await valueOf(archive, stored, path));
  if (range.multipart) {
    const boundary = newBoundary();
    const location = call.url.origin + call.url.pathname;
    const body = multipart(parts({ media, location, body: value.part(0, value.length) }), boundary);
    return respond({ media: 'multipart/related', parameters: { type: media, boundary }, body });
  }
  const slice = rangeOf(call.request, value.length);
  const headers = rangeHeaders(slice, value.length);
  const part = value.part(slice?.start ?? 0, slice?.end ?? value.length);
  const body = part instanceof Uint8Array ? part : await begun(part);
  return respond({ status: slice === undefined ? 200 : 206, media, headers, body });
}

/** Native pixels go out as they are read; undefined where the element is another, or is to be turned round. */
async function pixelsOf(archive: Archive, stored: Stored, path: string): Promise<Value | undefined> {
  const syntax = transferSyntax(stored.transferSyntaxUID);
  if (!path.startsWith(PIXEL_GROUP) || path.length > 8) return undefined;
  if (syntax?.readable !== true || syntax.deflated || !syntax.littleEndian) return undefined;
  const chunks = await openStored(archive, stored);
  const head = await headOf(chunks, stored.transferSyntaxUID, () => ({ omit: () => true }));
  const read = (start: number, end: number): Promise<Bytes> =>
    storedBytes(archive, stored, Math.min(start, stored.bytes), Math.min(end, stored.bytes));
  const pixels = head.reached ? await findPixels(read, head.end, syntax) : undefined;
  if (pixels?.tag !== path || pixels.end === undefined || pixels.end > stored.bytes) return undefined;
  const { start: from } = pixels;
  return {
    length: pixels.end - from,
    part: (start, end) => bytesOf(archive, stored, { start: from + start, end: from + end }),
  };
}

async function* bytesOf(
  archive: Archive,
  stored: Stored,
  range: ByteRange,
): AsyncGenerator<Bytes, void, undefined> {
  yield* await openStored(archive, stored, range);
}

/** @throws Refusal 404, 413 */
async function valueOf(archive: Archive, stored: Stored, path: string): Promise<Value> {
  const { transferSyntaxUID } = stored;
  const plain = plainBytes(await wholeBytes(archive, stored), transferSyntaxUID);
  const inflated = transferSyntax(transferSyntaxUID)?.deflated === true;
  const spans = elementSpans(plain, inflated ? UID.ExplicitVRLittleEndian : transferSyntaxUID);
  const span = spans.find((one) => one.kind === 'element' && one.path === path);
  if (span === undefined || span.undefinedLength || span.vr === 'SQ') {
    throw new Refusal(404, 'There are no such bulk data.');
  }
  const value = plain.slice(span.valueOffset, span.valueOffset + span.valueLength);
  const bytes = span.littleEndian ? value : littleEndianBytes(span.vr, value);
  return { length: bytes.length, part: (start, end) => bytes.subarray(start, end) };
}
