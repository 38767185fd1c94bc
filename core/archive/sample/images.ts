/** The images of the sample series, one module table of PS3.3 A each. Stored values, not physical ones, are drawn. */
import type { Bytes } from '../../bytes/index.ts';
import { greyKeys, sliceKeys } from './modules.ts';
import type { Ellipsoid, Plane } from './pixels.ts';
import { ellipsoid, head, position, slice, words } from './pixels.ts';
import type { Keys, SampleImage } from './types.ts';

const PADDING = -2000;
/** Stored value of 0 HU: Rescale Intercept is -1024. */
const WATER = 1024;

/** A scan begins and ends within the head: the first image is what people see first. */
const SCANNED = 0.85;

/** CT of a head (PS3.3 A.3): signed, with padding outside the reconstructed circle. */
export function* ctHead(slices: number): Generator<SampleImage> {
  const plane: Plane = { columns: 256, rows: 256 };
  const tissue = { skin: 40, bone: 900, fluid: 8, grey: 38, white: 28, lesion: 70 };
  const stored = Object.fromEntries(Object.entries(tissue).map(([name, hu]) => [name, WATER + hu]));
  const air = ellipsoid([0, 0, 0], [0.995, 0.995, 1e6], WATER - 1000);
  const shapes = [air, ...head(stored as typeof tissue)];
  const keys: Keys = {
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    AcquisitionNumber: 1,
    KVP: 120,
    ConvolutionKernel: 'SAMPLE',
    GantryDetectorTilt: 0,
    RescaleIntercept: -WATER,
    RescaleSlope: 1,
    RescaleType: 'HU',
    WindowCenter: [40, 500],
    WindowWidth: [80, 2500],
    WindowCenterWidthExplanation: ['BRAIN', 'BONE'],
    ...greyKeys(plane, { allocated: 16, stored: 16, signed: true }),
    PixelPaddingValue: { vr: 'SS', Value: [PADDING] }, // US or SS, as the pixels
  };
  for (let i = 0; i < slices; i++) {
    const geometry = { frameOfReference: 'ct-head', spacing: 0.9, thickness: 6, z: 6 * i };
    const pixels = words(slice(plane, SCANNED * position(i, slices), shapes, PADDING));
    yield { keys: { ...keys, ...sliceKeys(plane, geometry) }, pixels };
  }
}

const WEIGHTINGS = {
  T1: {
    tissue: { skin: 900, bone: 60, fluid: 150, grey: 480, white: 760, lesion: 330 },
    keys: {
      ScanningSequence: 'SE',
      SequenceVariant: 'NONE',
      RepetitionTime: 500,
      EchoTime: 12,
      EchoTrainLength: 1,
    },
  },
  T2: {
    tissue: { skin: 520, bone: 50, fluid: 1000, grey: 600, white: 420, lesion: 880 },
    keys: {
      ScanningSequence: 'SE',
      SequenceVariant: 'SK',
      RepetitionTime: 4000,
      EchoTime: 98,
      EchoTrainLength: 9,
    },
  },
} as const;

/** MR of the same head (PS3.3 A.4), 12 of 16 bits. */
export function* mrHead(weighting: 'T1' | 'T2', slices: number): Generator<SampleImage> {
  const plane: Plane = { columns: 192, rows: 192 };
  const shapes = head(WEIGHTINGS[weighting].tissue);
  const keys: Keys = {
    ImageType: ['ORIGINAL', 'PRIMARY', 'M'],
    AcquisitionNumber: 1,
    ...WEIGHTINGS[weighting].keys,
    ScanOptions: '',
    MRAcquisitionType: '2D',
    MagneticFieldStrength: 1.5,
    FlipAngle: 90,
    WindowCenter: 500,
    WindowWidth: 1000,
    ...greyKeys(plane, { allocated: 16, stored: 12 }),
  };
  for (let i = 0; i < slices; i++) {
    const geometry = { frameOfReference: 'mr-head', spacing: 1.2, thickness: 8, z: 8 * i };
    const pixels = words(slice(plane, SCANNED * position(i, slices), shapes, 5));
    yield { keys: { ...keys, ...sliceKeys(plane, geometry) }, pixels };
  }
}

/** CR of a chest (PS3.3 A.2): one large image, 12 of 16 bits. */
export function* chest(): Generator<SampleImage> {
  const plane: Plane = { columns: 1536, rows: 1920 };
  const keys: Keys = {
    ImageType: ['ORIGINAL', 'PRIMARY'],
    PatientOrientation: ['L', 'F'],
    KVP: 125,
    ImagerPixelSpacing: [0.2, 0.2],
    BurnedInAnnotation: 'NO',
    WindowCenter: 2048,
    WindowWidth: 4096,
    ...greyKeys(plane, { allocated: 16, stored: 12 }),
  };
  yield { keys, pixels: words(slice(plane, 0, chestShapes(), 80)) };
}

/** An ellipse in the plane of a projection. */
function flat(x: number, y: number, a: number, b: number, value: number, turn = 0): Ellipsoid {
  return ellipsoid([x, y, 0], [a, b, 1], value, turn);
}

/** Right and left. */
function both(make: (side: 1 | -1) => Ellipsoid): Ellipsoid[] {
  return [make(-1), make(1)];
}

function row(length: number, make: (index: number) => Ellipsoid[]): Ellipsoid[] {
  return Array.from({ length }, (_, i) => make(i)).flat();
}

function chestShapes(): Ellipsoid[] {
  return [
    flat(0, 0.25, 0.88, 1.05, 2300),
    flat(0, -0.9, 0.24, 0.3, 2300),
    ...both((side) => flat(side * 0.42, 0, 0.33, 0.68, 700, side * -8)),
    ...row(8, (i) => both((side) => flat(side * 0.44, -0.52 + i * 0.16, 0.33, 0.018, 1150, side * 14))),
    ...both((side) => flat(side * 0.42, -0.72, 0.4, 0.03, 2900, side * -10)),
    flat(0.14, 0.32, 0.33, 0.27, 2700, 25),
    ...both((side) => flat(side * 0.4, 0.74, 0.42, 0.2, 2600)),
    ...row(14, (i) => [flat(0, -0.86 + i * 0.13, 0.075, 0.055, 3300)]),
  ];
}

/** Ultrasound of a beating chamber (PS3.3 A.7), many frames of 8 bits in a sector. */
export function* ultrasound(frames: number): Generator<SampleImage> {
  const plane: Plane = { columns: 320, rows: 240 };
  const size = plane.columns * plane.rows;
  const pixels = new Uint8Array(size * frames);
  for (let i = 0; i < frames; i++) pixels.set(sector(plane, i / frames), i * size);
  const keys: Keys = {
    ImageType: ['ORIGINAL', 'PRIMARY', '', '0001'],
    PatientOrientation: '',
    NumberOfFrames: frames,
    FrameTime: 33.3,
    FrameIncrementPointer: '00181063',
    CineRate: 30,
    HeartRate: 60,
    UltrasoundColorDataPresent: 0,
    LossyImageCompression: '00',
    BurnedInAnnotation: 'NO',
    ...greyKeys(plane, { allocated: 8, stored: 8 }),
  };
  yield { keys, pixels };
}

/** One frame; `phase` runs from 0 to 1 through a heart beat. */
function sector(plane: Plane, phase: number): Uint8Array {
  const beat = 1 + 0.18 * Math.cos(2 * Math.PI * phase);
  const wall = ellipsoid([0, 0.15, 0], [0.42, 0.62, 1], 170, 12);
  const chamber = ellipsoid([0.02, 0.12, 0], [0.26 * beat, 0.46 * beat, 1], 12, 12);
  const valve = ellipsoid([0.05, -0.32, 0], [0.22, 0.025, 1], 220, 12 + 40 * beat);
  const drawn = slice(plane, 0, [wall, chamber, valve], 60);
  return Uint8Array.from(drawn, (value, i) => {
    const x = position(i % plane.columns, plane.columns);
    const depth = (position(Math.floor(i / plane.columns), plane.rows) + 1) / 2;
    return Math.abs(x) > depth || x * x + depth * depth > 1 ? 0 : value;
  });
}

/** A colour chart as secondary capture (PS3.3 A.8): bars above, hues below. */
export function* chart(): Generator<SampleImage> {
  const plane: Plane = { columns: 640, rows: 480 };
  const keys: Keys = {
    ImageType: ['DERIVED', 'SECONDARY'],
    PatientOrientation: '',
    SecondaryCaptureDeviceManufacturer: 'webdimse',
    BurnedInAnnotation: 'NO',
    ...greyKeys(plane, { allocated: 8, stored: 8 }),
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
  };
  yield { keys, pixels: colours(plane) };
}

function colours(plane: Plane): Bytes {
  const pixels = new Uint8Array(plane.columns * plane.rows * 3);
  for (let i = 0; i < pixels.length / 3; i++) {
    const across = (i % plane.columns) / plane.columns;
    const down = Math.floor(i / plane.columns) / plane.rows;
    pixels.set(down < 0.5 ? bar(across) : hue(across, 2 * (1 - down)), i * 3);
  }
  return pixels;
}

/** White, yellow, cyan, green, magenta, red, blue, black. */
function bar(across: number): number[] {
  const index = 7 - Math.floor(across * 8);
  return [index & 2, index & 4, index & 1].map((bit) => (bit === 0 ? 0 : 255));
}

function hue(across: number, brightness: number): number[] {
  return [0, 1, 2].map((channel) => {
    const distance = Math.abs(((across * 3 - channel + 4.5) % 3) - 1.5);
    return Math.round(255 * brightness * Math.min(1, Math.max(0, 1.5 - 1.5 * distance)));
  });
}
