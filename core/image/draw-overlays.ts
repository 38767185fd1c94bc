/** Overlay planes over a picture (PS3.3 C.9.2). */
import type { Frame, Overlay } from './types.ts';

const WHITE = 0xffffffff;

/** Draws in white, one pixel of the plane on one of the image; what lies outside of the image is cut off. */
export function drawOverlays(pixels: Uint32Array, frame: Frame, overlays: readonly Overlay[]): void {
  for (const overlay of overlays) {
    const plane = frame.index - overlay.firstFrame;
    // One plane without a frame of its own is for all of them.
    const which = overlay.frames === 1 && overlay.firstFrame === 0 ? 0 : plane;
    if (which >= 0 && which < overlay.frames) drawPlane(pixels, frame, overlay, which);
  }
}

function drawPlane(pixels: Uint32Array, frame: Frame, overlay: Overlay, plane: number): void {
  const { bits, rows, columns } = overlay;
  const base = plane * rows * columns;
  // Only what lies on the image is walked through.
  const firstRow = Math.max(0, -overlay.row);
  const lastRow = Math.min(rows, frame.rows - overlay.row);
  const firstColumn = Math.max(0, -overlay.column);
  const lastColumn = Math.min(columns, frame.columns - overlay.column);
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      const bit = base + row * columns + column;
      const set = (bits[Math.floor(bit / 8)]! >> (bit & 7)) & 1;
      if (set === 1) pixels[(row + overlay.row) * frame.columns + column + overlay.column] = WHITE;
    }
  }
}
