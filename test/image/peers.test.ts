/**
 * Our pictures beside DCMTK's, pixel by pixel, for every transfer syntax that is claimed. DCMTK cannot read JPEG 2000 and
 * HTJ2K: there our picture is held to DCMTK's of the same image before it was compressed.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import { dataSet } from '../../core/data/index.ts';
import { UID } from '../../core/dict/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import type { OpenImage, View } from '../../core/image/index.ts';
import { decodeFrame } from '../../core/image/index.ts';
import { DECODED_SYNTAXES } from '../../web/codec/syntaxes.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import { converted, difference, pictureOf } from './dcmtk.ts';
import { drawn, open, sample } from './drawn.ts';
import { encode } from './encode.ts';
import type { Keys } from './make.ts';
import { encapsulated, nativeBytes, shorts, words } from './make.ts';
import { DECODERS } from './wasm.ts';

const { resolve } = createRequire(import.meta.url);
/** JPEG Lossless of every selection value, in the tests of its decoder. */
const lossless = (name: string): string =>
  join(resolve('jpeg-lossless-decoder-js'), '../../../tests/data', `jpeg_lossless_${name}.dcm`);

/** DCMTK cuts off where we round: one step of grey. */
const ROUNDING = 1;

/** The same window for both. */
function windowOf(center: number, width: number): { view: View; options: string[] } {
  return {
    view: { voi: { center, width, function: 'LINEAR' } },
    options: ['-O', '+Ww', String(center), String(width)],
  };
}

const CT = windowOf(40, 1500);
const MR = windowOf(600, 1600);
const INFO = {
  sopClassUID: UID.SecondaryCaptureImageStorage,
  sopInstanceUID: '1.2.3',
  transferSyntaxUID: UID.ExplicitVRLittleEndian,
  callingAETitle: '',
};
const AS_IT_IS = { view: {}, options: ['-O'] };

/** Each syntax with a file that DCMTK draws as well; made by it where none is at hand. */
const FILES: readonly (readonly [string, () => string, typeof CT, ('dcmj2pnm' | 'dcml2pnm')?])[] = [
  [UID.ImplicitVRLittleEndian, () => sample('MR_small_implicit'), MR],
  [UID.ExplicitVRLittleEndian, () => sample('CT_small'), CT],
  [UID.ImplicitVRLittleEndian, () => sample('SC_rgb_jpeg_dcmd'), AS_IT_IS],
  [UID.ExplicitVRLittleEndian, () => sample('SC_ybr_full_422_uncompressed'), AS_IT_IS],
  [UID.ExplicitVRLittleEndian, () => sample('liver_1frame'), windowOf(1, 1)],
  [
    UID.ExplicitVRLittleEndian,
    () => join(PYDICOM_FILES, 'dicomdirtests/77654033/CR1/6154'),
    windowOf(2048, 4096),
  ],
  [UID.ExplicitVRBigEndian, () => sample('MR_small_bigendian'), MR],
  [UID.ExplicitVRBigEndian, () => sample('ExplVR_BigEnd'), AS_IT_IS],
  [UID.DeflatedExplicitVRLittleEndian, () => sample('image_dfl'), AS_IT_IS],
  [UID.DeflatedExplicitVRLittleEndian, () => converted('dcmconv', ['+td'], sample('CT_small')), CT],
  [UID.RLELossless, () => sample('MR_small_RLE'), MR],
  [UID.RLELossless, () => sample('SC_rgb_rle'), AS_IT_IS],
  [UID.RLELossless, () => sample('SC_rgb_rle_16bit_2frame'), AS_IT_IS],
  [UID.RLELossless, () => sample('rtdose_rle'), windowOf(1e6, 2e6)],
  [UID.JPEGBaseline8Bit, () => sample('SC_rgb_jpeg_dcmtk'), AS_IT_IS],
  [UID.JPEGBaseline8Bit, () => sample('SC_rgb_dcmtk_+eb+cr'), AS_IT_IS],
  [UID.JPEGBaseline8Bit, () => sample('SC_jpeg_no_color_transform'), AS_IT_IS],
  [UID.JPEGBaseline8Bit, () => sample('SC_rgb_small_odd_jpeg'), AS_IT_IS],
  [UID.JPEGBaseline8Bit, () => converted('dcmcjpeg', ['+eb'], sample('image_dfl')), AS_IT_IS],
  [UID.JPEGExtended12Bit, () => converted('dcmcjpeg', ['+ee', '+be'], sample('image_dfl')), AS_IT_IS],
  [UID.JPEGLossless, () => converted('dcmcjpeg', ['+el'], sample('CT_small')), CT],
  [UID.JPEGLossless, () => converted('dcmcjpeg', ['+el', '+sv', '6'], sample('MR_small')), MR],
  [UID.JPEGLosslessSV1, () => converted('dcmcjpeg', ['+e1'], sample('CT_small')), CT],
  [UID.JPEGLosslessSV1, () => sample('SC_rgb_jpeg_gdcm'), AS_IT_IS],
  [UID.JPEGLSLossless, () => sample('MR_small_jpeg_ls_lossless'), MR, 'dcml2pnm'],
  [UID.JPEGLSLossless, () => converted('dcmcjpls', [], sample('SC_rgb_jpeg_dcmd')), AS_IT_IS, 'dcml2pnm'],
  [UID.JPEGLSNearLossless, () => converted('dcmcjpls', ['+en'], sample('image_dfl')), AS_IT_IS, 'dcml2pnm'],
];
const FROM_THE_DECODER = ['sel1-8bit', 'sel1', 'sel2', 'sel3', 'sel4', 'sel5', 'sel6', 'sel7'];

/** Syntax, and how far a sample may be off for its loss. */
const COMPRESSED: readonly (readonly [string, number])[] = [
  [UID.JPEG2000Lossless, ROUNDING],
  [UID.JPEG2000, 6],
  [UID.HTJ2KLossless, ROUNDING],
  [UID.HTJ2KLosslessRPCL, ROUNDING],
  [UID.HTJ2K, 6],
];

describeWith(['dcmtk', 'pydicom'], 'pictures as DCMTK draws them', () => {
  test.each(FILES.map((each, i) => [i, ...each] as const))('%d: %s', async (_, syntax, path, how, by) => {
    const file = path();
    const image = await open(file);
    expect(image.transferSyntaxUID).toBe(syntax);
    const frames = Math.min(2, image.description.numberOfFrames);
    for (let i = 0; i < frames; i++) {
      expect(
        difference(await drawn(image, how.view, i), pictureOf(file, i, how.options, by)),
      ).toBeLessThanOrEqual(ROUNDING);
    }
  });

  test.each(FROM_THE_DECODER)('JPEG Lossless %s', async (name) => {
    const file = lossless(name);
    const image = await open(file);
    const { view, options } = image.description.samplesPerPixel === 3 ? AS_IT_IS : windowOf(2048, 4096);
    expect(difference(await drawn(image, view), pictureOf(file, 0, options))).toBeLessThanOrEqual(ROUNDING);
  });

  test('every syntax that is claimed is compared here', () => {
    const compared = [...FILES.map(([syntax]) => syntax), ...COMPRESSED.map(([syntax]) => syntax)];
    expect(DECODED_SYNTAXES.filter((syntax) => !compared.includes(syntax))).toEqual([]);
  });

  test('JPEG 2000 as others wrote it: MR_small without loss', async () => {
    const reference = pictureOf(sample('MR_small'), 0, MR.options);
    expect(
      difference(await drawn(await open(sample('MR_small_jp2klossless')), MR.view), reference),
    ).toBeLessThanOrEqual(ROUNDING);
  });

  test.each(COMPRESSED)('%s, compressed here', async (syntax, loss) => {
    for (const [name, { view, options }] of [
      ['CT_small', CT],
      ['SC_rgb_jpeg_dcmd', AS_IT_IS],
    ] as const) {
      const image = await compressed(await open(sample(name)), syntax);
      expect(difference(await drawn(image, view), pictureOf(sample(name), 0, options))).toBeLessThanOrEqual(
        loss,
      );
    }
  });

  test('tables, palettes and overlays of files written here', async () => {
    const ramp = Array.from({ length: 64 }, (_, i) => i);
    const table = (first: number, entry: (i: number) => number): DataSet =>
      dataSet({ LUTDescriptor: [64, first, 16], LUTExplanation: 'HERE', LUTData: words(...ramp.map(entry)) });
    const descriptor = [64, 10, 16];
    const channel = (entry: (i: number) => number): KeyValue => words(...ramp.map(entry));
    const palette: Keys = {
      PhotometricInterpretation: 'PALETTE COLOR',
      RedPaletteColorLookupTableDescriptor: descriptor,
      GreenPaletteColorLookupTableDescriptor: descriptor,
      BluePaletteColorLookupTableDescriptor: descriptor,
      RedPaletteColorLookupTableData: channel((i) => 1024 * i),
      GreenPaletteColorLookupTableData: channel((i) => 65_535 - 1000 * i),
      BluePaletteColorLookupTableData: channel((i) => (i % 2) * 65_280),
    };
    const overlay: Keys = {
      '60000010': { vr: 'US', Value: [8] },
      '60000011': { vr: 'US', Value: [10] },
      '60000040': { vr: 'CS', Value: ['G'] },
      '60000050': { vr: 'SS', Value: [-2, 3] },
      '60000100': { vr: 'US', Value: [1] },
      '60000102': { vr: 'US', Value: [0] },
      '60003000': words(0x1234, 0xffff, 0x8001, 0x5555, 0xf00f),
    };
    const written: readonly (readonly [Keys, View, string[]])[] = [
      [{ VOILUTSequence: [table(5, (i) => 65_535 - 900 * i)] }, {}, ['-O', '+Wl', '1']],
      [
        { ModalityLUTSequence: [table(20, (i) => i * i)] },
        windowOf(900, 2000).view,
        windowOf(900, 2000).options,
      ],
      [palette, {}, ['-O']],
      [EMBEDDED, { ...windowOf(64, 128).view, overlays: true }, windowOf(64, 128).options.slice(1)],
      [overlay, { ...windowOf(64, 128).view, overlays: true }, windowOf(64, 128).options.slice(1)],
    ];
    const pixels = Uint8Array.from({ length: 128 }, (_, i) => i);
    const EIGHT: Keys = { Rows: 8, Columns: 16, BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
    for (const [keys, view, options] of written) {
      const bytes = nativeBytes({ ...EIGHT, ...keys }, keys === EMBEDDED ? withBits(pixels) : pixels);
      const file = join(temporaryFolder(), 'written.dcm');
      writeFileSync(file, concat([fileMetaInformation(INFO), bytes]));
      const theirs = pictureOf(file, 0, options);
      expect(difference(await drawn(await open(file), view), theirs), options.join(' ')).toBeLessThanOrEqual(
        ROUNDING,
      );
    }
  });

  test('JPEG with fewer colours than pixels is YBR, though labelled RGB and drawn as such by DCMTK', async () => {
    const { rgb, columns } = await drawn(await open(sample('SC_rgb_jpeg_lossy_gdcm')), {});
    const at = (row: number): number[] => [...rgb.subarray(3 * row * columns, 3 * row * columns + 3)];
    for (const [row, colour] of [
      [5, [255, 0, 0]],
      [25, [0, 255, 0]],
      [45, [0, 0, 255]],
    ] as const) {
      at(row).forEach((value, i) => expect(Math.abs(value - colour[i]!)).toBeLessThanOrEqual(5));
    }
  });

  test('JPEG of 12 bits with loss is refused, and says why', async () => {
    await expect(decodeFrame(await open(sample('JPGExtended')), 0, DECODERS)).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: 'unsupported image: JPEG with loss of 12 bits a sample; there is a decoder for 8 bits only',
    });
  });

  test('sigmoid and threshold windows, and inverted', async () => {
    const file = sample('CT_small');
    const image = await open(file);
    const sigmoid: View = { voi: { center: 40, width: 600, function: 'SIGMOID' } };
    const theirs = pictureOf(file, 0, ['-O', '+Ww', '40', '600', '+Wfs']);
    expect(difference(await drawn(image, sigmoid), theirs)).toBeLessThanOrEqual(ROUNDING);
    const threshold = windowOf(40, 1);
    expect(difference(await drawn(image, threshold.view), pictureOf(file, 0, threshold.options))).toBe(0);
    const inverse = pictureOf(file, 0, [...CT.options, '+Piv']);
    expect(difference(await drawn(image, { ...CT.view, invert: true }), inverse)).toBeLessThanOrEqual(
      ROUNDING,
    );
  });
});

/** The same image with its frame compressed, by the encoders that come with the decoders. */
async function compressed(image: OpenImage, syntax: string): Promise<OpenImage> {
  const { description } = image;
  const frame: Bytes = await encode(syntax, image.encoded(0), description);
  const even = frame.length % 2 === 0 ? frame : new Uint8Array([...frame, 0]);
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored, highBit, signed } = description;
  const keys = {
    Rows: rows,
    Columns: columns,
    SamplesPerPixel: samplesPerPixel,
    PhotometricInterpretation: description.photometricInterpretation,
    BitsAllocated: bitsAllocated,
    BitsStored: bitsStored,
    HighBit: highBit,
    PixelRepresentation: signed ? 1 : 0,
    RescaleSlope: String(description.frames[0]!.rescale.slope),
    RescaleIntercept: String(description.frames[0]!.rescale.intercept),
  };
  return encapsulated(keys, [even], { syntax });
}

/** An overlay in bit 13 of 16, the pixels in the lower 8. */
const EMBEDDED: Keys = {
  BitsAllocated: 16,
  BitsStored: 8,
  HighBit: 7,
  '60000010': { vr: 'US', Value: [8] },
  '60000011': { vr: 'US', Value: [16] },
  '60000040': { vr: 'CS', Value: ['G'] },
  '60000050': { vr: 'SS', Value: [1, 1] },
  '60000100': { vr: 'US', Value: [16] },
  '60000102': { vr: 'US', Value: [13] },
};

/** Words of the pixels, every fifth with bit 13, every third with another that means nothing. */
function withBits(pixels: Uint8Array): Bytes {
  return shorts(...Array.from(pixels, (pixel, i) => pixel | (i % 5 ? 0 : 0x2000) | (i % 3 ? 0 : 0x4000)));
}
