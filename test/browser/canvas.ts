/** The picture of the viewer as it is on the screen. */
import type { Page } from 'playwright-core';
import { placed } from '../../web/ui/viewport.ts';
import type { Picture } from '../image/dcmtk.ts';

/**
 * The colour in the middle of each pixel of a picture of this size, square pixels, as large as fits. Enlarged four
 * times or more a pixel is drawn as a rectangle of one colour: what is read is what was drawn.
 */
export async function onScreen(page: Page, rows: number, columns: number): Promise<Picture> {
  const pane = page.getByRole('application');
  const { width, height } = (await pane.boundingBox())!;
  const at = placed({ rows, columns, aspect: 1 }, { width, height }, 1, { x: 0, y: 0 });
  if (at.width < 4 * columns) throw new Error(`${columns} × ${rows} pixels are too many for this pane`);
  const middles = (count: number, from: number, length: number): number[] =>
    Array.from({ length: count }, (_, i) => Math.floor(from + ((i + 0.5) * length) / count));
  const [xs, ys] = [middles(columns, at.left, at.width), middles(rows, at.top, at.height)];
  const rgb = await pane.locator('canvas').evaluate(
    (canvas: HTMLCanvasElement, [across, down]) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
        willReadFrequently: true,
      })!;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      // As text it crosses to this process many times faster than as numbers.
      const row = (y: number): string =>
        across!
          .map((x) => String.fromCharCode(...data.subarray(4 * (y * canvas.width + x)).subarray(0, 3)))
          .join('');
      return down!.map(row).join('');
    },
    [xs, ys],
  );
  return { rows, columns, rgb: Buffer.from(rgb, 'latin1') };
}

/** Whether anything bright is in it. */
export function isBright(page: Page): Promise<boolean> {
  return page
    .locator('canvas')
    .first()
    .evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const copy = new OffscreenCanvas(width, height).getContext('2d')!;
      copy.drawImage(element as HTMLCanvasElement, 0, 0);
      return copy.getImageData(0, 0, width, height).data.some((value, i) => i % 4 === 0 && value > 100);
    });
}
