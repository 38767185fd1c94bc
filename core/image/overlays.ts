/** Overlay planes, groups 6000 to 60FE (PS3.3 C.9.2). */
import type { Bytes } from '../bytes/index.ts';
import { hexNumber } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { number, text } from '../data/index.ts';
import type { ImageDescription, Overlay } from './types.ts';
import { bytesOf, numbers } from './values.ts';

const GROUPS: readonly string[] = Array.from({ length: 128 }, (_, i) => hexNumber(0x6000 + 2 * i, 4));

/** The planes that have bits of their own; those with fewer bits than their size says are left out. */
export function overlaysOf(from: DataSet): Overlay[] {
  return GROUPS.filter((group) => from[`${group}3000`] !== undefined)
    .map((group) => overlayOf(from, group, bytesOf(from, `${group}3000`)))
    .filter(({ rows, columns, frames, bits }) => {
      const needed = rows * columns * frames;
      return needed > 0 && needed <= 8 * bits.length;
    });
}

/**
 * The planes that lie in bits of the pixels which no sample takes, as was allowed until 2004: one for each frame.
 * `pixels` are all native frames, 16 bits a sample. A bit is of one plane: of groups that name the same, the first
 * counts, so that the pixels are not gone through more often than they have bits.
 */
export function embeddedOverlays(
  from: DataSet,
  pixels: Bytes,
  format: ImageDescription,
  littleEndian: boolean,
): Overlay[] {
  if (format.bitsAllocated !== 16 || format.samplesPerPixel !== 1) return [];
  const groupAt = new Map<number, string>();
  for (const group of GROUPS.filter((one) => isEmbedded(from, one, format))) {
    const position = number(from, `${group}0102`)!;
    if (!groupAt.has(position)) groupAt.set(position, group);
  }
  return [...groupAt].map(([position, group]) => ({
    ...overlayOf(from, group, bitsAt(pixels, position, format, littleEndian)),
    row: 0,
    column: 0,
    firstFrame: 0,
    frames: format.numberOfFrames,
  }));
}

/** Overlay Bits Allocated (60xx,0100) and Overlay Bit Position (60xx,0102) tell where its bits are. */
function isEmbedded(from: DataSet, group: string, format: ImageDescription): boolean {
  const position = number(from, `${group}0102`) ?? -1;
  const inSample = position <= format.highBit && position > format.highBit - format.bitsStored;
  return (
    from[`${group}3000`] === undefined &&
    number(from, `${group}0100`) === format.bitsAllocated &&
    number(from, `${group}0010`) === format.rows &&
    number(from, `${group}0011`) === format.columns &&
    position >= 0 &&
    position < format.bitsAllocated &&
    !inSample
  );
}

function bitsAt(
  pixels: Bytes,
  position: number,
  { rows, columns, numberOfFrames }: ImageDescription,
  littleEndian: boolean,
): Bytes {
  const count = rows * columns * numberOfFrames;
  const bits = new Uint8Array(Math.ceil(count / 8));
  // The byte of each word that the bit is in.
  const byte = position >> 3 === (littleEndian ? 0 : 1) ? 0 : 1;
  for (let i = 0; i < count; i++) {
    bits[i >> 3]! |= ((pixels[2 * i + byte]! >> (position & 7)) & 1) << (i & 7);
  }
  return bits;
}

function overlayOf(from: DataSet, group: string, bits: Bytes): Overlay {
  const [row = 1, column = 1] = numbers(from, `${group}0050`);
  return {
    group,
    rows: number(from, `${group}0010`) ?? 0,
    columns: number(from, `${group}0011`) ?? 0,
    row: row - 1,
    column: column - 1,
    type: text(from, `${group}0040`) === 'R' ? 'roi' : 'graphics',
    label: text(from, `${group}1500`) || text(from, `${group}0022`),
    firstFrame: (number(from, `${group}0051`) ?? 1) - 1,
    frames: number(from, `${group}0015`) ?? 1,
    bits,
  };
}
