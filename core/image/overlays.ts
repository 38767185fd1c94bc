/** Overlay planes, groups 6000 to 60FE (PS3.3 C.9.2). */
import type { DataSet } from '../data/index.ts';
import { number, text } from '../data/index.ts';
import { hexNumber } from '../bytes/index.ts';
import type { Overlay } from './types.ts';
import { bytesOf, numbers } from './values.ts';

/**
 * The planes that have bits of their own. Those that lie in unused bits of the pixels (retired in 2004), and those
 * with fewer bits than their size says, are left out.
 */
export function overlaysOf(from: DataSet): Overlay[] {
  return Array.from({ length: 128 }, (_, i) => hexNumber(0x6000 + 2 * i, 4))
    .filter((group) => from[`${group}3000`] !== undefined)
    .map((group) => overlayOf(from, group))
    .filter((overlay) => overlay !== undefined);
}

function overlayOf(from: DataSet, group: string): Overlay | undefined {
  const rows = number(from, `${group}0010`) ?? 0;
  const columns = number(from, `${group}0011`) ?? 0;
  const frames = number(from, `${group}0015`) ?? 1;
  const bits = bytesOf(from, `${group}3000`);
  const needed = rows * columns * frames;
  if (!(needed > 0 && needed <= 8 * bits.length)) return undefined;
  const [row = 1, column = 1] = numbers(from, `${group}0050`);
  return {
    group,
    rows,
    columns,
    row: row - 1,
    column: column - 1,
    type: text(from, `${group}0040`) === 'R' ? 'roi' : 'graphics',
    label: text(from, `${group}1500`) || text(from, `${group}0022`),
    firstFrame: (number(from, `${group}0051`) ?? 1) - 1,
    frames,
    bits,
  };
}
