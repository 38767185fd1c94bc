// @ts-check
/**
 * Builds what is missing or older than its sources: the command line by esbuild, the page by Vite, the same page for
 * servers without a bridge, the elements for others' pages by Vite, and the library (what package.json exports) by
 * TypeScript, with what of it is for browsers also in one file.
 * Each result appears under its final name only when complete, so a build cut short leaves nothing half-made.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip as gzipped } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = (/** @type {string} */ name) => join(root, name);
const brotli = promisify(brotliCompress);
const gzip = promisify(gzipped);
const run = promisify(execFile);
const shared = ['bridge/build.mjs', 'core', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Beside itself the page needs nothing; no server that it lies on has to say so. */
const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob:; " +
  "connect-src 'self'; frame-src blob:; base-uri 'none'; form-action 'none'";

/**
 * Packages that the command line loads as they are installed: rarely, or where they are there. The others go into it, as
 * far as they are used; the fifteen files of ws would be a third of a start.
 */
const EXTERNAL = ['bufferutil', 'jose', 'prom-client', 'utf-8-validate'];

/** What packages in CommonJS need to call those of Node, and bufferutil. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** What is built: from which sources, into which file, and how. `entry` says whether the sources are here. */
const targets = [
  {
    name: 'command line',
    entry: 'bridge/cli/main.ts',
    sources: ['bridge', ...shared],
    result: 'dist/cli/main.js',
    build: buildCommandLine,
  },
  {
    name: 'page',
    entry: 'web/vite.config.ts',
    sources: ['web', ...shared],
    result: 'dist/web/index.html',
    build: buildPage,
  },
  {
    name: 'static page', // made of the page: built after it, never without it
    entry: 'web/vite.config.ts',
    sources: ['web', ...shared],
    result: 'dist/static/index.html',
    build: buildStaticPage,
  },
  {
    name: 'elements',
    entry: 'web/elements/vite.config.ts',
    sources: ['web', ...shared],
    result: 'dist/elements/index.js',
    build: buildElements,
  },
  {
    name: 'library',
    entry: 'bridge/tsconfig.library.json',
    sources: ['bridge', 'web/browser', 'web/engine', 'web/opfs', ...shared],
    result: 'dist/lib/core/index.js',
    build: buildLibrary,
  },
  {
    name: 'library in one file',
    entry: 'web/browser/index.ts',
    sources: ['web/browser', 'web/engine', 'web/opfs', ...shared],
    result: 'dist/browser/webdimse.min.js',
    build: buildOneFile,
  },
];

/** The targets that are out of date; none where the sources or the tools are not installed (a published package). */
export function stale() {
  if (!['esbuild', 'vite', 'typescript'].every((tool) => existsSync(path(`node_modules/${tool}`)))) return [];
  return targets.filter(
    (target) => existsSync(path(target.entry)) && modified(target.result) < newest(target.sources),
  );
}

/** Builds the given targets one after the other. */
export async function build(/** @type {typeof targets} */ list) {
  for (const target of list) await target.build();
}

async function buildCommandLine() {
  const { build: bundle, stop } = await import('esbuild');
  const { outputFiles } = await bundle({
    entryPoints: [path('bridge/cli/main.ts')],
    outdir: path('dist/cli'),
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true, // a command waits for no other's code
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: EXTERNAL,
    banner: { js: REQUIRE },
    minifyWhitespace: true,
    sourcemap: true,
    write: false,
    logLevel: 'silent',
  });
  await stop(); // its process would live as long as ours
  await mkdir(path('dist/cli'), { recursive: true });
  // main.js comes last: what it names has to be there before it.
  const isMain = (/** @type {{ path: string }} */ { path: name }) => basename(name) === 'main.js';
  for (const file of outputFiles.toSorted((a, b) => Number(isMain(a)) - Number(isMain(b)))) {
    const part = `${file.path}.${process.pid}`;
    await writeFile(part, file.contents);
    await rename(part, file.path);
  }
  const names = new Set(outputFiles.map((file) => basename(file.path)));
  const outdated = readdirSync(path('dist/cli')).filter(
    (name) => /\.js(\.map)?$/.test(name) && !names.has(name),
  );
  for (const name of outdated) await rm(path(`dist/cli/${name}`), { force: true });
}

async function buildPage() {
  const { build: bundle } = await import('vite');
  await intoFolder('dist/web', async (part) => {
    await inProduction(() =>
      bundle({
        configFile: path('web/vite.config.ts'),
        logLevel: 'error',
        build: { outDir: part, emptyOutDir: true },
      }),
    );
    await inspectorPage(part);
    await engineByName(part);
    await bundleScript('web/wipe.ts', join(part, 'wipe.js'), 'esm');
    await buildFacade(part);
    await compress(part);
  });
}

/**
 * What the document says where no server says it in headers: the policy (bridge/http/http.ts; who frames the page cannot be
 * said here), and that there is no bridge.
 */
const ALONE = [
  ['http-equiv="content-security-policy"', POLICY],
  ['name="webdimse-bridge"', 'none'],
];

/** The same page as the inspector of the capture that lies beside it, as `webdimse proxy` serves it. */
async function inspectorPage(/** @type {string} */ folder) {
  const text = await readFile(join(folder, 'index.html'), 'utf8');
  const tag = '<meta name="webdimse-capture" content="capture.pcapng" />';
  await writeFile(join(folder, 'inspector.html'), text.replace(/(<meta charset=[^>]*>)/, `$1\n    ${tag}`));
}

/** The page as files for any server, which says what a bridge would: the same scripts, another document. */
async function buildStaticPage() {
  // Servers compress by themselves; no portal signs out of a demonstration, and no capture lies beside it.
  const left = /\.(br|gz)$|[/\\](wipe\.js|inspector\.html)$|[/\\](dicomweb|ohif)([/\\]|$)/;
  await intoFolder('dist/static', async (part) => {
    await cp(path('dist/web'), part, { recursive: true, filter: (name) => !left.test(name) });
    for (const name of readdirSync(part).filter((file) => file.endsWith('.html'))) {
      const text = await readFile(join(part, name), 'utf8');
      const tags = ALONE.map(([what, content]) => `<meta ${what} content="${content}" />`);
      await writeFile(
        join(part, name),
        text.replace(/(<meta charset=[^>]*>)/, ['$1', ...tags].join('\n    ')),
      );
    }
  });
}

/** The engine by a name that stays, for pages of others (web/browser). */
async function engineByName(/** @type {string} */ folder) {
  const [name] = readdirSync(join(folder, 'assets')).filter((file) => /^worker-[^.]+\.js$/.test(file));
  await writeFile(join(folder, 'engine.js'), `import './assets/${name}';\n`);
}

/** The page's parts as elements for other pages, with their types. */
async function buildElements() {
  const { build: bundle } = await import('vite');
  const { default: ts } = await import('typescript');
  await intoFolder('dist/elements', async (part) => {
    await inProduction(() =>
      bundle({
        configFile: path('web/elements/vite.config.ts'),
        logLevel: 'error',
        build: { outDir: part, emptyOutDir: true },
      }),
    );
    const types = await readFile(path('web/elements/types.ts'), 'utf8');
    const { outputText } = ts.transpileDeclaration(types, {
      compilerOptions: { target: ts.ScriptTarget.ES2022 },
    });
    await writeFile(join(part, 'index.d.ts'), outputText);
    await compress(part);
  });
}

/**
 * DICOMweb for a viewer's page, and what OHIF is started with. The service worker's script is none with imports and
 * exports, so that it can be imported in either kind of worker.
 */
async function buildFacade(/** @type {string} */ part) {
  const { build: bundle } = await import('vite');
  const configFile = path('web/facade/vite.config.ts');
  const build = { outDir: part, emptyOutDir: false };
  await inProduction(() => bundle({ configFile, logLevel: 'error', build }));
  await bundleScript('web/facade/service-worker.ts', join(part, 'dicomweb/worker.js'), 'iife');
  await bundleScript('web/facade/handle.ts', join(part, 'dicomweb/handle.js'), 'esm');
  await bundleScript('web/ohif/app-config.ts', join(part, 'ohif/app-config.js'), 'iife');
  await bundleScript('web/ohif/init-service-worker.ts', join(part, 'ohif/init-service-worker.js'), 'esm');
}

/**
 * What others import by a name that stays.
 * @param {string} source
 * @param {string} outfile
 * @param {'esm' | 'iife'} format
 */
async function bundleScript(source, outfile, format) {
  const { build: bundle, stop } = await import('esbuild');
  const entryPoints = [path(source)];
  await bundle({
    entryPoints,
    outfile,
    bundle: true,
    minify: true,
    format,
    target: 'es2022',
    logLevel: 'silent',
  });
  await stop(); // its process would live as long as ours
}

/**
 * Vite believes NODE_ENV: a test runner sets it to `test`, and the page would carry Svelte's help for developers.
 * @param {() => Promise<unknown>} make
 */
async function inProduction(make) {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await make();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/** Lays a smaller form beside each file that gains by it: to compress well takes longer than a request may wait. */
async function compress(/** @type {string} */ folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of files.filter((file) => /\.(js|css|wasm)$/.test(file))) {
    const body = await readFile(join(folder, name));
    const [small, usual] = await Promise.all([brotli(body), gzip(body, { level: 9 })]);
    if (small.length < usual.length) await writeFile(join(folder, `${name}.br`), small);
    if (usual.length < body.length) await writeFile(join(folder, `${name}.gz`), usual);
  }
}

async function buildLibrary() {
  const tsc = path('node_modules/typescript/bin/tsc');
  await intoFolder('dist/lib', async (part) => {
    const args = [tsc, '-p', path('bridge/tsconfig.library.json'), '--outDir', part];
    // Beside us: a test that builds has a bridge in this process, whose page would wait for it in vain.
    await run(process.execPath, args).catch(({ stdout }) => {
      throw new Error(`The library does not compile:\n${stdout}`);
    });
  });
}

/** What `webdimse` and `webdimse/browser` export: as a module, and as the global `webdimse` of a plain script. */
async function buildOneFile() {
  const { build: bundle, stop } = await import('esbuild');
  const contents = `export * from './core/index.ts';\nexport * from './web/browser/index.ts';`;
  const stdin = { contents, resolveDir: root, loader: /** @type {const} */ ('ts') };
  const usual = {
    stdin,
    bundle: true,
    minify: true,
    target: 'es2022',
    logLevel: /** @type {const} */ ('silent'),
  };
  await intoFolder('dist/browser', async (part) => {
    const name = join(part, 'webdimse');
    await bundle({ ...usual, format: 'iife', globalName: 'webdimse', outfile: `${name}.global.min.js` });
    await bundle({ ...usual, format: 'esm', outfile: `${name}.min.js` });
  });
  await stop(); // its process would live as long as ours
}

/** Folders begun so far: a test may build the page while all is built for the others of its file. */
let parts = 0;

/**
 * Builds into a folder beside the final one, then swaps them.
 * @param {string} name
 * @param {(part: string) => Promise<unknown>} make
 */
async function intoFolder(name, make) {
  const part = path(`${name}.${process.pid}-${++parts}`);
  try {
    await make(part);
    await rm(path(name), { recursive: true, force: true });
    await rename(part, path(name));
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Time of the last change in milliseconds; folders count, so that a deleted source is noticed. 0 where nothing is. */
function newest(/** @type {string[]} */ names) {
  let time = 0;
  for (const name of names) {
    time = Math.max(time, modified(name));
    if (existsSync(path(name)) && statSync(path(name)).isDirectory()) {
      time = Math.max(time, newest(readdirSync(path(name)).map((entry) => `${name}/${entry}`)));
    }
  }
  return time;
}

function modified(/** @type {string} */ name) {
  return statSync(path(name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Of the published package only: it takes a quarter of a minute, and no test or program needs it. */
async function buildDocs() {
  const { buildReference } = await import('./docs.mjs');
  const complaints = await buildReference();
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const list = stale();
  try {
    await build(list);
    console.log(
      list.length === 0 ? 'Everything is built.' : `Built: ${list.map(({ name }) => name).join(', ')}.`,
    );
    if (process.argv.includes('--docs')) await buildDocs();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
