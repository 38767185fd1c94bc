/** What people come for, by the keyboard alone: in how many keys, and never without a focus that is seen. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import { Keys } from './keys.ts';
import type { TourStage } from './tour.ts';
import { openTourStage } from './tour.ts';

describeWith(['chromium'], 'by the keyboard alone', () => {
  let stage: TourStage;

  beforeAll(async () => {
    stage = await openTourStage();
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  /** Does the task on a page that was just opened, in so many keys at most. */
  async function task(most: number, work: (keys: Keys, person: Hand) => Promise<void>): Promise<void> {
    const keys = new Keys(await stage.visit({ width: 1280, height: 800 }));
    await keys.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await keys.page.getByRole('combobox', { name: 'Peer' }).getByText('WEBDIMSE').first().waitFor();
    await work(keys, new Hand(keys.page));
    expect(keys.pressed).toBeLessThanOrEqual(most);
  }

  it('today’s CT of a patient is on screen in 16 keys', () =>
    task(16, async (keys, person) => {
      await keys.press('/');
      await keys.type('phantom');
      await keys.to('Any');
      await keys.press('ArrowRight');
      await keys.to('CT');
      await keys.press('Space', '/', 'Enter');
      await person.reads(/1 study · /);
      await keys.press('ArrowDown', 'v');
      await person.page.getByText('W 80 L 40').waitFor();
      await keys.seen();
    }));

  it('two series are on the disk in 17', () =>
    task(17, async (keys, person) => {
      await keys.press('/', 'Enter');
      await person.row('Results', 'Yamada').waitFor();
      await keys.press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight');
      await person.row('Results', 'T2').waitFor();
      await keys.press('ArrowDown', 'r', 'ArrowDown', 'r');
      await person.page.getByRole('tab', { name: /Received\s*32/ }).waitFor();
      await keys.press('3');
      await person.button('Save').waitFor();
      await keys.to('Save');
      const { name } = await person.download(() => keys.press('Enter'));
      expect(name).toMatch(/\.zip$/);
      await keys.seen();
    }));

  it('a folder is sent, and its one failure explained, in 10', () =>
    task(10, async (keys, person) => {
      const chosen = keys.page.waitForEvent('filechooser'); // told of nothing before the browser knows that we listen
      await keys.press('4');
      await person.button('Choose a folder').waitFor();
      await keys.to('Choose a folder');
      await keys.press('Enter');
      await (await chosen).setFiles(stage.folder);
      await person
        .row('Files to send', 'cut-off.dcm')
        .getByText(/The file is cut off/)
        .waitFor();
      await person.button('Send').and(keys.page.locator(':enabled')).waitFor(); // every file was looked into
      await keys.to('Send');
      await keys.act('Enter', () => person.hears(/^1 file stored/));
    }));

  it('the reason of a rejected association is in the clipboard in 10', () =>
    task(10, async (keys, person) => {
      await keys.to('Peer');
      await keys.press('Enter', 's', 's', 'Enter'); // after SLOW
      await keys.to('Echo');
      await keys.act('Enter', () => person.hears(/refused the association/));
      await keys.press('0', 'Enter');
      await person.button('Copied').waitFor();
      const copied = await keys.page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toMatch(/^Echo STRANGER: STRANGER refused/);
      await keys.seen();
    }));

  it('a search is cancelled and narrowed in 12', () =>
    task(12, async (keys, person) => {
      await keys.to('Peer');
      await keys.press('Enter', 's', 'Enter', '/', 'Enter');
      await person.reads(/1 study so far/);
      await keys.press('ArrowDown', '0'); // out of the text field first
      await keys.act('Enter', () => person.hears('Search cancelled; what had come is shown.'));
      await keys.press('/');
      await keys.type('doe');
      await keys.press('Enter');
      await person.reads(/1 study · /);
    }));

  it('the focus stays where work goes on when what had it goes away', async () => {
    const keys = new Keys(await stage.visit());
    const person = new Hand(keys.page);
    const open = async (opener: string, then: string) => {
      await person.button(opener).focus();
      await keys.act('Enter', () => person.button(then).waitFor());
    };
    await person.pick('STRANGER');
    await open('About', 'Ask it');
    await person.button('Ask it').focus();
    await keys.act('Enter', () => person.hears(/refused/));
    expect(await keys.focus()).toBe('Ask it'); // it was disabled meanwhile
    await person.button('Close').focus();
    await keys.act('Enter', () => person.button('Close').waitFor({ state: 'detached' }));
    await open('Clear', 'Search');
    await open('+ Attribute', 'Remove');
    await person.button('Remove').focus();
    await keys.act('Enter', () => person.button('Remove').waitFor({ state: 'detached' }));
    await person.pick('WEBDIMSE');
    await person.search();
    await person.row('Results', 'Phantom, Ada').getByRole('button', { name: 'Retrieve' }).focus();
    await keys.act('Enter', () => person.hears(/^Retrieved/));
    await open('Until the browser is closed', 'Search');
    await person.view('Received');
    await open('Wipe everything', 'Do not wipe');
    expect(await keys.focus()).toBe('Do not wipe');
    await keys.act('Enter', () => person.button('Wipe everything').waitFor());
    await person.button('Remove all').focus();
    await keys.act('Enter', () => expect.poll(() => person.button('Remove all').isDisabled()).toBe(true));
  });
});
