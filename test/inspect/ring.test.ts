/** The newest records stay, within bounds. */
import { expect, it } from 'vitest';
import type { PduRecord } from '../../core/inspect/index.ts';
import { Ring } from '../../core/inspect/index.ts';

const pdu = (id: number, length: number): PduRecord => ({
  kind: 'pdu',
  id,
  time: id,
  association: 1,
  sender: 'requestor',
  pdu: 'P-DATA-TF',
  bytes: new Uint8Array(length),
  length,
  deviations: [],
});

it('drops the oldest beyond its number of records, and counts them', () => {
  const ring = new Ring({ records: 3 });
  for (let id = 1; id <= 5; id++) ring.add(pdu(id, 1));
  expect(ring.since(0).map(({ id }) => id)).toEqual([3, 4, 5]);
  expect(ring.since(4).map(({ id }) => id)).toEqual([5]);
  expect(ring.since(5)).toEqual([]);
  expect([ring.dropped, ring.bytes, ring.length]).toEqual([2, 3, 3]);
});

it('drops the oldest beyond its bytes, and keeps the newest whatever its length', () => {
  const ring = new Ring({ bytes: 100 });
  for (let id = 1; id <= 4; id++) ring.add(pdu(id, 40));
  expect(ring.since(0).map(({ id }) => id)).toEqual([3, 4]);
  ring.add(pdu(5, 1000));
  expect(ring.since(0).map(({ id }) => id)).toEqual([5]);
  ring.add(pdu(6, 10));
  expect(ring.since(0).map(({ id }) => id)).toEqual([6]);
  expect([ring.dropped, ring.bytes]).toEqual([5, 10]);
});

it('begins anew after it was cleared', () => {
  const ring = new Ring();
  for (let id = 1; id <= 4; id++) ring.add(pdu(id, 40));
  ring.clear();
  expect([ring.since(0), ring.bytes, ring.dropped]).toEqual([[], 0, 0]);
  ring.add(pdu(5, 1));
  expect(ring.since(0).map(({ id }) => id)).toEqual([5]);
});

it('keeps the handshakes of associations as long as anything of them is held, and of so many at most', () => {
  const ring = new Ring({ records: 2 });
  const add = (id: number, association: number, name: PduRecord['pdu']): void =>
    ring.add({ ...pdu(id, 1), bytes: new Uint8Array(100).subarray(0, 1), association, pdu: name });
  const kept = (): number[] => ring.handshakes().map(({ id }) => id);
  add(1, 1, 'A-ASSOCIATE-RQ');
  add(2, 1, 'A-ASSOCIATE-AC');
  add(3, 1, 'P-DATA-TF');
  add(4, 2, 'A-ASSOCIATE-RQ');
  expect(kept()).toEqual([1, 2]);
  for (const { bytes } of ring.handshakes()) expect(bytes.buffer.byteLength).toBe(bytes.length);
  add(5, 2, 'A-ASSOCIATE-AC');
  expect(kept()).toEqual([]);
  add(6, 2, 'P-DATA-TF');
  expect(kept()).toEqual([4]);
  ring.clear();
  expect(kept()).toEqual([]);

  const wide = new Ring({ records: 100 });
  for (let id = 1; id <= 200; id++)
    wide.add({ ...pdu(id, 1), association: (id - 1) % 100, pdu: id <= 100 ? 'A-ASSOCIATE-RQ' : 'P-DATA-TF' });
  expect(wide.handshakes().map(({ id }) => id)).toEqual(Array.from({ length: 64 }, (_, i) => 37 + i));
});
