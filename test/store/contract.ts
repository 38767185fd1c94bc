import { beforeEach, describe, expect, it } from 'vitest';
import { EMPTY } from '../../core/bytes/index.ts';
import { text } from '../../core/data/index.ts';
import type { InstanceStore, StoreChange } from '../../core/file/index.ts';
import { Random } from '../support/random.ts';
import { split, SPLITS } from '../support/splits.ts';
import { allOf, entriesOf, instance, keep, largeInstance, readAll } from './instances.ts';

/** What every InstanceStore does, whatever it keeps instances in (core/file/store.ts). */
export function storeContract(name: string, make: () => Promise<InstanceStore>): void {
  describe(`${name} as an InstanceStore`, () => {
    let store: InstanceStore;
    let changes: StoreChange[];
    let unwatch: () => void;

    beforeEach(async () => {
      store = await make();
      changes = [];
      unwatch = store.watch((change) => changes.push(change));
    });

    it('is empty at first', async () => {
      expect(await entriesOf(store)).toEqual([]);
      expect(await store.has('1.2.3')).toBe(false);
    });

    it.each(SPLITS)('gives back the same bytes, written %s', async (how) => {
      const one = instance('1.2.3.1.1');
      const stored = await keep(store, one, split(one.dataSet, how));
      expect(await readAll(store, '1.2.3.1.1')).toEqual(one.dataSet);
      expect(stored).toMatchObject({ ...one.info, bytes: one.dataSet.length });
      expect(text(stored.header, 'PatientID')).toBe('P1');
      expect((await store.open('1.2.3.1.1')).info).toEqual(stored);
      expect(await entriesOf(store)).toEqual([stored]);
      expect(changes).toEqual([{ kind: 'stored', instance: stored }]);
    });

    it.each([65_536, 1 << 20, (1 << 20) + 256, 5 << 20])(
      'gives back %i bytes of pixel data',
      async (length) => {
        const one = largeInstance('1.2.3.1.1', length);
        const stored = await keep(store, one, split(one.dataSet, 'random', length));
        expect(stored.bytes).toBe(one.dataSet.length);
        expect(Buffer.compare(await readAll(store, '1.2.3.1.1'), one.dataSet)).toBe(0);
        expect(stored.header['7FE00010']).toBeUndefined();
      },
    );

    it.each(['1.02.3', 'LOCALIZER2.16.840.1', '1.2.A', '1.2.a'])(
      'keeps an instance under the UID %j, which is none by the letter',
      async (uid) => {
        for (const other of ['1.2.A', '1.2.a']) await keep(store, instance(other));
        const one = instance(uid, { PatientID: 'HERE' });
        await keep(store, one);
        expect(await readAll(store, uid)).toEqual(one.dataSet);
      },
    );

    it('takes pieces larger than any buffer', async () => {
      const one = largeInstance('1.2.3.1.1', 3 << 20);
      await keep(store, one, [one.dataSet.subarray(0, 7), one.dataSet.subarray(7)]);
      expect(Buffer.compare(await readAll(store, '1.2.3.1.1'), one.dataSet)).toBe(0);
    });

    it('does not keep the view it was given', async () => {
      const one = instance('1.2.3.1.1');
      const piece = one.dataSet.slice();
      const sink = await store.put(one.info);
      await sink.write(piece);
      piece.fill(0);
      await sink.commit();
      expect(await readAll(store, '1.2.3.1.1')).toEqual(one.dataSet);
    });

    it('lends the same bytes, as long as they are looked at in turn', async () => {
      const long = largeInstance('1.2.3.1.1', (2 << 20) + 100);
      const other = instance('1.2.3.1.2');
      for (const one of [long, other]) await keep(store, one);
      const lent = async (uid: string): Promise<Uint8Array> => {
        const { info, dataSet } = (await store.lend?.(uid)) ?? (await store.open(uid));
        expect(info.sopInstanceUID).toBe(uid);
        const pieces: Uint8Array[] = [];
        for await (const piece of dataSet) pieces.push(piece.slice());
        return Buffer.concat(pieces);
      };
      const [first, second, again] = await Promise.all(['1.2.3.1.1', '1.2.3.1.2', '1.2.3.1.1'].map(lent));
      expect(Buffer.compare(first!, long.dataSet)).toBe(0);
      expect(Buffer.compare(second!, other.dataSet)).toBe(0);
      expect(Buffer.compare(again!, long.dataSet)).toBe(0);
      await expect((async () => (store.lend ?? store.open).call(store, '1.2.3.9'))()).rejects.toMatchObject({
        code: 'STORE_FAILED',
      });
    });

    it('gives each reader bytes of its own', async () => {
      const one = instance('1.2.3.1.1');
      await keep(store, one);
      (await readAll(store, '1.2.3.1.1')).fill(0);
      const reader = (await store.open('1.2.3.1.1')).dataSet.getReader();
      (await reader.read()).value?.fill(0);
      await reader.cancel();
      expect(await readAll(store, '1.2.3.1.1')).toEqual(one.dataSet);
    });

    it('shows nothing before commit', async () => {
      const one = instance('1.2.3.1.1');
      const sink = await store.put(one.info);
      await sink.write(one.dataSet);
      expect(await store.has('1.2.3.1.1')).toBe(false);
      expect(await entriesOf(store)).toEqual([]);
      await expect(store.open('1.2.3.1.1')).rejects.toMatchObject({ code: 'STORE_FAILED' });
      expect(changes).toEqual([]);
      await sink.commit();
      expect(await store.has('1.2.3.1.1')).toBe(true);
    });

    it('forgets what is aborted', async () => {
      const one = largeInstance('1.2.3.1.1', 2 << 20);
      const sink = await store.put(one.info);
      await sink.write(one.dataSet);
      await sink.abort();
      await sink.abort();
      expect(await store.has('1.2.3.1.1')).toBe(false);
      expect(changes).toEqual([]);
    });

    it('keeps the former instance when the next one of its UID is aborted', async () => {
      const one = instance('1.2.3.1.1');
      await keep(store, one);
      const sink = await store.put(one.info);
      await sink.write(one.dataSet.subarray(0, 20));
      await sink.abort();
      expect(await readAll(store, '1.2.3.1.1')).toEqual(one.dataSet);
    });

    it('does not abort what is committed', async () => {
      const one = instance('1.2.3.1.1');
      const sink = await store.put(one.info);
      await sink.write(one.dataSet);
      await sink.commit();
      await sink.abort();
      expect(await readAll(store, '1.2.3.1.1')).toEqual(one.dataSet);
    });

    it('refuses to go on after the end', async () => {
      const one = instance('1.2.3.1.1');
      const sink = await store.put(one.info);
      await sink.write(one.dataSet);
      await sink.commit();
      expect(() => sink.write(one.dataSet)).toThrow(expect.objectContaining({ code: 'USAGE' }));
      await expect(sink.commit()).rejects.toMatchObject({ code: 'USAGE' });
      expect(await readAll(store, '1.2.3.1.1')).toEqual(one.dataSet);
    });

    it('keeps the last commit of a UID', async () => {
      await keep(store, instance('1.2.3.1.1', { PatientID: 'OLD' }));
      const second = instance('1.2.3.1.1', { PatientID: 'NEW' });
      await keep(store, second);
      expect(await readAll(store, '1.2.3.1.1')).toEqual(second.dataSet);
      expect((await entriesOf(store)).map(({ header }) => text(header, 'PatientID'))).toEqual(['NEW']);
      expect(changes).toHaveLength(2);
    });

    it('keeps two instances of one UID apart while both are written', async () => {
      const first = largeInstance('1.2.3.1.1', 2 << 20);
      const second = instance('1.2.3.1.1', { PatientID: 'NEW' });
      const sinks = [await store.put(first.info), await store.put(second.info)] as const;
      await Promise.all([sinks[0].write(first.dataSet), sinks[1].write(second.dataSet)]);
      await Promise.all([sinks[0].commit(), sinks[1].commit()]);
      const { info } = await store.open('1.2.3.1.1');
      const kept = info.bytes === first.dataSet.length ? first : second;
      expect(Buffer.compare(await readAll(store, '1.2.3.1.1'), kept.dataSet)).toBe(0);
      expect(await entriesOf(store)).toHaveLength(1);
    });

    it('takes many instances at once', async () => {
      const many = Array.from({ length: 40 }, (_, i) => instance(`1.2.3.1.${i + 1}`));
      await Promise.all(many.map((one) => keep(store, one, split(one.dataSet, 'random', 7))));
      expect((await entriesOf(store)).map((one) => one.sopInstanceUID).sort()).toEqual(
        many.map((one) => one.info.sopInstanceUID).sort(),
      );
      for (const one of many) expect(await readAll(store, one.info.sopInstanceUID)).toEqual(one.dataSet);
    });

    it('deletes', async () => {
      await keep(store, instance('1.2.3.1.1'));
      await store.delete('1.2.3.1.1');
      await store.delete('1.2.3.1.1');
      expect(await store.has('1.2.3.1.1')).toBe(false);
      expect(await entriesOf(store)).toEqual([]);
      expect(changes.slice(1)).toEqual([{ kind: 'deleted', sopInstanceUID: '1.2.3.1.1' }]);
    });

    it('lets a reader finish though the instance is replaced', async () => {
      const one = largeInstance('1.2.3.1.1', 1 << 20);
      await keep(store, one);
      const reader = (await store.open('1.2.3.1.1')).dataSet.getReader();
      let length = (await reader.read()).value?.length ?? 0;
      await keep(store, instance('1.2.3.1.1'));
      for (let next = await reader.read(); !next.done; next = await reader.read())
        length += next.value.length;
      expect(length).toBe(one.dataSet.length);
    });

    it('gives the bytes of a range, and no others', async () => {
      const one = largeInstance('1.2.3.1.1', 3 << 20);
      await keep(store, one, split(one.dataSet, 'random', 7));
      const { length } = one.dataSet;
      const random = new Random(11);
      const places = [0, 1, 16_384, 1 << 20, length - 1, length, random.int(length), random.int(length)];
      for (const start of places) {
        for (const end of places.filter((place) => place >= start)) {
          const { info, dataSet } = await store.open('1.2.3.1.1', { start, end });
          expect(info.bytes).toBe(length);
          const bytes = await allOf(dataSet);
          expect(Buffer.compare(bytes, one.dataSet.subarray(start, end)), `${start} to ${end}`).toBe(0);
        }
      }
    });

    it('takes an empty data set', async () => {
      const stored = await keep(store, { info: instance('1.2.3.1.1').info, dataSet: EMPTY });
      expect(stored.bytes).toBe(0);
      expect(await readAll(store, '1.2.3.1.1')).toEqual(EMPTY);
    });

    it('keeps a transfer syntax that is not read here', async () => {
      const one = instance('1.2.3.1.1');
      const info = { ...one.info, transferSyntaxUID: '1.2.999.1' };
      const stored = await keep(store, { info, dataSet: one.dataSet });
      expect(stored.transferSyntaxUID).toBe('1.2.999.1');
      expect(await readAll(store, '1.2.3.1.1')).toEqual(one.dataSet);
    });

    it('tells no one who stopped watching', async () => {
      unwatch();
      await keep(store, instance('1.2.3.1.1'));
      expect(changes).toEqual([]);
    });
  });
}
