/** DICOMweb as a function of requests (PS3.18 10). */
import { asError } from '../bytes/index.ts';
import { acceptedBy, isIn } from './accept.ts';
import { Refusal, problemOf } from './problem.ts';
import { searchOf } from './query.ts';
import { nothing, respond, respondProblem } from './response.ts';
import type { Resource, Target } from './routes.ts';
import { targetOf } from './routes.ts';
import type { Find } from './search.ts';
import { jsonArray, matches } from './search.ts';
import type { DicomWebOptions } from './types.ts';

/** A request with what all resources need of it. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly target: Target;
  /** URL of the service, without a slash at its end. */
  readonly root: string;
}

/** Answers requests. It never rejects: what goes wrong is answered with a status and a sentence. */
export type DicomWeb = (request: Request) => Promise<Response>;

type Handle = (call: Call) => Promise<Response>;

/** The service over an archive and, if there is one, a peer. */
export function createDicomWeb(options: DicomWebOptions): DicomWeb {
  const handlers = handlersOf(options);
  return async (request) => {
    try {
      const call = callOf(request, options.path ?? '');
      return await handlerFor(handlers, call)(call);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) options.onError?.(asError(error));
      return respondProblem(problem);
    }
  };
}

type Handlers = Readonly<Partial<Record<Resource, Readonly<Record<string, Handle>>>>>;

function handlersOf(options: DicomWebOptions): Handlers {
  const search: Handle = (call) => answerSearch(call, options);
  return {
    studies: { GET: search },
    series: { GET: search },
    instances: { GET: search },
  };
}

/** @throws Refusal 405 */
function handlerFor(handlers: Handlers, { request, target }: Call): Handle {
  const methods = handlers[target.resource] ?? {};
  const handle = methods[request.method];
  if (handle !== undefined) return handle;
  const allowed = Object.keys(methods).join(', ');
  throw new Refusal(405, `This resource takes ${allowed === '' ? 'no requests' : allowed} here.`, {
    Allow: allowed,
  });
}

/** @throws Refusal 404 */
function callOf(request: Request, path: string): Call {
  const url = new URL(request.url);
  if (!url.pathname.startsWith(`${path}/`)) throw new Refusal(404, 'There is no such resource here.');
  const target = targetOf(url.pathname.slice(path.length + 1));
  return { request, url, target, root: url.origin + path };
}

const JSON_TYPES = ['application/dicom+json', 'application/json'] as const;

async function answerSearch(call: Call, options: DicomWebOptions): Promise<Response> {
  const media = jsonFor(call);
  const search = searchOf(call.target, call.url.searchParams, { fuzzy: options.find === undefined });
  const headers = warningHeader(call.root, search.warnings);
  const rows = matches(search, findOf(options, call.request.signal), call.root);
  const first = await rows.next();
  return first.done ? nothing(headers) : respond({ media, headers, body: jsonArray(first.value, rows) });
}

function findOf({ archive, find }: DicomWebOptions, signal: AbortSignal): Find {
  if (find !== undefined) return (query) => find(query, signal);
  return async function* (query) {
    yield* archive.find(query);
  };
}

/** @throws Refusal 406 */
function jsonFor({ request, url }: Call): (typeof JSON_TYPES)[number] {
  for (const accepted of acceptedBy(request, url)) {
    const media = JSON_TYPES.find((one) => isIn(one, accepted));
    if (media !== undefined && !accepted.multipart) return media;
  }
  throw new Refusal(406, 'This is answered as application/dicom+json only.');
}

/** As PS3.18 8.3.4.2 writes it. */
function warningHeader(root: string, warnings: readonly string[]): Readonly<Record<string, string>> {
  if (warnings.length === 0) return {};
  return { Warning: warnings.map((warning) => `299 ${root}: ${warning}`).join(', ') };
}
