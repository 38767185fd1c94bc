/**
 * A package of the npm registry, kept in the user's cache: fetched once by npm itself, with the proxy, mirror and
 * certificates that it is configured with, and taken only where its SHA-512 is the one that stands in our source.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip, gzip as gzipped } from 'node:zlib';
import { DicomError } from '../../core/bytes/index.ts';
import { reason } from '../dial/reason.ts';
import { readTar } from './tar.ts';

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Of the packed file, as npm writes it (W3C Subresource Integrity). */
  readonly integrity: string;
  /** How long the packed file is. */
  readonly bytes: number;
  /** Which folder of it is kept: `package/dist`. */
  readonly folder: string;
}

export interface Keeping {
  /** A folder for nothing but what we keep. */
  readonly cache: string;
  readonly signal: AbortSignal;
  /** Told what takes its time. */
  note(sentence: string): void;
}

/** How npm names what it packs: a scope's sign and stroke are left out. */
export function packedName({ name, version }: NpmPackage): string {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

/** Where the user's system keeps what can be fetched again (XDG Base Directory Specification; `%LOCALAPPDATA%`). */
export function userCache(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  const named = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  const usual = platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  return join(named === undefined || named === '' ? usual : named, 'webdimse');
}

/**
 * The folder where the files of a package are, each compressed by gzip under its own name. It is fetched where it is
 * not kept yet, or not whole any more, or taken from the packed file where somebody laid that into the cache.
 * @throws DicomError CONNECT_FAILED: it could not be fetched; FILE_INVALID: it is another than the one we know
 */
export async function kept(wanted: NpmPackage, keeping: Keeping): Promise<string> {
  const { cache } = keeping;
  const packed = packedName(wanted);
  const folder = join(cache, `${packed.replace(/\.tgz$/, '')}-${fingerprint(wanted)}`);
  const files = join(folder, FILES);
  if (await isWhole(folder)) return files;
  const work = await workFolder(cache);
  try {
    const file = join(cache, packed);
    await unpack((await exists(file)) ? file : await fetched(wanted, work, keeping), wanted, join(work, NEW));
    await put(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return files;
}

/** What lies in the folder of a package: its files, and how long each is there. */
const FILES = 'files';
const SIZES = 'sizes.json';
/** The same folder while it is made. */
const NEW = 'new';

/** In the place of what is not whole. Other processes may be at the same, or as far before us. */
async function put(work: string, folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(join(work, NEW), folder);
    } catch (error) {
      if (await isWhole(folder)) return;
      if (attempt === MOST_ATTEMPTS) throw error;
      await rename(folder, join(work, `damaged-${attempt}`)).catch(() => undefined); // another may have
    }
  }
}

const MOST_ATTEMPTS = 5;

/** Whether all files are there, as long as they were: a machine that went down may have cut them. */
async function isWhole(folder: string): Promise<boolean> {
  try {
    const sizes = JSON.parse(await readFile(join(folder, SIZES), 'utf8')) as Record<string, number>;
    const found = await Promise.all(Object.keys(sizes).map((path) => stat(join(folder, FILES, path))));
    return found.length > 0 && Object.values(sizes).every((size, i) => size === found[i]!.size);
  } catch {
    return false;
  }
}

/** What changes with each byte of the package, short enough for a name. */
export function fingerprint({ integrity }: NpmPackage): string {
  return Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex').slice(0, 16);
}

/** In the cache, so that what is ready there can be renamed. */
async function workFolder(cache: string): Promise<string> {
  try {
    await mkdir(cache, { recursive: true, mode: 0o700 });
    await clear(cache);
    return await mkdtemp(join(cache, WORK));
  } catch (error) {
    throw new DicomError('STORE_FAILED', `${cache} cannot be written: ${reason(error)}.`);
  }
}

const WORK = 'unfinished-';
const HOUR_MS = 3_600_000;

/** Removes what processes left that were cut short. */
async function clear(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    if (!name.startsWith(WORK)) continue;
    const found = await stat(path).catch(() => undefined); // another process may have removed its own
    const old = found !== undefined && Date.now() - found.mtimeMs > HOUR_MS;
    if (old) await rm(path, { recursive: true, force: true });
  }
}

/** Has npm fetch the packed file; nothing of the package is run. */
async function fetched(wanted: NpmPackage, work: string, { cache, note, signal }: Keeping): Promise<string> {
  const { name, version, bytes } = wanted;
  note(`fetching ${name} ${version} from the npm registry, ${Math.round(bytes / 1e6)} MB, once`);
  const args = ['pack', `${name}@${version}`, '--ignore-scripts', '--prefer-offline', ...QUIET];
  // On Windows npm is a script of the shell; all that the shell reads are constants.
  const npm = spawn('npm', args, {
    cwd: work,
    signal,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  npm.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const code = await new Promise<number | string>((resolve) => {
    npm.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? NO_NPM : error.message),
    );
    npm.on('close', (status) => resolve(status ?? 'it was stopped'));
  });
  if (signal.aborted) throw new DicomError('CANCELLED', 'Stopped while npm was fetching.');
  if (code !== 0) throw unreachable(wanted, cache, said, code);
  return join(work, packedName(wanted));
}

const QUIET = ['--loglevel=error', '--no-update-notifier', '--fetch-retry-mintimeout=1000'];
const NO_NPM = 'npm is not installed';

function unreachable(wanted: NpmPackage, cache: string, said: string, code: number | string): DicomError {
  const told = /^npm error (?!code|errno)(.*)/m.exec(said)?.[1] ?? `npm ended with ${code}`;
  const packed = packedName(wanted);
  return new DicomError(
    'CONNECT_FAILED',
    `${wanted.name} ${wanted.version} could not be fetched: ${typeof code === 'string' ? code : told}. Where there is a ` +
      `network, "npm pack ${wanted.name}@${wanted.version}" makes ${packed}; lay that into ${cache} and start again.`,
  );
}

const gzip = promisify(gzipped);

/** Lays each file of the package into a folder, compressed: browsers take it so. */
async function unpack(file: string, wanted: NpmPackage, into: string): Promise<void> {
  const packed = await checked(file, wanted);
  const gunzip = createGunzip({ chunkSize: 1 << 20 });
  gunzip.end(packed);
  const prefix = `${wanted.folder}/`;
  const sizes: Record<string, number> = {};
  for await (const { path, body } of readTar(gunzip)) {
    if (!path.startsWith(prefix)) continue;
    const name = path.slice(prefix.length);
    const target = join(into, FILES, name);
    const compressed = await gzip(body);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, compressed);
    sizes[name] = compressed.length;
  }
  await writeFile(join(into, SIZES), JSON.stringify(sizes));
}

/** The bytes of a packed file, once they are known to be the ones that we mean. */
async function checked(file: string, { name, version, bytes, integrity }: NpmPackage): Promise<Buffer> {
  if ((await stat(file)).size === bytes) {
    const packed = await readFile(file);
    if (`sha512-${createHash('sha512').update(packed).digest('base64')}` === integrity) return packed;
  }
  throw new DicomError(
    'FILE_INVALID',
    `What came as ${name} ${version} is not what this version of webdimse knows by that name, and is not used (${file}).`,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
