/** The HTTP server under the bridge: bounded, and what Node would answer by itself is answered as all else is. */
import type { Server, ServerOptions } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ServerOptions as WebSocketOptions } from 'ws';
import { WebSocketServer } from 'ws';
import { CLOSE_GRACE_MS, MAX_FRAME, TUNNEL_PROTOCOL } from '../../core/transport/index.ts';
import type { Refusal } from './door.ts';
import { answer, refuseUpgrade } from './http.ts';
import type { BridgeLimits } from '../limits.ts';
import type { TlsServer } from '../dial/tls.ts';

const KEEP_ALIVE_MS = 5000;

export interface HttpServerOptions {
  readonly tls: TlsServer | undefined;
  readonly limits: BridgeLimits;
  /** Told of each refusal that is answered here. */
  refused(refusal: Refusal): void;
}

export function httpServer({ tls, limits, refused }: HttpServerOptions): Server {
  const options: ServerOptions = {
    maxHeaderSize: limits.headerBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(1000, limits.headerTime / 4),
    requireHostHeader: false, // the door wants one, and says so
  };
  const secure = { ...tls?.options(), handshakeTimeout: limits.headerTime };
  const server = tls === undefined ? createServer(options) : createSecureServer({ ...secure, ...options });
  server.maxHeadersCount = 0; // whatever fits in headerBytes: the door has to see each Host and Origin
  setLimits(server, limits);
  server.on('drop', () => refused({ status: 503, cause: 'overloaded', reason: 'too many connections' }));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return socket.destroy();
    const refusal = MALFORMED[error.code ?? ''] ?? NOT_HTTP;
    refused(refusal);
    return refuseUpgrade(socket, refusal);
  });
  server.on('request', (request, response) => {
    response.on('timeout', () => {
      refused(STUCK);
      request.socket.destroy();
    });
  });
  server.on('connect', (_, socket) => {
    refused(NO_PROXY);
    refuseUpgrade(socket, NO_PROXY);
  });
  server.on('checkExpectation', (request, response) => {
    refused(EXPECTATION);
    answer({ request, response }, EXPECTATION.status, EXPECTATION.reason);
  });
  return server;
}

/** Those that may change while it runs; how long headers may be cannot. */
export function setLimits(server: Server, limits: BridgeLimits): void {
  const { sockets, headerTime, bodyTime, pageStuckTime } = limits;
  server.maxConnections = sockets;
  server.timeout = pageStuckTime;
  server.headersTimeout = Math.min(headerTime, bodyTime);
  server.requestTimeout = bodyTime;
}

const NOT_HTTP: Refusal = { status: 400, cause: 'malformed', reason: 'That is no HTTP request.' };
const NO_PROXY: Refusal = { status: 405, cause: 'malformed', reason: 'The bridge is no proxy.' };
/** Told to the log only: who does not read is told nothing. */
const STUCK: Refusal = { status: 408, cause: 'stuck', reason: 'The answer was not read.' };
const EXPECTATION: Refusal = { status: 417, cause: 'malformed', reason: 'Nothing is promised here.' };
const MALFORMED: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: { status: 431, cause: 'malformed', reason: 'The headers are too long.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, cause: 'silent', reason: 'The request took too long.' },
};

/** `closeTimeout` is missing in the types: how long the page may take to answer a close frame. */
const WEB_SOCKET_OPTIONS: WebSocketOptions & { closeTimeout: number } = {
  noServer: true,
  perMessageDeflate: false,
  maxPayload: MAX_FRAME,
  closeTimeout: CLOSE_GRACE_MS,
  handleProtocols: () => TUNNEL_PROTOCOL,
};

export function webSocketServer(refused: (refusal: Refusal) => void): WebSocketServer {
  const server = new WebSocketServer(WEB_SOCKET_OPTIONS);
  server.on('wsClientError', (_, socket: Duplex) => {
    refused(NO_HANDSHAKE);
    refuseUpgrade(socket, NO_HANDSHAKE);
  });
  return server;
}

const NO_HANDSHAKE: Refusal = {
  status: 400,
  cause: 'malformed',
  reason: 'That is no handshake of a WebSocket (RFC 6455 4.2.1).',
};
