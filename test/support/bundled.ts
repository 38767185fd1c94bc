/** Scripts of ours that run as processes of their own, so that what they hold can be told from what the tests hold. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { temporaryFolder } from './peers-process.ts';

/** Bundles `test/support/NAME.ts` into one file that Node runs; gone when the test file ends. */
export async function bundled(name: string): Promise<string> {
  const outfile = join(temporaryFolder(), `${name}.cjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  return outfile;
}
