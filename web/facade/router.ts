/**
 * DICOMweb requests of a viewer's page, from the service worker that catches them to the engine of the page that made them. It keeps
 * nothing that it could not ask for again, and opens no connection: browsers end a service worker after 30 idle seconds.
 */
import type { Clock } from '../../core/bytes/clock.ts';
import { SYSTEM_CLOCK } from '../../core/bytes/clock.ts';
import type { Locks } from '../engine/slots.ts';
import { giveBody, takeBody } from './bodies.ts';
import { endOf, liveAs } from './lifetimes.ts';
import type { Asked, EngineIsHere, EngineWanted, FacadePort, Head } from './messages.ts';

/** The part of a FetchEvent that is used. */
export interface RoutedEvent {
  readonly request: Request;
  readonly clientId: string;
  respondWith(response: Promise<Response>): void;
  waitUntil(promise: Promise<unknown>): void;
  stopImmediatePropagation(): void;
}

/** The part of a Client that is used. */
export interface RoutedClient {
  readonly id: string;
  readonly type: string;
  readonly url: string;
  postMessage(message: EngineWanted, transfer: Transferable[]): void;
}

/** The part of a service worker's global scope that is used. */
export interface RouterScope {
  readonly location: { readonly origin: string };
  readonly registration: { readonly scope: string };
  readonly navigator: { readonly locks: Locks };
  readonly clients: {
    get(id: string): Promise<RoutedClient | undefined>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly RoutedClient[]>;
  };
}

/** A way to an engine. */
interface Way {
  readonly port: MessagePort;
  /** Aborted when there is no engine at its end any more. */
  readonly gone: AbortSignal;
}

/** How long the page that asks may take to start its engine, in milliseconds: its scripts may still be read. */
const OWN_MS = 10_000;
/** The same for another page, which has it or is asleep. */
const OTHER_MS = 2000;

export class Router {
  readonly #scope: RouterScope;
  readonly #path: string | undefined;
  readonly #clock: Clock;
  readonly #ways = new Map<string, Promise<Way>>();
  #name: Promise<string> | undefined;

  /** `path` stands before all resources; by default `dicomweb/` below the worker's scope. */
  constructor(scope: RouterScope, path?: string, clock: Clock = SYSTEM_CLOCK) {
    this.#scope = scope;
    this.#path = path;
    this.#clock = clock;
  }

  /** Answers the request if it is one of DICOMweb; false where it is none of ours. */
  handle(event: RoutedEvent): boolean {
    if (!this.#isOurs(new URL(event.request.url))) return false;
    event.stopImmediatePropagation(); // to answer twice is an error
    let isOver = (): void => {};
    event.waitUntil(new Promise<void>((resolve) => (isOver = resolve)));
    event.respondWith(this.#answer(event, isOver));
    return true;
  }

  /** `PREFIX/PEER/RESOURCE`; the scripts that lie beside have no peer before their name. */
  #isOurs({ origin, pathname }: URL): boolean {
    const prefix = this.#path ?? new URL('dicomweb/', this.#scope.registration.scope).pathname;
    if (origin !== this.#scope.location.origin || !pathname.startsWith(prefix)) return false;
    return /^[^/]+\/./.test(pathname.slice(prefix.length));
  }

  async #answer({ request, clientId }: RoutedEvent, isOver: () => void): Promise<Response> {
    try {
      const way = await this.#wayFrom(clientId);
      if (way === undefined) return unavailable(NO_ENGINE, isOver);
      return await passed(request, way, isOver);
    } catch {
      return unavailable(GONE, isOver);
    }
  }

  /** To the engine of the page that asks; else, as for requests of a viewer's own workers, to that of another page. */
  async #wayFrom(clientId: string): Promise<Way | undefined> {
    const { clients, registration } = this.#scope;
    const own = clientId === '' ? undefined : await clients.get(clientId);
    if (own?.type === 'window') {
      const way = await this.#wayTo(own, OWN_MS);
      if (way !== undefined) return way;
    }
    const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
    this.#forgetAllBut(windows);
    const others = windows.filter(({ id, url }) => id !== own?.id && url.startsWith(registration.scope));
    return firstOf(others.map((client) => this.#wayTo(client, OTHER_MS)));
  }

  /** Undefined where there is none in that time: a page that boots later is asked again with the next request. */
  async #wayTo(client: RoutedClient, milliseconds: number): Promise<Way | undefined> {
    const asked = this.#ways.get(client.id) ?? this.#newWay(client);
    const way = await this.#within(milliseconds, asked);
    if (way === undefined) this.#forget(client.id, asked);
    return way;
  }

  #newWay(client: RoutedClient): Promise<Way> {
    const asked = this.#ask(client);
    this.#ways.set(client.id, asked);
    const forget = (): void => this.#forget(client.id, asked);
    asked.then(({ gone }) => gone.addEventListener('abort', forget, { once: true }), forget);
    return asked;
  }

  #forget(id: string, way: Promise<Way>): void {
    if (this.#ways.get(id) === way) this.#ways.delete(id);
  }

  /** Never resolves where there is no engine; whoever waits has a limit. */
  async #ask(client: RoutedClient): Promise<Way> {
    const { locks } = this.#scope.navigator;
    this.#name ??= liveAs(locks, 'router');
    const { port1: port, port2 } = new MessageChannel();
    const told = new Promise<EngineIsHere>((resolve) => (port.onmessage = ({ data }) => resolve(data)));
    client.postMessage({ webdimse: 'engine wanted', router: await this.#name }, [port2]);
    const { engine } = await told;
    const gone = new AbortController();
    void endOf(locks, engine).ended.then(() => gone.abort());
    return { port, gone: gone.signal };
  }

  /** Undefined where it takes longer or fails. */
  #within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
      const stop = this.#clock.after(milliseconds, () => resolve(undefined));
      promise.then(resolve, () => resolve(undefined)).finally(stop);
    });
  }

  #forgetAllBut(windows: readonly RoutedClient[]): void {
    const ids = new Set(windows.map(({ id }) => id));
    for (const id of this.#ways.keys()) if (!ids.has(id)) this.#ways.delete(id);
  }
}

/** Has an engine answer. @throws where it is gone before it began to, or nobody waits any more. */
async function passed(request: Request, way: Way, isOver: () => void): Promise<Response> {
  const { url, method, headers, signal } = request;
  const sent = await bodyOf(request);
  for (const either of [signal, way.gone]) either.throwIfAborted();
  const { port1, port2 } = new MessageChannel();
  const port: FacadePort = port1;
  const asked: Asked = { url, method, headers: [...headers], hasBody: sent !== null };
  const head = headOn(port);
  const body = takeBody(port);
  const over = new AbortController();
  if (sent !== null) void giveBody(port, sent, over.signal);
  port.start();
  way.port.postMessage(asked, [port2]);
  let breakOff = (_: Error): void => {};
  const broken = new Promise<never>((_, reject) => (breakOff = reject));
  broken.catch(body.fail);
  const leave = (): void => breakOff(new TypeError(GONE));
  way.gone.addEventListener('abort', leave, { once: true });
  const abort = (): void => {
    port.postMessage({ kind: 'abort' });
    breakOff(new DOMException('Nobody waits for the answer any more.', 'AbortError'));
  };
  signal.addEventListener('abort', abort, { once: true });
  void body.over.then(() => {
    way.gone.removeEventListener('abort', leave);
    over.abort(); // what was not read of the request
    port.close();
    isOver();
  });
  const { status, headers: told, hasBody } = await Promise.race([head, broken]);
  if (!hasBody) body.end();
  return new Response(hasBody ? body.stream : null, { status, headers: told.map(([...pair]) => pair) });
}

function headOn(port: FacadePort): Promise<Head> {
  return new Promise((resolve) =>
    port.addEventListener('message', ({ data }) => {
      if (data.kind === 'head') resolve(data);
    }),
  );
}

/** Not every browser gives the stream of a request; a Blob of it lies on the disk. */
async function bodyOf(request: Request): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | null> {
  if (request.method === 'GET' || request.method === 'HEAD') return null;
  return 'body' in request ? request.body : (await (request as Request).blob()).stream();
}

const NO_ENGINE =
  'No page of this site has an engine that could ask: its boot script has not run, or did not get so far. Reload the page.';
const GONE = 'The page that was about to answer is closed. Ask again.';

function unavailable(detail: string, isOver: () => void): Response {
  isOver();
  return new Response(JSON.stringify({ status: 503, detail }), {
    status: 503,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': 'sandbox',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}

/** The first that is there; undefined where none is. */
async function firstOf<T>(all: readonly Promise<T | undefined>[]): Promise<T | undefined> {
  return Promise.any(all.map(async (one) => (await one) ?? Promise.reject(new Error('none')))).catch(
    () => undefined,
  );
}
