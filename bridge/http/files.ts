/** The built page, read once at start: a request is looked up in a table and never becomes a path. */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
  readonly cacheControl: string;
  readonly etag: string;
  /** A content security policy of its own, instead of the page's. */
  readonly policy?: string;
}

/** Keys are paths as requested: `/assets/index-Cx2aB1.js`; the index also stands at `/`. */
export type FileTable = ReadonlyMap<string, StaticFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * The worker of the decoders, by the name that web/codec/codec-worker.ts is built under. It alone may run WebAssembly;
 * in return it may talk to less than the page: it fetches its codecs from here, and opens no WebSocket.
 */
const CODEC_WORKER = /^\/assets\/codec-worker-[\w-]+\.js$/;
const CODEC_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";

/** Reads a folder; links are not followed. An absent folder gives an empty table. */
export async function readFiles(root: string): Promise<FileTable> {
  const table = new Map<string, StaticFile>();
  for (const path of await listFiles(root)) {
    const key = `/${relative(root, path).split(sep).map(encodeURIComponent).join('/')}`;
    table.set(key, staticFile(key, await readFile(path)));
  }
  const index = table.get('/index.html');
  if (index !== undefined) table.set('/', index);
  return table;
}

async function listFiles(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function staticFile(key: string, body: Buffer): StaticFile {
  // Vite puts a hash of the content into every name under assets/: such a file never changes.
  const hashed = key.startsWith('/assets/');
  return {
    body,
    type: TYPES[extname(key)] ?? 'application/octet-stream',
    cacheControl: hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    ...(CODEC_WORKER.test(key) && { policy: CODEC_POLICY }),
  };
}
