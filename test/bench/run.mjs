// @ts-check
/**
 * `npm run bench`: bundles the bench and its programs into dist/bench, beside what they measure, and runs it.
 * Arguments are those of main.ts.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as bundle, stop } from 'esbuild';
import { build, stale } from '../../bridge/build.mjs';

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
/** As deep as test/support, whose paths are seen from the file that they end up in. */
const result = here('../../dist/bench');

await build(stale());
await mkdir(result, { recursive: true });
const programs = (await readdir(here('programs'))).filter((name) => name.endsWith('.ts'));
await bundle({
  entryPoints: [here('main.ts'), ...programs.map((name) => here(`programs/${name}`))],
  outdir: result,
  entryNames: '[name]',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  // What servers of tests are started by registers with a test runner; outside of one there is none.
  alias: { vitest: here('outside-vitest.ts') },
  external: ['../../bridge/build.mjs'],
  sourcemap: true,
  logLevel: 'warning',
});
await bundle({
  entryPoints: [here('page/page.ts'), here('page/worker.ts')],
  outdir: join(result, 'page'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
});
await stop(); // its process would live as long as ours
await import(pathToFileURL(join(result, 'main.js')).href);
