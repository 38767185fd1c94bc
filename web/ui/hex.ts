/** Bytes as rows of hexadecimal numbers. */
import { renderedSpan } from './grid.ts';

/** Some of the bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export const LINE_HEIGHT = 20;
/** Bytes of a line where there is room, and where there is not. */
const WIDE = 16;
const NARROW = 8;
/** What a line of 16 needs, in pixels: each of its letters takes 8 at most. */
const WIDE_ROOM = 8 * (8 + 3 * WIDE + WIDE + 2);

export function bytesPerLine(width: number): number {
  return width >= WIDE_ROOM ? WIDE : NARROW;
}

export interface HexLine {
  readonly offset: number;
  readonly cells: readonly HexCell[];
}

export interface HexCell {
  readonly at: number;
  readonly hex: string;
  /** The letter, or a dot where it is none of ASCII. */
  readonly letter: string;
}

/** The lines that are seen at a scroll position, and some around them; all in pixels. */
export function hexLines(
  bytes: Uint8Array,
  perLine: number,
  { top, height }: { readonly top: number; readonly height: number },
): HexLine[] {
  const { first, end } = renderedSpan(top, height, LINE_HEIGHT, Math.ceil(bytes.length / perLine));
  return Array.from({ length: end - first }, (_, i) => hexLine(bytes, (first + i) * perLine, perLine));
}

function hexLine(bytes: Uint8Array, offset: number, perLine: number): HexLine {
  const some = bytes.subarray(offset, offset + perLine);
  return {
    offset,
    cells: Array.from(some, (byte, i) => ({ at: offset + i, hex: hex(byte, 2), letter: letter(byte) })),
  };
}

export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function letter(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}

export function holds({ offset, length }: ByteRange, at: number): boolean {
  return at >= offset && at < offset + length;
}

/** Where the keyboard goes from byte `at` of `length`; undefined for keys that do not move. */
export function movedByte(
  key: string,
  at: number,
  length: number,
  { perLine, lines }: { readonly perLine: number; readonly lines: number },
): number | undefined {
  const start = at - (at % perLine);
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - perLine,
    ArrowDown: at + perLine,
    PageUp: at - perLine * lines,
    PageDown: at + perLine * lines,
    Home: start,
    End: start + perLine - 1,
  };
  const to = moves[key];
  if (to === undefined || length === 0) return undefined;
  return to < 0 || to >= length ? clamped(key, at, to, length) : to;
}

/** Whole lines are passed over or none: the column stays. The ends of lines and pages are as far as there are bytes. */
function clamped(key: string, at: number, to: number, length: number): number {
  if (key === 'ArrowUp' || key === 'ArrowDown') return at;
  return Math.max(0, Math.min(length - 1, to));
}

/** The scroll position that has byte `at` in sight, and as much of what is around it as was. */
export function scrolledTo(
  at: number,
  perLine: number,
  { top, height }: { readonly top: number; readonly height: number },
): number {
  const above = Math.floor(at / perLine) * LINE_HEIGHT;
  if (above < top) return above;
  const below = above + LINE_HEIGHT - height;
  return below > top ? below : top;
}
