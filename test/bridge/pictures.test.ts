/** Pictures without a browser: PNG that another program reads as the pixels that were drawn. */
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pngRenderer } from '../../bridge/node/pictures.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError, fromHex } from '../../core/bytes/index.ts';
import type { RenderRequest } from '../../core/dicomweb/index.ts';
import { UID } from '../../core/dict/index.ts';
import type { Decoders, OpenImage } from '../../core/image/index.ts';
import { DECODED, encapsulated, native, shorts } from '../image/make.ts';
import { turns } from '../support/streams.ts';

type How = Partial<Pick<RenderRequest, 'view' | 'viewport' | 'frame' | 'signal'>>;

const asked = (image: OpenImage, how: How = {}): RenderRequest => ({
  image,
  frame: 0,
  view: {},
  mediaType: 'image/png',
  quality: undefined,
  viewport: undefined,
  signal: new AbortController().signal,
  ...how,
});

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly rows: readonly (readonly number[])[];
}

/** Of PNG what is written here: 8 bits, grey or colours, the filters None and Sub (ISO/IEC 15948). */
function read(bytes: Bytes): Picture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  expect(bytes.subarray(0, 16)).toEqual(fromHex('89504e470d0a1a0a 0000000d 49484452'));
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const channels = bytes[25] === 2 ? 3 : 1;
  const length = view.getUint32(33);
  const raw = inflateSync(bytes.subarray(41, 41 + length));
  const rows = Array.from({ length: height }, (_, y) => {
    const [filter, ...row] = raw.subarray(y * (1 + width * channels), (y + 1) * (1 + width * channels));
    if (filter === 1)
      for (let i = channels; i < row.length; i++) row[i] = (row[i]! + row[i - channels]!) & 255;
    return row;
  });
  return { width, height, channels, rows };
}

const drawn = async (image: OpenImage, how?: How): Promise<Picture> =>
  read(await pngRenderer()(asked(image, how)));

const voi = { center: 128, width: 256, function: 'LINEAR_EXACT' } as const;

describe('a picture', () => {
  test('in grey, of the frame and the window that are asked for', async () => {
    const image = native({ NumberOfFrames: 2 }, shorts(9, 9, 9, 9, 0, 255, 128, 1000));
    const picture = await drawn(image, { frame: 1, view: { voi } });
    expect(picture).toMatchObject({ width: 2, height: 2, channels: 1 });
    expect(picture.rows).toEqual([
      [0, 254],
      [128, 255],
    ]);
  });

  test('in colours, of RLE', async () => {
    const keys = { SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 0 };
    const bits = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
    const head = [3, 64, 69, 74].flatMap((word) => [word, 0, 0, 0]);
    const planes = [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12];
    const segments = [0, 4, 8].flatMap((at) => [3, ...planes.slice(at, at + 4)]);
    const frame = Uint8Array.from([...head, ...Array<number>(48).fill(0), ...segments, 0]);
    const picture = await drawn(encapsulated({ ...keys, ...bits }, [frame]));
    expect(picture).toMatchObject({ channels: 3 });
    expect(picture.rows).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]);
  });

  test('fits into its viewport, as means where it is smaller', async () => {
    const image = native({ Rows: 2, Columns: 4 }, shorts(0, 100, 200, 200, 0, 100, 200, 200));
    const small = await drawn(image, { view: { voi }, viewport: { width: 2, height: 9 } });
    expect(small.rows).toEqual([[50, 199]]);
    const large = await drawn(image, { view: { voi }, viewport: { width: 8, height: 8 } });
    expect(large).toMatchObject({ width: 8, height: 4 });
    expect(large.rows).toEqual(Array.from({ length: 4 }, () => [0, 0, 100, 100, 199, 199, 199, 199]));
  });

  test('has square pixels', async () => {
    const image = native({ PixelAspectRatio: '2\\1' }, shorts(0, 0, 0, 0));
    expect(await drawn(image)).toMatchObject({ width: 2, height: 4 });
  });

  test('is refused where it is too large, or nothing decodes it', async () => {
    const image = native({}, shorts(0, 0, 0, 0));
    const viewport = { width: 16_384, height: 16_384 };
    await expect(drawn(image, { viewport })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    const jpeg = encapsulated({}, [fromHex('ffd8 ffd9')], { syntax: '1.2.840.10008.1.2.4.50' });
    await expect(drawn(jpeg)).rejects.toMatchObject({ code: 'IMAGE_UNSUPPORTED' });
  });

  test('is made beside few others, and gives up its turn where it fails or nobody waits', async () => {
    const header = fromHex('ffd8 ffc0 000b 08 0002 0002 01 011100 ffd9 00');
    const keys = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
    const image = encapsulated(keys, [header], { syntax: UID.JPEGBaseline8Bit });
    let [asking, most, called] = [0, 0, 0];
    const decoder: Decoders[string] = async () => {
      most = Math.max(most, ++asking);
      const fails = ++called <= 5;
      await turns(3);
      asking--;
      if (fails) throw new DicomError('CODEC_FAILED', 'as told');
      return { ...DECODED, bytes: Uint8Array.of(0, 80, 160, 240) };
    };
    const draw = pngRenderer({ [UID.JPEGBaseline8Bit]: decoder });
    const leaving = new AbortController();
    const pictures = Array.from({ length: 12 }, () => draw(asked(image)));
    const left = draw(asked(image, { signal: leaving.signal }));
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    const made = await Promise.allSettled(pictures);
    expect(made.map(({ status }) => status === 'fulfilled')).toEqual(made.map((_, i) => i >= 5));
    expect([most, called]).toEqual([4, 12]);
  });
});
