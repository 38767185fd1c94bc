/**
 * A viewer that speaks DICOMweb, served as an origin of its own: its files as they were packed, a few of ours beside
 * them, and its pages at every address that its own router knows.
 */
import { readFile, readdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gunzip as gunzipped } from 'node:zlib';
import type { FileTable } from '../http/files.ts';
import { NO_TYPE, listFiles, readAhead, takesEncoding, typeOf } from '../http/files.ts';
import type { Exchange } from '../http/http.ts';
import { refuse, respond } from '../http/http.ts';
import type { Route } from '../http/routes.ts';
import { FACADE_PATH, answerFile } from '../http/routes.ts';
import type { NpmPackage } from './kept.ts';
import { fingerprint } from './kept.ts';
import { WORKER_POLICY, inlineScripts, viewerPolicy } from './policy.ts';

const gunzip = promisify(gunzipped);

export interface SiteOptions {
  readonly viewer: NpmPackage;
  /** Its files, as `kept` laid them. */
  readonly folder: string;
  /** The folder of the built page. */
  readonly webRoot: string;
}

/** The answers of a viewer's origin, to what is none of the bridge's own paths. */
export async function viewerSite(options: SiteOptions): Promise<(path: string) => Route> {
  const site = await Site.read(options);
  return (path) => site.route(path);
}

/** What of ours lies beside the viewer's files: what its page starts, and the parts of that. */
const BESIDE = ['/assets/', FACADE_PATH];
/** What takes the place of the viewer's files of these names. */
const INSTEAD = '/ohif/';

class Site {
  /** Where a file of the viewer is kept, by its path. */
  readonly #kept: ReadonlyMap<string, string>;
  readonly #own: FileTable;
  /** The first part of each path where nothing but files is. */
  readonly #folders: ReadonlySet<string>;
  readonly #etag: string;
  readonly #inline: readonly string[];

  private constructor(
    kept: ReadonlyMap<string, string>,
    own: FileTable,
    etag: string,
    inline: readonly string[],
  ) {
    this.#kept = kept;
    this.#own = own;
    const folders = [...kept.keys(), ...BESIDE].filter((path) => path.lastIndexOf('/') > 0);
    this.#folders = new Set(folders.map(firstPart));
    this.#etag = etag;
    this.#inline = inline;
  }

  static async read({ viewer, folder, webRoot }: SiteOptions): Promise<Site> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const kept = new Map(files.map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]));
    const index = await gunzip(await readFile(join(folder, 'index.html')));
    const own = ownFiles(await listFiles(webRoot));
    void readAhead(own);
    return new Site(kept, own, `"${fingerprint(viewer)}"`, inlineScripts(index.toString()));
  }

  route(path: string): Route {
    const own = this.#own.get(path);
    if (own !== undefined) return { GET: (exchange) => answerFile(exchange, path, own) };
    const name = this.#kept.has(path) ? path : this.#isPage(path) ? '/index.html' : undefined;
    const file = name === undefined ? undefined : this.#kept.get(name);
    if (file === undefined) return { GET: (exchange) => answerFile(exchange, path, undefined) };
    return { GET: (exchange) => this.#answer(exchange, name!, file) };
  }

  /** The viewer's router has addresses that look like no file: `/`, `/viewer`, `/viewer/PACS.1`. */
  #isPage(path: string): boolean {
    return typeOf(path) === NO_TYPE && !this.#folders.has(firstPart(path));
  }

  async #answer(exchange: Exchange, name: string, file: string): Promise<void> {
    const headers = {
      'cache-control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': name.endsWith('.html')
        ? viewerPolicy(exchange.admission, this.#inline)
        : WORKER_POLICY,
      etag: this.#etag,
      vary: 'Accept-Encoding',
    };
    if (exchange.request.headers['if-none-match'] === this.#etag) return respond(exchange, 304, headers, '');
    const packed = takesEncoding('gzip', String(exchange.request.headers['accept-encoding'] ?? ''));
    const body = await (packed ? readFile(file) : readFile(file).then(gunzip)).catch(() => undefined);
    if (body === undefined) return refuse(exchange, REMOVED);
    const type = { 'content-type': typeOf(name), ...(packed && { 'content-encoding': 'gzip' }) };
    return respond(exchange, 200, { ...headers, ...type }, body);
  }
}

/** The names of OHIF's scripts carry a hash of what is in them. */
const HASHED = /\.[0-9a-f]{16}\.js$|^\/[0-9a-f]{16}\.\w+$/;

function ownFiles(files: FileTable): FileTable {
  const found = [...files].flatMap(([path, file]) => {
    if (path.startsWith(INSTEAD)) return [[`/${basename(path)}`, file] as const];
    return BESIDE.some((folder) => path.startsWith(folder)) ? [[path, file] as const] : [];
  });
  return new Map(found);
}

/** `/viewer` of `/viewer/PACS.1`. */
function firstPart(path: string): string {
  return /^\/[^/]*/.exec(path)?.[0] ?? '';
}

const REMOVED = {
  status: 503,
  cause: 'path',
  reason:
    'This file of the viewer is not in the cache any more, or damaged; remove its folder and start webdimse again.',
} as const;
