/** The bridge: the page's files, the list of peers, and tunnels to them; loopback only. */
import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import { STATUS_CODES, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerOptions, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { DicomError } from '../core/bytes/index.ts';
import type { Peer, PeerList } from '../core/transport/index.ts';
import {
  CLOSE,
  CLOSE_GRACE_MS,
  MAX_FRAME,
  PEERS_PATH,
  TUNNEL_PATH,
  TUNNEL_PROTOCOL,
  hostAndPort,
} from '../core/transport/index.ts';
import type { FileTable } from './files.ts';
import { readFiles } from './files.ts';
import { LOOPBACK, isOurs, refusal } from './guard.ts';
import { listenError } from './listen-error.ts';
import type { TunnelCounts } from './tunnel.ts';
import { Tunnel } from './tunnel.ts';

/** Tunnels at once; a page needs eight at most. */
const MAX_TUNNELS = 200;
/** WebSockets at once, those included that are being told why they get no tunnel. */
const MAX_SOCKETS = 2 * MAX_TUNNELS;

export interface BridgeOptions {
  /** A loopback address: 127.0.0.1, localhost or ::1. */
  readonly host: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
  readonly peers: readonly Peer[];
  /** Folder of the built page; without it there is none. */
  readonly webRoot?: string;
  readonly onEvent?: (event: BridgeEvent) => void;
}

/** For a log of connections: no payload, nothing that a stranger sent. */
export type BridgeEvent =
  | { readonly type: 'refused'; readonly status: number; readonly reason: string }
  | { readonly type: 'opened'; readonly connection: number; readonly peer: string }
  | ({
      readonly type: 'closed';
      readonly connection: number;
      readonly milliseconds: number;
      readonly code: number;
      readonly reason: string;
    } & TunnelCounts);

export interface Bridge {
  /** Where the page is: `http://127.0.0.1:8080/`. */
  readonly url: string;
  readonly port: number;
  /** What every open tunnel has moved, and holds. */
  tunnels(): readonly TunnelCounts[];
  /** Tells every page, resets every peer, and resolves when nothing is open any more (2 s at most). */
  close(): Promise<void>;
}

/** @throws DicomError USAGE: not a loopback address, or `details.reason` EADDRINUSE and the like. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { host, port } = options;
  if (!LOOPBACK.some((name) => name === host)) {
    throw new DicomError('USAGE', `The bridge listens on ${LOOPBACK.join(', ')} only, not on ${host}.`, {
      host,
    });
  }
  const files = options.webRoot === undefined ? new Map<string, never>() : await readFiles(options.webRoot);
  const bridge = new BridgeServer(options, files);
  await bridge.listen(host, port);
  return bridge;
}

class BridgeServer implements Bridge {
  /** Kept: a request may come while the server closes, when it has no address any more. */
  port = 0;
  readonly #options: BridgeOptions;
  readonly #files: FileTable;
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  readonly #tunnels = new Set<Tunnel>();
  #connections = 0;
  #closing: Promise<void> | undefined;

  constructor(options: BridgeOptions, files: FileTable) {
    this.#options = options;
    this.#files = files;
    this.#http = createServer({ headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 5000 });
    this.#http.on('request', (request, response) => this.#request(request, response));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#webSockets = new WebSocketServer(WEB_SOCKET_OPTIONS);
  }

  get url(): string {
    const { host } = this.#options;
    return `http://${hostAndPort(host, this.port)}/`;
  }

  tunnels(): readonly TunnelCounts[] {
    return [...this.#tunnels].map(({ counts }) => counts);
  }

  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', (error) => reject(listenError(error, host, port)));
      this.#http.listen(port, host, () => {
        this.port = (this.#http.address() as AddressInfo).port;
        this.#http.on('error', () => {}); // a failed accept concerns that caller only
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    const closed = new Promise<unknown>((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    const ended = [...this.#tunnels].map((tunnel) => {
      tunnel.shutDown();
      return tunnel.ended;
    });
    for (const webSocket of this.#webSockets.clients) webSocket.close(CLOSE.SHUTTING_DOWN, 'shutting down');
    await Promise.all([closed, ...ended]);
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const refused = refusal(request, this.port);
    if (refused !== undefined) {
      this.#options.onEvent?.({ type: 'refused', ...refused });
      answer(request, response, refused.status, refused.reason);
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(request, response, 405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
    } else this.#route(request, response, splitUrl(request).path);
  }

  #route(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (path === `/${PEERS_PATH}`) this.#peerList(request, response);
    else if (path === `/${TUNNEL_PATH}`) {
      answer(request, response, 426, 'A tunnel is opened by a WebSocket.', { upgrade: 'websocket' });
    } else this.#file(request, response, path);
  }

  #peerList(request: IncomingMessage, response: ServerResponse): void {
    const list: PeerList = {
      peers: this.#options.peers.map(({ name, aeTitle, host, port, timeouts }) => ({
        name,
        aeTitle,
        host,
        port,
        ...(timeouts && { timeouts }),
      })),
    };
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    respond(request, response, 200, headers, JSON.stringify(list));
  }

  #file(request: IncomingMessage, response: ServerResponse, path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) {
      const why =
        path === '/' ? 'The page is not built; run npm run build and start again.' : 'Nothing is here.';
      answer(request, response, 404, why);
      return;
    }
    const headers = { 'cache-control': file.cacheControl, etag: file.etag };
    if (request.headers['if-none-match'] === file.etag) respond(request, response, 304, headers, '');
    else respond(request, response, 200, { ...headers, 'content-type': file.type }, file.body);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { path, query } = splitUrl(request);
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
    const refused = refusal(request, this.port);
    if (refused !== undefined) this.#refuseUpgrade(socket, refused.status, refused.reason);
    else if (path !== `/${TUNNEL_PATH}`) this.#refuseUpgrade(socket, 404, 'Nothing is here.');
    else if (!protocols.includes(TUNNEL_PROTOCOL)) {
      this.#refuseUpgrade(socket, 400, `The WebSocket subprotocol here is ${TUNNEL_PROTOCOL}.`);
    } else if (this.#closing !== undefined || this.#webSockets.clients.size >= MAX_SOCKETS) {
      this.#refuseUpgrade(socket, 503, 'The bridge is shutting down or overloaded.');
    } else {
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
        this.#tunnel(webSocket, query.get('peer')),
      );
    }
  }

  #refuseUpgrade(socket: Duplex, status: number, reason: string): void {
    this.#options.onEvent?.({ type: 'refused', status, reason });
    socket.on('error', () => {});
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
        `Content-Length: ${reason.length}\r\n\r\n${reason}`,
      () => socket.destroy(),
    );
  }

  #tunnel(webSocket: WebSocket, name: string | null): void {
    const peer = this.#options.peers.find((candidate) => candidate.name === name);
    webSocket.on('error', () => {}); // also those that get no tunnel
    if (peer === undefined) webSocket.close(CLOSE.UNKNOWN_PEER, 'unknown peer');
    else if (this.#tunnels.size >= MAX_TUNNELS) webSocket.close(CLOSE.LIMIT, 'too many connections');
    else this.#open(webSocket, peer);
  }

  #open(webSocket: WebSocket, peer: Peer): void {
    const connection = ++this.#connections;
    const start = performance.now();
    this.#options.onEvent?.({ type: 'opened', connection, peer: peer.name });
    const tunnel = new Tunnel(webSocket, peer);
    this.#tunnels.add(tunnel);
    void tunnel.ended.then((end) => {
      this.#tunnels.delete(tunnel);
      const milliseconds = Math.round(performance.now() - start);
      this.#options.onEvent?.({ type: 'closed', connection, milliseconds, ...end, ...tunnel.counts });
    });
  }
}

/** `closeTimeout` is missing in the types: how long the page may take to answer a close frame. */
const WEB_SOCKET_OPTIONS: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  perMessageDeflate: false,
  maxPayload: MAX_FRAME,
  closeTimeout: CLOSE_GRACE_MS,
  handleProtocols: () => TUNNEL_PROTOCOL,
};

/** Path and query as they were sent: nothing is decoded or normalised, so nothing can be hidden in them. */
function splitUrl(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  return { path, query: new URLSearchParams(query) };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  sentence: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  respond(request, response, status, { ...type, ...headers }, `${sentence}\n`);
}

function respond(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  const length = status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...securityHeaders(request), ...headers, ...length });
  response.end(request.method === 'HEAD' || status === 304 ? undefined : body);
}

/** Nothing but our own files runs in the page, and it talks to nobody but us. */
function securityHeaders({ headers, socket }: IncomingMessage): OutgoingHttpHeaders {
  // Not every browser takes 'self' for the WebSockets of the same origin. A foreign Host is not repeated.
  const { host } = headers;
  const webSocket = host !== undefined && isOurs(host, socket.localPort ?? 0) ? ` ws://${host}` : '';
  return {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
      `connect-src 'self'${webSocket}; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}
