/** Pictures as DCMTK draws them, and files as it writes them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { program } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';

/** A picture in grey or colour, three bytes a pixel. */
export interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly rgb: Uint8Array;
}

/** The largest difference of a sample; throws where they have not the same size. */
export function difference(a: Picture, b: Picture): number {
  expect([a.rows, a.columns, a.rgb.length]).toEqual([b.rows, b.columns, b.rgb.length]);
  let most = 0;
  for (let i = 0; i < a.rgb.length; i++) most = Math.max(most, Math.abs(a.rgb[i]! - b.rgb[i]!));
  return most;
}

/** Draws a frame, from 0, as dcmj2pnm or dcml2pnm does: the latter knows JPEG-LS. Overlays only where `options` say so. */
export function pictureOf(
  path: string,
  frame: number,
  options: readonly string[],
  by: 'dcmj2pnm' | 'dcml2pnm' = 'dcmj2pnm',
): Picture {
  const args = ['-q', '+F', String(frame + 1), ...options, path];
  const { status, stdout, stderr } = spawnSync(program(by)!, args, { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${by} ${args.join(' ')}: exit ${status} ${String(stderr)}`);
  return parse(stdout);
}

/** A new file, made by one of DCMTK's programs out of another. */
export function converted(name: string, options: readonly string[], path: string): string {
  const out = join(temporaryFolder(), 'converted.dcm');
  const { status, stderr } = spawnSync(program(name)!, ['-q', ...options, path, out], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${options.join(' ')} ${path}: exit ${status} ${stderr}`);
  return out;
}

/** Raw PGM (P5) or PPM (P6) of 8 bits: kind, columns, rows and maximum as words, one space, the pixels. */
function parse(pnm: Buffer): Picture {
  const head = /^P([56])\s+(?:#[^\n]*\n)?\s*(\d+)\s+(\d+)\s+255\s/.exec(pnm.toString('latin1', 0, 300));
  if (head === null) throw new Error('not a raw PGM or PPM of 8 bits');
  const [start, kind, columns, rows] = head;
  const pixels = pnm.subarray(start.length);
  const rgb = kind === '6' ? pixels : new Uint8Array(3 * pixels.length);
  if (kind === '5') pixels.forEach((grey, i) => rgb.fill(grey, 3 * i, 3 * i + 3));
  return { rows: Number(rows), columns: Number(columns), rgb };
}
