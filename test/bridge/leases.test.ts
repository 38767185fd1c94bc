/** Who holds which AE title, and from where one may call: tables and a clock, no sockets. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import { ANYONE } from '../../bridge/access/access.ts';
import type { Lease } from '../../bridge/listening/leases.ts';
import { Leases } from '../../bridge/listening/leases.ts';
import { DEFAULT_BRIDGE_LIMITS } from '../../bridge/limits.ts';
import { Sources } from '../../bridge/listening/sources.ts';
import type { Verdict } from '../../bridge/verdict.ts';
import { CLOSE } from '../../core/transport/index.ts';
import { clock, ownClock } from '../support/fake-clock.ts';

class Page {
  supersededTimes = 0;
  superseded(): void {
    this.supersededTimes++;
  }
}

const ANNA: Rights = { user: 'anna', peers: '*', aeTitles: ['WEB01', 'WEB02', 'WEB03'] };
const titles = ['WEB01', 'WEB02', 'WEB03', 'WEB04'];

describe('leases', () => {
  ownClock();
  let leases: Leases<Page>;
  let ended: string[];
  beforeEach(() => {
    ended = [];
    leases = new Leases(DEFAULT_BRIDGE_LIMITS, ({ aeTitle }) => ended.push(aeTitle), clock);
  });

  const take = (page: Page, wish: { aeTitle?: string; secret?: string } = {}, rights = ANYONE) =>
    leases.take({ rights, origin: undefined, titles, ...wish }, page);
  const taken = (result: Lease<Page> | Verdict): Lease<Page> => {
    if ('code' in result) throw new Error(result.reason);
    return result;
  };

  test('any free title, or the one that is wished; each once', () => {
    expect(taken(take(new Page(), { aeTitle: 'WEB02' })).aeTitle).toBe('WEB02');
    expect(['', '', ''].map(() => taken(take(new Page())).aeTitle)).toEqual(['WEB01', 'WEB03', 'WEB04']);
    expect(take(new Page())).toMatchObject({ code: CLOSE.TITLE_TAKEN });
    expect(take(new Page(), { aeTitle: 'WEB02' })).toMatchObject({ code: CLOSE.TITLE_TAKEN });
    expect(take(new Page(), { aeTitle: 'WEB05' })).toMatchObject({ code: CLOSE.UNKNOWN_PEER });
    expect(take(new Page(), { aeTitle: 'web02' })).toMatchObject({ code: CLOSE.UNKNOWN_PEER });
  });

  test('only titles of the user, and two of them', () => {
    expect(take(new Page(), { aeTitle: 'WEB04' }, ANNA)).toMatchObject({ code: CLOSE.FORBIDDEN });
    expect(take(new Page(), { aeTitle: 'ELSE' }, ANNA)).toMatchObject({ code: CLOSE.FORBIDDEN });
    take(new Page(), { aeTitle: 'WEB01' });
    expect(taken(take(new Page(), {}, ANNA)).aeTitle).toBe('WEB02');
    expect(taken(take(new Page(), {}, ANNA)).aeTitle).toBe('WEB03');
    const bert = { ...ANNA, user: 'bert', aeTitles: ['WEB04'] };
    expect(taken(take(new Page(), {}, bert)).aeTitle).toBe('WEB04');
    leases.release('WEB01', leases.find('WEB01')?.holder);
    expect(take(new Page(), {}, ANNA)).toMatchObject({ code: CLOSE.LIMIT });
    expect(take(new Page(), {}, { ...ANNA, aeTitles: [] })).toMatchObject({ code: CLOSE.FORBIDDEN });
  });

  test('64 at once in all', () => {
    const many = Array.from({ length: 65 }, (_, i) => `WEB${i}`);
    const results = many.map(() =>
      leases.take({ rights: ANYONE, origin: undefined, titles: many }, new Page()),
    );
    expect(results.filter((result) => 'code' in result)).toEqual([
      { code: CLOSE.LIMIT, cause: 'limit', reason: 'too many leases' },
    ]);
    expect(leases.size).toBe(64);
  });

  test('a page that breaks off has its title for 10 s, and nobody else', async () => {
    const [page, again] = [new Page(), new Page()];
    const { secret } = taken(take(page, { aeTitle: 'WEB01' }));
    leases.lost('WEB01', page);
    await clock.advance(9_999);
    expect(take(new Page(), { aeTitle: 'WEB01' })).toMatchObject({ code: CLOSE.TITLE_TAKEN });
    const resumed = taken(take(again, { aeTitle: 'WEB01', secret }));
    expect([resumed.holder, resumed.secret]).toEqual([again, secret]);
    await clock.advance(60_000);
    expect(ended).toEqual([]);
    leases.lost('WEB01', page); // of before: says nothing any more
    leases.lost('WEB01', again);
    await clock.advance(10_000);
    expect(ended).toEqual(['WEB01']);
    // The secret of a lease that is over is that of nobody; the title is free.
    expect(taken(take(page, { aeTitle: 'WEB01', secret })).secret).not.toBe(secret);
  });

  test('the secret moves a title from a WebSocket that is not known to be dead', () => {
    const [page, again] = [new Page(), new Page()];
    const { secret } = taken(take(page));
    taken(take(again, { secret }));
    expect([page.supersededTimes, again.supersededTimes]).toEqual([1, 0]);
    leases.release('WEB01', page);
    expect(leases.find('WEB01')?.holder).toBe(again);
  });

  test('the secret is worth nothing to another user, or another origin', () => {
    const { secret } = taken(take(new Page(), { aeTitle: 'WEB01' }, ANNA));
    const wish = { aeTitle: 'WEB01', secret };
    expect(take(new Page(), wish, { ...ANNA, user: 'bert' })).toMatchObject({ code: CLOSE.TITLE_TAKEN });
    const elsewhere = { rights: ANNA, origin: 'https://evil.example', titles, ...wish };
    expect(leases.take(elsewhere, new Page())).toMatchObject({ code: CLOSE.TITLE_TAKEN });
  });
});

describe('sources', () => {
  const names: Record<string, string[]> = { pacs: ['10.1.0.5', 'fd00::5'] };
  const resolve = async (host: string): Promise<string[]> => {
    if (names[host] === undefined) throw new Error('ENOTFOUND');
    return names[host];
  };

  test.each([
    ['10.1.0.5', true],
    ['::ffff:10.1.0.5', true],
    ['fd00::5', true],
    ['fd00:0:0::5', true],
    ['10.1.0.6', false],
    ['192.168.7.255', true],
    ['::ffff:192.168.7.1', true],
    ['192.168.8.1', false],
    ['172.16.0.9', true],
    ['172.16.0.8', false],
    ['2001:db8::1', true],
    ['2001:db9::1', false],
    ['fe80::1%eth0', true],
    ['fe80::2%eth0', false],
    ['', false],
    ['pacs', false],
  ])('%s: %s', async (address, admitted) => {
    const sources = new Sources(resolve);
    await sources.set(
      ['pacs', 'nowhere', 'fe80::1%eth0'],
      ['192.168.7.0/24', '172.16.0.9', '2001:db8::/32', 'x/8'],
    );
    expect(sources.admits(address)).toBe(admitted);
  });

  test('what a name meant holds until it means something else, or is gone', async () => {
    const sources = new Sources(resolve);
    await sources.set(['pacs'], []);
    const before = names['pacs']!;
    delete names['pacs'];
    await sources.set(['pacs'], []);
    expect(sources.admits('10.1.0.5')).toBe(true);
    names['pacs'] = ['10.1.0.6'];
    await sources.set(['pacs'], []);
    expect([sources.admits('10.1.0.5'), sources.admits('10.1.0.6')]).toEqual([false, true]);
    await sources.set([], []);
    expect(sources.admits('10.1.0.6')).toBe(false);
    names['pacs'] = before;
  });
});
