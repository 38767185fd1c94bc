/** Files are read several by one request, two requests at once. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { JointReads } from '../../web/engine/joint-reads.ts';

const MOST = { files: 4, bytes: 100 };

afterEach(() => void vi.restoreAllMocks());

/** Ten bytes each, all of them its place. */
const part = (place: number): Blob => new Blob([new Uint8Array(10).fill(place)]);

function readsOf(places: number): { reads: JointReads; requests: () => number } {
  const reads = new JointReads(MOST);
  for (let place = 0; place < places; place++) reads.add(place, part(place));
  const told = vi.spyOn(Blob.prototype, 'arrayBuffer');
  return { reads, requests: () => told.mock.calls.length };
}

describe('reading several files by one request', () => {
  it('gives each its own bytes, in any order', async () => {
    const { reads, requests } = readsOf(8);
    const order = [3, 0, 5, 1, 2, 4, 7, 6];
    const read = await Promise.all(order.map((place) => reads.take(place)));
    expect(read).toEqual(order.map((place) => new Uint8Array(10).fill(place)));
    expect(requests()).toBe(2);
  });

  it('reads what is taken and what follows, no more', async () => {
    const { reads, requests } = readsOf(16);
    expect(requests()).toBe(0);
    await reads.take(0);
    expect(requests()).toBe(2);
    await reads.take(3);
    expect(requests()).toBe(2);
    await reads.take(4);
    expect(requests()).toBe(3);
  });

  it('cuts files when they are read and not before: of thousands it takes seconds', async () => {
    const reads = new JointReads(MOST);
    const told = vi.spyOn(Blob.prototype, 'slice');
    for (let place = 0; place < 16; place++) reads.add(place, part(place), 3);
    expect(told).not.toHaveBeenCalled();
    expect(await reads.take(1)).toEqual(new Uint8Array(3).fill(1));
    expect(told).toHaveBeenCalledTimes(8);
  });

  it('divides by the bytes, too, and reads by itself what is longer', async () => {
    const reads = new JointReads({ files: 4, bytes: 15 });
    reads.add(0, part(0));
    reads.add(1, part(1));
    reads.add(2, new Blob([new Uint8Array(99)]));
    const told = vi.spyOn(Blob.prototype, 'arrayBuffer');
    expect(await reads.take(0)).toEqual(new Uint8Array(10));
    expect(told.mock.calls.length).toBe(2);
    expect(await reads.take(2)).toEqual(new Uint8Array(99));
  });

  it('takes more while some are taken', async () => {
    const { reads } = readsOf(2);
    expect(await reads.take(0)).toEqual(new Uint8Array(10));
    reads.add(2, part(2));
    expect(await reads.take(2)).toEqual(new Uint8Array(10).fill(2));
    expect(await reads.take(1)).toEqual(new Uint8Array(10).fill(1));
  });

  it('gives nothing a second time, of what it does not know, and of what is long gone', async () => {
    const { reads } = readsOf(16);
    await reads.take(0);
    expect(await reads.take(0)).toBeUndefined();
    expect(await reads.take(99)).toBeUndefined();
    await reads.take(8);
    expect(await reads.take(1)).toBeUndefined();
    expect(await reads.take(5)).toEqual(new Uint8Array(10).fill(5));
  });

  it.each([
    ['cannot be read', () => Promise.reject(new DOMException('it was moved', 'NotReadableError'))],
    ['became shorter', () => Promise.resolve(new ArrayBuffer(39))],
  ])('gives nothing where one of them %s', async (_, read) => {
    const { reads } = readsOf(4);
    vi.spyOn(Blob.prototype, 'arrayBuffer').mockImplementation(read);
    expect(await reads.take(0)).toBeUndefined();
    expect(await reads.take(1)).toBeUndefined();
  });
});
