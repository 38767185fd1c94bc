// @ts-check
/**
 * Runs every test; arguments are folders or files to choose from. The last line of output is
 * `N passed, N failed`, followed by `, N skipped` where a peer is not installed. With CI=true a skip is a failure.
 * Where all ran and passed, the table of peers in core/CONFORMANCE.md must say what ran; `--conformance` runs what
 * stands in it alone, and writes it.
 */
import { startVitest } from 'vitest/node';
import { fileURLToPath } from 'node:url';
import { build, stale } from '../bridge/build.mjs';
import { proofFiles, section, write, written } from './conformance.mjs';

const strict = process.env.CI === 'true';
const conformance = process.argv.includes('--conformance');
const filters = conformance ? proofFiles() : process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };
/** @type {Map<string, number>} suite -> skipped tests */
const skipped = new Map();
/** @type {import('./conformance.mjs').Proof[]} what tests showed that passed */
const proofs = [];

/** Errors outside tests count as failures too: a file that does not load, a rejection that nobody handles. */
/** @type {import('vitest/node').Reporter} */
const counter = {
  onTestRunEnd(modules, unhandled) {
    counts.failed += unhandled.length;
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) count(test);
    }
  },
};

function count(/** @type {import('vitest/node').TestCase} */ test) {
  const state = test.result().state;
  const { proof } = /** @type {{ proof?: import('./conformance.mjs').Proof }} */ (test.meta());
  if (state === 'passed' && proof !== undefined) proofs.push(proof);
  if (state === 'passed') counts.passed++;
  else if (state !== 'skipped') counts.failed++;
  else {
    counts.skipped++;
    const suite = `${test.module.relativeModuleId} > ${test.parent.type === 'suite' ? test.parent.name : test.name}`;
    skipped.set(suite, (skipped.get(suite) ?? 0) + 1);
  }
}

await build(stale()); // tests start the command line and the page; one build before serves them all
const vitest = await startVitest('test', filters, {
  config: fileURLToPath(new URL('vitest.config.ts', import.meta.url)),
  watch: false,
  passWithNoTests: false,
  reporters: ['default', counter],
});
await vitest?.close();

for (const [suite, number] of skipped) console.log(`skipped: ${suite} (${number})`);
if (strict && counts.skipped > 0) {
  console.log('CI=true: a skipped test is a failed one.');
  counts.failed += counts.skipped;
  counts.skipped = 0;
}
const nothing = counts.passed + counts.failed + counts.skipped === 0;
if (nothing) console.log('No test was found.');
const complete = counts.failed + counts.skipped === 0 && !nothing;
if (complete && conformance) write(section(proofs));
else if (complete && filters.length === 0 && section(proofs) !== written()) {
  console.log('The table of peers in core/CONFORMANCE.md is not what ran: "npm run conformance" writes it.');
  counts.failed++;
}
if (counts.failed > 0 || nothing) process.exitCode = 1;
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}`,
);
