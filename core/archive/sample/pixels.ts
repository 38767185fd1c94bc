/** Pixels of the sample images: ellipsoids in a box, drawn slice by slice. */
import type { Bytes } from '../../bytes/index.ts';

/**
 * An ellipsoid in a cube from -1 to 1 in each direction; x grows to the patient's left, y to the back,
 * z to the head. Where ellipsoids overlap the later one counts.
 */
export interface Ellipsoid {
  readonly centre: readonly [number, number, number];
  readonly axes: readonly [number, number, number];
  /** Turned about z, in degrees. */
  readonly turn: number;
  readonly value: number;
}

export function ellipsoid(
  centre: Ellipsoid['centre'],
  axes: Ellipsoid['axes'],
  value: number,
  turn = 0,
): Ellipsoid {
  return { centre, axes, value, turn };
}

export interface Plane {
  readonly columns: number;
  readonly rows: number;
}

/** One transverse slice at `z`; `background` is where nothing is. */
export function slice(
  plane: Plane,
  z: number,
  shapes: readonly Ellipsoid[],
  background: number,
): Int16Array<ArrayBuffer> {
  const pixels = new Int16Array(plane.columns * plane.rows).fill(background);
  for (const shape of shapes) {
    const height = (z - shape.centre[2]) / shape.axes[2];
    if (Math.abs(height) < 1) fillEllipse(pixels, plane, shape, Math.sqrt(1 - height * height));
  }
  return pixels;
}

/** Draws the cut through an ellipsoid, its axes shortened by `scale`. */
function fillEllipse(pixels: Int16Array, plane: Plane, shape: Ellipsoid, scale: number): void {
  const [a, b] = [shape.axes[0] * scale, shape.axes[1] * scale];
  const angle = (shape.turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const reach = Math.max(a, b);
  const [firstRow, lastRow] = span(shape.centre[1], reach, plane.rows);
  const [firstColumn, lastColumn] = span(shape.centre[0], reach, plane.columns);
  for (let row = firstRow; row <= lastRow; row++) {
    const y = position(row, plane.rows) - shape.centre[1];
    for (let column = firstColumn; column <= lastColumn; column++) {
      const x = position(column, plane.columns) - shape.centre[0];
      const u = (x * cos + y * sin) / a;
      const v = (y * cos - x * sin) / b;
      if (u * u + v * v <= 1) pixels[row * plane.columns + column] = shape.value;
    }
  }
}

/** Where the middle of a pixel lies, -1 to 1. */
export function position(index: number, count: number): number {
  return (2 * index + 1) / count - 1;
}

/** The pixels that reach from `centre - reach` to `centre + reach`, within the image. */
function span(centre: number, reach: number, count: number): [number, number] {
  const at = (where: number): number => Math.round(((where + 1) * count - 1) / 2);
  return [Math.max(0, at(centre - reach)), Math.min(count - 1, at(centre + reach))];
}

/** 16-bit little endian, whatever the machine's order (PS3.5 7.3). */
export function words(pixels: Int16Array | Uint16Array): Bytes {
  const bytes = new Uint8Array(pixels.length * 2);
  for (let i = 0, at = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!;
    bytes[at++] = pixel & 0xff;
    bytes[at++] = (pixel >> 8) & 0xff;
  }
  return bytes;
}

/** A head: scalp, skull, brain, ventricles, two lesions and a calcified one, by tissue. */
export function head(tissue: Readonly<Record<Tissue, number>>): Ellipsoid[] {
  return [
    ellipsoid([0, 0, 0], [0.72, 0.92, 0.95], tissue.skin),
    ellipsoid([0, 0, 0], [0.69, 0.89, 0.92], tissue.bone),
    ellipsoid([0, 0.01, 0], [0.63, 0.83, 0.86], tissue.fluid),
    ellipsoid([0, 0.01, 0], [0.61, 0.81, 0.84], tissue.grey),
    ellipsoid([-0.29, 0, 0.05], [0.24, 0.66, 0.6], tissue.white, 6),
    ellipsoid([0.29, 0, 0.05], [0.24, 0.66, 0.6], tissue.white, -6),
    ellipsoid([0.2, 0.02, 0.1], [0.1, 0.31, 0.35], tissue.fluid, -18),
    ellipsoid([-0.2, 0.02, 0.1], [0.13, 0.37, 0.35], tissue.fluid, 18),
    ellipsoid([0, -0.38, 0], [0.16, 0.2, 0.4], tissue.grey),
    ellipsoid([-0.36, 0.42, 0.25], [0.1, 0.08, 0.2], tissue.lesion, 30),
    ellipsoid([0.34, 0.5, -0.1], [0.05, 0.05, 0.1], tissue.bone),
  ];
}

export type Tissue = 'skin' | 'bone' | 'fluid' | 'grey' | 'white' | 'lesion';
