/** How the bridge answers HTTP: every answer has the headers that shut the page in. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Admission, Refusal } from './door.ts';
import { isLoopbackUrl } from './door.ts';

/** A request that came in through the door. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Absent where the request is being sent away. */
  readonly admission?: Admission | undefined;
  /** Told of what is refused. */
  refused?(refusal: Refusal): void;
}

/** Answers with the sentence of a refusal, which is counted. */
export function refuse(exchange: Exchange, refusal: Refusal, headers: OutgoingHttpHeaders = {}): void {
  exchange.refused?.(refusal);
  answer(exchange, refusal.status, refusal.reason, headers);
}

/** Answers with a sentence. */
export function answer(
  exchange: Exchange,
  status: number,
  sentence: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  respond(exchange, status, { ...type, ...headers }, `${sentence}\n`);
}

export function answerJson(exchange: Exchange, status: number, value: unknown): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  respond(exchange, status, headers, JSON.stringify(value));
}

export function respond(
  exchange: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  const { request, response } = exchange;
  const empty = status === 304 || status === 204;
  const length = empty ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, allHeaders(exchange, { ...headers, ...length }));
  response.end(request.method === 'HEAD' || empty ? undefined : body);
}

/** Answers with so many bytes, piece by piece; who does not read them holds them back. */
export async function respondPiecewise(
  exchange: Exchange,
  headers: OutgoingHttpHeaders,
  length: number,
  pieces: AsyncIterable<Buffer>,
): Promise<void> {
  const { request, response } = exchange;
  response.writeHead(200, allHeaders(exchange, { ...headers, 'content-length': length }));
  if (request.method === 'HEAD') response.end();
  else await pipeline(pieces, response).catch(() => {}); // who went away misses the rest
}

function allHeaders({ admission }: Exchange, headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return { ...securityHeaders(admission), ...corsHeaders(admission), ...headers };
}

/** Nothing but our own files runs in the page, or in a worker of it, and it talks to nobody but us. */
function securityHeaders(admission: Admission | undefined): Record<string, string> {
  // Not every browser takes 'self' for the WebSockets of the same origin. A foreign Host is not repeated.
  const webSocket = admission ? ` ${admission.webSocketOrigin}` : '';
  return {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob:; " +
      `connect-src 'self'${webSocket}; frame-src blob:; base-uri 'none'; form-action 'none'; ` +
      `frame-ancestors ${["'self'", ...(admission?.framers ?? [])].join(' ')}`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(isTrusted(admission) && { 'cross-origin-opener-policy': 'same-origin' }),
    'cross-origin-resource-policy': 'same-origin',
  };
}

/** Whether browsers take the page for a secure context; from others they ignore an opener policy, with a complaint. */
function isTrusted(admission: Admission | undefined): boolean {
  if (admission === undefined) return false;
  const url = new URL(admission.webSocketOrigin);
  return url.protocol === 'wss:' || isLoopbackUrl(url);
}

/** A listed page of another origin may read the answer; nobody else. */
export function corsHeaders(admission: Admission | undefined): OutgoingHttpHeaders {
  if (admission?.foreign !== true) return {};
  return {
    'access-control-allow-origin': admission.origin,
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  };
}

/**
 * Answers the question whether a page of another origin may ask: what a browser asks before a POST of JSON. `more` are
 * headers that it may send beside the usual ones.
 */
export function preflight(exchange: Exchange, methods: string, more: readonly string[] = []): void {
  const headers = {
    'access-control-allow-methods': methods,
    'access-control-allow-headers': ['authorization', 'content-type', ...more].join(', '),
    'access-control-max-age': '600',
  };
  respond(exchange, 204, headers, '');
}

/** Answers an upgrade that no honest page asks for, or what is no request at all. */
export function refuseUpgrade(socket: Duplex, { status, reason }: Refusal): void {
  const headers = {
    connection: 'close',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(reason),
    ...securityHeaders(undefined),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.on('error', () => {});
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', reason].join('\r\n'), () =>
    socket.destroy(),
  );
}

/** Path and query as they were sent: nothing is decoded or normalised, so nothing can be hidden in them. */
export function splitUrl(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  return { path, query: new URLSearchParams(query) };
}

/** Reads a small body as JSON; undefined where it is none, longer than `limit` bytes, or not sent as JSON. */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  // Only this type makes a browser ask first, across origins; a form cannot send it.
  if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) return undefined;
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of request) {
      length += (piece as Buffer).length;
      if (length > limit) return undefined;
      pieces.push(piece as Buffer);
    }
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    return undefined;
  }
}
