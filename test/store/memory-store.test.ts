import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import { storeContract } from './contract.ts';
import { instance, keep, largeInstance, readAll } from './instances.ts';

storeContract('MemoryStore', () => Promise.resolve(new MemoryStore()));

describe('the capacity of a MemoryStore', () => {
  const one = largeInstance('1.2.3.1.1', 65_536);

  it('refuses the byte that is too much, and has room again after the abort', async () => {
    const store = new MemoryStore({ capacity: one.dataSet.length });
    await keep(store, one);
    const sink = store.put(instance('1.2.3.1.2').info);
    expect(() => sink.write(Uint8Array.of(0))).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
    await expect(sink.commit()).rejects.toMatchObject({ code: 'USAGE' });
    await sink.abort();
    expect(store.used).toBe(one.dataSet.length);
    await store.delete('1.2.3.1.1');
    expect(store.used).toBe(0);
    await keep(store, one);
    expect(await readAll(store, '1.2.3.1.1')).toEqual(one.dataSet);
  });

  it('counts what is under way', async () => {
    const store = new MemoryStore({ capacity: one.dataSet.length });
    const sink = store.put(one.info);
    sink.write(one.dataSet);
    expect(() => store.put(one.info).write(Uint8Array.of(0))).toThrow(
      expect.objectContaining({ code: 'STORE_FULL' }),
    );
    await sink.abort();
    expect(store.used).toBe(0);
  });

  it('gives back the room of an instance that is replaced', async () => {
    const store = new MemoryStore();
    await keep(store, one);
    const second = await keep(store, instance('1.2.3.1.1'));
    expect(store.used).toBe(second.bytes);
  });
});
