/** Whatever moment the process ends in: what was kept is whole, and what is not whole is not there. */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import type { TestInstance } from '../store/instances.ts';
import { instance, keep, largeInstance } from '../store/instances.ts';
import { Random } from '../support/random.ts';
import type { OpenedStore } from '../../web/opfs/open-store.ts';
import { FakeDisk } from './fake-disk.ts';
import { contentOf, FakeBrowser } from './opened.ts';

/** What must be there afterwards, and what may be. */
class Expected {
  /** Kept, by UID. */
  readonly kept = new Map<string, Bytes>();
  /** Kept and sealed: survives even the loss of power, unless it was replaced or deleted since. */
  sealed = new Map<string, Bytes>();
  /** Every content that a UID ever had. */
  readonly ever = new Map<string, Bytes[]>();
  /** UIDs of the operation under way: its outcome is open. */
  underWay: readonly string[] = [];

  put({ info, dataSet }: TestInstance): void {
    this.kept.set(info.sopInstanceUID, dataSet);
    this.underWay = [];
  }

  began({ info, dataSet }: TestInstance): void {
    const { sopInstanceUID: uid } = info;
    this.underWay = [uid];
    this.sealed.delete(uid);
    this.ever.set(uid, [...(this.ever.get(uid) ?? []), dataSet]);
  }
}

const STAGE = 2048;

function made(random: Random): TestInstance {
  const uid = `1.2.${random.int(12)}`;
  if (random.int(5) === 0) return largeInstance(uid, 256 * (1 + random.int(40)));
  return instance(uid, {
    SeriesInstanceUID: `1.2.3.${random.int(3)}`,
    StudyDescription: `v${random.int(1000)}`,
  });
}

async function play({ store }: OpenedStore, random: Random, expected: Expected): Promise<void> {
  for (let step = 0; step < 25; step++) {
    const what = random.int(10);
    if (what < 7) {
      const one = made(random);
      expected.began(one);
      await keep(store, one);
      expected.put(one);
    } else if (what < 9) {
      const uids = Array.from({ length: 1 + random.int(4) }, () => `1.2.${random.int(12)}`);
      expected.underWay = uids;
      for (const uid of uids) expected.sealed.delete(uid);
      await store.deleteAll(uids);
      for (const uid of uids) expected.kept.delete(uid);
      expected.underWay = [];
    } else {
      await store.seal();
      expected.sealed = new Map(expected.kept);
    }
  }
}

/** How many changes of the disk a game takes in all. */
async function changesOf(seed: number): Promise<number> {
  const disk = new FakeDisk(seed);
  disk.short = true;
  await play(await new FakeBrowser(disk).open(STAGE), new Random(seed), new Expected());
  return disk.changes;
}

async function crashed(seed: number, at: number, how: 'killed' | 'power lost') {
  const disk = new FakeDisk(seed);
  disk.short = true;
  disk.changesLeft = at;
  const expected = new Expected();
  const browser = new FakeBrowser(disk);
  const game = browser.open(STAGE).then((opened) => play(opened, new Random(seed), expected));
  await game.catch(() => {}); // the crash, as it is told to who waits
  browser.die(how);
  return { content: await contentOf(await browser.open(STAGE)), expected, browser };
}

const same = (a: Bytes | undefined, b: Bytes): boolean => a !== undefined && Buffer.compare(a, b) === 0;

describe.each([1, 2, 3])('a crash at every change of game %i', (seed) => {
  it('of the process leaves exactly what was kept', async () => {
    const changes = await changesOf(seed);
    expect(changes).toBeGreaterThan(60);
    for (let at = 1; at <= changes; at++) {
      const { content, expected } = await crashed(seed, at, 'killed');
      for (const [uid, bytes] of expected.kept) {
        if (!expected.underWay.includes(uid))
          expect(same(content.get(uid), bytes), `${uid} at ${at}`).toBe(true);
      }
      for (const [uid, bytes] of content) {
        const may = expected.underWay.includes(uid) ? expected.ever.get(uid) : [expected.kept.get(uid)];
        expect(
          may?.some((one) => same(one, bytes)),
          `${uid} at ${at}`,
        ).toBe(true);
      }
    }
  });

  it('by loss of power leaves what was sealed, and nothing that is broken', async () => {
    const changes = await changesOf(seed);
    for (let at = 1; at <= changes; at++) {
      const { content, expected, browser } = await crashed(seed, at, 'power lost');
      for (const [uid, bytes] of expected.sealed)
        expect(same(content.get(uid), bytes), `${uid} at ${at}`).toBe(true);
      for (const [uid, bytes] of content)
        expect(
          expected.ever.get(uid)?.some((one) => same(one, bytes)),
          `${uid} at ${at}`,
        ).toBe(true);
      browser.die();
      expect(await contentOf(await browser.open(STAGE)), `again at ${at}`).toEqual(content);
    }
  });
});

it('of the recovery itself loses nothing', async () => {
  const seed = 11;
  const disk = new FakeDisk(seed);
  const browser = new FakeBrowser(disk);
  const expected = new Expected();
  disk.changesLeft = 70;
  await browser
    .open(STAGE)
    .then((opened) => play(opened, new Random(seed), expected))
    .catch(() => {});
  for (let at = 1; at < 6; at++) {
    browser.die();
    disk.changesLeft = at;
    await browser.open(STAGE).catch(() => {});
  }
  browser.die();
  const content = await contentOf(await browser.open(STAGE));
  expect(expected.kept.size).toBeGreaterThan(3);
  for (const [uid, bytes] of expected.kept) {
    if (!expected.underWay.includes(uid)) expect(same(content.get(uid), bytes)).toBe(true);
  }
});
