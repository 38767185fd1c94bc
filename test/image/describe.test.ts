/** What a data set says of its image, each value typed from the standard. */
import { describe, expect, test } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import { describeImage } from '../../core/image/index.ts';
import type { Keys } from './make.ts';
import { attributes, native, shorts, words } from './make.ts';

const of = (keys: Keys = {}): ReturnType<typeof describeImage> => describeImage(attributes(keys));
const frame = (keys: Keys = {}): ReturnType<typeof of>['frames'][number] => of(keys).frames[0]!;

test('the Image Pixel module', () => {
  expect(of({ Modality: 'CT', PixelRepresentation: 1, BitsStored: 12, HighBit: 11 })).toMatchObject({
    rows: 2,
    columns: 2,
    samplesPerPixel: 1,
    photometricInterpretation: 'MONOCHROME2',
    planarConfiguration: 0,
    bitsAllocated: 16,
    bitsStored: 12,
    highBit: 11,
    signed: true,
    kind: 'integer',
    modality: 'CT',
    numberOfFrames: 1,
    overlays: [],
    lossy: false,
  });
});

test.each<[string, Keys, string]>([
  ['no rows', { Rows: '' }, 'IMAGE_INVALID'],
  ['rows that are none', { Rows: 0 }, 'IMAGE_INVALID'],
  ['more bits than there are', { BitsStored: 17 }, 'IMAGE_INVALID'],
  ['a high bit beyond', { HighBit: 16 }, 'IMAGE_INVALID'],
  ['a high bit too low', { HighBit: 3 }, 'IMAGE_INVALID'],
  ['an odd width', { BitsAllocated: 12, BitsStored: 12, HighBit: 11 }, 'IMAGE_UNSUPPORTED'],
  ['four samples', { SamplesPerPixel: 4 }, 'IMAGE_UNSUPPORTED'],
  ['no frames', { NumberOfFrames: '0' }, 'IMAGE_INVALID'],
  ['frames without end', { NumberOfFrames: '2147483647' }, 'LIMIT_EXCEEDED'],
  ['more pixels than the limit', { Rows: 65535, Columns: 65535 }, 'LIMIT_EXCEEDED'],
  ['palette colours without a palette', { PhotometricInterpretation: 'PALETTE COLOR' }, 'IMAGE_INVALID'],
])('%s: refused', (_, keys, code) => {
  expect(() => of(keys)).toThrow(expect.objectContaining({ code }));
});

describe('rescale, windows, tables', () => {
  test('as they stand', () => {
    const found = frame({
      RescaleSlope: '2',
      RescaleIntercept: '-1024',
      RescaleType: 'HU',
      WindowCenter: '40\\-600\\7',
      WindowWidth: '400\\1500\\0',
      WindowCenterWidthExplanation: 'SOFT\\LUNG\\NOTHING',
      VOILUTFunction: 'SIGMOID',
    });
    expect(found.rescale).toEqual({ slope: 2, intercept: -1024, type: 'HU' });
    expect(found.windows).toEqual([
      { center: 40, width: 400, explanation: 'SOFT' },
      { center: -600, width: 1500, explanation: 'LUNG' },
    ]);
    expect(found.voiFunction).toBe('SIGMOID');
  });

  test('nothing told: values as stored, LINEAR', () => {
    expect(frame()).toEqual({
      rescale: { slope: 1, intercept: 0, type: '' },
      windows: [],
      voiFunction: 'LINEAR',
      voiLUTs: [],
    });
  });

  test('VOI LUT in words, with an explanation; one without data is left out', () => {
    const good = dataSet({
      LUTDescriptor: [3, 65534, 12],
      LUTExplanation: 'CHEST',
      LUTData: words(0, 9, 4095),
    });
    const bad = dataSet({ LUTDescriptor: [3, 0, 12] });
    const { voiLUTs } = frame({ PixelRepresentation: 1, VOILUTSequence: [bad, good] });
    expect(voiLUTs).toEqual([
      { first: -2, entries: Uint16Array.of(0, 9, 4095), bits: 12, explanation: 'CHEST' },
    ]);
  });

  test('a table of 65,536 entries says 0', () => {
    const entries = Array.from({ length: 65_536 }, (_, i) => i);
    const table = dataSet({ LUTDescriptor: [0, 0, 16], LUTData: words(...entries) });
    expect(frame({ VOILUTSequence: [table] }).voiLUTs[0]!.entries).toHaveLength(65_536);
  });
});

describe('palettes', () => {
  const descriptor = [4, 0, 16];
  const PALETTE: Keys = {
    PhotometricInterpretation: 'PALETTE COLOR',
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    RedPaletteColorLookupTableDescriptor: descriptor,
    GreenPaletteColorLookupTableDescriptor: descriptor,
    BluePaletteColorLookupTableDescriptor: descriptor,
    GreenPaletteColorLookupTableData: words(0, 0x0100, 0x8000, 0xff00),
    BluePaletteColorLookupTableData: words(1, 2, 3, 4),
  };

  test('take the upper 8 of 16 bits; where there are none, the lower', () => {
    const { palette } = of({ ...PALETTE, RedPaletteColorLookupTableData: words(0xffff, 0, 0, 0) });
    expect(palette).toEqual({
      first: 0,
      red: Uint8Array.of(255, 0, 0, 0),
      green: Uint8Array.of(0, 1, 128, 255),
      blue: Uint8Array.of(1, 2, 3, 4),
    });
  });

  test('in segments: values, a line, and the values again', () => {
    const count = [7, 0, 16];
    const { palette } = of({
      ...PALETTE,
      RedPaletteColorLookupTableDescriptor: count,
      // two values, a line of 3 up to 0x0a00, and once more the first segment, which begins at byte 0
      SegmentedRedPaletteColorLookupTableData: words(0, 2, 0x0100, 0x0400, 1, 3, 0x0a00, 2, 1, 0, 0),
    });
    expect(palette!.red).toEqual(Uint8Array.of(1, 4, 6, 8, 10, 1, 4));
  });

  test.each<[string, number[]]>([
    ['a line from nowhere', [1, 4, 0x0a00]],
    ['too few', [0, 2, 1, 2]],
    ['too many', [0, 5, 1, 2, 3, 4, 5]],
    ['cut off', [0, 4, 1]],
    ['an unknown segment', [3, 1, 0]],
    ['an empty segment', [0, 0]],
    ['itself again', [2, 1, 0, 0]],
    ['what is still to come', [2, 1, 8, 0, 0, 4, 1, 2, 3, 4]],
  ])('in segments, %s: refused', (_, segments) => {
    const keys = { ...PALETTE, SegmentedRedPaletteColorLookupTableData: words(...segments) };
    expect(() => of(keys)).toThrow(expect.objectContaining({ code: 'IMAGE_INVALID' }));
  });
});

describe('how long a pixel is', () => {
  const SECTION = { RegionSpatialFormat: 1, PhysicalUnitsXDirection: 3, PhysicalUnitsYDirection: 3 };
  const region = (deltaX: number, deltaY: number, more: Keys = {}): ReturnType<typeof dataSet> =>
    dataSet({ ...SECTION, PhysicalDeltaX: deltaX, PhysicalDeltaY: deltaY, ...more });

  test.each<[string, Keys, object | undefined]>([
    [
      'in the patient',
      { Modality: 'CT', PixelSpacing: '0.5\\0.25' },
      { row: 0.5, column: 0.25, kind: 'patient' },
    ],
    ['on the detector', { ImagerPixelSpacing: '0.2\\0.2' }, { row: 0.2, column: 0.2, kind: 'detector' }],
    [
      'on the detector, told twice',
      { ImagerPixelSpacing: '0.2\\0.2', PixelSpacing: '0.2\\0.2' },
      { row: 0.2, column: 0.2, kind: 'detector' },
    ],
    [
      'corrected',
      { ImagerPixelSpacing: '0.2\\0.2', PixelSpacing: '0.1\\0.1' },
      { row: 0.1, column: 0.1, kind: 'calibrated' },
    ],
    [
      'calibrated, and says so',
      { PixelSpacing: '0.2\\0.2', PixelSpacingCalibrationType: 'FIDUCIAL' },
      { row: 0.2, column: 0.2, kind: 'calibrated' },
    ],
    [
      'of a projection',
      { Modality: 'CR', PixelSpacing: '0.2\\0.2' },
      { row: 0.2, column: 0.2, kind: 'detector' },
    ],
    ['of a film', { NominalScannedPixelSpacing: '0.1\\0.1' }, { row: 0.1, column: 0.1, kind: 'nominal' }],
    [
      'of ultrasound',
      {
        SequenceOfUltrasoundRegions: [
          region(0.02, -0.01),
          region(0.02, 0.01),
          region(1, 1, { RegionSpatialFormat: 3 }),
        ],
      },
      { row: 0.1, column: 0.2, kind: 'region' },
    ],
    ['of two scales', { SequenceOfUltrasoundRegions: [region(0.02, 0.02), region(0.01, 0.01)] }, undefined],
    ['of zero', { PixelSpacing: '0\\0' }, undefined],
    ['not told', {}, undefined],
  ])('%s', (_, keys, spacing) => {
    expect(frame(keys).spacing).toEqual(spacing);
  });

  test('the aspect is height by width', () => {
    expect(of({ PixelSpacing: '0.5\\0.25' }).aspect).toBe(2);
    expect(of({ PixelAspectRatio: '6\\5' }).aspect).toBe(1.2);
    for (const odd of ['0\\5', '-6\\-5', '5\\0']) expect(of({ PixelAspectRatio: odd }).aspect).toBe(1);
    for (const odd of ['1e300\\1e-300', '1e-300\\1e300', '1e9\\1'])
      expect(of({ PixelSpacing: odd }).aspect).toBe(1);
  });
});

test('functional groups: the frame goes before what is shared, that before the data set', () => {
  const pixelMeasures = { PixelMeasuresSequence: [dataSet({ PixelSpacing: '0.5\\0.5' })] };
  const at = (z: number): Keys => ({
    PlanePositionSequence: [dataSet({ ImagePositionPatient: [0, 0, z] })],
    FrameVOILUTSequence: [dataSet({ WindowCenter: String(z), WindowWidth: '10' })],
  });
  const { frames } = of({
    NumberOfFrames: '3',
    RescaleSlope: '7',
    SharedFunctionalGroupsSequence: [
      dataSet({
        ...pixelMeasures,
        FrameVOILUTSequence: [dataSet({ WindowCenter: '99', WindowWidth: '98' })],
        PixelValueTransformationSequence: [dataSet({ RescaleSlope: '2', RescaleIntercept: '1' })],
      }),
    ],
    PerFrameFunctionalGroupsSequence: [dataSet(at(4)), dataSet(at(6))],
  });
  expect(frames.map(({ position }) => position)).toEqual([[0, 0, 4], [0, 0, 6], undefined]);
  expect(frames.map(({ windows }) => windows[0]!.center)).toEqual([4, 6, 99]);
  expect(frames.map(({ spacing }) => spacing?.row)).toEqual([0.5, 0.5, 0.5]);
  expect(frames.map(({ rescale }) => rescale.slope)).toEqual([2, 2, 2]);
});

test('functional groups: the spacing on the detector may be in another macro than that in the patient', () => {
  const pixelMeasures = { PixelMeasuresSequence: [dataSet({ PixelSpacing: '0.1\\0.1' })] };
  const onDetector = (mm: string): ReturnType<typeof dataSet> =>
    dataSet({ FramePixelDataPropertiesSequence: [dataSet({ ImagerPixelSpacing: `${mm}\\${mm}` })] });
  const { frames } = of({
    NumberOfFrames: '2',
    SharedFunctionalGroupsSequence: [dataSet(pixelMeasures)],
    PerFrameFunctionalGroupsSequence: [onDetector('0.2'), onDetector('0.1')],
  });
  expect(frames.map(({ spacing }) => spacing)).toEqual([
    { row: 0.1, column: 0.1, kind: 'calibrated' },
    { row: 0.1, column: 0.1, kind: 'detector' },
  ]);
});

test('functional groups: what all frames share is read once, however many frames there are', () => {
  const table = dataSet({ LUTDescriptor: [0, 0, 16], LUTData: words(...new Uint16Array(65_536)) });
  const many = '1\\'.repeat(9_999) + '1';
  const { frames } = of({
    NumberOfFrames: '2000',
    VOILUTSequence: [table],
    WindowCenter: many,
    WindowWidth: many,
    PerFrameFunctionalGroupsSequence: Array.from({ length: 2000 }, (_, z) =>
      dataSet({ PlanePositionSequence: [dataSet({ ImagePositionPatient: [0, 0, z] })] }),
    ),
  });
  const [first] = frames;
  expect(
    frames.every(({ windows, voiLUTs }) => windows === first!.windows && voiLUTs === first!.voiLUTs),
  ).toBe(true);
});

test.each<[string, Keys, number[] | undefined]>([
  ['a vector', { FrameTimeVector: '0\\40\\60' }, [40, 60, 60]],
  ['a time', { FrameTime: '33.3' }, [33.3, 33.3, 33.3]],
  ['a rate', { CineRate: '20' }, [50, 50, 50]],
  [
    'a vector of another length',
    { FrameTimeVector: '0\\40', RecommendedDisplayFrameRate: '10' },
    [100, 100, 100],
  ],
  ['nothing', {}, undefined],
])('frames stay as long as %s says', (_, keys, times) => {
  expect(of({ NumberOfFrames: '3', ...keys }).frameTimes).toEqual(times);
});

test('padding has the sign of the pixels', () => {
  const keys = { PixelRepresentation: 1, PixelPaddingValue: 63_536 };
  expect(describeImage({ ...attributes(keys), '00280120': { vr: 'US', Value: [63_536] } }).padding).toEqual({
    from: -2000,
    to: -2000,
  });
  const range = of({ PixelPaddingValue: 10, PixelPaddingRangeLimit: 0 });
  expect(range.padding).toEqual({ from: 0, to: 10 });
});

test('overlays, from one of the groups', () => {
  const overlay: Keys = {
    '60020010': { vr: 'US', Value: [2] },
    '60020011': { vr: 'US', Value: [3] },
    '60020040': { vr: 'CS', Value: ['R'] },
    '60020050': { vr: 'SS', Value: [0, 2] },
    '60021500': { vr: 'LO', Value: ['HEART'] },
    '60023000': words(0b101101),
    // as large as it says, but for its bits
    '60040010': { vr: 'US', Value: [200] },
    '60040011': { vr: 'US', Value: [300] },
    '60043000': words(1),
  };
  expect(of(overlay).overlays).toEqual([
    {
      group: '6002',
      rows: 2,
      columns: 3,
      row: -1,
      column: 1,
      type: 'roi',
      label: 'HEART',
      firstFrame: 0,
      frames: 1,
      bits: Uint8Array.of(0b101101, 0),
    },
  ]);
});

test('overlays in bits of the pixels: a bit is of one plane, however many groups name it', () => {
  const inBit = (position: number, group: string): Keys => ({
    [`${group}0010`]: { vr: 'US', Value: [2] },
    [`${group}0011`]: { vr: 'US', Value: [2] },
    [`${group}0100`]: { vr: 'US', Value: [16] },
    [`${group}0102`]: { vr: 'US', Value: [position] },
  });
  const groups = Array.from({ length: 128 }, (_, i) => (0x6000 + 2 * i).toString(16).toUpperCase());
  const keys = Object.assign({}, ...groups.map((group, i) => inBit(12 + (i % 2), group))) as Keys;
  const pixels = shorts(0x1000, 0, 0x2000, 0x3fff);
  const { description } = native({ BitsStored: 12, HighBit: 11, ...keys }, pixels);
  expect(description.overlays.map(({ group, bits }) => [group, ...bits])).toEqual([
    ['6000', 0b1001],
    ['6002', 0b1100],
  ]);
});
