/** Files that are handed to the browser: whole, not for ever, and gone with the archive. */
import { expect, it } from 'vitest';
import { instance, keep } from '../store/instances.ts';
import { Scratches } from '../../web/opfs/scratch.ts';
import { FakeDisk } from './fake-disk.ts';
import { FakeBrowser } from './opened.ts';

const BYTES = new TextEncoder().encode('Doe^Jane, as a ZIP');

it('are whole when they are handed over, and removed when a download has long ended', async () => {
  const disk = new FakeDisk(3);
  disk.short = true; // writes take a part only
  let now = 0;
  const scratches = new Scratches(() => now);
  const first = await scratches.open(disk.root);
  first.write(BYTES);
  first.write(BYTES);
  expect(await (await first.end()).text()).toBe('Doe^Jane, as a ZIP'.repeat(2));
  now = 60_000;
  const second = await scratches.open(disk.root);
  expect(disk.files.size).toBe(2); // the first may still be read
  await second.drop();
  now = 11 * 60_000;
  await scratches.tidy();
  expect(disk.files.size).toBe(0);
});

it('say that there is no room, and leave none taken', async () => {
  const disk = new FakeDisk();
  disk.quota = 20;
  const file = await new Scratches(() => 0).open(disk.root);
  file.write(BYTES);
  expect(() => file.write(BYTES)).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
  await file.drop();
  expect(disk.used).toBe(0);
});

it('go with the engine that made them', async () => {
  const disk = new FakeDisk();
  const browser = new FakeBrowser(disk);
  const names = () => [...disk.files.keys()].filter((name) => name.includes('saved-'));
  const { store, scratch } = await browser.open();
  await keep(store, instance('1.2.1'));
  const ended = await scratch();
  ended.write(BYTES);
  await ended.end();
  (await scratch()).write(BYTES); // a crash in the middle of this one
  expect(names()).toHaveLength(2);
  browser.die();
  const next = await browser.open();
  expect(names()).toEqual([]);
  expect(await next.store.has('1.2.1')).toBe(true);
  (await next.scratch()).write(BYTES);
  await next.close();
  expect([...disk.files.values()].some(({ taken }) => taken)).toBe(false); // nothing keeps it from being wiped
});
