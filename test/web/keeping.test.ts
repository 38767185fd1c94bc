import { expect, it } from 'vitest';
import type { ArchiveState } from '../../web/engine/protocol.ts';
import { browserSession } from '../../web/state/browser-session.ts';
import { Jobs } from '../../web/state/jobs.svelte.ts';
import { Keeping } from '../../web/state/keeping.svelte.ts';
import { fakeEngine, until } from './fake-engine.ts';

function opened(first: ArchiveState) {
  const told: unknown[] = [];
  let state = first;
  const fake = fakeEngine({
    archive: async () => state,
    keep: async ({ keep }) => void (state = { ...state, keep }),
    wipe: async () => void told.push('engine wiped'),
  });
  const jobs = new Jobs();
  const keeping = new Keeping(fake.engine, jobs, {
    begin: () => void told.push('others told'),
    end: () => void told.push('begun anew'),
  });
  return { keeping, jobs, told, close: () => fake.close() };
}

const DISK: ArchiveState = { place: 'disk', keep: undefined, problem: undefined, usage: 5e6, quota: 1e9 };

it('asks once whether files shall stay, and tells where they are', async () => {
  const { keeping, close } = opened(DISK);
  expect([keeping.asks, keeping.summary]).toEqual([false, '']);
  await keeping.begin();
  expect(keeping.asks).toBe(true);
  expect(keeping.summary).toBe('On this computer’s disk until the browser is closed · 5 MB of 1 GB used');
  await keeping.keep(true);
  expect([keeping.asks, keeping.kept]).toEqual([false, true]);
  expect(keeping.summary).toMatch(/^On this computer’s disk until they are removed/);
  await keeping.begin();
  expect(keeping.asks).toBe(false);
  close();
});

it('asks nothing where there is no disk, and says why', async () => {
  const problem = 'the operation is insecure';
  const { keeping, close } = opened({ place: 'memory', keep: undefined, problem });
  await keeping.begin();
  expect([keeping.asks, keeping.onDisk]).toEqual([false, false]);
  expect(keeping.summary).toContain('until it is closed; 1 GiB at most, since the browser');
  expect(keeping.summary).toContain(problem);
  close();
});

it('tells the others, wipes the engine, then begins anew, which is left to say so', async () => {
  const { keeping, jobs, told, close } = opened(DISK);
  keeping.wipe();
  await until(() => jobs.announced !== undefined);
  expect(jobs.announced).toMatchObject({ state: 'done', sentence: '' });
  expect(told).toEqual(['others told', 'engine wiped', 'begun anew']);
  close();
});

it('knows the browser by a cookie, and does without', () => {
  const jar = { cookie: 'portal=1' };
  const shown = {
    get cookie() {
      return jar.cookie;
    },
    set cookie(text: string) {
      expect(text).toMatch(/; Path=\/; SameSite=Strict; Secure$/);
      jar.cookie += `; ${text.split(';')[0]!}`;
    },
  };
  const first = browserSession(shown, 'https:');
  expect(first).toMatch(/^\d+-\d+$/);
  expect(browserSession(shown, 'https:')).toBe(first);
  expect(
    browserSession(
      Object.freeze({
        get cookie() {
          return '';
        },
        set cookie(_: string) {},
      }),
      'https:',
    ),
  ).toBe('');
});
