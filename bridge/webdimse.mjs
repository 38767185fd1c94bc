#!/usr/bin/env node
/** The command `webdimse`: builds what changed (in a checkout; a published package is built), then runs. */
import { existsSync } from 'node:fs';
import { build, stale } from './build.mjs';

const main = new URL('../dist/cli/main.js', import.meta.url);

const outdated = stale();
if (outdated.length > 0) {
  console.error(`webdimse: building the ${outdated.map(({ name }) => name).join(' and the ')} …`);
  await build(outdated);
}
if (existsSync(main)) {
  const { run } = await import(main.href);
  await run(process.argv.slice(2));
} else {
  console.error('webdimse: nothing is built here; install the tools with "npm ci" and start again');
  process.exitCode = 2;
}
