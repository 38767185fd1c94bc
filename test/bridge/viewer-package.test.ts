/** The viewer's package: fetched by npm, checked before it is read, unpacked in one piece or not at all. */
import { createHash } from 'node:crypto';
import {
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
  mkdir,
} from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import type { NpmPackage } from '../../bridge/viewer/kept.ts';
import { fingerprint, kept, packedName, userCache } from '../../bridge/viewer/kept.ts';
import { OHIF } from '../../bridge/viewer/ohif.ts';
import { readTar } from '../../bridge/viewer/tar.ts';
import { failure } from '../support/failure.ts';
import { SPLITS, split } from '../support/splits.ts';
import type { Packed } from '../support/tarball.ts';
import { tar, tarball } from '../support/tarball.ts';

const FILES: readonly Packed[] = [
  { path: 'package/package.json', body: '{"name":"@viewer/app","version":"1.2.3"}' },
  { path: 'package/dist/index.html', body: '<title>viewer</title>' },
  { path: 'package/dist/ort/a.wasm', body: Buffer.alloc(70_000, 7) },
  { path: 'package/dist/empty.js' },
];
const PACKED = tarball(FILES);

let cache: string;
const notes: string[] = [];
const quiet = { signal: new AbortController().signal, note: (sentence: string) => notes.push(sentence) };

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'webdimse-'));
  notes.length = 0;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

function packageOf(packed: Buffer): NpmPackage {
  const integrity = `sha512-${createHash('sha512').update(packed).digest('base64')}`;
  return { name: '@viewer/app', version: '1.2.3', integrity, bytes: packed.length, folder: 'package/dist' };
}

async function* inPieces(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function filesOf(archive: Buffer): Promise<Packed[]> {
  const files: Packed[] = [];
  for await (const file of readTar(inPieces([archive]))) files.push(file);
  return files;
}

describe('tar', () => {
  test.each(SPLITS)('gives the files of an archive, delivered %s', async (how) => {
    const found: Packed[] = [];
    for await (const file of readTar(inPieces(split(new Uint8Array(tar(FILES)), how)))) found.push(file);
    expect(found).toEqual(FILES.map(({ path, body = '' }) => ({ path, body: Buffer.from(body) })));
  });

  const whole = tar(FILES);
  const changed = Buffer.from(whole);
  changed[0]! ^= 1;
  const HOSTILE: Readonly<Record<string, readonly [Buffer, string]>> = {
    'a link': [tar([{ path: 'package/a', type: '2' }]), 'FILE_INVALID'],
    'headers of pax': [tar([{ path: 'package/a', type: 'x' }]), 'FILE_INVALID'],
    'a path upwards': [tar([{ path: 'package/../../a' }]), 'FILE_INVALID'],
    'a path from the root': [tar([{ path: '/etc/passwd' }]), 'FILE_INVALID'],
    'a path of Windows': [tar([{ path: 'package/dist/c:\\a' }]), 'FILE_INVALID'],
    'a path without a name': [tar([{ path: '' }]), 'FILE_INVALID'],
    'a changed header': [changed, 'FILE_INVALID'],
    'a size that is no number': [tar([{ path: 'package/a', size: 'large       ' }]), 'FILE_INVALID'],
    'a file beyond the limit': [tar([{ path: 'package/a', size: '00400000001 ' }]), 'LIMIT_EXCEEDED'],
    'files beyond the limit': [
      tar(Array.from({ length: 2001 }, (_, i) => ({ path: `package/${i}` }))),
      'LIMIT_EXCEEDED',
    ],
    'no archive': [Buffer.alloc(1024, 'not a tar'), 'FILE_INVALID'],
  };
  test.each(Object.entries(HOSTILE))('refuses %s', async (_, [archive, code]) => {
    expect(await failure(filesOf(archive))).toMatchObject({ code });
  });

  test('refuses one that is cut off anywhere, before its end', async () => {
    const last = whole.length - 1024;
    for (const length of [0, 1, 511, 512, 513, 1024, last - 1, last]) {
      expect(await failure(filesOf(whole.subarray(0, length))), `${length}`).toBeInstanceOf(DicomError);
    }
  });
});

describe('the cache', () => {
  test('takes a packed file that lies there, and keeps its files compressed, once', async () => {
    const wanted = packageOf(PACKED);
    await writeFile(join(cache, packedName(wanted)), PACKED);
    const folder = await kept(wanted, { ...quiet, cache });
    expect(gunzipSync(await readFile(join(folder, 'ort/a.wasm')))).toEqual(Buffer.alloc(70_000, 7));
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(
      ['empty.js', 'index.html', 'ort', join('ort', 'a.wasm')].toSorted(),
    );
    await rm(join(cache, packedName(wanted)));
    expect(await kept(wanted, { ...quiet, cache })).toBe(folder);
    expect(notes).toEqual([]);
  });

  test('takes none that differs in a bit, and leaves nothing of it', async () => {
    const wanted = packageOf(PACKED);
    const changed = Buffer.from(PACKED);
    changed[changed.length - 1]! ^= 1;
    for (const packed of [changed, PACKED.subarray(1), Buffer.concat([PACKED, PACKED])]) {
      await writeFile(join(cache, packedName(wanted)), packed);
      expect(await failure(kept(wanted, { ...quiet, cache }))).toMatchObject({ code: 'FILE_INVALID' });
      expect(await readdir(cache)).toEqual([packedName(wanted)]);
    }
  });

  test('keeps nothing of one that would write elsewhere, though it is the one that is known', async () => {
    for (const hostile of [
      { path: 'package/dist/../../../out.js', body: 'x' },
      { path: '/package/dist/out.js', body: 'x' },
      { path: 'package/dist/out.js', type: '2' },
    ]) {
      const packed = tarball([...FILES, hostile]);
      const wanted = packageOf(packed);
      const own = join(cache, 'own');
      await mkdir(own, { recursive: true });
      await writeFile(join(own, packedName(wanted)), packed);
      expect(await failure(kept(wanted, { ...quiet, cache: own }))).toMatchObject({ code: 'FILE_INVALID' });
      expect(await readdir(own)).toEqual([packedName(wanted)]);
      expect(await readdir(cache)).toEqual(['own']);
    }
  });

  test('is filled anew where files of it were cut, or are gone', async () => {
    const wanted = packageOf(PACKED);
    await writeFile(join(cache, packedName(wanted)), PACKED);
    const folder = await kept(wanted, { ...quiet, cache });
    for (const damage of [
      () => truncate(join(folder, 'ort/a.wasm'), 3),
      () => rm(join(folder, 'index.html')),
      () => truncate(join(folder, '../sizes.json'), 5),
      () => rm(join(folder, '..'), { recursive: true }),
    ]) {
      await damage();
      const folders = await Promise.all([1, 2, 3].map(() => kept(wanted, { ...quiet, cache })));
      expect(new Set(folders)).toEqual(new Set([folder]));
      expect(gunzipSync(await readFile(join(folder, 'ort/a.wasm')))).toEqual(Buffer.alloc(70_000, 7));
      expect(gunzipSync(await readFile(join(folder, 'index.html'))).toString()).toContain('viewer');
      expect((await readdir(cache)).filter((name) => name.startsWith('unfinished'))).toEqual([]);
    }
  });

  test('is filled by several at once', async () => {
    const wanted = packageOf(PACKED);
    await writeFile(join(cache, packedName(wanted)), PACKED);
    const folders = await Promise.all(Array.from({ length: 5 }, () => kept(wanted, { ...quiet, cache })));
    expect(new Set(folders)).toHaveLength(1);
    expect((await readdir(cache)).filter((name) => name.startsWith('unfinished'))).toEqual([]);
  });

  test('loses what was cut short, and not what is under way', async () => {
    await mkdir(join(cache, 'unfinished-old'));
    await utimes(join(cache, 'unfinished-old'), 0, 0);
    await mkdir(join(cache, 'unfinished-new'));
    await symlink(join(cache, 'nothing'), join(cache, 'unfinished-gone')); // as one that others remove meanwhile
    const wanted = packageOf(PACKED);
    await writeFile(join(cache, packedName(wanted)), PACKED);
    await kept(wanted, { ...quiet, cache });
    const left = (await readdir(cache)).filter((name) => name.startsWith('unfinished'));
    expect(left.toSorted()).toEqual(['unfinished-gone', 'unfinished-new']);
  });

  test('lies where the system keeps such things', () => {
    expect(userCache({ XDG_CACHE_HOME: '/x' }, 'linux')).toBe(join('/x', 'webdimse'));
    expect(userCache({ LOCALAPPDATA: '/l', XDG_CACHE_HOME: '/x' }, 'win32')).toBe(join('/l', 'webdimse'));
    expect(userCache({ XDG_CACHE_HOME: '' }, 'linux')).toMatch(/[\\/]\.cache[\\/]webdimse$/);
    expect(userCache({}, 'darwin')).toMatch(/Library[\\/]Caches[\\/]webdimse$/);
  });

  test('has one folder for each build of OHIF', () => {
    expect(packedName(OHIF)).toBe('ohif-app-3.13.2.tgz');
    expect(fingerprint(OHIF)).toBe('5997719a9986eeba');
  });
});

describe('npm', () => {
  let registry: Server;
  let asked: string[];

  /** A registry that has the package, with the scripts that npm would run at an installation. */
  async function open(packed: Buffer): Promise<void> {
    asked = [];
    registry = createServer((request, response) => {
      asked.push(request.url!);
      if (request.url!.endsWith('.tgz')) return response.end(packed);
      const tarballUrl = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/viewer.tgz`;
      const scripts = { postinstall: 'exit 1', prepare: 'exit 1', prepack: 'exit 1' };
      const version = { name: '@viewer/app', version: '1.2.3', scripts, dist: { tarball: tarballUrl } };
      response.setHeader('content-type', 'application/json');
      return response.end(
        JSON.stringify({
          name: '@viewer/app',
          'dist-tags': { latest: '1.2.3' },
          versions: { '1.2.3': version },
        }),
      );
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const { port } = registry.address() as AddressInfo;
    vi.stubEnv('npm_config_registry', `http://127.0.0.1:${port}/`);
    vi.stubEnv('npm_config_cache', join(cache, 'npm'));
  }
  afterEach(() => {
    registry.closeAllConnections();
    return new Promise((resolve) => registry.close(resolve));
  });

  test('fetches it from the registry that it is configured with, once', { timeout: 60_000 }, async () => {
    await open(PACKED);
    const own = join(cache, 'webdimse');
    const folder = await kept(packageOf(PACKED), { ...quiet, cache: own });
    expect(gunzipSync(await readFile(join(folder, 'index.html'))).toString()).toBe('<title>viewer</title>');
    expect(notes).toEqual([expect.stringContaining('fetching @viewer/app 1.2.3')]);
    expect(asked).toEqual(['/@viewer%2fapp', '/viewer.tgz']);
    await kept(packageOf(PACKED), { ...quiet, cache: own });
    expect(asked).toHaveLength(2);
  });

  test('is not believed', { timeout: 60_000 }, async () => {
    await open(tarball([{ path: 'package/dist/index.html', body: '<script>other</script>' }]));
    const error = await failure(kept(packageOf(PACKED), { ...quiet, cache: join(cache, 'webdimse') }));
    expect(error).toMatchObject({ code: 'FILE_INVALID' });
    expect(await readdir(join(cache, 'webdimse'))).toEqual([]);
  });

  test('says why it cannot, and what to do instead', { timeout: 60_000 }, async () => {
    await open(PACKED);
    vi.stubEnv('npm_config_registry', 'http://127.0.0.1:1/');
    vi.stubEnv('npm_config_fetch_retries', '0');
    const error = await failure(kept(packageOf(PACKED), { ...quiet, cache: join(cache, 'webdimse') }));
    expect(error).toMatchObject({
      code: 'CONNECT_FAILED',
      message: expect.stringContaining('viewer-app-1.2.3.tgz'),
    });
    expect(error.message).toMatch(/ECONNREFUSED|connect/);
    vi.stubEnv('PATH', '');
    const without = await failure(kept(packageOf(PACKED), { ...quiet, cache: join(cache, 'webdimse') }));
    expect(without.message).toContain('npm is not installed');
  });
});
