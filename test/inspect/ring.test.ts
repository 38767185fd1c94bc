/** The newest records stay, within bounds. */
import { expect, it } from 'vitest';
import type { InspectRecord } from '../../core/inspect/index.ts';
import { Ring } from '../../core/inspect/index.ts';

const pdu = (id: number, length: number): InspectRecord => ({
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
