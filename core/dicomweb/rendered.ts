/** Frames as pictures, by a renderer that was handed in (PS3.18 10.4.1.1.3, 10.4.1.1.4, 8.3.5). */
import type { Stored } from '../file/index.ts';
import type { View, VOIFunction } from '../image/index.ts';
import { acceptedBy, isIn } from './accept.ts';
import type { Call } from './call.ts';
import { instanceURL } from './call.ts';
import { parts } from './frames.ts';
import type { Images } from './images.ts';
import type { OutgoingPart } from './multipart.ts';
import { multipart, newBoundary } from './multipart.ts';
import { Refusal } from './problem.ts';
import { respond, warningHeader } from './response.ts';
import type { DicomWebOptions, RenderRequest } from './types.ts';

type PictureType = RenderRequest['mediaType'];
const MEDIA: readonly PictureType[] = ['image/jpeg', 'image/png'];
/** Pixels along one side of a picture that is asked for. */
const LONGEST_SIDE = 16_384;
/** Pixels along a side of a thumbnail that names no size. */
const THUMBNAIL = 128;
const FUNCTIONS: ReadonlyMap<string, VOIFunction> = new Map([
  ['linear', 'LINEAR'],
  ['linear-exact', 'LINEAR_EXACT'],
  ['sigmoid', 'SIGMOID'],
]);

/** How all frames of one request are drawn. */
interface Drawing extends Pick<RenderRequest, 'view' | 'quality' | 'viewport'> {
  /** Sentences for Warning headers: what was not done. */
  readonly warnings: readonly string[];
}

/**
 * A picture, or several as parts where several frames are named.
 * @throws Refusal 501 where nothing draws, 400, 404, 406; and what the renderer throws.
 */
export async function answerRendered(
  call: Call,
  stored: Stored,
  images: Images,
  { render, draws = MEDIA }: Pick<DicomWebOptions, 'render' | 'draws'>,
): Promise<Response> {
  if (render === undefined)
    throw new Refusal(501, 'Nothing draws pictures here; ask for the frames as they are stored.');
  const isThumbnail = call.target.resource === 'thumbnail';
  const mediaType = pictureType(call, draws);
  const { warnings, ...how } = drawingOf(call.url, isThumbnail);
  const image = await images.open(stored);
  const frames = framesFor(call, image.description.numberOfFrames, isThumbnail);
  const url = instanceURL(call.root, stored);
  const { signal } = call.request;
  const part = async (frame: number): Promise<OutgoingPart> => ({
    media: mediaType,
    location: `${url}/frames/${frame}/${call.target.resource}`,
    body: await render({ image: await image.frame(frame - 1), frame: frame - 1, mediaType, signal, ...how }),
  });
  const first = await part(frames[0]!); // there is one at least
  const headers = warningHeader(call.root, warnings);
  if (frames.length === 1) return respond({ ...first, headers });
  const boundary = newBoundary();
  const body = multipart(parts(first, frames.slice(1), part), boundary);
  return respond({ media: 'multipart/related', parameters: { type: mediaType, boundary }, headers, body });
}

/** @throws Refusal 406 */
function pictureType({ request, url }: Call, draws: readonly PictureType[]): PictureType {
  for (const accepted of acceptedBy(request, url)) {
    const media = draws.find((one) => isIn(one, accepted));
    if (media !== undefined) return media;
  }
  throw new Refusal(406, `Pictures are answered as ${draws.join(' or ')}.`);
}

/** Those named; of an instance its only one, for a thumbnail the one in the middle. @throws Refusal 404, 406 */
function framesFor({ target }: Call, count: number, isThumbnail: boolean): readonly number[] {
  const { frames } = target;
  if (frames?.some((frame) => frame > count)) throw new Refusal(404, `The instance has ${count} frames.`);
  if (frames !== undefined) return isThumbnail ? frames.slice(0, 1) : frames;
  if (count === 1 || isThumbnail) return [Math.ceil(count / 2)];
  throw new Refusal(406, `The instance has ${count} frames and is no one picture; name frames of it.`);
}

/** @throws Refusal 400 */
function drawingOf(url: URL, isThumbnail: boolean): Drawing {
  const asked = new Map(url.searchParams);
  const warnings = ['annotation', 'iccprofile']
    .filter((name) => asked.has(name) && asked.get(name) !== 'no')
    .map((name) => `The ${name} parameter is not supported and was ignored.`);
  const viewport = asked.get('viewport') ?? (isThumbnail ? `${THUMBNAIL},${THUMBNAIL}` : undefined);
  return {
    view: viewOf(asked.get('window')),
    quality: whole('quality', asked.get('quality') ?? '', 100),
    viewport: viewport === undefined ? undefined : viewportOf(viewport),
    warnings,
  };
}

/** `window=40,400,linear` (PS3.18 8.3.5.1.4). */
function viewOf(window: string | undefined): View {
  if (window === undefined) return { overlays: true };
  const [center = '', width = '', name = 'linear', ...rest] = window.split(',');
  const values = [center, width].map((text) =>
    /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN,
  );
  const shape = FUNCTIONS.get(name.toLowerCase());
  if (!values.every(Number.isFinite) || values[1]! <= 0 || shape === undefined || rest.length > 0) {
    throw new Refusal(
      400,
      'window is a centre, a width and linear, linear-exact or sigmoid, as in window=40,400,linear.',
    );
  }
  return { voi: { center: values[0]!, width: values[1]!, function: shape }, overlays: true };
}

function viewportOf(text: string): { width: number; height: number } {
  const [width, height, ...rest] = text.split(',').map((side) => whole('viewport', side, LONGEST_SIDE));
  if (width !== undefined && height !== undefined && rest.length === 0) return { width, height };
  throw new Refusal(
    400,
    'viewport is a width and a height in pixels, as in viewport=512,512; regions are not cut out.',
  );
}

/** Undefined where nothing is said. @throws Refusal 400 */
function whole(name: string, text: string, most: number): number | undefined {
  if (text === '') return undefined;
  if (/^[1-9]\d{0,5}$/.test(text) && Number(text) <= most) return Number(text);
  throw new Refusal(400, `${name} takes whole numbers from 1 to ${most}.`);
}
