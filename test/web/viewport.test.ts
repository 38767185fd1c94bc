import { expect, test } from 'vitest';
import { distance, inPane, inPicture, placed, ruler } from '../../web/ui/viewport.ts';

const BOX = { width: 400, height: 200 };

test('a picture is as large as fits, in the middle', () => {
  const square = { columns: 100, rows: 100, aspect: 1 };
  expect(placed(square, BOX, 1, { x: 0, y: 0 })).toEqual({ left: 100, top: 0, width: 200, height: 200 });
  expect(placed(square, BOX, 2, { x: 5, y: -5 })).toEqual({ left: 5, top: -105, width: 400, height: 400 });
});

test('pixels that are higher than wide make it higher', () => {
  const tall = { columns: 100, rows: 100, aspect: 2 };
  expect(placed(tall, BOX, 1, { x: 0, y: 0 })).toEqual({ left: 150, top: 0, width: 100, height: 200 });
});

test('points go over to the picture and back', () => {
  const picture = { columns: 50, rows: 100, aspect: 1 };
  const at = placed(picture, BOX, 1, { x: 3, y: 4 });
  const point = inPicture(picture, at, { x: 203, y: 104 });
  expect(point).toEqual({ x: 25, y: 50 });
  expect(inPane(picture, at, point)).toEqual({ x: 203, y: 104 });
});

test('lengths follow the spacing of rows and of columns', () => {
  const scale = { row: 2, column: 0.5, unit: 'mm' };
  expect(distance({ x: 0, y: 0 }, { x: 6, y: 2 }, scale)).toBe(5);
});

test.each([
  [0.5, 160, 50],
  [0.3, 160, 20],
  [1, 100, 100],
  [10, 160, 1000],
])('at %d mm a pixel a bar of up to %d pixels is %d mm long', (perPixel, room, length) => {
  const bar = ruler(perPixel, room);
  expect(bar.length).toBeCloseTo(length);
  expect(bar.pixels).toBeCloseTo(length / perPixel);
});
