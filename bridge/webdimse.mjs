#!/usr/bin/env node
// @ts-check
/** The command `webdimse`: builds what changed (in a checkout; a published package is built), then runs. */
import { existsSync } from 'node:fs';
import { build, stale } from './build.mjs';

const main = new URL('../dist/cli/main.js', import.meta.url);
const args = process.argv.slice(2);

if ((await buildWhatChanged()) && isBuilt()) {
  const { run } = await import(main.href);
  await run(args);
} else {
  process.exitCode = 2;
}

async function buildWhatChanged() {
  const needed = args[0] === 'serve' ? ['command line', 'page'] : ['command line'];
  const outdated = stale().filter(({ name }) => needed.includes(name));
  if (outdated.length === 0) return true;
  console.error(`webdimse: building the ${outdated.map(({ name }) => name).join(' and the ')} …`);
  try {
    await build(outdated);
    return true;
  } catch (error) {
    console.error(`webdimse: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

function isBuilt() {
  if (existsSync(main)) return true;
  console.error('webdimse: nothing is built here; install the tools with "npm ci" and start again');
  return false;
}
