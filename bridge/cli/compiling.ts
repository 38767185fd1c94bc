/** How V8 compiles what a command runs. */
import { setFlagsFromString } from 'node:v8';

/**
 * The only release that is made faster by it. The flag is gone from Node 22 on, where V8 counts calls instead, and is faster
 * by itself; it complains on stderr of a flag that it does not know.
 */
const RELEASE = 20;

/**
 * What a function runs, in bytes of its code, before V8 looks whether to optimise it: 15 times its own default. Most commands
 * are over in less than a second, of which optimising at the default takes more than it brings. It is not for the bridge.
 */
const LATE = 1_000_000;
/** V8's own. */
const USUAL = 67_584;

/** Who runs for so long, in milliseconds, runs for longer: a mini-PACS, a large study. */
const SHORT_MS = 3000;

/** Leaves code as it is first compiled until the command has run for long, and compiles as usual from then on. */
export function optimiseLate(): void {
  if (Number.parseInt(process.versions.node, 10) !== RELEASE) return;
  optimiseAfter(LATE);
  setTimeout(optimiseAfter, SHORT_MS, USUAL).unref();
}

function optimiseAfter(budget: number): void {
  setFlagsFromString(`--interrupt-budget=${budget}`);
}
