/**
 * The one guard before every route. Listening on loopback keeps other machines out, but any page in the
 * user's browser can call a loopback address: by name (rebinding, stopped by Host) or across origins
 * (stopped by Origin, which WebSockets are not restricted by otherwise).
 */
import type { IncomingMessage } from 'node:http';

/** Addresses the bridge may be bound to; each is also a name by which it may be called. */
export const LOOPBACK = ['127.0.0.1', 'localhost', '::1'] as const;

export interface Refusal {
  readonly status: 400 | 403;
  /** A sentence without anything that the caller sent. */
  readonly reason: string;
}

/** Tells why a request is refused, or undefined. `port` is the one we are bound to. */
export function refusal(request: IncomingMessage, port: number): Refusal | undefined {
  const hosts = headerValues(request, 'host');
  if (hosts.length !== 1) return { status: 400, reason: 'One Host header is needed.' };
  if (!isOurs(hosts[0]!, port)) {
    return { status: 403, reason: `Call this bridge as 127.0.0.1:${port} or localhost:${port}.` };
  }
  const origins = headerValues(request, 'origin');
  const allowed = allowedHosts(port).map((host) => `http://${host}`);
  if (!origins.every((origin) => allowed.includes(origin.toLowerCase()))) {
    return { status: 403, reason: 'Pages of another origin may not use this bridge.' };
  }
  // No Origin: a browser sends none with GET and HEAD only; otherwise it is a program on this machine,
  // which the loopback bind lets in.
  return undefined;
}

/** Whether a value of Host is one of our names, with our port. */
export function isOurs(host: string, port: number): boolean {
  return allowedHosts(port).includes(host.toLowerCase());
}

/** The values of Host that are ours. A browser leaves the port out where it is the scheme's. */
function allowedHosts(port: number): string[] {
  const names = LOOPBACK.map((host) => (host.includes(':') ? `[${host}]` : host));
  return [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
}

/** All values of a header: `headers` keeps only the first of several. */
function headerValues(request: IncomingMessage, name: string): string[] {
  return request.headersDistinct[name] ?? [];
}
