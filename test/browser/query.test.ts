/** Searching in the page: several peers at once, 10,000 rows, the worklist; by mouse and keyboard. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { sampleWorklist, worklistHandler } from '../../core/archive/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { FILES, NUMBERS } from '../interop/instances.ts';
import { describeWith } from '../support/needs.ts';
import { runWell } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startDcmqrscp } from '../support/peers.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import { longestTask } from './trace.ts';

const MANY = 10_000;

/** Holds many studies, of names in no order. */
const MANY_STUDIES: Handlers = {
  async *find() {
    for (let i = 1; i <= MANY; i++) {
      const name = `${['Müller', 'Smith', 'Doe', '佐藤', 'Okafor'][i % 5]!}^${(i * 7919) % 10_007}`;
      yield dataSet({
        PatientName: name,
        PatientID: `P${i}`,
        StudyInstanceUID: `1.2.${i}`,
        StudyDate: `2026010${1 + (i % 9)}`,
        StudyTime: '101500',
        StudyDescription: `Study ${i % 40}`,
        ModalitiesInStudy: 'CT\\SR',
        NumberOfStudyRelatedSeries: '2',
        NumberOfStudyRelatedInstances: '300',
      });
    }
  },
};

describeWith(['chromium', 'dcmtk', 'pydicom'], 'searching', () => {
  let stage: Stage;
  let real: RealPeer;
  let person: Hand;
  let page: Page;

  beforeAll(async () => {
    real = await startDcmqrscp();
    await runWell('storescu', ['-R', '-aec', real.aeTitle, '127.0.0.1', String(real.port), ...FILES]);
    const peer = { name: real.aeTitle, aeTitle: real.aeTitle, host: '127.0.0.1', port: real.port };
    const worklist = worklistHandler(() => sampleWorklist());
    stage = await openStage({ MANY: MANY_STUDIES, RIS: { worklist } }, {}, [], [peer]);
  });
  afterEach(() => stage.visitsEnd());
  afterAll(async () => {
    await stage?.close();
    await real?.stop();
  });

  const visit = async (): Promise<void> => {
    page = await stage.visit({ width: 1500, height: 800 });
    person = new Hand(page);
  };
  const rows = () => page.getByRole('grid', { name: 'Results' }).getByRole('row');
  const column = async (at: number): Promise<string[]> => {
    const cells = page
      .getByRole('grid', { name: 'Results' })
      .locator(`[role=row] > [role=gridcell]:nth-child(${at})`);
    return (await cells.allInnerTexts()).map((text) => text.replace(/^\s*[▸▾…]\s*/, '').trim());
  };

  it('asks several peers, tells whose each result is, and hides nothing behind one that fails', async () => {
    await visit();
    await page.getByRole('button', { name: 'Ask others, too' }).click();
    for (const name of [real.aeTitle, 'DOWN']) await page.getByRole('checkbox', { name }).check();
    await page.keyboard.press('Escape');
    await person.press('Search');
    await person.reads(`${7 + NUMBERS.studies} studies ·`);
    await page
      .getByRole('alert')
      .filter({ hasText: /DOWN refused the connection/ })
      .waitFor();
    expect(new Set(await column(2))).toEqual(new Set(['WEBDIMSE', real.aeTitle]));

    // Filtered as one types; Esc shows all again.
    const filter = page.getByRole('searchbox', { name: 'Filter results' });
    await filter.fill('phantom head');
    await person.reads(`1 of ${7 + NUMBERS.studies} shown`);
    expect(await column(1)).toEqual(['Phantom, Ada']);
    await filter.press('Escape');
    expect(await rows().count()).toBe(8 + NUMBERS.studies);

    // In order of a column, and the other way round.
    const title = page.getByRole('columnheader', { name: 'Patient' });
    await title.getByRole('button').click();
    expect(await title.getAttribute('aria-sort')).toBe('ascending');
    const ascending = await column(1);
    await title.getByRole('button').click();
    expect(await title.getAttribute('aria-sort')).toBe('descending');
    expect((await column(1))[0]).toBe(ascending.at(-1));

    // What dcmqrscp does not count is counted from below it, without anybody opening anything.
    const titles = await page.getByRole('columnheader').allInnerTexts();
    const ofReal = rows().filter({ hasText: real.aeTitle }).first().getByRole('gridcell');
    await expect.poll(() => ofReal.nth(titles.indexOf('Series')).innerText()).toMatch(/^\d+$/);

    // Columns are chosen, and stay chosen; what is shown is saved.
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Sex' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Sex' }).waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    const csv = await person.download(() => person.press('CSV, for spreadsheets'));
    const lines = new TextDecoder().decode(csv.bytes).split('\r\n');
    expect([csv.name, lines.length]).toEqual(['results.csv', 7 + NUMBERS.studies + 2]);
    expect(lines[0]).toMatch(/^"Level","Peer","PatientName",/);
  });

  it('narrows by date, modality and any attribute, and keeps the search without the patient', async () => {
    await visit();
    await page.getByText('Range', { exact: true }).click();
    await page.getByLabel('From').fill('2000-01-01');
    for (const modality of ['CT', 'MR']) await person.press(modality);
    await page.getByLabel('Patient', { exact: true }).fill('phantom');
    await person.press('+ Attribute');
    const attribute = page.getByRole('combobox', { name: 'Attribute' });
    await attribute.pressSequentially('referringph');
    await page.locator('datalist option[value=ReferringPhysicianName]').waitFor({ state: 'attached' });
    await attribute.fill('PatientComments');
    await page.keyboard.press('Enter');
    await person.reads(/^\s*1 study · /);
    await page.getByRole('columnheader', { name: 'PatientComments' }).waitFor();

    await page.getByRole('button', { name: 'Save this search' }).click();
    await page.getByLabel('Name').fill('CT and MR');
    expect(await page.getByRole('checkbox', { name: /^With patient/ }).isChecked()).toBe(false);
    await page.keyboard.press('Enter');
    await page.reload();
    await page.getByRole('button', { name: 'CT and MR', exact: true }).click();
    await person.reads(/^\s*2 studies · /);
    expect(await page.getByLabel('Patient', { exact: true }).inputValue()).toBe('');
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(stored).toContain('CT and MR');
    expect(stored.toLowerCase()).not.toContain('phantom');
  });

  it('goes by the keyboard alone, from before the peers are known', async () => {
    await visit();
    const { keyboard } = page;
    let know = (): void => {};
    const known = new Promise<void>((resolve) => (know = resolve));
    await page.route('**/peers', (route) => known.then(() => route.continue()));
    await page.reload();
    await page.getByRole('button', { name: 'Search', exact: true }).waitFor();
    const focused = (): Promise<string> =>
      page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id ?? '',
      );
    await keyboard.press('/');
    await keyboard.type('phantom/');
    expect(await page.getByLabel('Patient', { exact: true }).inputValue()).toBe('phantom/');
    await keyboard.press('Backspace');
    await keyboard.press('Enter');
    know();
    await person.reads('2 studies ·');
    await keyboard.press('ArrowDown');
    expect(await focused()).toBe('Results');
    for (const below of ['Series 2', 'Image 1']) {
      await keyboard.press('Enter');
      await person.row('Results', below).waitFor();
      await keyboard.press('ArrowDown');
    }
    const active = page.locator('.grid .row.active');
    expect(await active.innerText()).toContain('Image 1');
    await keyboard.press('ArrowLeft');
    expect(await active.innerText()).toContain('Series 2');
    await keyboard.press('m');
    await page.getByRole('menu').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    expect(await focused()).toBe('Results');
  });

  it(
    'shows 10,000 rows, orders and filters them, and never stalls for 50 ms',
    { timeout: 100_000 },
    async () => {
      await visit();
      await person.pick('MANY');
      await page.getByText('Any', { exact: true }).click();
      await page.getByLabel('At most').selectOption('2,000');
      await person.press('Search');
      await person.reads(/^\s*2,000 studies · .* stopped at 2,000, there are more/);
      const filter = page.getByRole('searchbox', { name: 'Filter results' });
      const grid = page.getByRole('grid', { name: 'Results' });
      const stages: Record<string, () => Promise<void>> = {
        arriving: async () => {
          await person.press('Ask for up to 10,000');
          const whole = page.getByText(/^\s*10,000 studies · [\d.]+ s\s*$/).first();
          await whole.waitFor({ timeout: 60_000 }); // 20,000 PDUs, on a machine that has other things to do
        },
        'put in order': async () => {
          await page.getByRole('columnheader', { name: 'Patient' }).getByRole('button').click();
          const first = async (): Promise<string[]> => (await column(1)).slice(0, 6);
          const inOrder = async (): Promise<boolean> =>
            (await first()).every((name) => name.startsWith('Doe, '));
          await expect.poll(inOrder).toBe(true);
        },
        filtered: async () => {
          await filter.pressSequentially('müll 77');
          await person.reads(/of 10,000 shown/);
          await filter.press('Escape');
        },
        'at their end': async () => {
          await grid.press('End');
          await expect.poll(() => rows().last().getAttribute('aria-rowindex')).toBe('10001');
        },
        left: () => person.view('Received'),
        'come back to': async () => {
          await person.view('Find');
          await rows().last().waitFor();
        },
      };
      const longest: Record<string, number> = {};
      for (const [name, action] of Object.entries(stages)) longest[name] = await longestTask(page, action);
      expect(longest['come back to'], 'nothing is made anew').toBeLessThan(40);
      expect(await rows().last().getAttribute('aria-rowindex')).toBe('10001'); // where they were
      expect(await rows().last().boundingBox()).toMatchObject({ height: 28 });
      const top = await grid.evaluate((element) => element.scrollTop);
      expect(top).toBeGreaterThan(9_900 * 28);
      expect(await grid.getAttribute('aria-rowcount')).toBe('10001');
      expect(await rows().count()).toBeLessThan(100);
      const stalled = Object.entries(longest).filter(([, milliseconds]) => milliseconds >= 50);
      expect(stalled, 'tasks of 50 ms and more').toEqual([]);
    },
  );

  it('shows the worklist of today, and all of one step', async () => {
    await visit();
    await person.pick('RIS');
    await person.view('Worklist');
    const form = page.getByRole('form', { name: 'Search the worklist' });
    await form.getByRole('button', { name: 'Search' }).click();
    await page
      .getByText(/^\s*4 procedure steps · /)
      .first()
      .waitFor();
    await form.getByRole('button', { name: 'MR', exact: true }).click();
    await form.getByLabel('Patient', { exact: true }).fill('yamada');
    await page.keyboard.press('Enter');
    await page
      .getByText(/^\s*1 procedure step · /)
      .first()
      .waitFor();
    await page.getByRole('grid', { name: 'Worklist' }).focus();
    await page.keyboard.press('Enter');
    const detail = page.getByRole('complementary', { name: 'Details' });
    await detail.getByText('SAMPLE_MR').first().waitFor();
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    await person.pick('WEBDIMSE');
    await form.getByRole('button', { name: 'Search' }).click();
    await page
      .getByText(/WEBDIMSE accepted the association, but offers us no worklist/)
      .first()
      .waitFor();
  });
});
