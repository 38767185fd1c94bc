/** What a viewer's pages may do: as little as they work with. */
import { createHash } from 'node:crypto';
import type { Admission } from '../http/door.ts';

/** The sources of what a document has between its script tags, for its policy (CSP Level 3, 2.3.1). */
export function inlineScripts(html: string): readonly string[] {
  const bodies = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, body = '']) => body);
  return bodies.map((body) => `'sha256-${createHash('sha256').update(body).digest('base64')}'`);
}

/**
 * Of OHIF's documents: nothing of another origin comes in, and nothing goes out to one. OHIF writes its styles into the
 * page. `inline` are the scripts that the document has in it.
 */
export function viewerPolicy(admission: Admission | undefined, inline: readonly string[]): string {
  const webSocket = admission ? ` ${admission.webSocketOrigin}` : '';
  return [
    "default-src 'none'",
    ["script-src 'self'", ...inline].join(' '),
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "manifest-src 'self'",
    `connect-src 'self' blob: data:${webSocket}`,
    'frame-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${["'self'", ...(admission?.framers ?? [])].join(' ')}`,
  ].join('; ');
}

/**
 * Of OHIF's scripts, which holds where one is a worker. Its decoders are WebAssembly, and put the functions that call it
 * together from text; they open no WebSocket.
 */
export const WORKER_POLICY: string =
  "default-src 'none'; script-src 'self' blob: 'unsafe-eval'; worker-src 'self' blob:; connect-src 'self' blob: data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
