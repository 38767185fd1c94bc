/**
 * The one guard before every route. An address keeps no web page out: any page in the user's browser can call
 * this bridge, by a name of its own (DNS rebinding, stopped by Host) or across origins (stopped by Origin, which
 * WebSockets are not restricted by otherwise).
 */
import type { IncomingMessage } from 'node:http';
import { hostAndPort } from '../../core/transport/index.ts';
import type { Cause } from '../verdict.ts';

/** Addresses that no other machine can call; each is also a name by which the bridge may be called there. */
export const LOOPBACK = ['127.0.0.1', 'localhost', '::1'] as const;

/** Stands for every address of this machine: none that one could call it by. */
const EVERYWHERE = ['0.0.0.0', '::', ''];

/** By which names the bridge is called, and by the pages of which origins. */
export interface DoorOptions {
  /** The address it is bound to. */
  readonly host: string;
  /** Whether it speaks TLS itself. */
  readonly secure: boolean;
  /** Where it is seen from outside, with TLS and perhaps a path put before it by a proxy. */
  readonly publicUrl?: URL | undefined;
  /** Further values of Host, exact: `pacs.example`, `pacs.example:8080`. */
  readonly hosts?: readonly string[] | undefined;
  /** Further origins of pages, exact: `https://portal.example`. */
  readonly origins?: readonly string[] | undefined;
  /** Origins of pages that may show ours in a frame. */
  readonly framers?: readonly string[] | undefined;
}

/** Why a request is sent away. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 417 | 421 | 429 | 431 | 500 | 503;
  readonly cause: Cause;
  /** A sentence without anything that the caller sent. */
  readonly reason: string;
}

/** A request that may come in. */
export interface Admission {
  /** The page's origin; undefined where the caller is no page, or reads what is its own. */
  readonly origin: string | undefined;
  /** Whether `origin` is another than our own, and listed. */
  readonly foreign: boolean;
  /** Where it has to go instead, because it was called by a second name. */
  readonly redirect: string | undefined;
  /** The scheme and authority by which this bridge was called, for its WebSockets: `wss://pacs.example`. */
  readonly webSocketOrigin: string;
  /** Origins of pages that may show ours in a frame. */
  readonly framers: readonly string[];
}

export class Door {
  readonly #names: ReadonlySet<string>;
  readonly #own: ReadonlySet<string>;
  readonly #foreign: ReadonlySet<string>;
  readonly #publicUrl: URL | undefined;
  readonly #secure: boolean;
  readonly #advice: string;
  readonly #framers: readonly string[];

  /** `port` is the one we are bound to. */
  constructor(
    { host, secure, publicUrl, hosts = [], origins = [], framers = [] }: DoorOptions,
    port: number,
  ) {
    const bound = boundNames(host, port, secure);
    const names = [...bound, ...hosts.map((name) => name.toLowerCase())];
    const scheme = secure ? 'https' : 'http';
    this.#names = new Set(publicUrl ? [...names, publicUrl.host] : names);
    this.#own = new Set(publicUrl ? [publicUrl.origin] : names.map((name) => `${scheme}://${name}`));
    this.#foreign = new Set(origins);
    this.#publicUrl = publicUrl;
    this.#secure = secure;
    this.#framers = framers;
    const called = publicUrl?.href ?? bound.slice(0, 2).join(' or ');
    this.#advice = called === '' ? '' : `Call this bridge as ${called}. `;
  }

  /** Lets a request in, or tells why not. */
  judge(request: IncomingMessage): Admission | Refusal {
    // A target with a name of its own would have a say beside Host, and lead a redirect elsewhere.
    if (request.url?.startsWith('/') !== true) return NO_PATH;
    const host = single(request, 'host')?.toLowerCase();
    if (host === undefined) return { status: 400, cause: 'host', reason: 'One Host header is needed.' };
    if (!this.#names.has(host)) {
      const option = 'Who runs it can give it other names with --public-url or --allow-host.';
      return { status: 421, cause: 'host', reason: `${this.#advice}${option}` };
    }
    // Without Origin: a browser sends none with GET and HEAD of its own page only; else it is no browser.
    const origins = values(request, 'origin').map((origin) => origin.toLowerCase());
    const origin = origins[0];
    if (origins.length > 1 || !this.admits(origin)) {
      return {
        status: 403,
        cause: 'origin',
        reason: 'Pages of another origin may not use this bridge; --allow-origin lists those that may.',
      };
    }
    const foreign = origin !== undefined && !this.#own.has(origin);
    return {
      origin,
      foreign,
      redirect: this.#redirect(host, request),
      webSocketOrigin: this.#webSocket(host),
      framers: this.#framers,
    };
  }

  /** Whether pages of this origin may use the bridge; no origin is no page. */
  admits(origin: string | undefined): boolean {
    return origin === undefined || this.#own.has(origin) || this.#foreign.has(origin);
  }

  /** The scheme and authority that a page of ours opens its WebSockets at. */
  #webSocket(host: string): string {
    const secure = this.#publicUrl ? this.#publicUrl.protocol === 'https:' : this.#secure;
    return `${secure ? 'wss' : 'ws'}://${this.#publicUrl?.host ?? host}`;
  }

  #redirect(host: string, request: IncomingMessage): string | undefined {
    if (this.#publicUrl === undefined || host === this.#publicUrl.host) return undefined;
    // Joined as text: as a URL, "//evil.example" would lead elsewhere.
    return `${this.#publicUrl.href.replace(/\/$/, '')}${request.url ?? '/'}`;
  }
}

const NO_PATH: Refusal = { status: 400, cause: 'malformed', reason: 'A request here begins with a path.' };

/** The values of Host that the bound address is called by. A browser leaves the port out where it is the scheme's. */
function boundNames(host: string, port: number, secure: boolean): string[] {
  const hosts = isLoopback(host) || EVERYWHERE.includes(host) ? LOOPBACK : [host.toLowerCase()];
  const bare = hosts.map((name) => (name.includes(':') ? `[${name}]` : name));
  const usual = port === (secure ? 443 : 80);
  return [...hosts.map((name) => hostAndPort(name, port)), ...(usual ? bare : [])];
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.some((name) => name === host);
}

/** Whether no other machine can call this URL. */
export function isLoopbackUrl({ hostname }: URL): boolean {
  return isLoopback(hostname.replace(/^\[|\]$/g, ''));
}

function single(request: IncomingMessage, name: string): string | undefined {
  const found = values(request, name);
  return found.length === 1 ? found[0] : undefined;
}

/** All values of a header: `headers` keeps only the first of several. */
function values(request: IncomingMessage, name: string): string[] {
  return request.headersDistinct[name] ?? [];
}
