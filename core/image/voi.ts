/** Stored values to grey: Modality LUT or rescale, then window or VOI LUT (PS3.3 C.11.1, C.11.2). */
import type {
  Frame,
  FrameDescription,
  ImageDescription,
  LookupTable,
  Samples,
  VOI,
  VOIFunction,
} from './types.ts';

/** The darkest and the brightest of what a screen shows. */
const WHITE = 255;

/**
 * What a frame is first shown with: its first window, else its first VOI LUT, else everything that 8 bits can hold, or
 * from the smallest to the largest of its values where there are more bits.
 */
export function initialVOI(frame: Frame, description: ImageDescription): VOI {
  const { windows, voiLUTs, voiFunction } = description.frames[frame.index]!;
  const [first] = windows;
  if (first !== undefined) return { center: first.center, width: first.width, function: voiFunction };
  if (voiLUTs.length > 0) return { lut: 0 };
  // Numbers of segments take few of the values that they could.
  const asItIs = frame.bits <= 8 && description.modality !== 'SEG' && description.kind === 'integer';
  return asItIs ? wholeRange(frame, description) : fullVOI(frame, description);
}

/** A window from the smallest to the largest value of a frame, padding aside. */
export function fullVOI(frame: Frame, description: ImageDescription): VOI {
  const range = storedRange(frame.samples, description.padding);
  return windowOver(range, description.frames[frame.index]!);
}

/** The value of a pixel in modality units; undefined outside of the image, in colour, and for padding. */
export function valueAt(
  frame: Frame,
  description: ImageDescription,
  row: number,
  column: number,
): number | undefined {
  const { rows, columns, samplesPerPixel, photometricInterpretation, samples } = frame;
  const inside = row >= 0 && row < rows && column >= 0 && column < columns;
  if (!inside || samplesPerPixel !== 1 || photometricInterpretation === 'PALETTE COLOR') return undefined;
  const stored = samples[Math.floor(row) * columns + Math.floor(column)]!;
  if (isPadding(stored, description.padding)) return undefined;
  return modality(description.frames[frame.index]!)(stored);
}

/** From stored values to 0 (black) to 255, before inversion. */
export function greyOf(of: FrameDescription, voi: VOI): (stored: number) => number {
  const toModality = modality(of);
  const toGrey =
    'lut' in voi ? byTable(of, voi.lut) : byWindow(voi.center, voi.width, voi.function ?? of.voiFunction);
  return (stored) => toGrey(toModality(stored));
}

export function isPadding(stored: number, padding: ImageDescription['padding']): boolean {
  return padding !== undefined && stored >= padding.from && stored <= padding.to;
}

function modality({
  rescale: { slope, intercept },
  modalityLUT,
}: FrameDescription): (stored: number) => number {
  if (modalityLUT === undefined) return (stored) => stored * slope + intercept;
  return (stored) => entryOf(modalityLUT, stored);
}

/** PS3.3 C.11.1.1, C.11.2.1.1: what lies outside takes the nearest entry. */
function entryOf({ first, entries }: LookupTable, input: number): number {
  const index = Math.round(input) - first;
  return entries[Math.max(0, Math.min(entries.length - 1, index))]!;
}

function byTable({ voiLUTs }: FrameDescription, which: number): (value: number) => number {
  const table = voiLUTs[which] ?? voiLUTs[0];
  if (table === undefined) return (value) => value;
  const scale = WHITE / (2 ** table.bits - 1);
  return (value) => entryOf(table, value) * scale;
}

/** PS3.3 C.11.2.1.2.1, C.11.2.1.3.1, C.11.2.1.3.2. A width below 1 leaves nothing of LINEAR; it is taken as exact. */
function byWindow(center: number, width: number, name: VOIFunction): (value: number) => number {
  if (name === 'SIGMOID') return (value) => WHITE / (1 + Math.exp((-4 * (value - center)) / width));
  if (name === 'LINEAR_EXACT' || width < 1) return ramp(center - width / 2, width);
  return ramp(center - 0.5 - (width - 1) / 2, width - 1);
}

/** Black up to `from`, white from `from + length` on. */
function ramp(from: number, length: number): (value: number) => number {
  if (length === 0) return (value) => (value <= from ? 0 : WHITE);
  return (value) => ((value - from) / length) * WHITE;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

function wholeRange(frame: Frame, description: ImageDescription): VOI {
  const least = description.signed ? -(2 ** (frame.bits - 1)) : 0;
  return windowOver({ least, most: least + 2 ** frame.bits - 1 }, description.frames[frame.index]!);
}

/** A table of modality values need not rise. */
function windowOver({ least, most }: Range, of: FrameDescription): VOI {
  const toModality = modality(of);
  const ends = of.modalityLUT === undefined ? [least, most].map(toModality) : of.modalityLUT.entries;
  const { least: low, most: high } = storedRange(ends, undefined);
  return { center: (low + high) / 2, width: high - low || 1, function: 'LINEAR_EXACT' };
}

/** NaN and infinities are no values; without any value 0 to 0. */
function storedRange(samples: Samples | readonly number[], padding: ImageDescription['padding']): Range {
  let least = Infinity;
  let most = -Infinity;
  for (const sample of samples) {
    if (!Number.isFinite(sample) || isPadding(sample, padding)) continue;
    if (sample < least) least = sample;
    if (sample > most) most = sample;
  }
  return least > most ? { least: 0, most: 0 } : { least, most };
}
