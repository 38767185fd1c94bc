/** A study goes onto the disk, not into the memory of the page. */
import { readFile } from 'node:fs/promises';
import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { largeInstance } from '../store/instances.ts';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const MIB = 1 << 20;
const INSTANCES = 128;
const sized = (number: number) => largeInstance(`1.2.1.${1000 + number}`, 2 * MIB);

const BIG: Handlers = {
  async *find() {
    yield dataSet({ PatientName: 'Big^Study', StudyInstanceUID: '1.2.3' });
  },
  get() {
    async function* instances() {
      for (let number = 1; number <= INSTANCES; number++)
        yield { ...sized(number).info, open: () => sized(number).dataSet };
    }
    return { instances: instances() };
  },
};

describeWith(['chromium'], 'the memory of the page', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ BIG });
  });
  afterAll(() => stage.close());

  it('does not grow with what is retrieved', { timeout: 300_000 }, async () => {
    const person = new Hand(await stage.visit());
    const { page } = person;
    const devtools = await page.context().browser()!.newBrowserCDPSession();
    await person.pick('BIG');
    await person.press('Search');
    const row = person.row('Results', 'Big, Study');
    await row.waitFor();
    const before = await renderers(devtools);
    await person.on(row, 'Retrieve');
    const ended = person.page
      .getByRole('log')
      .getByText(/^Retrieved \d/)
      .waitFor({ timeout: 280_000 });
    const sizes: number[] = [];
    const sampling = setInterval(async () => sizes.push(await renderers(devtools)), 100);
    await ended;
    clearInterval(sampling);
    const { stored } = await page.evaluate(() => window.webdimse!.stats());
    expect(stored).toBe(INSTANCES * sized(0).dataSet.length);
    // What passes leaves garbage until it is collected: what stays is seen between two collections.
    const later = sizes.slice(sizes.length / 2);
    expect(later.length).toBeGreaterThan(10);
    expect(Math.min(...later) - before).toBeLessThan(64 * MIB);
    expect(Math.max(...sizes) - before).toBeLessThan(160 * MIB);
  });
});

/** Anonymous memory of all processes that run pages, in bytes. */
async function renderers(devtools: CDPSession): Promise<number> {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  let sum = 0;
  for (const { id, type } of processInfo) {
    if (type !== 'renderer') continue;
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => ''); // it ended
    sum += 1024 * Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return sum;
}
