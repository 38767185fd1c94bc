/** DICOMweb as a function of requests (PS3.18 10). */
import { asError } from '../bytes/index.ts';
import { jsonFor } from './accept.ts';
import type { Call } from './call.ts';
import { callOf } from './call.ts';
import { answerBulkData } from './bulk-data.ts';
import { answerFrames } from './frames.ts';
import { Images } from './images.ts';
import type { Instances } from './instances.ts';
import { instancesOf } from './instances.ts';
import { jsonArray } from './json.ts';
import { answerMetadata } from './metadata.ts';
import { Refusal, problemOf } from './problem.ts';
import { searchOf } from './query.ts';
import { answerRendered } from './rendered.ts';
import { begun, nothing, respond, respondProblem, warningHeader, withoutBody } from './response.ts';
import { Retrieves } from './retrieves.ts';
import type { Resource } from './routes.ts';
import type { Find } from './search.ts';
import { matches } from './search.ts';
import { answerStore } from './stow.ts';
import type { DicomWebOptions } from './types.ts';
import { answerInstances } from './wado.ts';

/** Answers requests. It never rejects: what goes wrong is answered with a status and a sentence. */
export type DicomWeb = (request: Request) => Promise<Response>;

type Handle = (call: Call) => Promise<Response>;

/** The service over an archive and, if there is one, a peer. */
export function createDicomWeb(options: DicomWebOptions): DicomWeb {
  const handlers = handlersOf(options);
  const answerTo: DicomWeb = async (request) => {
    try {
      const call = callOf(request, options.path ?? '');
      return await handlerFor(handlers, call)(call);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) options.onError?.(asError(error));
      return respondProblem(problem);
    }
  };
  return async (request) => {
    const answer = await answerTo(request);
    return request.method === 'HEAD' ? withoutBody(answer) : answer;
  };
}

type Handlers = Readonly<Partial<Record<Resource, Readonly<Record<string, Handle>>>>>;

function handlersOf(options: DicomWebOptions): Handlers {
  const { archive } = options;
  const sources = { archive, retrieves: new Retrieves(options) };
  const images = new Images(archive);
  const search: Handle = (call) => answerSearch(call, options);
  const store: Handle = (call) => answerStore(call, options);
  const named = ({ target, request }: Call): Promise<Instances> =>
    instancesOf(target, sources, findOf(options, request.signal));
  const render: Handle = async (call) => answerRendered(call, (await named(call)).first, images, options);
  return {
    studies: { GET: search, POST: store },
    series: { GET: search },
    instances: { GET: search },
    dicom: { GET: async (call) => answerInstances(call, await named(call), archive), POST: store },
    frames: { GET: async (call) => answerFrames(call, (await named(call)).first, images) },
    rendered: { GET: render },
    thumbnail: { GET: render },
    bulkdata: { GET: async (call) => answerBulkData(call, (await named(call)).first, images, archive) },
    metadata: { GET: async (call) => answerMetadata(call, await named(call), archive) },
  };
}

/** @throws Refusal 405 */
function handlerFor(handlers: Handlers, { request, target }: Call): Handle {
  const methods = handlers[target.resource] ?? {};
  const asked = request.method === 'HEAD' ? 'GET' : request.method;
  const [, handle] = Object.entries(methods).find(([method]) => method === asked) ?? [];
  if (handle !== undefined) return handle;
  const allowed = Object.keys(methods)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .concat('OPTIONS')
    .join(', ');
  if (asked === 'OPTIONS') return async () => nothing({ Allow: allowed });
  throw new Refusal(405, `This resource takes ${allowed === '' ? 'no requests' : allowed} here.`, {
    Allow: allowed,
  });
}

async function answerSearch(call: Call, options: DicomWebOptions): Promise<Response> {
  const media = jsonFor(call);
  const search = searchOf(call.target, call.url.searchParams, { fuzzy: options.find === undefined });
  const headers = warningHeader(call.root, search.warnings);
  const rows = matches(search, findOf(options, call.request.signal), call.root);
  const first = await rows.next();
  if (first.done) return nothing(headers);
  return respond({ media, headers, body: await begun(jsonArray(first.value, rows)) });
}

function findOf({ archive, find }: DicomWebOptions, signal: AbortSignal): Find {
  if (find !== undefined) return (query) => find(query, signal);
  return async function* (query) {
    yield* archive.find(query);
  };
}
