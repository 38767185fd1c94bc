/** A bridge that tells its users apart, used through the page. */
import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import { describeWith } from '../support/needs.ts';
import { violations } from './axe.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const USERS: Record<string, Rights> = {
  'Bearer secret-of-anna': { user: 'anna', peers: ['WEBDIMSE'], aeTitles: ['WEBSCU', 'ANNA'] },
};

describeWith(['chromium'], 'the page at a bridge with sign-in', () => {
  const events: BridgeEvent[] = [];
  let stage: Stage;

  beforeAll(async () => {
    const authorize = ({ headers }: IncomingMessage): Rights | undefined =>
      USERS[headers.authorization ?? ''];
    stage = await openStage({}, { authorize, onEvent: (event) => events.push(event) });
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(() => stage.visitsEnd());

  test('asks for a token, takes the right one, and works as that user', { timeout: 30_000 }, async () => {
    const page = await stage.visit();
    const hand = new Hand(page);
    const field = page.getByLabel('Access token');
    await field.fill('made up');
    await hand.press('Sign in');
    await page.getByText('The bridge does not know this token.').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await field.inputValue()).toBe('');
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await page.getByRole('combobox', { name: 'Peer' }).count()).toBe(0); // nothing to be done there yet
    await field.fill(' secret-of-anna ');
    await field.press('Enter');
    await hand.button('Search').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
    await hand.search();
    await hand.openCT();
    await hand.on(hand.row('Results', 'Phantom, Ada'), 'Retrieve');
    await hand.hears(/Retrieved|received/i);
    const peers = page.getByRole('combobox', { name: 'Peer' });
    await peers.click();
    const named = (name: string) => page.getByRole('option', { name }).count();
    expect([await named('WEBDIMSE'), await named('ARCHIVE2')]).toEqual([1, 0]);
    const opened = events.filter(({ type }) => type === 'opened');
    expect(opened.length).toBeGreaterThan(0);
    for (const event of opened) expect(event).toMatchObject({ user: 'anna', peer: 'WEBDIMSE' });
    // What a person signed in with is nowhere that outlives the tab, nor in what the bridge tells.
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept + JSON.stringify(events) + page.url()).not.toContain('secret-of-anna');
  });

  test('says so where the title is not hers', { timeout: 30_000 }, async () => {
    const page = await stage.visit();
    const hand = new Hand(page);
    await page.getByLabel('Access token').fill('secret-of-anna');
    await hand.press('Sign in');
    await page.getByLabel('Calling AE title').fill('BERT');
    await hand.press('Echo');
    await hand.hears(/does not let you call as BERT/);
  });
});
