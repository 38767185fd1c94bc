import { describe, expect, it, vi } from 'vitest';
import { OwnFolder } from '../../web/opfs/own-folder.ts';
import { Stages } from '../../web/opfs/stage.ts';
import { storeContract } from '../store/contract.ts';
import { entriesOf, instance, keep, largeInstance, readAll } from '../store/instances.ts';
import { split } from '../support/splits.ts';
import { FakeDisk } from './fake-disk.ts';
import { contentOf, FakeBrowser } from './opened.ts';

const open = async (limit?: number, disk = new FakeDisk()) => {
  const browser = new FakeBrowser(disk);
  return { disk, browser, ...(await browser.open(limit)) };
};

storeContract('OpfsStore', async () => (await open()).store);
storeContract('OpfsStore that stages little', async () => (await open(4096)).store);
storeContract('OpfsStore on a disk that takes parts', async () => {
  const disk = new FakeDisk(7);
  disk.short = true;
  return (await open(65_536, disk)).store;
});

const inSeries = (uid: string, series: string) => instance(uid, { SeriesInstanceUID: series });

describe('the packs', () => {
  it('hold one series each, and a long instance by itself', async () => {
    const { store, disk } = await open();
    for (const i of [1, 2, 3]) await keep(store, inSeries(`1.2.${i}`, '1.2.3.1'));
    await keep(store, inSeries('1.2.4', '1.2.3.2'));
    await keep(store, largeInstance('1.2.5', 5 << 20));
    const packs = [...disk.files].filter(([name]) => name.includes('pack-'));
    expect(packs.map(([, { size }]) => size)).toEqual([
      3 * inSeries('1.2.1', '1.2.3.1').dataSet.length,
      inSeries('1.2.4', '1.2.3.2').dataSet.length,
      largeInstance('1.2.5', 5 << 20).dataSet.length,
    ]);
  });

  it('are not all open at once', async () => {
    const { store, disk } = await open();
    for (let i = 1; i <= 40; i++) await keep(store, inSeries(`1.2.3.${i}`, `1.2.${i}`));
    expect([...disk.files.values()].filter(({ taken }) => taken).length).toBeLessThan(20);
    expect((await contentOf({ store } as never)).size).toBe(40);
  });

  it('go when nothing of them is wanted, and shrink when a part is not', async () => {
    const { store, disk } = await open();
    const all = Array.from({ length: 10 }, (_, i) => largeInstance(`1.2.${i}`, 65_536));
    for (const one of all) await keep(store, one);
    const full = disk.used;
    await store.deleteAll(['1.2.0', '1.2.1', '1.2.2', '1.2.9']);
    expect(disk.used).toBeLessThan(full * 0.65);
    for (const one of all.slice(3, 9))
      expect(await readAll(store, one.info.sopInstanceUID)).toEqual(one.dataSet);
    await store.deleteAll(all.map(({ info }) => info.sopInstanceUID));
    expect(disk.used).toBeLessThan(200);
    expect(store.used).toBe(0);
  });

  it('tell nothing of a deleted patient', async () => {
    const { store, disk } = await open();
    await keep(store, instance('1.2.1', { PatientName: 'Stays^Here' }));
    await keep(store, instance('1.2.2', { PatientName: 'Goes^Away' }));
    await store.delete('1.2.2');
    const all = [...disk.files.values()].map(({ data, size }) =>
      Buffer.from(data.subarray(0, size)).toString(),
    );
    expect(all.join()).toContain('Stays^Here');
    expect(all.join()).not.toContain('Goes^Away');
  });

  it('give their room back when a study comes again', async () => {
    const { store, disk } = await open();
    const all = Array.from({ length: 10 }, (_, i) => largeInstance(`1.2.${i}`, 65_536));
    for (let round = 0; round < 4; round++) {
      for (const one of all) await keep(store, one);
      await store.seal();
    }
    expect(disk.used).toBeLessThan(10 * 65_536 * 1.2);
  });

  it('stay while they are read', async () => {
    const { store } = await open();
    const one = largeInstance('1.2.1', 3 << 20);
    await keep(store, one);
    const reader = (await store.open('1.2.1')).dataSet.getReader();
    let length = (await reader.read()).value!.length;
    await store.delete('1.2.1');
    for (let next = await reader.read(); !next.done; next = await reader.read()) length += next.value.length;
    expect(length).toBe(one.dataSet.length);
  });

  it('stay while they are read by a second, though the first gave up in the middle of a read', async () => {
    const { store } = await open();
    const one = largeInstance('1.2.1', 3 << 20);
    await keep(store, one);
    await store.seal();
    const [first, second] = [await store.open('1.2.1'), await store.open('1.2.1')];
    const reader = first.dataSet.getReader();
    const read = reader.read();
    await reader.cancel();
    await read;
    await store.delete('1.2.1');
    let length = 0;
    for await (const piece of second.dataSet) length += piece.length;
    expect(length).toBe(one.dataSet.length);
  });

  it('may be sealed at any moment while instances come', async () => {
    const { store } = await open();
    const moments = Array.from({ length: 40 }, (_, i) => i - 20);
    for (const moment of moments) {
      await keep(store, instance('1.2')); // the pack of the series is open
      const { info, dataSet } = instance(`1.2.${moment + 100}`);
      const sink = await store.put(info);
      await sink.write(dataSet);
      const after = async (ticks: number, action: () => Promise<unknown>): Promise<void> => {
        for (let i = 0; i < ticks; i++) await Promise.resolve();
        await action();
      };
      await Promise.all([after(moment, () => sink.commit()), after(-moment, () => store.seal())]);
      expect(await readAll(store, info.sopInstanceUID)).toEqual(dataSet);
    }
  });

  it('are sealed without a look at what lies in others', async () => {
    const stages = new Stages();
    const folder = await OwnFolder.open('e1', new FakeDisk().root, { now: () => 0, stages });
    const looks = vi.spyOn(folder.entries, 'values');
    for (let i = 1; i <= 40; i++) {
      const { info, dataSet } = inSeries(`1.2.3.${i}`, `1.2.${i}`);
      const sink = folder.put(info);
      await sink.write(dataSet);
      await sink.commit();
    }
    await folder.seal();
    await folder.delete(['1.2.3.1', '1.2.3.7']);
    expect(folder.sealed()).toHaveLength(38);
    // One for the index, which is written anew, and one for the line above.
    expect(looks.mock.calls.length).toBe(2);
  });
});

describe('an archive that is opened again', () => {
  it.each([undefined, 4096])('holds what it held (staged: %s)', async (limit) => {
    const { store, browser, close } = await open(limit);
    const all = Array.from({ length: 80 }, (_, i) => inSeries(`1.2.${i}`, `1.${i % 3}`));
    for (const one of all) await keep(store, one, split(one.dataSet, 'random', 3));
    await keep(store, largeInstance('1.3', 5 << 20));
    const before = await entriesOf(store);
    await close();
    const again = await browser.open();
    expect(await entriesOf(again.store)).toEqual(before);
    expect(Buffer.compare(await readAll(again.store, '1.3'), largeInstance('1.3', 5 << 20).dataSet)).toBe(0);
    for (const one of all) expect(await readAll(again.store, one.info.sopInstanceUID)).toEqual(one.dataSet);
    await keep(again.store, instance('1.4'));
    expect(await again.store.has('1.4')).toBe(true);
  });

  it('leaves a folder alone that it cannot read', async () => {
    const { browser, close, disk, store } = await open();
    await keep(store, instance('1.2.1'));
    await close();
    const folder = await (await disk.root.folder('archive')).folder('e1');
    const locked = await folder.open('index-0');
    const again = await browser.open();
    expect(again.unreadable()).toBe(1);
    expect(await entriesOf(again.store)).toEqual([]);
    locked.close();
  });
});

describe('a full disk', () => {
  it.each([false, true])(
    'refuses what has no room, keeps the rest whole, and has room again (told by a number: %s)',
    async (byNumber) => {
      const { store, disk, browser } = await open();
      disk.fullByNumber = byNumber;
      disk.quota = 300_000;
      const all = Array.from({ length: 10 }, (_, i) => largeInstance(`1.2.${i}`, 65_536));
      let kept = 0;
      for (const one of all) {
        const sink = await store.put(one.info);
        await sink.write(one.dataSet);
        const outcome = await sink.commit().then(
          () => 'kept',
          (error: { code: string }) => error.code,
        );
        if (outcome === 'kept') kept++;
        else expect(outcome).toBe('STORE_FULL');
      }
      expect(kept).toBe(4);
      expect((await contentOf({ store } as never)).size).toBe(4);
      await store.deleteAll(['1.2.0', '1.2.1', '1.2.2', '1.2.3']);
      await keep(store, all[7]!);
      browser.die();
      const again = await browser.open();
      expect([...(await contentOf(again)).keys()]).toEqual(['1.2.7']);
    },
  );

  it('refuses a long instance in its middle, and forgets it', async () => {
    const { store, disk } = await open(65_536);
    disk.quota = 200_000;
    const one = largeInstance('1.2.1', 1 << 20);
    const sink = await store.put(one.info);
    const write = async (): Promise<void> => {
      for (const piece of split(one.dataSet, 'random', 5)) await sink.write(piece);
    };
    await expect(write()).rejects.toMatchObject({ code: 'STORE_FULL' });
    await expect(sink.commit()).rejects.toMatchObject({ code: 'USAGE' });
    await sink.abort();
    expect(disk.used).toBeLessThan(1000);
    expect(store.used).toBe(0);
  });
});

describe('two tabs', () => {
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  };

  it('see what the other has sealed, and not what it is writing', async () => {
    const { store: first, browser } = await open();
    await keep(first, instance('1.2.1'));
    const { store: second } = await browser.open();
    await settled();
    expect(await second.has('1.2.1')).toBe(false);
    await first.seal();
    await settled();
    expect(await readAll(second, '1.2.1')).toEqual(instance('1.2.1').dataSet);
    const { store: third } = await browser.open();
    await settled();
    expect(await third.has('1.2.1')).toBe(true);
  });

  it('delete what the other holds', async () => {
    const { store: first, browser } = await open();
    await keep(first, instance('1.2.1'));
    await first.seal();
    const { store: second } = await browser.open();
    await settled();
    const told: string[] = [];
    second.watch((change) => told.push(change.kind));
    await second.delete('1.2.1');
    expect(await first.has('1.2.1')).toBe(false);
    expect(await second.has('1.2.1')).toBe(false);
    expect(told).toEqual(['deleted']);
  });

  it('keep the newer of an instance that both have', async () => {
    const { store: first, browser } = await open();
    const { store: second } = await browser.open();
    await keep(first, instance('1.2.1', { PatientID: 'OLD' }));
    const newer = instance('1.2.1', { PatientID: 'NEWER' });
    await keep(second, newer);
    await first.seal();
    await second.seal();
    await settled();
    expect(await readAll(first, '1.2.1')).toEqual(newer.dataSet);
    expect(await readAll(second, '1.2.1')).toEqual(newer.dataSet);
  });

  it('and the last takes over what the others left', async () => {
    const { store: first, browser, close } = await open();
    await keep(first, instance('1.2.1'));
    const second = await browser.open();
    await keep(second.store, instance('1.2.2'));
    await second.close();
    await close();
    const last = await browser.open();
    expect([...(await contentOf(last)).keys()].sort()).toEqual(['1.2.1', '1.2.2']);
  });
});
