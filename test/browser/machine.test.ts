/** The state machine beside the record: the way of either side, step by step, by the mouse and by the keyboard. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { violations } from './axe.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

describeWith(['chromium'], 'the state machine of an association', () => {
  let stage: Stage;
  let person: Hand;
  let machine: Locator;

  beforeAll(async () => {
    stage = await openStage();
    person = new Hand(await stage.visit({ width: 1600, height: 1000 }));
    await person.search();
    await person.page.getByRole('button', { name: 'Inspector' }).click();
    await line('A-ASSOCIATE-AC').click();
    await person.page.getByRole('tab', { name: 'State machine' }).click();
    machine = person.page.getByRole('region', { name: 'State machine' });
  });
  afterAll(async () => {
    await stage?.visitsEnd();
    await stage?.close();
  });

  const line = (name: string): Locator =>
    person.page
      .getByRole('grid', { name: 'What was sent and received' })
      .getByText(name, { exact: true })
      .last();
  const drawn = (state: string): Promise<void> =>
    machine.getByRole('img', { name: new RegExp(`now in ${state},`) }).waitFor();
  const now = (): Locator => machine.getByRole('list', { name: 'Steps' }).locator('[aria-current=step]');

  test('is drawn as it stands at the chosen line, and goes with it', async () => {
    await drawn('Sta6');
    await now().getByText('AE-3').waitFor();
    await line('A-RELEASE-RQ').click();
    await drawn('Sta7');
    await machine.getByLabel('One step back').press('Enter');
    await machine.getByText('P-DATA-TF PDU received').waitFor();
    await machine.getByRole('list', { name: 'Steps' }).getByRole('button').first().press('Enter');
    await drawn('Sta4');
    expect(await violations(person.page)).toEqual([]);
  });

  test('tells the other side as inferred, and counts the cells of Table 9-10', async () => {
    await machine.getByText('Acceptor', { exact: true }).click();
    await machine.getByText('Table 9-10', { exact: true }).click();
    await machine.getByRole('button', { name: /^AE-7, 1 time: Evt7: .*, Sta3$/ }).click();
    await machine.getByRole('status').getByText('inferred: nobody watched this side').waitFor();
    await now().getByText('AE-7').waitFor();
    await expect
      .poll(() =>
        line('A-ASSOCIATE-AC').locator('xpath=ancestor::*[@role="row"]').getAttribute('aria-selected'),
      )
      .toBe('true');
    expect(await machine.getByRole('button', { name: /^DT-1, \d+ times: Evt9/ }).count()).toBe(1);
    expect(await violations(person.page)).toEqual([]);
  });
});
