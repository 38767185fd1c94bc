/** What the asker takes: Accept, and the query parameter of the same name in its place (PS3.18 8.3.3.1, 8.7). */
import type { Call } from './call.ts';
import { Refusal } from './problem.ts';

/** A media type that is taken, or a range of them. */
export interface Accepted {
  /** In lower case, of the parts where it is multipart: `application/dicom`, or with `*`. */
  readonly media: string;
  /** `multipart/related`, and not the representation alone. */
  readonly multipart: boolean;
  /** `transfer-syntax`, which may be `*`; undefined where it is not named. */
  readonly transferSyntax: string | undefined;
}

/** Characters of the header; browsers send a few hundred. */
const LONGEST = 8192;
const ANYTHING: Accepted = { media: '*/*', multipart: false, transferSyntax: undefined };
/** What some media types were called before (PS3.18 of editions up to 2023), or are by dicomweb-client. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['image/x-dicom-rle', 'image/dicom-rle'],
  ['image/x-jls', 'image/jls'],
  ['image/jhc', 'image/jphc'],
]);

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * What is taken, the preferred first; anything where nothing is said.
 * @throws Refusal 400 where the header is longer than any that means something, or is none.
 */
export function acceptedBy(request: Request, url: URL): readonly Accepted[] {
  const asked = [...url.searchParams].filter(([name]) => name === 'accept').map(([, value]) => value);
  const header = asked.length > 0 ? asked.join(',') : (request.headers.get('accept') ?? '');
  if (header.length > LONGEST) throw new Refusal(400, `Accept has at most ${LONGEST} characters.`);
  if (header.trim() === '') return [ANYTHING];
  const ranges = split(header, ',').map((text) => ({
    ...acceptedOf(mediaRange(text)),
    q: quality(mediaRange(text)),
  }));
  return ranges.filter(({ q }) => q > 0).sort((a, b) => b.q - a.q);
}

const JSON_TYPES = ['application/dicom+json', 'application/json'] as const;

/** As which of its two names DICOM JSON goes out (PS3.18 8.7.3.2). @throws Refusal 406 where it is not taken. */
export function jsonFor({ request, url }: Pick<Call, 'request' | 'url'>): (typeof JSON_TYPES)[number] {
  for (const accepted of acceptedBy(request, url)) {
    const media = JSON_TYPES.find((one) => isIn(one, accepted));
    if (media !== undefined && !accepted.multipart) return media;
  }
  throw new Refusal(406, 'This is answered as application/dicom+json only.');
}

/** Whether a media type lies in the range. */
export function isIn(media: string, { media: range }: Accepted): boolean {
  if (range === '*/*' || range === media) return true;
  return range.endsWith('/*') && media.startsWith(range.slice(0, -1));
}

/** A media type with its parameters, names in lower case. @throws Refusal 400 */
export function mediaRange(text: string): MediaRange {
  const [type = '', ...rest] = split(text, ';').map((part) => part.trim());
  if (!/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/.test(type))
    throw new Refusal(400, 'A media type in a header is none.');
  return { type: type.toLowerCase(), parameters: new Map(rest.map(parameter)) };
}

function parameter(text: string): [string, string] {
  const at = text.indexOf('=');
  const name = (at < 0 ? text : text.slice(0, at)).trim().toLowerCase();
  const value = at < 0 ? '' : text.slice(at + 1).trim();
  return [name, /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value];
}

function acceptedOf({ type, parameters }: MediaRange): Accepted {
  const multipart = type === 'multipart/related' || type === 'multipart/*';
  const media = (multipart ? (parameters.get('type') ?? '*/*') : type).toLowerCase();
  return {
    media: OLD_NAMES.get(media) ?? media,
    multipart,
    transferSyntax: parameters.get('transfer-syntax'),
  };
}

function quality({ parameters }: MediaRange): number {
  const q = Number(parameters.get('q') ?? 1);
  return Number.isFinite(q) ? q : 0;
}

/** At a separator that does not stand in quotes. */
function split(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.filter((part) => part.trim() !== '');
}
