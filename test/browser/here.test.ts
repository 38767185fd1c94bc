/** What the page keeps: searched as a peer is, and sent on. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { readAll } from '../store/instances.ts';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

describeWith(['chromium'], 'the archive of the page as a peer', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  it('is searched, opened, looked at, and a source of what is sent', { timeout: 60_000 }, async () => {
    const person = new Hand(await stage.visit());
    await person.search();
    for (const patient of ['Phantom, Ada', 'Yamada']) {
      await person.on(person.row('Results', patient), 'Retrieve');
      await person.hears(/^Retrieved/);
    }
    await person.press('Until the browser is closed');
    await person.pick('This page');
    expect(await person.button('Echo').isDisabled()).toBe(true);
    await person.page.getByLabel('Patient', { exact: true }).fill('ph?ntom*');
    await person.press('Search');
    await person.reads(/\b1 study · /);
    await person.page.getByLabel('Patient', { exact: true }).fill('');
    await person.press('Search');
    await person.reads(/\b2 studies · /);
    await person.openCT();
    await person.row('Results', 'Image 2').getByRole('button', { name: 'View' }).click();
    await person.page.getByRole('region', { name: 'Viewer' }).getByText('2/24').waitFor();
    await person.press('Close');

    const series = person.row('Results', /^\s*[▸▾…]?\s*Series/);
    await series.getByRole('button', { name: 'Send …' }).click();
    await person.pick('ARCHIVE2');
    await person.page.getByRole('region', { name: 'Files to send' }).getByText('24 files').waitFor();
    await person.press('Send');
    await expect.poll(() => held(stage)).toBe(24);

    // Chosen under Received: listed once beside what is there already.
    await person.view('Received');
    await person.row('Received files', 'Yamada').getByRole('button', { name: 'Send …' }).click();
    await person.press('Send');
    await expect.poll(() => held(stage)).toBeGreaterThan(24);
    for await (const { sopInstanceUID, bytes } of stage.archive2.entries())
      expect((await readAll(stage.archive2, sopInstanceUID)).length).toBe(bytes);
  });
});

async function held({ archive2 }: Stage): Promise<number> {
  let count = 0;
  for await (const _ of archive2.entries()) count++;
  return count;
}
