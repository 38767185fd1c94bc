/** What a cold visit costs until the first answer stands in the grid, as the browser counts what was transferred. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { IMPLICIT_VR_LITTLE_ENDIAN, dataSet } from '../../core/data/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { WEB_ROOT, openStage } from './stage.ts';

/** Bytes of script: what it carries now and a little room, so that it grows no more. The aim is 60 kB for the page and 50 kB for its engine. */
const PAGE = 58_000;
const ENGINE = 50_000;

/**
 * Answers once and goes on searching, so that nothing that comes behind the search is mistaken for what it needs. As many
 * a PACS does it takes Implicit VR, whose reader has to know what nobody asked for, too.
 */
const SLOW: Handlers = {
  accept: () => ({ context: (_, ours) => ({ ...ours, transferSyntax: IMPLICIT_VR_LITTLE_ENDIAN }) }),
  async *find(_query, _requestor, signal) {
    yield dataSet({
      PatientName: 'Doe^Jane',
      StudyInstanceUID: '1.2.3',
      StudyDate: '20260101',
      RetrieveAETitle: 'SLOW',
      InstanceAvailability: 'ONLINE',
    });
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  },
};

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

/** Runs in the page: milliseconds since 1970. */
function timeOf(name: string): number {
  return performance.timeOrigin + performance.getEntriesByName(name)[0]!.startTime;
}

/** Runs in the page, which counts its engine's script, too, and in the engine, which counts what it fetches later; what came out of the cache counts as its headers. */
function scriptsUntil(end: number): Script[] {
  const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  return entries
    .filter(({ startTime }) => performance.timeOrigin + startTime <= end)
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
    stage = await openStage({ SLOW });
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  it('carries little script for the page and for its engine until the first answer', async () => {
    const person = new Hand(await stage.visit());
    await person.pick('SLOW');
    await person.page.evaluate(markFirstAnswer, ANSWERED);
    await person.press('Search');
    await person.row('Results', 'Doe').waitFor();
    const end = await person.page.evaluate(timeOf, ANSWERED);
    const all = await person.page.evaluate(scriptsUntil, end);
    const atOnce = await withImports(all.find(({ name }) => name.startsWith('worker-'))!.name);
    const later = await Promise.all(
      person.page.workers().map((worker) => worker.evaluate(scriptsUntil, end)),
    );
    const ofEngine = [...all.filter(({ name }) => atOnce.has(name)), ...later.flat()];
    const ofPage = all.filter(({ name }) => !atOnce.has(name));
    expect(sum(ofPage), JSON.stringify(ofPage)).toBeLessThanOrEqual(PAGE);
    expect(sum(ofEngine), JSON.stringify(ofEngine)).toBeLessThanOrEqual(ENGINE);
    expect(Math.min(sum(ofPage), sum(ofEngine))).toBeGreaterThan(10_000); // they were counted
  });
});
