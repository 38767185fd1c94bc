/** Frames and bulk data of an instance (PS3.18 10.4.1.1.6, 10.4.1.1.5). */
import type { Archive } from '../archive/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { littleEndianBytes } from '../data/decode.ts';
import { elementSpans, plainBytes, transferSyntax } from '../data/index.ts';
import { UID } from '../dict/index.ts';
import type { Stored } from '../file/index.ts';
import type { OpenImage } from '../image/index.ts';
import { acceptedBy, isIn } from './accept.ts';
import type { Call } from './call.ts';
import { instanceURL } from './call.ts';
import type { Images } from './images.ts';
import { frameBytes, isNative, wholeBytes } from './images.ts';
import type { OutgoingPart } from './multipart.ts';
import { multipart, newBoundary } from './multipart.ts';
import { Refusal } from './problem.ts';
import { respond } from './response.ts';
import { frameRepresentation, notGiven } from './syntaxes.ts';

const PIXEL_DATA = '7FE00010';

/** Frames in the order asked for. @throws Refusal 404 where one is not there, 406 where they are not taken as stored. */
export async function answerFrames(call: Call, stored: Stored, images: Images): Promise<Response> {
  return framesOf(call, stored, await images.open(stored), call.target.frames ?? []);
}

function framesOf(call: Call, stored: Stored, image: OpenImage, frames: readonly number[]): Response {
  const count = image.description.numberOfFrames;
  if (frames.some((frame) => frame > count)) throw new Refusal(404, `The instance has ${count} frames.`);
  const accepted = acceptedBy(call.request, call.url);
  const how = frameRepresentation(stored.transferSyntaxUID, isNative(image), accepted, frames.length === 1);
  if (how === undefined) throw new Refusal(406, notGiven('Frames are', stored.transferSyntaxUID));
  const { media } = how;
  const parameters = { 'transfer-syntax': how.transferSyntaxUID };
  const url = instanceURL(call.root, stored);
  const part = (frame: number): OutgoingPart => ({
    media,
    parameters,
    location: `${url}/frames/${frame}`,
    body: frameBytes(image, frame - 1),
  });
  const first = part(frames[0]!); // a list has one at least
  if (!how.multipart) return respond(first);
  const boundary = newBoundary();
  const body = multipart(parts(first, frames.slice(1), part), boundary);
  return respond({ media: 'multipart/related', parameters: { type: media, boundary }, body });
}

async function* parts(
  first: OutgoingPart,
  rest: readonly number[] = [],
  part: (frame: number) => OutgoingPart = () => first,
): AsyncGenerator<OutgoingPart, void, undefined> {
  yield first;
  for (const frame of rest) yield part(frame);
}

/** One value; of compressed pixel data, its frames. @throws Refusal 404, 406 */
export async function answerBulkData(
  call: Call,
  stored: Stored,
  images: Images,
  archive: Archive,
): Promise<Response> {
  const path = call.target.element ?? '';
  if (path === PIXEL_DATA && transferSyntax(stored.transferSyntaxUID)?.encapsulated === true) {
    const image = await images.open(stored);
    return framesOf(
      call,
      stored,
      image,
      Array.from({ length: image.description.numberOfFrames }, (_, i) => i + 1),
    );
  }
  const media = 'application/octet-stream';
  const range = acceptedBy(call.request, call.url).find((one) => isIn(media, one));
  if (range === undefined) throw new Refusal(406, `Bulk data are answered as ${media} only.`);
  const body = valueOf(await wholeBytes(archive, stored), stored.transferSyntaxUID, path);
  if (!range.multipart) return respond({ media, body });
  const boundary = newBoundary();
  const location = call.url.origin + call.url.pathname;
  const message = multipart(parts({ media, location, body }), boundary);
  return respond({ media: 'multipart/related', parameters: { type: media, boundary }, body: message });
}

/** In little endian. @throws Refusal 404 */
function valueOf(bytes: Bytes, transferSyntaxUID: string, path: string): Bytes {
  const plain = plainBytes(bytes, transferSyntaxUID);
  const inflated = transferSyntax(transferSyntaxUID)?.deflated === true;
  const spans = elementSpans(plain, inflated ? UID.ExplicitVRLittleEndian : transferSyntaxUID);
  const span = spans.find((one) => one.kind === 'element' && one.path === path);
  if (span === undefined || span.undefinedLength || span.vr === 'SQ') {
    throw new Refusal(404, 'There are no such bulk data.');
  }
  const value = plain.slice(span.valueOffset, span.valueOffset + span.valueLength);
  return span.littleEndian ? value : littleEndianBytes(span.vr, value);
}
