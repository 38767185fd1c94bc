import { expect, test } from 'vitest';
import { duration, envelope, gridStep, rangeOf } from '../../web/ui/curves.ts';

const curve = (values: number[], rate = 10) => ({
  label: '',
  unit: '',
  values: Float32Array.from(values),
  rate,
});

test('a column of pixels holds the lowest and highest value of its time', () => {
  expect([...envelope(curve([1, 5, 2, 7, 0, 3]), 0, 0.6, 3)]).toEqual([1, 5, 2, 7, 0, 3]);
  expect([...envelope(curve([1, 5, 2, 7]), 0.2, 0.2, 1)]).toEqual([2, 7]);
});

test('with fewer values than columns each value is held, and past the end there is none', () => {
  expect([...envelope(curve([1, 2]), 0, 0.4, 4)]).toEqual([1, 1, 2, 2, NaN, NaN, NaN, NaN]);
});

test('the longest curve gives the duration, a flat one gets room', () => {
  expect(duration([curve([1, 2]), curve([1, 2, 3], 2)])).toBe(1.5);
  expect(duration([])).toBe(0);
  expect(rangeOf(Float32Array.of(3, -1))).toEqual({ low: -1, high: 3 });
  expect(rangeOf(Float32Array.of(2, 2))).toEqual({ low: 1, high: 3 });
  expect(rangeOf(new Float32Array(0))).toEqual({ low: -1, high: 1 });
});

test.each([
  [10, 1],
  [30, 5],
  [2.5, 0.5],
  [1, 0.1],
])('a span of %d seconds has a line every %d', (span, step) => {
  expect(gridStep(span)).toBeCloseTo(step);
});
