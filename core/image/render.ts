/** A frame as a picture: red, green, blue, and full opacity. */
import type { Frame, FrameDescription, ImageDescription, Palette, Samples, View, VOI } from './types.ts';
import { drawOverlays } from './draw-overlays.ts';
import { greyOf, initialVOI, isPadding } from './voi.ts';

const OPAQUE = 0xff000000;
/** Red, green and blue of a pixel are in its lower three bytes, in this order from below. */
const GREY = 0x010101;

/** What the table of a view was made of. */
interface Made {
  readonly description: ImageDescription;
  readonly of: FrameDescription;
  readonly bits: number;
  readonly voi: VOI;
  readonly invert: boolean;
  readonly table: Uint32Array;
}

/** A view is drawn with again and again while nothing of it changes. */
const tables = new WeakMap<View, Made>();

/**
 * Draws a frame, row by row, four bytes a pixel. `into` is drawn over where it has the right length, and given back.
 * The table from values of 16 bits and fewer to colours is kept for `view`: hand in the same object for frames alike.
 */
export function render(
  frame: Frame,
  description: ImageDescription,
  view: View = {},
  into?: Uint8ClampedArray<ArrayBuffer>,
): Uint8ClampedArray<ArrayBuffer> {
  const length = 4 * frame.rows * frame.columns;
  const rgba = into?.length === length ? into : new Uint8ClampedArray(length);
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, length / 4);
  if (frame.samplesPerPixel === 3) drawColour(pixels, frame, view.invert === true);
  else drawByTable(pixels, frame, description, view);
  if (view.overlays === true) drawOverlays(pixels, frame, description.overlays);
  return rgba;
}

function drawColour(pixels: Uint32Array, { samples, bits }: Frame, invert: boolean): void {
  // 8 bits are shown; of more the upper ones.
  const scale = bits > 8 ? 2 ** (8 - bits) : 1;
  const turn = invert ? 0xffffff : 0;
  for (let i = 0, at = 0; i < pixels.length; i++, at += 3) {
    const red = samples[at]! * scale;
    const green = samples[at + 1]! * scale;
    const blue = samples[at + 2]! * scale;
    pixels[i] = (OPAQUE | (((blue << 16) | (green << 8) | red) ^ turn)) >>> 0;
  }
}

function drawByTable(pixels: Uint32Array, frame: Frame, description: ImageDescription, view: View): void {
  const { samples, bits } = frame;
  const isInteger = !(samples instanceof Float32Array || samples instanceof Float64Array);
  if (!isInteger || bits > 16) return drawOneByOne(pixels, frame, description, view);
  const table = tableOf(frame, description, view);
  const lowest = lowestOf(samples, bits);
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[samples[i]! - lowest]!;
}

/** Too many values for a table. */
function drawOneByOne(pixels: Uint32Array, frame: Frame, description: ImageDescription, view: View): void {
  const colour = colourOf(frame, description, view, view.voi ?? initialVOI(frame, description));
  const { samples } = frame;
  for (let i = 0; i < pixels.length; i++) pixels[i] = colour(samples[i]!);
}

function tableOf(frame: Frame, description: ImageDescription, view: View): Uint32Array {
  const of = description.frames[frame.index]!;
  const voi = view.voi ?? initialVOI(frame, description);
  const made = tables.get(view);
  const { bits } = frame;
  const invert = view.invert === true;
  const same = made?.description === description && made.of === of && made.bits === bits;
  if (same && made.invert === invert && sameVOI(made.voi, voi)) return made.table;
  const colour = colourOf(frame, description, view, voi);
  const lowest = lowestOf(frame.samples, bits);
  const table = new Uint32Array(2 ** bits);
  for (let i = 0; i < table.length; i++) table[i] = colour(i + lowest);
  tables.set(view, { description, of, bits, voi, invert, table });
  return table;
}

/** The smallest value that the samples can have. */
function lowestOf(samples: Samples, bits: number): number {
  const signed =
    samples instanceof Int8Array || samples instanceof Int16Array || samples instanceof Int32Array;
  return signed ? -(2 ** (bits - 1)) : 0;
}

function sameVOI(a: VOI, b: VOI): boolean {
  if ('lut' in a || 'lut' in b) return 'lut' in a && 'lut' in b && a.lut === b.lut;
  return a.center === b.center && a.width === b.width && a.function === b.function;
}

/** From a stored value to a pixel. */
function colourOf(
  frame: Frame,
  description: ImageDescription,
  { invert = false }: View,
  voi: VOI,
): (stored: number) => number {
  const { palette, padding } = description;
  if (frame.photometricInterpretation === 'PALETTE COLOR' && palette !== undefined) {
    return fromPalette(palette, invert ? 0xffffff : 0);
  }
  const grey = greyOf(description.frames[frame.index]!, voi);
  const inverse = (frame.photometricInterpretation === 'MONOCHROME1') !== invert;
  return (stored) => {
    // What is no picture stays black, whichever end of the values is bright.
    if (isPadding(stored, padding)) return OPAQUE;
    const value = Math.round(Math.max(0, Math.min(255, grey(stored))));
    return (OPAQUE | ((inverse ? 255 - value : value) * GREY)) >>> 0;
  };
}

function fromPalette({ first, red, green, blue }: Palette, turn: number): (stored: number) => number {
  return (stored) => {
    const pick = (entries: Uint8Array): number =>
      entries[Math.max(0, Math.min(entries.length - 1, stored - first))]!;
    return (OPAQUE | (((pick(blue) << 16) | (pick(green) << 8) | pick(red)) ^ turn)) >>> 0;
  };
}
