/** Frames of an instance (PS3.18 10.4.1.1.6). */
import type { Stored } from '../file/index.ts';
import type { OpenImage } from '../image/index.ts';
import { acceptedBy } from './accept.ts';
import type { Call } from './call.ts';
import { instanceURL } from './call.ts';
import { frameBytes, isNative } from './images.ts';
import type { Images } from './images.ts';
import type { KeptImage } from './kept-image.ts';
import type { OutgoingPart } from './multipart.ts';
import { multipart, newBoundary } from './multipart.ts';
import { Refusal } from './problem.ts';
import { respond } from './response.ts';
import { frameRepresentation, notGiven } from './syntaxes.ts';

/** Frames in the order asked for. @throws Refusal 404 where one is not there, 406 where they are not taken as stored. */
export async function answerFrames(call: Call, stored: Stored, images: Images): Promise<Response> {
  return framesOf(call, stored, await images.open(stored), call.target.frames ?? []);
}

/** All of them. */
export async function answerAllFrames(call: Call, stored: Stored, images: Images): Promise<Response> {
  const image = await images.open(stored);
  const { numberOfFrames } = image.description;
  return framesOf(
    call,
    stored,
    image,
    Array.from({ length: numberOfFrames }, (_, i) => i + 1),
  );
}

async function framesOf(
  call: Call,
  stored: Stored,
  image: KeptImage,
  frames: readonly number[],
): Promise<Response> {
  const count = image.description.numberOfFrames;
  if (frames.some((frame) => frame > count)) throw new Refusal(404, `The instance has ${count} frames.`);
  const opened = await image.frame(frames[0]! - 1); // a list has one at least
  const accepted = acceptedBy(call.request, call.url);
  const how = frameRepresentation(stored.transferSyntaxUID, isNative(opened), accepted, frames.length === 1);
  if (how === undefined) throw new Refusal(406, notGiven('Frames are', stored.transferSyntaxUID));
  const { media } = how;
  const parameters = { 'transfer-syntax': how.transferSyntaxUID };
  const url = instanceURL(call.root, stored);
  const partOf = (frame: number, from: OpenImage): OutgoingPart => ({
    media,
    parameters,
    location: `${url}/frames/${frame}`,
    body: frameBytes(from, frame - 1),
  });
  const first = partOf(frames[0]!, opened);
  if (!how.multipart) return respond(first);
  const boundary = newBoundary();
  const rest = async (frame: number): Promise<OutgoingPart> => partOf(frame, await image.frame(frame - 1));
  const body = multipart(parts(first, frames.slice(1), rest), boundary);
  return respond({ media: 'multipart/related', parameters: { type: media, boundary }, body });
}

/** `first`, and the others as they are taken. */
export async function* parts(
  first: OutgoingPart,
  rest: readonly number[] = [],
  part: (frame: number) => Promise<OutgoingPart> = async () => first,
): AsyncGenerator<OutgoingPart, void, undefined> {
  yield first;
  for (const frame of rest) yield await part(frame);
}
