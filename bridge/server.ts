/** The bridge: an HTTP server with one guard before every route, and WebSockets that become tunnels. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import type { ServerOptions } from 'ws';
import { WebSocketServer } from 'ws';
import { CLOSE, CLOSE_GRACE_MS, MAX_FRAME, TUNNEL_PROTOCOL, hostAndPort } from '../core/transport/index.ts';
import type { Authorize, Rights } from './access.ts';
import type { OwnSocket } from './addresses.ts';
import { namedPeers } from './addresses.ts';
import type { CallablePeer } from './dial.ts';
import type { Admission, Refusal } from './door.ts';
import { Door } from './door.ts';
import type { Entrance } from './entrances.ts';
import { entranceOf, entrancesOf, protocolsOf } from './entrances.ts';
import type { BridgeEvent } from './events.ts';
import { checkExposure } from './exposure.ts';
import type { FileTable } from './files.ts';
import { readFiles } from './files.ts';
import type { Exchange } from './http.ts';
import { answer, preflight, refuseUpgrade, splitUrl } from './http.ts';
import type { BridgeLimits } from './limits.ts';
import { DEFAULT_BRIDGE_LIMITS } from './limits.ts';
import { listenError } from './listen-error.ts';
import type { Method, Route } from './routes.ts';
import { answerFile, methodsOf, routesOf } from './routes.ts';
import type { ListenerSettings } from './listening.ts';
import { Listening } from './listening.ts';
import { Pings } from './pings.ts';
import { lookInterval } from './stillness.ts';
import { TicketOffice } from './ticket-office.ts';
import type { TunnelCounts } from './tunnel.ts';
import { Tunnels } from './tunnels.ts';

/** What may change while the bridge runs. */
export interface BridgeSettings {
  readonly peers: readonly CallablePeer[];
  /** Where it is seen from outside; a GET by another of its names is sent there. */
  readonly publicUrl?: string | undefined;
  /** Further names by which it may be called, exact values of Host. */
  readonly allowHosts?: readonly string[] | undefined;
  /** Origins of other pages that may use it, exact. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Tells users apart; without it nobody signs in, which is for loopback. */
  readonly authorize?: Authorize | undefined;
  /** What a user may now, asked again while something of his is open; without it, what he may stays. */
  readonly rightsOf?: ((rights: Rights) => Rights | undefined) | undefined;
  /** Opens a DICOM port for pages; its address is that of the start, the rest may change. */
  readonly listener?: ListenerSettings | undefined;
}

export interface BridgeOptions extends BridgeSettings {
  /** The address to bind to: a loopback address, unless users sign in over TLS. */
  readonly host: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
  /** Certificate and key, to speak TLS itself. */
  readonly tls?: SecureContextOptions | undefined;
  /** Be reachable without sign-in or TLS all the same. */
  readonly insecure?: boolean | undefined;
  /** Folder of the built page; without it there is none. */
  readonly webRoot?: string | undefined;
  readonly limits?: Partial<BridgeLimits> | undefined;
  readonly onEvent?: ((event: BridgeEvent) => void) | undefined;
}

export interface Bridge {
  /** Where the page is: `http://127.0.0.1:8080/`. */
  readonly url: string;
  readonly port: number;
  /** Of the DICOM port; undefined where there is none. */
  readonly dicomPort: number | undefined;
  /** What every open tunnel has moved, and holds. */
  tunnels(): readonly TunnelCounts[];
  /** Takes other settings; what they do not allow any more ends, what they do goes on. */
  reconfigure(settings: BridgeSettings): void;
  /** Tells every page, resets every peer, and resolves when nothing is open any more (2 s at most). */
  close(): Promise<void>;
}

/**
 * @throws DicomError USAGE: others could reach it and it has no sign-in or no TLS, or `details.reason` EADDRINUSE
 * and the like.
 */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { host, port, webRoot, insecure = false } = options;
  const publicUrl = urlOf(options);
  const signIn = options.authorize !== undefined;
  checkExposure({ host, publicUrl, signIn, secure: options.tls !== undefined, insecure });
  const files = webRoot === undefined ? new Map<string, never>() : await readFiles(webRoot);
  const bridge = new BridgeServer(options, files);
  await bridge.listen(host, port);
  return bridge;
}

class BridgeServer implements Bridge {
  /** Kept: a request may come while the server closes, when it has no address any more. */
  port = 0;
  readonly #options: BridgeOptions;
  readonly #limits: BridgeLimits;
  readonly #files: FileTable;
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  readonly #office: TicketOffice;
  readonly #tunnels: Tunnels;
  readonly #listening: Listening | undefined;
  readonly #pings: Pings;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #entrances: ReadonlyMap<string, Entrance>;
  #settings: BridgeSettings;
  #door: Door;
  #timers: NodeJS.Timeout[] = [];
  #closing: Promise<void> | undefined;

  constructor(options: BridgeOptions, files: FileTable) {
    this.#options = options;
    this.#settings = options;
    this.#files = files;
    this.#limits = { ...DEFAULT_BRIDGE_LIMITS, ...options.limits };
    this.#door = this.#newDoor();
    this.#office = new TicketOffice(options.authorize, this.#limits);
    const surroundings = {
      limits: this.#limits,
      peers: () => this.#settings.peers,
      policy: namedPeers(() => this.#ownSockets()),
      rightsOf: (rights: Rights) => (this.#settings.rightsOf ? this.#settings.rightsOf(rights) : rights),
      mayVisit: (origin: string | undefined) => this.#door.admits(origin),
      emit: (event: BridgeEvent) => this.#emit(event),
    };
    this.#tunnels = new Tunnels(surroundings);
    this.#listening = options.listener && new Listening(options.listener, surroundings);
    this.#pings = new Pings(this.#limits, () => this.#emit({ type: 'page lost' }));
    const [office, tunnels, listening] = [this.#office, this.#tunnels, this.#listening];
    this.#routes = routesOf({ office, listening, peers: () => this.#settings.peers });
    this.#entrances = entrancesOf({ office, tunnels, listening });
    this.#http = httpServer(options.tls);
    this.#http.on('request', (request, response) => this.#request(request, response));
    this.#http.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#webSockets = new WebSocketServer(WEB_SOCKET_OPTIONS);
  }

  /** Where the bridge itself would answer. */
  #ownSockets(): OwnSocket[] {
    const addresses = [this.#http.address(), this.#listening?.bound];
    return addresses.filter((address) => typeof address === 'object' && address !== null);
  }

  get url(): string {
    const { host, tls } = this.#options;
    const own = `${tls ? 'https' : 'http'}://${hostAndPort(host, this.port)}/`;
    return this.#settings.publicUrl ?? own;
  }

  get dicomPort(): number | undefined {
    return this.#listening?.address.port;
  }

  tunnels(): readonly TunnelCounts[] {
    return this.#tunnels.counts;
  }

  async listen(host: string, port: number): Promise<void> {
    await this.#listening?.open(this.#settings.peers);
    try {
      await this.#listen(host, port);
    } catch (error) {
      this.#listening?.close();
      throw error;
    }
  }

  #listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', (error) => reject(listenError(error, host, port)));
      this.#http.listen(port, host, () => {
        this.port = (this.#http.address() as AddressInfo).port;
        this.#http.on('error', () => {}); // a failed accept concerns that caller only
        this.#door = this.#newDoor();
        this.#startTimers();
        resolve();
      });
    });
  }

  #startTimers(): void {
    this.#pings.start();
    const watch = setInterval(() => this.#tunnels.watch(performance.now()), lookInterval(this.#limits));
    const review = setInterval(() => this.#review(), this.#limits.reviewInterval);
    this.#timers = [watch, review];
  }

  reconfigure(settings: BridgeSettings): void {
    this.#settings = settings;
    this.#office.authorize = settings.authorize;
    this.#door = this.#newDoor();
    this.#review();
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  /** Ends what is not allowed any more, and looks up again who may call. */
  #review(): void {
    this.#listening?.review(this.#settings.listener, this.#settings.peers);
    this.#tunnels.review();
  }

  async #shutDown(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#pings.stop();
    this.#listening?.close();
    const closed = new Promise<unknown>((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    const ended = this.#tunnels.shutDown();
    for (const webSocket of this.#webSockets.clients) webSocket.close(CLOSE.SHUTTING_DOWN, 'shutting down');
    await Promise.all([closed, ended]);
  }

  #newDoor(): Door {
    const { host, tls } = this.#options;
    const { allowHosts: hosts, allowOrigins: origins } = this.#settings;
    const publicUrl = urlOf(this.#settings);
    return new Door({ host, secure: tls !== undefined, publicUrl, hosts, origins }, this.port);
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const judged = this.#door.judge(request);
    if ('status' in judged) {
      this.#refused(judged);
      answer({ request, response }, judged.status, judged.reason);
    } else this.#route({ request, response, admission: judged }, judged);
  }

  #route(exchange: Exchange, { redirect, foreign }: Admission): void {
    const { path } = splitUrl(exchange.request);
    const file: Route = { GET: () => answerFile(exchange, path, this.#files.get(path)) };
    const route = this.#routes.get(path) ?? file;
    const method = exchange.request.method === 'HEAD' ? 'GET' : (exchange.request.method as Method);
    const allow = methodsOf(route);
    if (method === 'GET' && redirect !== undefined) {
      answer(exchange, 307, 'This bridge has another address.', { location: redirect });
    } else if (Object.hasOwn(route, method)) void route[method]!(exchange);
    else if (exchange.request.method === 'OPTIONS' && foreign) preflight(exchange, allow);
    else
      answer(exchange, 405, `Only ${allow.replace(/, (?=[^,]*$)/, ' and ')} are answered here.`, { allow });
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {});
    const judged = this.#door.judge(request);
    const entrance = entranceOf(splitUrl(request).path, this.#entrances);
    const refusal = 'status' in judged ? judged : this.#noUpgrade(request, entrance);
    if ('status' in judged || refusal !== undefined || entrance === undefined) {
      this.#refused(refusal!);
      refuseUpgrade(socket, refusal!.status, refusal!.reason);
      return;
    }
    const enter = await entrance(request, judged);
    if (socket.destroyed) return;
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#pings.watch(webSocket);
      enter(webSocket);
    });
  }

  /** Why a request that came through the door gets no WebSocket. */
  #noUpgrade(request: IncomingMessage, entrance: Entrance | undefined): Refusal | undefined {
    if (entrance === undefined) return { status: 404, cause: 'path', reason: 'Nothing is here.' };
    if (!protocolsOf(request).includes(TUNNEL_PROTOCOL)) {
      return {
        status: 400,
        cause: 'protocol',
        reason: `The WebSocket subprotocol here is ${TUNNEL_PROTOCOL}.`,
      };
    }
    const full = this.#webSockets.clients.size >= this.#limits.webSockets;
    if (this.#closing !== undefined || full) {
      return { status: 503, cause: 'overloaded', reason: 'The bridge is shutting down or overloaded.' };
    }
    return undefined;
  }

  #emit(event: BridgeEvent): void {
    this.#options.onEvent?.(event);
  }

  #refused(refusal: Refusal): void {
    this.#emit({ type: 'refused', ...refusal });
  }
}

const HTTP_OPTIONS = { headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 5000 };

function httpServer(tls: SecureContextOptions | undefined): Server {
  if (tls === undefined) return createServer(HTTP_OPTIONS);
  return createSecureServer({ minVersion: 'TLSv1.2', ...tls, ...HTTP_OPTIONS });
}

/** `closeTimeout` is missing in the types: how long the page may take to answer a close frame. */
const WEB_SOCKET_OPTIONS: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  perMessageDeflate: false,
  maxPayload: MAX_FRAME,
  closeTimeout: CLOSE_GRACE_MS,
  handleProtocols: () => TUNNEL_PROTOCOL,
};

function urlOf({ publicUrl }: BridgeSettings): URL | undefined {
  return publicUrl === undefined ? undefined : new URL(publicUrl);
}
