/** The order of a series. */
import { describe, expect, test } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import { placeOf, seriesOrder, windowPresets } from '../../core/image/index.ts';
import { Random } from '../support/random.ts';

const AXIAL = [1, 0, 0, 0, 1, 0];

function place(
  z: number,
  instanceNumber?: number,
  orientation: readonly number[] = AXIAL,
): ReturnType<typeof placeOf> {
  return placeOf(
    dataSet({
      ImagePositionPatient: [10, 20, z],
      ImageOrientationPatient: orientation,
      InstanceNumber: instanceNumber === undefined ? '' : String(instanceNumber),
    }),
  );
}
const numbered = (instanceNumber?: number, time = ''): ReturnType<typeof placeOf> =>
  placeOf(
    dataSet({
      InstanceNumber: instanceNumber === undefined ? '' : String(instanceNumber),
      AcquisitionTime: time,
    }),
  );

describe('along the normal', () => {
  test('however they came', () => {
    expect(seriesOrder([place(5), place(-5), place(0)])).toEqual([1, 2, 0]);
  });

  test('in the direction in which numbers rise', () => {
    expect(seriesOrder([place(5, 1), place(-5, 3), place(0, 2)])).toEqual([0, 2, 1]);
  });

  test('slices in one place by number, whichever way they are walked', () => {
    const places = [place(0, 2), place(5, 4), place(0, 1), place(5, 3)];
    expect(seriesOrder(places)).toEqual([2, 0, 3, 1]);
    const falling = [place(5, 2), place(0, 4), place(5, 1), place(0, 3)];
    expect(seriesOrder(falling)).toEqual([2, 0, 3, 1]);
  });

  test('of planes that lean', () => {
    const leaning = [0.8, 0.6, 0, 0, 0, -1]; // normal (-0.6, 0.8, 0)
    const at = (y: number): ReturnType<typeof placeOf> =>
      placeOf(dataSet({ ImagePositionPatient: [0, y, 0], ImageOrientationPatient: leaning }));
    expect(seriesOrder([at(10), at(-3), at(2)])).toEqual([1, 2, 0]);
  });
});

describe('by Instance Number', () => {
  test('where one has no place, or leans otherwise, or all are in one', () => {
    expect(seriesOrder([place(1, 3), place(2, 2), numbered(1)])).toEqual([2, 1, 0]);
    expect(seriesOrder([place(1, 3), place(2, 2), place(3, 1, [0, 1, 0, 0, 0, 1])])).toEqual([2, 1, 0]);
    expect(seriesOrder([place(1, 3), place(1, 2), place(1.0002, 1)])).toEqual([2, 1, 0]);
    expect(seriesOrder([place(1, 2, [1, 0, 0, 1, 0, 0]), place(2, 1, [1, 0, 0, 1, 0, 0])])).toEqual([1, 0]);
  });

  test('then by time, then as they came; those without a number last', () => {
    expect(seriesOrder([numbered(), numbered(2, '11'), numbered(2, '10'), numbered(), numbered(1)])).toEqual([
      4, 2, 1, 0, 3,
    ]);
  });

  test('of nothing, and of one', () => {
    expect(seriesOrder([])).toEqual([]);
    expect(seriesOrder([numbered()])).toEqual([0]);
  });
});

test('every series comes out whole', () => {
  const random = new Random(14);
  for (let i = 0; i < 300; i++) {
    const places = Array.from({ length: random.int(12) }, () =>
      random.int(9) === 0
        ? numbered(random.int(5))
        : place(random.int(6), random.int(2) ? random.int(9) : undefined),
    );
    expect(seriesOrder(places).toSorted((a, b) => a - b)).toEqual(places.map((_, at) => at));
  }
});

test('CT has windows that everybody knows, other modalities none', () => {
  expect(windowPresets('CT').find(({ name }) => name === 'lung')).toEqual({
    name: 'lung',
    center: -600,
    width: 1500,
  });
  expect(windowPresets('MR')).toEqual([]);
});
