/** Values to grey by the equations of PS3.3 C.11, worked out by hand, and what is drawn of them. */
import { describe, expect, test } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import type { Frame, OpenImage, View, VOI } from '../../core/image/index.ts';
import { decodeFrame, fullVOI, initialVOI, render, valueAt } from '../../core/image/index.ts';
import type { Keys } from './make.ts';
import { native, shorts, words } from './make.ts';

const ROW: Keys = { Rows: 1, Columns: 5 };
const EIGHT: Keys = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 };

/** The red of each pixel, having seen that grey is grey and opaque. */
async function greys(image: OpenImage, view?: View): Promise<number[]> {
  const rgba = render(await decodeFrame(image, 0), image.description, view);
  return Array.from({ length: rgba.length / 4 }, (_, i) => {
    const [red, green, blue, alpha] = rgba.subarray(4 * i, 4 * i + 4);
    expect([green, blue, alpha]).toEqual([red, red, 255]);
    return red!;
  });
}

const row = (keys: Keys, ...values: number[]): OpenImage =>
  native({ ...ROW, Columns: values.length, ...keys }, shorts(...values));

describe('windows', () => {
  const voi = (center: number, width: number, name: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'): View => ({
    voi: { center, width, function: name },
  });

  test('LINEAR: c 2048, w 4096 is the whole of 12 bits', async () => {
    expect(await greys(row({}, 0, 1024, 2048, 4095, 5000), voi(2048, 4096, 'LINEAR'))).toEqual([
      0, 64, 128, 255, 255,
    ]);
  });

  test('LINEAR: c 2048, w 1 is a threshold', async () => {
    expect(await greys(row({}, 2046, 2047, 2048), voi(2048, 1, 'LINEAR'))).toEqual([0, 0, 255]);
  });

  test('LINEAR_EXACT: c 100, w 100', async () => {
    expect(await greys(row({}, 0, 50, 75, 100, 150), voi(100, 100, 'LINEAR_EXACT'))).toEqual([
      0, 0, 64, 128, 255,
    ]);
  });

  test('SIGMOID: 255 / (1 + exp(-4 (x - c) / w))', async () => {
    expect(await greys(row({}, 0, 75, 100, 125, 1000), voi(100, 100, 'SIGMOID'))).toEqual([
      5, 69, 128, 186, 255,
    ]);
  });

  test('a width below 1 is taken as exact', async () => {
    const image = native({ Rows: 1, Columns: 3 }, new Uint8Array(Float32Array.of(0, 0.25, 0.5).buffer), 'OF');
    expect(await greys(image, voi(0.25, 0.5, 'LINEAR'))).toEqual([0, 128, 255]);
  });

  test('of floats from 0 to 1 leaves what is between them', async () => {
    const keys = { Rows: 1, Columns: 3, WindowCenter: '0.5', WindowWidth: '1' };
    const image = native(keys, new Uint8Array(Float32Array.of(0, 0.25, 1).buffer), 'OF');
    expect(await greys(image)).toEqual([0, 64, 255]);
  });

  test('of the file, after its rescale; MONOCHROME1 and inverting each turn it round', async () => {
    const keys: Keys = {
      RescaleSlope: '2',
      RescaleIntercept: '-100',
      WindowCenter: '0.5',
      WindowWidth: '201',
    };
    const values = [0, 25, 50, 100] as const;
    const up = [0, 64, 128, 255];
    const down = up.map((grey) => 255 - grey);
    expect(await greys(row(keys, ...values))).toEqual(up);
    expect(await greys(row({ ...keys, PhotometricInterpretation: 'MONOCHROME1' }, ...values))).toEqual(down);
    expect(await greys(row(keys, ...values), { invert: true })).toEqual(down);
  });
});

describe('tables', () => {
  const table = (first: number, bits: number, ...entries: number[]): ReturnType<typeof dataSet> =>
    dataSet({ LUTDescriptor: [entries.length, first, bits], LUTData: words(...entries) });

  test('VOI LUT: what is outside takes the nearest entry; its bits are the whole range', async () => {
    const image = row({ VOILUTSequence: [table(10, 12, 0, 4095, 2048)] }, 0, 10, 11, 12, 99);
    expect(await greys(image)).toEqual([0, 0, 255, 128, 128]);
  });

  test('Modality LUT, then a window', async () => {
    const keys = { ModalityLUTSequence: [table(0, 8, 0, 100, 50)], RescaleSlope: '9' };
    const view: View = { voi: { center: 50, width: 100, function: 'LINEAR_EXACT' } };
    const image = row(keys, 0, 1, 2, 3, 9);
    expect(await greys(image, view)).toEqual([0, 255, 128, 128, 128]);
    const frame = await decodeFrame(image, 0);
    expect(fullVOI(frame, image.description)).toEqual({ center: 50, width: 100, function: 'LINEAR_EXACT' });
  });

  test('one that is not there: the first', async () => {
    const image = row({ VOILUTSequence: [table(0, 8, 255, 0)] }, 0, 1);
    expect(await greys(image, { voi: { lut: 7 } })).toEqual([255, 0]);
  });
});

describe('what a frame is first shown with', () => {
  const first = async (image: OpenImage): Promise<VOI> =>
    initialVOI(await decodeFrame(image, 0), image.description);

  test('its window', async () => {
    const keys = { WindowCenter: '40\\50', WindowWidth: '400\\350', VOILUTFunction: 'SIGMOID' };
    expect(await first(row(keys, 1, 2))).toEqual({ center: 40, width: 400, function: 'SIGMOID' });
  });

  test('all its values, padding aside', async () => {
    const keys = { PixelPaddingValue: 9000, PixelRepresentation: 0 };
    expect(await first(row(keys, 9000, 10, 30, 20))).toEqual({
      center: 20,
      width: 20,
      function: 'LINEAR_EXACT',
    });
    expect(await greys(row(keys, 9000, 10, 30, 20))).toEqual([0, 0, 255, 128]);
  });

  test('as it is, where 8 bits are all there are', async () => {
    const image = native({ ...EIGHT, Rows: 1, Columns: 4 }, Uint8Array.of(7, 8, 100, 200));
    expect(await greys(image)).toEqual([7, 8, 100, 200]);
  });

  test('numbers of segments from the least to the most', async () => {
    const image = native({ ...EIGHT, Rows: 1, Columns: 4, Modality: 'SEG' }, Uint8Array.of(0, 1, 2, 0));
    expect(await greys(image)).toEqual([0, 128, 255, 0]);
  });

  test('one value only: something', async () => {
    expect(await first(row({}, 7, 7))).toEqual({ center: 7, width: 1, function: 'LINEAR_EXACT' });
  });
});

test('values of 32 bits and floats are drawn without a table, padding and NaN black', async () => {
  const pixels = new Uint8Array(Float64Array.of(-1, 0, 1, Number.NaN, Infinity).buffer);
  expect(await greys(native(ROW, pixels, 'OD'))).toEqual([0, 128, 255, 0, 255]);
  const wide = new Uint8Array(Uint32Array.of(0, 1e9, 2e9, 4e9).buffer);
  const keys = { Rows: 1, Columns: 4, BitsAllocated: 32, BitsStored: 32, HighBit: 31 };
  expect(await greys(native(keys, wide))).toEqual([0, 64, 128, 255]);
});

test('16 bits and fewer in 32 keep their sign', async () => {
  const pixels = new Uint8Array(Int32Array.of(-100, 0, 100).buffer);
  const keys = { BitsAllocated: 32, BitsStored: 16, HighBit: 15, PixelRepresentation: 1 };
  expect(await greys(native({ ...keys, Rows: 1, Columns: 3 }, pixels))).toEqual([0, 128, 255]);
});

describe('colours', () => {
  const rgb = async (image: OpenImage, view?: View): Promise<number[]> => [
    ...render(await decodeFrame(image, 0), image.description, view),
  ];
  const COLOUR: Keys = { Rows: 1, Columns: 2, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB' };

  test('of 8 bits, and inverted', async () => {
    const image = native({ ...COLOUR, ...EIGHT }, Uint8Array.of(1, 2, 3, 253, 254, 255));
    expect(await rgb(image)).toEqual([1, 2, 3, 255, 253, 254, 255, 255]);
    expect(await rgb(image, { invert: true })).toEqual([254, 253, 252, 255, 2, 1, 0, 255]);
  });

  test('of 16 bits: the upper ones', async () => {
    const image = native(COLOUR, shorts(0x01ff, 0x8000, 0xffff, 0, 0xff, 0x100));
    expect(await rgb(image)).toEqual([1, 128, 255, 255, 0, 0, 1, 255]);
  });

  test('of a palette; what is outside takes its ends', async () => {
    const descriptor = [2, 5, 16];
    const image = native(
      {
        ...EIGHT,
        Rows: 1,
        Columns: 4,
        PhotometricInterpretation: 'PALETTE COLOR',
        RedPaletteColorLookupTableDescriptor: descriptor,
        GreenPaletteColorLookupTableDescriptor: descriptor,
        BluePaletteColorLookupTableDescriptor: descriptor,
        RedPaletteColorLookupTableData: words(0x0a00, 0xf000),
        GreenPaletteColorLookupTableData: words(0x0b00, 0xf100),
        BluePaletteColorLookupTableData: words(0x0c00, 0xf200),
      },
      Uint8Array.of(0, 5, 6, 255),
    );
    const [low, high] = [
      [10, 11, 12, 255],
      [240, 241, 242, 255],
    ];
    expect(await rgb(image)).toEqual([...low!, ...low!, ...high!, ...high!]);
  });
});

describe('overlays', () => {
  const overlay = (row: number, column: number, more: Keys = {}): Keys => ({
    '60000010': { vr: 'US', Value: [2] },
    '60000011': { vr: 'US', Value: [2] },
    '60000050': { vr: 'SS', Value: [row, column] },
    '60003000': words(0b1001), // the diagonal
    ...more,
  });
  const dark = (keys: Keys): OpenImage =>
    native(
      { ...EIGHT, Rows: 2, Columns: 3, ...keys },
      new Uint8Array(6 * Number(keys['NumberOfFrames'] ?? 1)),
    );

  test.each<[number, number, number[]]>([
    [1, 1, [255, 0, 0, 0, 255, 0]],
    [1, 2, [0, 255, 0, 0, 0, 255]],
    [0, 0, [255, 0, 0, 0, 0, 0]],
    [2, 3, [0, 0, 0, 0, 0, 255]],
    [30_000, -30_000, [0, 0, 0, 0, 0, 0]],
  ])('at row %d, column %d', async (row, column, pixels) => {
    expect(await greys(dark(overlay(row, column)), { overlays: true })).toEqual(pixels);
    expect(await greys(dark(overlay(row, column)))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('of frames of their own', async () => {
    const image = dark({
      NumberOfFrames: '3',
      ...overlay(1, 1, {
        '60000015': { vr: 'IS', Value: [2] },
        '60000051': { vr: 'US', Value: [2] },
        '60003000': words(0b1111_1001),
      }),
    });
    const drawn = await Promise.all(
      [0, 1, 2].map(async (index) => {
        const rgba = render(await decodeFrame(image, index), image.description, { overlays: true });
        return [0, 1, 3, 4].map((at) => rgba[4 * at]);
      }),
    );
    expect(drawn).toEqual([
      [0, 0, 0, 0],
      [255, 0, 0, 255],
      [255, 255, 255, 255],
    ]);
  });
});

describe('the table of a view', () => {
  const image = row({}, 0, 100, 200);
  const voi = { center: 100, width: 200, function: 'LINEAR_EXACT' } as const;

  test('is kept for frames alike, and made anew for others', async () => {
    const view: View = { voi };
    const frame = await decodeFrame(image, 0);
    expect(render(frame, image.description, view)[4]).toBe(128);
    expect(render(frame, image.description, view)[4]).toBe(128);
    const other = row({ RescaleIntercept: '50' }, 0, 100, 200);
    expect(render(await decodeFrame(other, 0), other.description, view)[4]).toBe(191);
    expect(render(frame, image.description, view)[4]).toBe(128);
    const changing = { voi, invert: false };
    expect(render(frame, image.description, changing)[8]).toBe(255);
    changing.invert = true;
    expect(render(frame, image.description, changing)[8]).toBe(0);
  });

  test('draws into what is handed in, where that has the size', async () => {
    const frame = await decodeFrame(image, 0);
    const into = new Uint8ClampedArray(12);
    expect(render(frame, image.description, { voi }, into)).toBe(into);
    expect(into[4]).toBe(128);
    expect(render(frame, image.description, { voi }, new Uint8ClampedArray(8))).toHaveLength(12);
  });
});

test('the value of a pixel is in modality units', async () => {
  const keys = { RescaleSlope: '2', RescaleIntercept: '-1000', PixelPaddingValue: 3 };
  const image = row(keys, 0, 500, 3);
  const frame: Frame = await decodeFrame(image, 0);
  const at = (r: number, c: number): number | undefined => valueAt(frame, image.description, r, c);
  expect([at(0, 0), at(0, 1.9), at(0, 2), at(0, 3), at(1, 0), at(-1, 0)]).toEqual([
    -1000,
    0,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
