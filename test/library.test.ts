/** The library as programs import it, by the names in package.json; examples.test.ts runs it over TCP and a bridge. Then what is packed. */
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { built, run, runWell } from './support/peers-process.ts';

const ROOT = `${import.meta.dirname}/..`;
beforeAll(() => built);

test('a program without Node modules talks to a mini-PACS in memory with it', async () => {
  const program = `
    import { Archive, MemoryNetwork, MemoryStore, archiveHandlers, echo, serve } from 'webdimse';

    const network = new MemoryNetwork();
    const aeTitle = 'ARCHIVE';
    const archive = await Archive.open(new MemoryStore());
    const handlers = archiveHandlers(archive, { aeTitle, destination: () => undefined });
    const server = serve(network.listen('here', 104), handlers, { aeTitle });
    const peer = { dialer: network, target: { host: 'here', port: 104 }, aeTitle, callingAETitle: 'EXAMPLE' };
    console.log((await echo(peer)).implementation);
    await server.close();`;
  const output = await runWell(process.execPath, ['--input-type=module', '-e', program], ROOT);
  expect(output).toMatch(/WEBDIMSE/);
});

test('the package holds what is needed to use it, and nothing else', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], ROOT);
  const [{ files, size }] = JSON.parse(stdout) as [{ files: { path: string }[]; size: number }];
  expect(size).toBeLessThan(8_000_000);
  const paths = files.map(({ path }) => path);
  const { bin, exports } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as Manifest;
  const named = [...Object.values(bin), ...Object.values(exports).flatMap(targets)];
  const entries = named.filter((entry) => !entry.includes('*'));
  expect(paths).toEqual(expect.arrayContaining(entries.map((entry) => entry.slice('./'.length))));
  expect(paths).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/cli/main.js', 'dist/web/index.html']),
  );
  const built = /^dist\/(browser|cli|docs|elements|lib|web)\//;
  const told = /^(core|bridge|web)\/.*\.md$|^bridge\/(deploy\/|\w+\.mjs$)|^[^/]+$/;
  expect(paths.filter((path) => !built.test(path) && !told.test(path))).toEqual([]);
  expect(paths.filter((path) => /(?<!\.d)\.ts$|\.(map|tsv|hex)$|tsconfig/.test(path))).toEqual([]);
});

test('the library in one file weighs what the README says, and no more', () => {
  const [, told] = /\(([\d]+) kB either\)/.exec(readFileSync(`${ROOT}/README.md`, 'utf8')) ?? [];
  for (const name of ['webdimse.min.js', 'webdimse.global.min.js']) {
    const weight = gzipSync(readFileSync(`${ROOT}/dist/browser/${name}`)).length / 1000;
    expect(weight, name).toBeLessThan(Number(told) * 1.05);
    expect(weight, name).toBeGreaterThan(Number(told) * 0.9);
  }
});

test('what is imported weighs in a page what the README says', async () => {
  const readme = readFileSync(`${ROOT}/README.md`, 'utf8');
  const rows = [...readme.matchAll(/^\| `webdimse(\/\w+)?` .*\| (\d+) +\|$/gm)];
  expect(rows.map(([, path]) => path)).toEqual([undefined, '/browser', '/dicomweb']);
  const { exports } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as Manifest;
  for (const [, path = '', told] of rows) {
    const entryPoints = targets(exports[`.${path}`]!).filter((target) => target.endsWith('.js'));
    const { outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints,
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    });
    const weight = gzipSync(outputFiles[0]!.contents).length / 1000;
    expect(weight, path).toBeLessThan(Number(told) * 1.05);
    expect(weight, path).toBeGreaterThan(Number(told) * 0.9);
  }
});

test('every source map holds its sources', () => {
  const maps = ['dist/cli', 'dist/web/assets'].flatMap((folder) =>
    readdirSync(`${ROOT}/${folder}`)
      .filter((name) => name.endsWith('.map'))
      .map((name) => `${folder}/${name}`),
  );
  expect(maps.length).toBeGreaterThan(1);
  for (const path of maps) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(`${ROOT}/${path}`, 'utf8')) as SourceMap;
    expect(sourcesContent, path).toHaveLength(sources.length);
  }
});

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
}

function targets(target: string | Readonly<Record<string, string>>): string[] {
  return typeof target === 'string' ? [target] : Object.values(target);
}
