/** A function of the Fetch API's requests behind node:http: how the DICOMweb facade is mounted in a server. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';

/** Methods that no Request has (Fetch 2.2.1), and that servers hear all the same. */
const FORBIDDEN: readonly string[] = ['CONNECT', 'TRACE', 'TRACK'];

/** How a request is answered; `headers` go with the answer, beside its own. */
export interface AnsweringOptions {
  /** Scheme and authority by which we are called, as `http://127.0.0.1:8090`: what URLs in answers begin with. */
  readonly origin: string;
  readonly headers?: OutgoingHttpHeaders;
}

/**
 * Answers one request by `handle`. Bodies stream both ways; who goes away aborts the request's signal. Resolves when the
 * answer has gone or broken off.
 */
export async function answerBy(
  handle: (request: Request) => Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse,
  { origin, headers = {} }: AnsweringOptions,
): Promise<void> {
  if (FORBIDDEN.includes(request.method ?? '')) return void response.writeHead(501, headers).end();
  // `*`, or a whole URL as a proxy is asked: behind the origin it makes no URL.
  if (request.url?.startsWith('/') !== true) return void response.writeHead(400, headers).end();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (response.destroyed) gone.abort(); // while somebody looked who asks
  const answer = await handle(requestOf(request, origin, gone.signal));
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...headers });
  if (answer.body === null) return void response.end();
  // What breaks off must not look whole: the connection ends with it.
  await pipeline(Readable.fromWeb(answer.body as NodeStream), response).catch(() => response.destroy());
}

function requestOf(request: IncomingMessage, origin: string, signal: AbortSignal): Request {
  const { method = 'GET', url = '/' } = request;
  const headers = Object.entries(request.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(request);
  return new Request(origin + url, { method, headers, signal, ...(body && { body, duplex: 'half' }) });
}

/**
 * The bytes as they are read. Who cancels them still answers: the rest is read and forgotten, where `Readable.toWeb`
 * closes the connection.
 */
function bodyOf(request: IncomingMessage): ReadableStream<Uint8Array> {
  const pieces = request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.length));
      },
      async cancel() {
        await pieces.return?.();
        request.resume();
      },
    },
    { highWaterMark: 0 },
  );
}
