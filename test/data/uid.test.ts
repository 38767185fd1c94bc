import { expect, test } from 'vitest';
import { randomUID, uuidUID } from '../../core/data/index.ts';
import { isUID } from '../../core/dict/index.ts';

/** The UUID of a UID below 2.25, as it is written. */
function uuidOf(uid: string): string {
  const digits = BigInt(uid.replace(/^2\.25\./, ''))
    .toString(16)
    .padStart(32, '0');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

test('a random UID is a UUID of version 4 below 2.25, and another every time', () => {
  const uids = Array.from({ length: 100 }, randomUID);
  for (const uid of uids) {
    expect(isUID(uid)).toBe(true);
    expect(uuidOf(uid)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect(new Set(uids).size).toBe(100);
});

test('only version and variant of the bits are overwritten', () => {
  expect(uuidOf(uuidUID(0n, 8n))).toBe('00000000-0000-8000-8000-000000000000');
  expect(uuidOf(uuidUID((1n << 128n) - 1n, 4n))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
});

// The example of PS3.5 B.2.
test('the example of the standard', () => {
  expect(uuidUID(0xf81d4fae7dec11d0a76500a0c91e6bf6n, 1n)).toBe(
    '2.25.329800735698586629295641978511506172918',
  );
});
