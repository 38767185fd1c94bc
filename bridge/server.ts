/** The bridge: an HTTP server with one guard before every route, and WebSockets that become tunnels. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostAndPort } from '../core/transport/index.ts';
import type { Rights } from './access/access.ts';
import type { OwnSocket } from './dial/addresses.ts';
import type { Admission, Refusal } from './http/door.ts';
import { Door } from './http/door.ts';
import { entrancesOf } from './http/entrances.ts';
import type { BridgeEvent } from './record/events.ts';
import { elementsSite } from './http/elements.ts';
import type { Exposure } from './http/exposure.ts';
import { checkExposure } from './http/exposure.ts';
import type { FileTable } from './http/files.ts';
import { listFiles, readAhead } from './http/files.ts';
import type { Exchange } from './http/http.ts';
import { answerSafely } from './http/faults.ts';
import { answer, preflight, refuse, splitUrl } from './http/http.ts';
import type { Ground } from './http/ground.ts';
import { OwnGround } from './http/ground.ts';
import { GuestGround } from './http/guest-ground.ts';
import type { BridgeLimits } from './limits.ts';
import { DEFAULT_BRIDGE_LIMITS } from './limits.ts';
import { Upgrades } from './http/upgrades.ts';
import type { Method, Route } from './http/routes.ts';
import { METRICS_PATH, answerFile, methodsOf, routesOf, uncaught } from './http/routes.ts';
import { Listening } from './listening/listening.ts';
import type { DicomPortUse } from './listening/shared.ts';
import { SharedListening } from './listening/shared.ts';
import { lookInterval } from './tunnel/stillness.ts';
import type { Bridge, BridgeOptions, BridgeSettings, LastingOptions, MountOptions } from './options.ts';
import { TicketOffice } from './access/ticket-office.ts';
import type { TunnelCounts } from './tunnel/tunnel.ts';
import { Tunnels } from './tunnel/tunnels.ts';
import { SHUTTING_DOWN } from './verdict.ts';

export type { Bridge, BridgeOptions, BridgeSettings, LastingOptions, MountOptions } from './options.ts';

/**
 * @throws DicomError USAGE: others could reach it and it has no sign-in or no TLS, or `details.reason` EADDRINUSE
 * and the like.
 */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { host, port, tls } = options;
  return open(options, host, (limits, refused) => new OwnGround({ host, port, tls, limits, refused }));
}

/**
 * The same on a server of somebody else's, which goes on when the bridge is closed.
 * @throws DicomError USAGE: it does not listen yet, or it reaches further than without sign-in or TLS it may.
 */
export async function mountBridge({ server, path, ...options }: MountOptions): Promise<Bridge> {
  const ground = new GuestGround(server, path);
  return open(options, ground.bound.address, () => ground);
}

type MakeGround = (limits: BridgeLimits, refused: (refusal: Refusal) => void) => Ground;

async function open(options: LastingOptions, host: string, makeGround: MakeGround): Promise<Bridge> {
  const { webRoot } = options;
  const limits = { ...DEFAULT_BRIDGE_LIMITS, ...options.limits };
  const refused = (refusal: Refusal): void => options.onEvent?.({ type: 'refused', ...refusal });
  const ground = makeGround(limits, refused);
  checkExposure(exposureOf(options, options, host, ground));
  const files = webRoot === undefined ? new Map<string, never>() : await listFiles(webRoot);
  const bridge = new BridgeServer(options, { host, ground, limits, files });
  await bridge.open();
  void readAhead(files);
  return bridge;
}

/** What a bridge stands on. */
interface Standing {
  /** The address that it is bound to, as it was asked for. */
  readonly host: string;
  readonly ground: Ground;
  /** One for all who look at it: it changes. */
  readonly limits: { -readonly [Name in keyof BridgeLimits]: number };
  readonly files: FileTable;
}
class BridgeServer implements Bridge {
  /** Kept: a request may come while the server closes, when it has no address any more. */
  port = 0;
  readonly #options: LastingOptions;
  readonly #host: string;
  readonly #ground: Ground;
  readonly #limits: Standing['limits'];
  readonly #files: FileTable;
  readonly #elements: (path: string) => Route | undefined;
  readonly #office: TicketOffice;
  readonly #tunnels: Tunnels;
  readonly #listening: DicomPortUse | undefined;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #upgrades: Upgrades;
  #settings: BridgeSettings;
  #door: Door;
  #timers: NodeJS.Timeout[] = [];
  #draining = false;
  #closing: Promise<void> | undefined;

  constructor(options: LastingOptions, { host, ground, limits, files }: Standing) {
    this.#elements = elementsSite(options.elementsRoot);
    this.#options = options;
    this.#settings = options;
    this.#host = host;
    this.#ground = ground;
    this.#files = files;
    this.#limits = limits;
    this.#door = this.#newDoor();
    this.#office = new TicketOffice(options.authorize, this.#limits, (event) => this.#emit(event));
    const surroundings = {
      limits: this.#limits,
      peers: () => this.#settings.peers,
      targets: () => this.#settings.allowTargets ?? [],
      own: () => this.#ownSockets(),
      rightsOf: (rights: Rights) => (this.#settings.rightsOf ? this.#settings.rightsOf(rights) : rights),
      mayVisit: (origin: string | undefined) => this.#door.admits(origin),
      emit: (event: BridgeEvent) => this.#emit(event),
    };
    this.#tunnels = new Tunnels(surroundings);
    this.#listening = BridgeServer.#listeningOf(options, surroundings);
    const [office, tunnels, listening] = [this.#office, this.#tunnels, this.#listening];
    this.#routes = routesOf({
      office,
      listening,
      metrics: options.metrics,
      peers: () => this.#settings.peers,
      targets: () => (this.#settings.allowTargets ?? []).length > 0,
      metricsUsers: () => this.#settings.metricsUsers ?? [],
    });
    this.#upgrades = new Upgrades({
      limits: this.#limits,
      entrances: entrancesOf({ office, tunnels, listening }),
      sendAway: (webSocket) => tunnels.deny(webSocket, '', SHUTTING_DOWN),
      refused: (refusal) => this.#refused(refusal),
      lost: () => this.#emit({ type: 'page lost' }),
    });
  }

  static #listeningOf(
    { listener, beside }: LastingOptions,
    own: ConstructorParameters<typeof Listening>[1],
  ): DicomPortUse | undefined {
    if (!(beside instanceof BridgeServer)) return listener && new Listening(listener, own);
    return beside.#listening && new SharedListening(beside.#listening, own.mayVisit);
  }

  /** Where the bridge itself would answer. */
  #ownSockets(): OwnSocket[] {
    const addresses = [this.#ground.bound, this.#listening?.bound];
    return addresses.filter((address) => address !== undefined);
  }

  get url(): string {
    const { secure, path } = this.#ground;
    const own = `${secure ? 'https' : 'http'}://${hostAndPort(this.#host, this.port)}${path}`;
    return this.#settings.publicUrl ?? own;
  }

  get dicomPort(): number | undefined {
    return this.#listening?.address.port;
  }

  tunnels(): readonly TunnelCounts[] {
    return this.#tunnels.counts;
  }

  async open(): Promise<void> {
    await this.#listening?.open(this.#settings.peers);
    try {
      await this.#ground.open({
        request: (request, response) => this.#request(request, response),
        upgrade: (request, socket, head) => {
          void this.#upgrades.take(request, socket, head, this.#door.judge(request));
        },
      });
    } catch (error) {
      this.#listening?.close();
      throw error;
    }
    this.port = this.#ground.bound!.port;
    this.#door = this.#newDoor();
    this.#startTimers();
  }

  /** From now on by the limits as they are now. */
  #startTimers(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#upgrades.start();
    const watch = setInterval(() => this.#tunnels.watch(performance.now()), lookInterval(this.#limits));
    const review = setInterval(() => this.#review(), this.#limits.reviewInterval);
    this.#timers = [watch, review];
  }

  reconfigure(settings: BridgeSettings): void {
    checkExposure(exposureOf(this.#options, settings, this.#host, this.#ground));
    this.#settings = settings;
    if (settings.limits && this.#closing === undefined) this.#setLimits(settings.limits);
    this.#office.authorize = settings.authorize;
    this.#door = this.#newDoor();
    this.#review();
    if (settings.tls) this.#ground.setCertificates(settings.tls);
  }

  #setLimits(limits: Partial<BridgeLimits>): void {
    Object.assign(this.#limits, DEFAULT_BRIDGE_LIMITS, limits);
    this.#ground.setLimits(this.#limits);
    this.#startTimers();
  }

  async drain(): Promise<void> {
    this.#draining = true;
    this.#upgrades.drain();
    this.#emit({ type: 'draining' });
    const receiving = this.#listening?.held === true;
    if (!receiving) this.#listening?.close();
    const guests = receiving ? this.#listening?.guestsGone() : undefined;
    await this.#tunnels.allEnded(this.#limits.drainTime, receiving ? BETWEEN_CALLS_MS : 0, guests);
    return this.close();
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
    this.#listening?.close();
    const closed = this.#ground.close();
    const ended = this.#tunnels.shutDown();
    this.#upgrades.close();
    await Promise.all([closed, ended]);
  }

  #newDoor(): Door {
    const [host, { secure }] = [this.#host, this.#ground];
    const { allowHosts: hosts, allowOrigins: origins, frameAncestors: framers } = this.#settings;
    const publicUrl = urlOf(this.#settings);
    return new Door({ host, secure, publicUrl, hosts, origins, framers }, this.port);
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const refused = (refusal: Refusal): void => this.#refused(refusal);
    const stranger: Exchange = { request, response, refused };
    // Whoever asks, by whatever name: a constant word tells nobody anything.
    if (splitUrl(request).path === HEALTH_PATH) return this.#tellHealth(stranger);
    const open = !this.#draining || splitUrl(request).path === METRICS_PATH;
    const judged = open ? this.#door.judge(request) : DRAINING;
    if ('status' in judged) refuse(stranger, judged);
    else this.#route({ ...stranger, admission: judged }, judged);
  }

  #tellHealth(exchange: Exchange): void {
    const serving = !this.#draining && this.#closing === undefined;
    answer(exchange, serving ? 200 : 503, serving ? 'serving' : 'draining');
  }

  #route(exchange: Exchange, { redirect, foreign }: Admission): void {
    const { path } = splitUrl(exchange.request);
    const route = this.#routes.get(path) ?? uncaught(path) ?? this.#elements(path) ?? this.#site(path);
    const method = exchange.request.method === 'HEAD' ? 'GET' : (exchange.request.method as Method);
    const allow = methodsOf(route);
    if (method === 'GET' && redirect !== undefined && path !== METRICS_PATH) {
      answer(exchange, 307, 'This bridge has another address.', { location: redirect });
    } else if (Object.hasOwn(route, method)) void answerSafely(route[method]!, exchange);
    else if (exchange.request.method === 'OPTIONS' && foreign) preflight(exchange, allow);
    else {
      const reason = `Only ${allow.replace(/, (?=[^,]*$)/, ' and ')} are answered here.`;
      refuse(exchange, { status: 405, cause: 'path', reason }, { allow });
    }
  }

  #site(path: string): Route {
    const files: Route = { GET: (exchange) => answerFile(exchange, path, this.#files.get(path)) };
    return this.#options.site?.(path) ?? files;
  }

  #emit(event: BridgeEvent): void {
    this.#options.onEvent?.(event);
  }

  #refused(refusal: Refusal): void {
    this.#emit({ type: 'refused', ...refusal });
  }
}

/** For load balancers. */
const HEALTH_PATH = '/healthz';

/** How long a page may wait for its next caller while the bridge drains: a C-MOVE may take several associations. */
const BETWEEN_CALLS_MS = 2000;

const DRAINING: Refusal = { status: 503, cause: 'draining', reason: 'The bridge is shutting down.' };

/** How far a bridge may be reached that was started so, once it has these settings. */
function exposureOf(
  { insecure = false }: LastingOptions,
  settings: BridgeSettings,
  host: string,
  { secure }: Ground,
): Exposure {
  const signIn = settings.authorize !== undefined;
  return { host, insecure, secure, signIn, publicUrl: urlOf(settings) };
}

function urlOf({ publicUrl }: BridgeSettings): URL | undefined {
  return publicUrl === undefined ? undefined : new URL(publicUrl);
}
