/** Answers: their content types, from a list of those that no browser runs, and the headers that all of them carry. */
import type { Bytes } from '../bytes/index.ts';
import type { Problem } from './problem.ts';

/** All that is ever answered with; never HTML, SVG or XML, whatever an instance holds. */
export const MEDIA_TYPES = [
  'application/dicom',
  'application/dicom+json',
  'application/json',
  'application/octet-stream',
  'application/problem+json',
  'image/dicom-rle',
  'image/jls',
  'image/jp2',
  'image/jpeg',
  'image/jphc',
  'image/jpx',
  'image/jxl',
  'image/png',
  'multipart/related',
] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** Nothing is sniffed, nothing runs, nothing of a patient stays in a cache that nobody sees. */
const ALWAYS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': 'sandbox',
  'X-Content-Type-Options': 'nosniff',
};

/** What an answer consists of. */
export interface Answer {
  readonly status?: number;
  readonly media: MediaType;
  /** Of the media type, in their order. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Bytes | string | AsyncIterable<Bytes>;
}

export function respond({ status = 200, media, parameters, headers, body }: Answer): Response {
  const contents = typeof body === 'string' || body instanceof Uint8Array ? body : streamOf(body);
  const type = { 'Content-Type': contentType(media, parameters) };
  return new Response(contents, { status, headers: { ...ALWAYS, ...type, ...headers } });
}

/** 204: the search found nothing (PS3.18 Table 10.6.3-1). */
export function nothing(headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 204, headers: { ...ALWAYS, ...headers } });
}

/** What HEAD is answered with: nothing of the body is read. */
export async function withoutBody({ status, headers, body }: Response): Promise<Response> {
  await body?.cancel();
  return new Response(null, { status, headers });
}

/** Why there is no other answer (RFC 9457). */
export function respondProblem({ status, detail, code, headers }: Problem): Response {
  const body = JSON.stringify({ status, detail, ...(code && { code }) });
  return respond({ status, media: 'application/problem+json', headers, body });
}

/** Quotes, and what would end a line: syntaxes are named by files, too. */
const UNQUOTABLE = /[^ !#-[\]-~]/g;

/** Values that are no tokens are quoted (RFC 9110 5.6.6). */
export function contentType(media: MediaType, parameters: Readonly<Record<string, string>> = {}): string {
  const written = Object.entries(parameters).map(
    ([name, value]) => `; ${name}=${/^[\w.-]+$/.test(value) ? value : `"${value.replace(UNQUOTABLE, '?')}"`}`,
  );
  return media + written.join('');
}

/** Nothing is taken from `chunks` before somebody reads; who stops reading ends them. */
export function streamOf(chunks: AsyncIterable<Bytes>): ReadableStream<Bytes> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Chunks whose first is here. */
export interface Begun extends AsyncIterableIterator<Bytes, void, undefined> {
  return(): Promise<IteratorResult<Bytes, void>>;
}

/**
 * Waits for the first chunk: what prevents it still makes a status of its own. Ending them ends `chunks` also before
 * the first was taken, where a generator that has not run would hold a query or a file open.
 */
export async function begun(chunks: AsyncGenerator<Bytes, void, undefined>): Promise<Begun> {
  let first: IteratorResult<Bytes, void> | undefined = await chunks.next();
  const all: Begun = {
    [Symbol.asyncIterator]: () => all,
    next() {
      const next = first === undefined ? chunks.next() : Promise.resolve(first);
      first = undefined;
      return next;
    },
    return: () => chunks.return(),
  };
  return all;
}

/** What was not done, as PS3.18 8.3.4.2 writes it. */
export function warningHeader(root: string, warnings: readonly string[]): Readonly<Record<string, string>> {
  if (warnings.length === 0) return {};
  return { Warning: warnings.map((warning) => `299 ${root}: ${warning}`).join(', ') };
}
