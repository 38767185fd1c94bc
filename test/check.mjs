// @ts-check
/** What is checked without running anything: types, style, lint. `npm run check` runs all; test/static.test.ts too. */
import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = 'node_modules/typescript/bin/tsc';

/** Name and arguments to `node` of each check. */
export const CHECKS = {
  'types of core': [tsc, '-p', 'core'],
  'types of bridge': [tsc, '-p', 'bridge'],
  'types of web': [tsc, '-p', 'web'],
  'types of test': [tsc, '-p', 'test'],
  'components of web': [
    'node_modules/svelte-check/bin/svelte-check',
    '--workspace',
    'web',
    '--tsconfig',
    'tsconfig.json',
    '--fail-on-warnings',
    '--output',
    'human',
  ],
  lint: ['node_modules/oxlint/bin/oxlint', '--deny-warnings'],
  'lint of markup': ['test/markup.mjs'],
  package: ['node_modules/publint/src/cli.js', '--strict'],
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
};

/**
 * Runs one check.
 * @param {string[]} args
 * @returns {Promise<string | undefined>} its output where it found something
 */
export function check(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? undefined : output || `ended with ${code}`));
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [name, args] of Object.entries(CHECKS)) {
    const output = await check(args);
    console.log(output === undefined ? `ok      ${name}` : `FAILED  ${name}\n${output}`);
    if (output !== undefined) process.exitCode = 1;
  }
}
