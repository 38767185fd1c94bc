/** What it takes before anything is done: the weight of the core, and starting. */
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Run, Work } from '../bench.ts';
import { untilReady } from '../measured.ts';
import { OURS, SOURCES } from '../peers.ts';

/** Everything that an application imports to ask, get and send: the services with the dictionary that they need. */
const SCU = "export { echo, query, get, send } from './core/peer/index.ts';";

/** Bytes of gzip, as `peakBytes`: what is loaded is what is in memory. */
async function weigh(): Promise<Run> {
  const started = performance.now();
  const { outputFiles } = await build({
    stdin: { contents: SCU, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const peakBytes = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
  return { seconds: (performance.now() - started) / 1000, count: 1, peakBytes };
}

async function startBridge(): Promise<Run> {
  const args = [join(SOURCES, 'webdimse.mjs'), 'serve', '--no-pacs', '--port', '0'];
  return untilReady(process.execPath, args, /http:\/\/\S+/);
}

export const WEIGHT: readonly Work[] = [
  {
    name: 'weight-core',
    goal: 'j',
    what: 'The core with SCU services, minified and by gzip (as memory)',
    unit: '/s',
    needs: [],
    bars: [{ metric: 'memory', met: 45_000, stretch: 45_000 }],
    open: async () => ({
      expected: { count: 1, bytes: 0 },
      contestants: [{ name: OURS, side: 'ours', run: weigh }],
      close: async () => {},
    }),
  },
  {
    name: 'bridge-start',
    goal: 'j',
    what: 'The bridge, until it says where it is',
    unit: '/s',
    needs: [],
    bars: [{ metric: 'rate', met: 0.15, stretch: 0.15 }],
    open: async () => ({
      expected: { count: 1, bytes: 0 },
      contestants: [{ name: OURS, side: 'ours', run: startBridge }],
      close: async () => {},
    }),
  },
];
