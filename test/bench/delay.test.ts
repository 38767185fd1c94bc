/** The relay that stands for a long way, by a clock that stands still. */
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { turns } from '../support/streams.ts';
import { holdBack } from './delay.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Ends of a way of 10 ms, and what has arrived at the far one. */
function way(underWay?: number) {
  const [near, from] = duplexPair();
  const [to, far] = duplexPair();
  holdBack(from, to, 10, underWay);
  const arrived: string[] = [];
  far.on('data', (bytes: Buffer) => arrived.push(bytes.toString())).on('end', () => arrived.push('end'));
  return { near, arrived };
}

test('bytes and the end arrive in their order, each so much later', async () => {
  const { near, arrived } = way();
  near.write('a');
  await turns(5);
  await vi.advanceTimersByTimeAsync(6);
  near.write('b');
  near.end();
  await turns(5);
  await vi.advanceTimersByTimeAsync(3);
  expect(arrived).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await turns(5);
  expect(arrived).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(5);
  await turns(5);
  expect(arrived).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1);
  await turns(5);
  expect(arrived).toEqual(['a', 'b', 'end']);
});

test('a sender waits where as much is under way as may be', async () => {
  const piece = 'x'.repeat(256 << 10);
  const { near, arrived } = way(piece.length);
  let taken = 0;
  const send = (): void => void near.write(piece, () => taken++);
  for (let i = 0; i < 8; i++) send();
  await turns(20);
  const atFirst = taken;
  expect(atFirst).toBeLessThan(8);
  await vi.advanceTimersByTimeAsync(10);
  await turns(20);
  expect(taken).toBeGreaterThan(atFirst);
  for (let i = 0; i < 8; i++) {
    await vi.advanceTimersByTimeAsync(10);
    await turns(20);
  }
  expect(taken).toBe(8);
  expect(arrived.join('')).toHaveLength(8 * piece.length);
});

test('who is cut off is cut off at the other end', async () => {
  const [, from] = duplexPair();
  const [to] = duplexPair();
  holdBack(from, to, 10);
  from.on('error', () => {}).destroy(new Error('reset'));
  await turns(5);
  expect(to.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(10);
  expect(to.destroyed).toBe(true);
});
