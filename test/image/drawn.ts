/** Files as pictures, by core/image and the page's decoders. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import type { Decoders, OpenImage, View } from '../../core/image/index.ts';
import { decodeFrame, openImage, render } from '../../core/image/index.ts';
import { PYDICOM_FILES } from '../support/needs.ts';
import type { Picture } from './dcmtk.ts';
import { DECODERS } from './wasm.ts';

/** The path of one of pydicom's files. */
export const sample = (name: string): string => join(PYDICOM_FILES, `${name}.dcm`);

/** Opens the image of a Part 10 file. */
export async function open(path: string): Promise<OpenImage> {
  const bytes = new Uint8Array(readFileSync(path));
  const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
  return openImage(bytes.subarray(dataSetOffset), info.transferSyntaxUID);
}

/** A frame as it is drawn, without the opacity. */
export async function drawn(
  image: OpenImage,
  view: View,
  index = 0,
  decoders: Decoders = DECODERS,
): Promise<Picture> {
  const { description } = image;
  const rgba = render(await decodeFrame(image, index, decoders), description, view);
  const pixels = rgba.length / 4;
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) rgb.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return { rows: description.rows, columns: description.columns, rgb };
}
