import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import type { DrawnPicture, PictureWanted } from '../../web/engine/looked.ts';
import { Picture } from '../../web/state/picture.svelte.ts';
import { fakeEngine } from './fake-engine.ts';

const VIEW = {
  rows: 2,
  columns: 3,
  aspect: 1,
  colour: false,
  voi: { center: 40, width: 300 },
  windows: [],
  presets: [],
  lossy: false,
};

// Node has no bitmaps: nothing of them is to be closed a tenth of a second later.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A picture whose engine notes what is wanted of it. */
async function scene(
  act: (picture: Picture, drawn: PictureWanted[], prepared: number[]) => Promise<void>,
  more: Partial<DrawnPicture> = {},
): Promise<void> {
  const drawn: PictureWanted[] = [];
  const prepared: number[] = [];
  const fake = fakeEngine({
    picture: async (wanted) => {
      drawn.push(wanted);
      if (wanted.frame === 13) throw new DicomError('IMAGE_INVALID', 'unreadable image: it is cut off');
      const { voi = more.voi ?? VIEW.voi } = wanted;
      return { ...VIEW, ...more, voi, bitmap: undefined as unknown as ImageBitmap };
    },
    prepare: async ({ frame }) => void prepared.push(frame),
  });
  const picture = new Picture(fake.engine);
  try {
    await act(picture, drawn, prepared);
  } finally {
    fake.close();
  }
}
const at = (frame: number) => ({ sopInstanceUID: '1.2', frame });

it('draws what is wanted in the end, and decodes what comes next', () =>
  scene(async (picture, drawn, prepared) => {
    picture.reset();
    await picture.settled();
    for (let i = 0; i < 50; i++) picture.show(at(i), [at(i + 1), at(i + 2)]);
    await picture.settled();
    expect(picture.shown?.frame).toBe(49);
    expect(drawn.length).toBeLessThan(5);
    expect(prepared).toEqual([50, 51]);
  }));

it('keeps a window that was dragged for what follows, until it is reset', () =>
  scene(async (picture, drawn) => {
    picture.show(at(0), []);
    await picture.settled();
    expect(picture.window).toEqual({ center: 40, width: 300 });
    picture.dragWindow(30, -10);
    expect(picture.window).toEqual({ center: 30, width: 330 });
    picture.dragWindow(-100_000, 0);
    expect(picture.window?.width).toBe(1);
    picture.show(at(1), []);
    await picture.settled();
    expect(drawn.at(-1)).toMatchObject({ frame: 1, voi: { center: 30, width: 1 } });
    picture.invert = true;
    await picture.settled();
    expect(drawn.at(-1)).toMatchObject({ invert: true });
    picture.reset();
    await picture.settled();
    expect(drawn.at(-1)).toMatchObject({ voi: undefined, invert: false });
    expect(picture.window).toEqual({ center: 40, width: 300 });
  }));

it('has no window in colour', () =>
  scene(
    async (picture, drawn) => {
      picture.show(at(0), []);
      await picture.settled();
      picture.dragWindow(5, 5);
      await picture.settled();
      expect([picture.window, drawn.length]).toEqual([undefined, 1]);
    },
    { colour: true },
  ));

it('has none with a table, until one is dragged', () =>
  scene(
    async (picture) => {
      picture.show(at(0), []);
      await picture.settled();
      expect(picture.window).toBeUndefined();
      picture.dragWindow(0, 30);
      await picture.settled();
      expect(picture.window).toEqual({ center: 110, width: 100 });
    },
    { voi: { lut: 0 }, range: { center: 100, width: 100 } },
  ));

it('says why it cannot draw, and goes on with the next', () =>
  scene(async (picture) => {
    picture.show(at(13), []);
    await picture.settled();
    expect(picture.shown).toBeUndefined();
    expect(picture.problem).toMatch(/^This cannot be shown: unreadable image: it is cut off\./);
    picture.show(at(14), []);
    await picture.settled();
    expect([picture.shown?.frame, picture.problem]).toEqual([14, '']);
  }));

it('is enlarged around its middle, within bounds', () =>
  scene(async (picture) => {
    picture.movePan(10, -20);
    picture.zoomBy(2);
    expect([picture.zoom, picture.pan]).toEqual([2, { x: 20, y: -40 }]);
    picture.zoomBy(1e9);
    expect(picture.zoom).toBe(40);
    picture.zoomBy(1e-9);
    expect(picture.zoom).toBe(0.1);
    picture.reset();
    expect([picture.zoom, picture.pan]).toEqual([1, { x: 0, y: 0 }]);
  }));
