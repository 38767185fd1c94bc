/** Colours by plane to colours by pixel, and YBR to RGB (PS3.3 C.7.6.3.1.2). */
import type { Samples } from './types.ts';

type Colour = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Three planes as triples. */
export function byPixel<T extends Samples>(planes: T): T {
  const pixels = planes.length / 3;
  const out = new (planes.constructor as new (length: number) => T)(planes.length);
  for (let i = 0, at = 0; i < pixels; i++) {
    out[at++] = planes[i]!;
    out[at++] = planes[pixels + i]!;
    out[at++] = planes[2 * pixels + i]!;
  }
  return out;
}

/** Y1 Y2 Cb Cr for two pixels as two triples: both take the colour (native YBR_FULL_422). */
export function from422<T extends Samples>(halved: T, pixels: number): T {
  const out = new (halved.constructor as new (length: number) => T)(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const pair = 4 * (i >> 1);
    out[3 * i] = halved[pair + (i & 1)]!;
    out[3 * i + 1] = halved[pair + 2]!;
    out[3 * i + 2] = halved[pair + 3]!;
  }
  return out;
}

/** YBR_FULL to RGB, in place; `bits` of a sample, of which half the range is no colour. */
export function toRGB(samples: Colour, bits: number): Colour {
  const most = 2 ** bits - 1;
  const middle = 2 ** (bits - 1);
  const within = (value: number): number => (value < 0 ? 0 : value > most ? most : Math.round(value));
  for (let i = 0; i + 2 < samples.length; i += 3) {
    const y = samples[i]!;
    const blue = samples[i + 1]! - middle;
    const red = samples[i + 2]! - middle;
    samples[i] = within(y + 1.402 * red);
    samples[i + 1] = within(y - 0.344136 * blue - 0.714136 * red);
    samples[i + 2] = within(y + 1.772 * blue);
  }
  return samples;
}
