/** The hard cases 1 to 124 by number, in the roles they concern, bytes delivered in every way, on a fake clock. */
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { ownClock } from '../support/fake-clock.ts';
import { SPLITS } from '../support/splits.ts';
import { ASSOCIATION } from './association.ts';
import type { Case } from './case.ts';
import { DATA_SETS } from './data-sets.ts';
import { DIMSE } from './dimse.ts';
import { FRAMING } from './framing.ts';
import { NEGOTIATION } from './negotiation.ts';
import { PDVS } from './pdvs.ts';
import { RELEASE } from './release.ts';
import { SUB_OPERATIONS } from './sub-operations.ts';
import { leave } from './scene.ts';
import { TASKS } from './tasks.ts';

const CASES: readonly Case[] = [
  ...FRAMING,
  ...PDVS,
  ...NEGOTIATION,
  ...ASSOCIATION,
  ...RELEASE,
  ...DIMSE,
  ...SUB_OPERATIONS,
  ...TASKS,
  ...DATA_SETS,
];

ownClock();
afterEach(leave); // before the clock is looked at

for (const { case: number, side, situation, run } of CASES) {
  if (run === undefined) continue;
  describe(`case ${number}: ${situation}`, () => {
    for (const role of side === 'B' ? (['C', 'S'] as const) : [side]) {
      test.each(SPLITS)(
        `${role === 'C' ? 'SCU' : 'SCP'}, bytes %s`,
        async (how) => await run(role, how),
        5000,
      );
    }
  });
}

test('every number from 1 to 124 is here once, tested, or with the reason why not here', () => {
  expect(CASES.map((one) => one.case).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 124 }, (_, i) => i + 1),
  );
  expect(CASES.filter(({ run, later }) => run === undefined && !later)).toEqual([]);
  const elsewhere = CASES.flatMap(({ later = '' }) => later.match(/test\/\S+\.ts/g) ?? []);
  expect(elsewhere.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
});
