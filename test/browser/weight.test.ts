/** What a cold visit costs until the first answer stands in the grid, as the browser counts what was transferred. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { WEB_ROOT, openStage } from './stage.ts';

/** Bytes of script: what it carries now, so that it grows no more. The aim is 60 kB for the page and 50 kB for its engine. */
const PAGE = 57_000;
const ENGINE = 78_000;

interface Script {
  readonly name: string;
  readonly bytes: number;
}

const ANSWERED = 'the first answer stands in the grid';

/** Runs in the page. */
function markFirstAnswer(name: string): void {
  new MutationObserver((_, observer) => {
    if (document.querySelectorAll('[role=grid] [role=row]').length < 2) return; // that of the titles
    performance.mark(name);
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
}

/** Runs in the page, which counts what its engine loads, too; what came out of the cache counts as its headers. */
function scripts(name: string): Script[] {
  const { startTime: end } = performance.getEntriesByName(name)[0]!;
  const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  return entries
    .filter(({ startTime }) => startTime <= end)
    .map(({ name, transferSize }) => ({ name: name.replace(/.*\//, ''), bytes: transferSize }))
    .filter(({ name }) => name.endsWith('.js'));
}

function sum(list: readonly Script[]): number {
  return list.reduce((bytes, script) => bytes + script.bytes, 0);
}

/** A built script with all that it imports at once. */
async function withImports(name: string, found: Set<string> = new Set()): Promise<ReadonlySet<string>> {
  if (found.has(name)) return found;
  found.add(name);
  const code = await readFile(join(WEB_ROOT, 'assets', name), 'utf8');
  for (const [, other] of code.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) {
    await withImports(other!, found);
  }
  return found;
}

describeWith(['chromium'], 'a cold visit', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  it('carries little script for the page and for its engine until the first answer', async () => {
    const person = new Hand(await stage.visit());
    await person.page.evaluate(markFirstAnswer, ANSWERED);
    await person.search();
    const all = await person.page.evaluate(scripts, ANSWERED);
    const engine = await withImports(all.find(({ name }) => name.startsWith('worker-'))!.name);
    const [ofEngine, ofPage] = [true, false].map((own) => all.filter(({ name }) => engine.has(name) === own));
    expect(sum(ofPage!), JSON.stringify(ofPage)).toBeLessThanOrEqual(PAGE);
    expect(sum(ofEngine!), JSON.stringify(ofEngine)).toBeLessThanOrEqual(ENGINE);
    expect(Math.min(sum(ofPage!), sum(ofEngine!))).toBeGreaterThan(10_000); // they were counted
  });
});
