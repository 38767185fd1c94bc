/** A request with what all resources need of it, and the URLs of what is answered. */
import { text } from '../data/index.ts';
import type { Stored } from '../file/index.ts';
import { Refusal } from './problem.ts';
import type { Target } from './routes.ts';
import { targetOf } from './routes.ts';

export interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly target: Target;
  /** URL of the service, without a slash at its end. */
  readonly root: string;
}

/** `path` stands in front of all resources. @throws Refusal 404, 400 */
export function callOf(request: Request, path: string): Call {
  const url = new URL(request.url);
  if (!url.pathname.startsWith(`${path}/`)) throw new Refusal(404, 'There is no such resource here.');
  const target = targetOf(url.pathname.slice(path.length + 1));
  return { request, url, target, root: url.origin + path };
}

/** Retrieve URL of an instance. */
export function instanceURL(root: string, { header, sopInstanceUID }: Stored): string {
  const uid = (keyword: string): string => segment(text(header, keyword));
  const series = `${root}/studies/${uid('StudyInstanceUID')}/series/${uid('SeriesInstanceUID')}`;
  return `${series}/instances/${segment(sopInstanceUID)}`;
}

/** A UID in a path: what a peer calls one may hold slashes and line ends. */
export function segment(uid: string): string {
  return encodeURIComponent(uid.trim());
}
