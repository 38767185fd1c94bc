/** What the inspector tells of one record: fields and bytes that mark each other, data sets, contexts. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { violations } from './axe.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

describeWith(['chromium'], 'the details of a record', () => {
  let stage: Stage;
  let person: Hand;
  let details: Locator;

  beforeAll(async () => {
    stage = await openStage({ ECHOONLY: { echo: () => undefined } });
    person = new Hand(await stage.visit({ width: 1600, height: 1000 }));
    await person.search();
    await person.page.getByRole('button', { name: 'Inspector' }).click();
    details = person.page.getByRole('region', { name: 'Details' });
  });
  afterAll(async () => {
    await stage?.visitsEnd();
    await stage?.close();
  });

  /** The line that says so, the newest of them. */
  const choose = (line: string): Promise<void> =>
    person.page
      .getByRole('grid', { name: 'What was sent and received' })
      .getByText(line, { exact: true })
      .last()
      .click();
  const pending = (): Locator => person.page.getByText('C-FIND-RSP 1', { exact: true }).first();
  const tab = (name: string): Promise<void> => details.getByRole('tab', { name }).click();
  const field = (name: string): Locator =>
    details.getByRole('grid', { name: 'Fields' }).getByRole('row').filter({ hasText: name }).first();
  const hexView = (): Locator => details.getByRole('application', { name: 'Bytes' });
  /** The first and the last byte that are marked. */
  const marked = (): Promise<(number | undefined)[]> =>
    hexView().evaluate((hex) => {
      const places = [...hex.querySelectorAll<HTMLElement>('.numbers .marked')].map(({ dataset }) =>
        Number(dataset['at']),
      );
      return [places.at(0), places.at(-1)];
    });
  const isChosen = (row: Locator): Promise<void> =>
    expect.poll(() => row.getAttribute('aria-selected')).toBe('true');

  test('a byte marks its field, a field its bytes, and the keyboard walks through both', async () => {
    await choose('A-ASSOCIATE-RQ');
    await tab('PDU');
    await hexView().locator('[data-at="12"]').first().click();
    await isChosen(field('Called-AE-title'));
    expect(await marked()).toEqual([10, 25]);
    await field('Calling-AE-title').click();
    await expect.poll(marked).toEqual([26, 41]);
    await hexView().focus();
    await person.page.keyboard.press('ArrowLeft');
    await isChosen(field('Called-AE-title'));
    expect(
      await hexView()
        .getByText(/^Called-AE-title, WEBDIMSE, offset 10/)
        .count(),
    ).toBe(1);
    await hexView().locator('[data-at="112"]').first().click();
    await isChosen(field('Abstract-syntax-name'));
    await person.page.keyboard.press('End');
    const link = details.getByRole('link', { name: 'PS3.8 Table 9-14' }).last();
    expect(await link.getAttribute('href')).toBe(
      'https://dicom.nema.org/medical/dicom/current/output/chtml/part08/sect_9.3.2.2.html#table_9-14',
    );
    expect([await link.getAttribute('rel'), await link.getAttribute('referrerpolicy')]).toEqual([
      'noopener noreferrer',
      'no-referrer',
    ]);
    expect(await violations(person.page)).toEqual([]);
  });

  test('the data set of an identifier is told, and the tab stays with the next message', async () => {
    await choose('C-FIND-RQ 1');
    await tab('Data set');
    await field('QueryRetrieveLevel').getByText('STUDY').waitFor();
    await pending().click();
    await field('StudyInstanceUID')
      .getByText(/^2\.25\./)
      .waitFor(); // the request has none
    await field('PatientName').click();
    await details.getByRole('tab', { name: 'Data set', selected: true }).waitFor();
    const [from, to] = await marked();
    expect(to! - from! + 1).toBeGreaterThan(8);
    await field('PatientName').locator('xpath=following-sibling::*[1]').getByText('(0010,0010)').waitFor();
    await details.getByRole('button', { name: 'Show the request' }).click();
    await field('QueryRetrieveLevel').getByText('STUDY').waitFor();
    await tab('Command set');
    await field('CommandField').getByText('C-FIND-RQ').waitFor();
  });

  test('a context that was refused is named with the reason', async () => {
    await person.pick('ECHOONLY');
    await person.press('Search');
    await person.page.getByRole('button', { name: 'Show in inspector' }).click();
    await person.page.getByText('0 of 1 context accepted').waitFor();
    await choose('A-ASSOCIATE-AC');
    await tab('Contexts');
    const row = details.getByRole('row').filter({ hasText: 'Study Root Query/Retrieve' });
    await row.getByText('abstract-syntax-not-supported (provider rejection)').waitFor();
    await row.getByText('Explicit VR Little Endian').waitFor();
  });
});
