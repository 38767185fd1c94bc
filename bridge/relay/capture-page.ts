/** The page that shows a capture, and the capture as it grows, on a port of its own behind the bridge's door. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostAndPort } from '../../core/transport/index.ts';
import { Door, LOOPBACK } from '../http/door.ts';
import { listFiles, readAhead } from '../http/files.ts';
import type { Exchange } from '../http/http.ts';
import { answer, refuse, respond, respondPiecewise, splitUrl } from '../http/http.ts';
import { httpServer } from '../http/http-server.ts';
import { answerFile } from '../http/routes.ts';
import { DEFAULT_BRIDGE_LIMITS } from '../limits.ts';
import { listenError } from '../listening/listen-error.ts';
import type { GrowingFile } from './growing-file.ts';

/** Behind the page's own address; it asks for it relative to itself. */
const CAPTURE_PATH = '/capture.pcapng';

/** The most bytes of one answer to who follows. */
const PIECE = 4 << 20;
/** How long who follows waits for more, in milliseconds, before he is told that there is nothing yet. */
const WAIT_MS = 20_000;
/** TCP connections of pages: this is for the people at one machine. */
const SOCKETS = 64;

export interface CapturePageOptions {
  /** 0 takes a free one. It listens on the loopback address only. */
  readonly port: number;
  /** Folder of the built page. */
  readonly webRoot: string;
  readonly capture: GrowingFile;
  /** How long a reader waits for more, in milliseconds; 20 s by default. */
  readonly wait?: number;
}

export interface CapturePage {
  /** `http://127.0.0.1:8081/` */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** @throws DicomError USAGE where it cannot listen there, `details.reason` the system's code. */
export async function serveCapture(options: CapturePageOptions): Promise<CapturePage> {
  const { capture, wait = WAIT_MS } = options;
  const [host] = LOOPBACK;
  const files = new Map(await listFiles(options.webRoot));
  const page = files.get('/inspector.html');
  for (const path of ['/', '/index.html']) files.delete(path); // without a bridge it would be of no use
  if (page !== undefined) files.set('/', page);
  const limits = { ...DEFAULT_BRIDGE_LIMITS, sockets: SOCKETS };
  const server = httpServer({ tls: undefined, limits, refused: () => {} });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, options.port)));
    server.listen(options.port, host, resolve);
  });
  server.on('error', () => {}); // a failed accept concerns that caller only
  void readAhead(files);
  const { port } = server.address() as AddressInfo;
  const door = new Door({ host, secure: false }, port);
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const admission = door.judge(request);
    if ('status' in admission) return refuse({ request, response }, admission);
    const exchange = { request, response, admission };
    const { path } = splitUrl(request);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(exchange, 405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
    if (path === CAPTURE_PATH) answerCapture(exchange, capture, wait).catch(() => response.destroy());
    else void answerFile(exchange, path, files.get(path));
  };
  server.on('request', take);
  return {
    url: `http://${hostAndPort(host, port)}/`,
    port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const HEADERS = {
  'content-type': 'application/octet-stream',
  'content-disposition': 'attachment; filename="capture.pcapng"',
  'cache-control': 'no-store',
  'accept-ranges': 'bytes',
};

/**
 * All of the capture; or, asked for `bytes=N-`, what is behind that (RFC 9110 14): an answer that waits for the first
 * such byte, and is 204 where none comes in time. A page follows the capture by asking again.
 */
async function answerCapture(exchange: Exchange, capture: GrowingFile, wait: number): Promise<void> {
  const range = rangeOf(exchange.request);
  if (range === undefined) {
    const { size } = capture;
    return respondPiecewise(exchange, HEADERS, size, piecesOf(capture, size));
  }
  const { start, end } = range;
  if (start > capture.size) {
    const headers = { 'content-range': `bytes */${capture.size}` };
    return answer(exchange, 416, 'The capture is not that long: it is another one than before.', headers);
  }
  await grown(exchange, capture, start, wait);
  const body = await capture.read(start, Math.min(end, start + PIECE));
  if (body.length === 0) return respond(exchange, 204, { 'cache-control': 'no-store' }, '');
  const headers = { ...HEADERS, 'content-range': `bytes ${start}-${start + body.length - 1}/*` };
  respond(exchange, 206, headers, body);
}

/** Resolves once there are bytes behind `start`, or nobody waits for them any longer. */
async function grown(
  { response }: Exchange,
  capture: GrowingFile,
  start: number,
  wait: number,
): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  const timer = setTimeout(leave, wait);
  response.once('close', leave);
  await capture.longerThan(start, gone.signal);
  clearTimeout(timer);
  response.off('close', leave);
}

/** From the first byte to the one behind the last; undefined for what is no single range with a beginning. */
function rangeOf(request: IncomingMessage): { readonly start: number; readonly end: number } | undefined {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined) return undefined;
  const [start, end] = [Number(first), last ? Number(last) + 1 : Infinity];
  return end > start ? { start, end } : undefined;
}

async function* piecesOf(capture: GrowingFile, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size;) {
    const piece = await capture.read(at, Math.min(size, at + PIECE));
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}
