/** Stored samples out of bytes, by hand: bits, signs, byte orders, planes, colours. */
import { describe, expect, test } from 'vitest';
import { concat } from '../../core/bytes/index.ts';
import { readDataSet, writeDataSet } from '../../core/data/index.ts';
import { UID } from '../../core/dict/index.ts';
import type { DecodedFrame, Decoder, OpenImage } from '../../core/image/index.ts';
import { decodeFrame, openImage } from '../../core/image/index.ts';
import type { Keys } from './make.ts';
import { DECODED, attributes, encapsulated, native, nativeBytes, shorts } from './make.ts';

const EIGHT: Keys = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
const COLOUR: Keys = {
  ...EIGHT,
  SamplesPerPixel: 3,
  PhotometricInterpretation: 'RGB',
  PlanarConfiguration: 0,
};

async function samples(image: OpenImage, index = 0): Promise<number[]> {
  return [...(await decodeFrame(image, index)).samples];
}

describe('native samples', () => {
  test('of 16 bits', async () => {
    expect(await samples(native({}, shorts(0, 1, 0x8000, 0xffff)))).toEqual([0, 1, 32_768, 65_535]);
    expect(await samples(native({ PixelRepresentation: 1 }, shorts(0, 1, 0x8000, 0xffff)))).toEqual([
      0, 1, -32_768, -1,
    ]);
  });

  test('of 12 bits in 16, whatever stands above them', async () => {
    const twelve: Keys = { BitsStored: 12, HighBit: 11 };
    const pixels = shorts(0x0fff, 0xf800, 0x7001, 0x0800);
    expect(await samples(native(twelve, pixels))).toEqual([0xfff, 0x800, 1, 0x800]);
    expect(await samples(native({ ...twelve, PixelRepresentation: 1 }, pixels))).toEqual([
      -1, -2048, 1, -2048,
    ]);
  });

  test('with the high bit further up', async () => {
    const shifted: Keys = { BitsStored: 12, HighBit: 15 };
    expect(await samples(native(shifted, shorts(0x123f, 0xfff0, 0, 0x0010)))).toEqual([0x123, 0xfff, 0, 1]);
  });

  test('of 8 and of 32 bits', async () => {
    expect(
      await samples(native({ ...EIGHT, PixelRepresentation: 1 }, Uint8Array.of(0, 127, 128, 255))),
    ).toEqual([0, 127, -128, -1]);
    const wide: Keys = { BitsAllocated: 32, BitsStored: 32, HighBit: 31 };
    const pixels = new Uint8Array(Uint32Array.of(0, 1, 0x80000000, 0xffffffff).buffer);
    expect(await samples(native(wide, pixels))).toEqual([0, 1, 2 ** 31, 2 ** 32 - 1]);
  });

  test('of 1 bit, the first pixel lowest; frames begin inside of bytes', async () => {
    const bits: Keys = {
      Rows: 1,
      Columns: 3,
      BitsAllocated: 1,
      BitsStored: 1,
      HighBit: 0,
      NumberOfFrames: '3',
    };
    const image = native(bits, Uint8Array.of(0b10_110_001, 0b1), 'OB');
    expect(await samples(image, 0)).toEqual([1, 0, 0]);
    expect(await samples(image, 1)).toEqual([0, 1, 1]);
    expect(await samples(image, 2)).toEqual([0, 1, 1]);
  });

  test('as floats and doubles', async () => {
    const values = [0, -1.5, 1e30, Number.NaN];
    expect(await samples(native({}, new Uint8Array(Float32Array.from(values).buffer), 'OF'))).toEqual(
      values.map(Math.fround),
    );
    expect(await samples(native({}, new Uint8Array(Float64Array.from(values).buffer), 'OD'))).toEqual(values);
  });

  test('in big endian; 8 bits in words stand two by two the other way round', async () => {
    const bigEndian = (keys: Keys, pixels: Uint8Array): OpenImage =>
      openImage(toBigEndian(nativeBytes(keys, pixels)), UID.ExplicitVRBigEndian);
    expect(await samples(bigEndian({}, Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7)))).toEqual([
      1, 0x203, 0x405, 0x607,
    ]);
    expect(await samples(bigEndian(EIGHT, Uint8Array.of(2, 1, 4, 3)))).toEqual([1, 2, 3, 4]);
  });

  test('have a buffer of their own', async () => {
    const bytes = nativeBytes({}, shorts(1, 2, 3, 4));
    const { samples: own } = await decodeFrame(openImage(bytes, UID.ExplicitVRLittleEndian), 0);
    expect(own.buffer).not.toBe(bytes.buffer);
    expect(own.buffer.byteLength).toBe(8);
  });

  test('that are too few: refused', () => {
    expect(() => native({ NumberOfFrames: '2' }, shorts(1, 2, 3, 4))).toThrow(
      expect.objectContaining({ code: 'IMAGE_INVALID', details: { length: 8, needed: 16 } }),
    );
  });
});

/** The data set with its headers turned round, pixel bytes as they are; all other values are words or text. */
function toBigEndian(littleEndian: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const out = littleEndian.slice();
  const view = new DataView(out.buffer);
  const turn16 = (at: number): void => view.setUint16(at, view.getUint16(at, true));
  for (let at = 0; at < out.length;) {
    turn16(at);
    turn16(at + 2);
    const vr = String.fromCharCode(out[at + 4]!, out[at + 5]!);
    if (vr === 'OW') {
      view.setUint32(at + 8, view.getUint32(at + 8, true));
      at += 12 + view.getUint32(at + 8);
      continue;
    }
    turn16(at + 6);
    const length = view.getUint16(at + 6);
    if (vr === 'US') for (let i = 0; i < length; i += 2) turn16(at + 8 + i);
    at += 8 + length;
  }
  return out;
}

describe('colours', () => {
  const RGB = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

  test('by pixel and by plane', async () => {
    expect(await samples(native(COLOUR, RGB))).toEqual([...RGB]);
    const planes = Uint8Array.of(1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12);
    expect(await samples(native({ ...COLOUR, PlanarConfiguration: 1 }, planes))).toEqual([...RGB]);
  });

  // Values of PS3.3 C.7.6.3.1.2, rounded by hand.
  const GREY_RED_BLUE = [128, 128, 128, 255, 0, 0, 0, 0, 254];

  test('YBR_FULL', async () => {
    const ybr = Uint8Array.of(128, 128, 128, 76, 85, 255, 29, 255, 107);
    const keys = { ...COLOUR, Rows: 1, Columns: 3, PhotometricInterpretation: 'YBR_FULL' };
    const found = await samples(native(keys, Uint8Array.of(...ybr, 0)));
    found.forEach((sample, i) => expect(Math.abs(sample - GREY_RED_BLUE[i]!)).toBeLessThanOrEqual(1));
  });

  test('YBR_FULL_422: two pixels share their colour', async () => {
    const keys = { ...COLOUR, Rows: 1, Columns: 4, PhotometricInterpretation: 'YBR_FULL_422' };
    const frame = await decodeFrame(native(keys, Uint8Array.of(10, 20, 128, 128, 76, 76, 85, 255)), 0);
    expect(frame.photometricInterpretation).toBe('RGB');
    expect([...frame.samples]).toEqual([10, 10, 10, 20, 20, 20, 254, 0, 0, 254, 0, 0]);
  });

  test.each(['HSV', 'CMYK', 'YBR_PARTIAL_422', '', '__proto__'])('%s: refused', async (name) => {
    const keys = { ...COLOUR, PhotometricInterpretation: name === '' ? 'MONOCHROME2' : name };
    await expect(decodeFrame(native(keys, RGB), 0)).rejects.toMatchObject({
      code: expect.stringMatching(/^IMAGE_/),
    });
  });
});

describe('decoders that are handed in', () => {
  /** The beginning of a baseline JPEG: SOI, SOF0 with 8 bits, rows, columns, one component. */
  const header = (rows: number, columns: number, bits = 8): Uint8Array<ArrayBuffer> =>
    Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 11, bits, 0, rows, 0, columns, 1, 1, 0x11, 0, 0);
  const syntax = UID.JPEGBaseline8Bit;
  const GOOD: DecodedFrame = { ...DECODED, bytes: Uint8Array.of(1, 2, 3, 255) };
  const decode = (image: OpenImage, decoder: Decoder): Promise<unknown> =>
    decodeFrame(image, 0, { [syntax]: decoder });

  test('get the bytes of one frame, and what is told of it', async () => {
    const seen: unknown[] = [];
    const image = encapsulated(EIGHT, [header(2, 2)], { syntax });
    const frame = await decode(image, (encoded, format) => {
      seen.push(encoded.length, format.transferSyntaxUID, format.rows, format.bitsStored);
      return GOOD;
    });
    expect(frame).toMatchObject({ bits: 8, samples: GOOD.bytes, photometricInterpretation: 'MONOCHROME2' });
    expect(seen).toEqual([16, syntax, 2, 8]);
  });

  test.each([
    ['another size', header(3, 2)],
    ['more bits', header(2, 2, 12)],
    ['no codestream', Uint8Array.of(1, 2, 3, 4)],
    ['nothing', new Uint8Array(0)],
  ])('are not asked for %s', async (_, bytes) => {
    const image = encapsulated(EIGHT, [bytes], { syntax });
    const decoder: Decoder = () => expect.fail('asked');
    await expect(decode(image, decoder)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
  });

  test.each<[string, Partial<DecodedFrame>]>([
    ['rows', { rows: 4, columns: 1 }],
    ['bytes', { bytes: Uint8Array.of(1, 2, 3) }],
    ['bits', { bitsAllocated: 16 }],
  ])('are not believed when they give other %s', async (_, wrong) => {
    const image = encapsulated(EIGHT, [header(2, 2)], { syntax });
    await expect(decode(image, () => ({ ...GOOD, ...wrong }))).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
    });
  });

  test('that are missing: the syntax is named', async () => {
    const image = encapsulated({ ...EIGHT, NumberOfFrames: '7' }, [header(2, 2)], { syntax: UID.MPEG2MPML });
    await expect(decodeFrame(image, 0)).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: expect.stringContaining('MPEG2'),
    });
  });
});

test('each frame deflated on its own (Deflated Image Frame Compression)', async () => {
  // A stored block of RFC 1951: the last one, 4 bytes long, then them.
  const stored = Uint8Array.of(1, 4, 0, 0xfb, 0xff, 9, 8, 7, 6, 0);
  const image = encapsulated(EIGHT, [stored], { syntax: UID.DeflatedImageFrameCompression });
  expect(await samples(image)).toEqual([9, 8, 7, 6]);
  const short = encapsulated({ ...EIGHT, Rows: 3 }, [stored], { syntax: UID.DeflatedImageFrameCompression });
  await expect(decodeFrame(short, 0)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
});

test('each frame in a fragment, not compressed (Encapsulated Uncompressed)', async () => {
  const syntax = UID.EncapsulatedUncompressedExplicitVRLittleEndian;
  const frames = [shorts(1, 2, 3, 4), shorts(5, 6, 7, 8)];
  const image = encapsulated({ NumberOfFrames: '2' }, frames, { syntax });
  expect(await samples(image, 1)).toEqual([5, 6, 7, 8]);
  const short = encapsulated({ Rows: 3 }, frames.slice(1), { syntax });
  await expect(decodeFrame(short, 0)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
});

test('what has no pixels says so; icons and private attributes are no pixels', () => {
  const icon = readDataSet(nativeBytes({}, shorts(1, 2, 3, 4)), UID.ExplicitVRLittleEndian);
  const bytes = writeDataSet(
    { ...attributes(), '00880200': { vr: 'SQ', Value: [icon] } },
    UID.ExplicitVRLittleEndian,
  );
  expect(() => openImage(bytes, UID.ExplicitVRLittleEndian)).toThrow(
    expect.objectContaining({ code: 'IMAGE_UNSUPPORTED' }),
  );
  const { dataSet } = openImage(
    concat([bytes, nativeBytes({}, shorts(1, 2, 3, 4)).subarray(-20)]),
    UID.ExplicitVRLittleEndian,
  );
  expect(Object.keys(dataSet)).not.toContain('7FE00010');
});

test.each([-1, 1, 0.5, Number.NaN])('there is no frame %d of one', (index) => {
  expect(() => native({}, shorts(1, 2, 3, 4)).encoded(index)).toThrow(
    expect.objectContaining({ code: 'IMAGE_INVALID' }),
  );
});
