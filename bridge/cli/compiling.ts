/** How V8 compiles what a command runs. */
import { setFlagsFromString } from 'node:v8';

/** The releases that know the flag; V8 complains on stderr of one that it does not know. */
const KNOWN_TO = { from: 20, to: 24 };

/**
 * What a function runs, in bytes of its code, before V8 looks whether to optimise it: 15 times its own default. Most commands are
 * over in less than a second, of which optimising at the default takes more than it brings; a mini-PACS comes there as well,
 * a little later. It is not for the bridge.
 */
const INTERRUPT_BUDGET = 1_000_000;

/** Leaves code as it is first compiled until it has run for long. */
export function optimiseLate(): void {
  const release = Number.parseInt(process.versions.node, 10);
  if (release < KNOWN_TO.from || release > KNOWN_TO.to) return;
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
}
