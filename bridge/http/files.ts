/**
 * The built page, listed at start and read once: a request is looked up in a table and never becomes a path.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export interface StaticFile {
  readonly type: string;
  readonly cacheControl: string;
  /** The smallest first; the last is the file as it is. */
  readonly forms: readonly FileForm[];
  /** A content security policy of its own, instead of the page's. */
  readonly policy?: string;
  /** Of a service worker: the widest scope that it may be given, relative to where it lies. */
  readonly scope?: string;
}

/** A file in a content encoding (RFC 9110 8.4), which the build laid beside it, or as it is. */
export interface FileForm {
  readonly encoding: 'br' | 'gzip' | undefined;
  /** Read when it is asked for first, and kept. Rejects with the system's error, and reads again when it is asked for again. */
  content(): Promise<FileContent>;
}

export interface FileContent {
  readonly body: Buffer;
  readonly etag: string;
}

const ENCODINGS = [
  ['.br', 'br'],
  ['.gz', 'gzip'],
] as const;

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
const CODEC_WORKER = /^\/(assets\/codec-worker-[\w-]+|elements\/codec-worker)\.js$/;
const CODEC_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";

/** The service worker of DICOMweb controls the pages that lie above it, too. */
const SERVICE_WORKER = '/dicomweb/worker.js';

/** Lists a folder, to be found below `at`; links are not followed. An absent folder gives an empty table. */
export async function listFiles(root: string, at = '/'): Promise<FileTable> {
  const table = new Map<string, StaticFile>();
  const paths = new Set(await pathsIn(root));
  for (const path of paths) {
    if (ENCODINGS.some(([ending]) => path.endsWith(ending) && paths.has(path.slice(0, -3)))) continue;
    const key = `${at}${relative(root, path).split(sep).map(encodeURIComponent).join('/')}`;
    table.set(key, staticFile(key, formsOf(path, paths)));
  }
  const index = table.get('/index.html');
  if (index !== undefined) table.set('/', index);
  return table;
}

/**
 * Reads what nobody has asked for so far: a build that replaces the folder then changes nothing of what is served. Ten
 * megabytes take longer than all else of a start, so nobody should wait for it. What cannot be read is told to who asks.
 */
export async function readAhead(table: FileTable): Promise<void> {
  for (const { forms } of table.values()) {
    await Promise.allSettled(forms.map((form) => form.content()));
  }
}

async function pathsIn(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function staticFile(key: string, forms: readonly FileForm[]): StaticFile {
  // Vite puts a hash of the content into every name under assets/ and chunks/: such a file never changes.
  const hashed = /^\/(elements\/)?(assets|chunks)\//.test(key);
  return {
    type: typeOf(key),
    cacheControl: hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    forms,
    ...(CODEC_WORKER.test(key) && { policy: CODEC_POLICY }),
    ...(key === SERVICE_WORKER && { scope: '../' }),
  };
}

/** Of a file with an ending that says nothing to us. */
export const NO_TYPE = 'application/octet-stream';

/** The media type of a file by the ending of its name. */
export function typeOf(path: string): string {
  return TYPES[extname(path)] ?? NO_TYPE;
}

function formsOf(path: string, paths: ReadonlySet<string>): FileForm[] {
  const compressed = ENCODINGS.filter(([ending]) => paths.has(path + ending));
  return [
    ...compressed.map(([ending, encoding]) => fileForm(path + ending, encoding)),
    fileForm(path, undefined),
  ];
}

function fileForm(path: string, encoding: FileForm['encoding']): FileForm {
  let content: Promise<FileContent> | undefined;
  const read = async (): Promise<FileContent> => {
    try {
      return await readContent(path);
    } catch (error) {
      content = undefined; // there may have been too many open files at that moment
      throw error;
    }
  };
  return { encoding, content: () => (content ??= read()) };
}

async function readContent(path: string): Promise<FileContent> {
  const body = await readFile(path);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

/** The smallest form that is taken, by the value of `Accept-Encoding` (RFC 9110 12.5.3). */
export function formFor({ forms }: StaticFile, accepted: string): FileForm {
  return forms.find(({ encoding }) => encoding === undefined || takesEncoding(encoding, accepted))!;
}

/** Whether a content encoding is taken, by the value of `Accept-Encoding`. */
export function takesEncoding(encoding: string, accepted: string): boolean {
  return accepted
    .toLowerCase()
    .split(',')
    .map((item) => item.trim().split(/ *; */))
    .some(([name, weight = '']) => name === encoding && !/^q=0(\.0*)?$/.test(weight));
}
