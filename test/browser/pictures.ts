/** A file of every transfer syntax that the viewer claims, and how DCMTK draws it. */
import { copyFileSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { deflateRawSync } from 'node:zlib';
import { join } from 'node:path';
import type { Bytes } from '../../core/bytes/index.ts';
import { UID, uidName } from '../../core/dict/index.ts';
import type { InstanceInfo } from '../../core/file/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import type { OpenImage } from '../../core/image/index.ts';
import type { Picture } from '../image/dcmtk.ts';
import { converted, pictureOf } from '../image/dcmtk.ts';
import { open, sample } from '../image/drawn.ts';
import { encode } from '../image/encode.ts';
import { encapsulatedBytes } from '../image/make.ts';
import { program } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';

/** An instance in a series of its own, with the window in it that it is drawn with. */
export interface Drawable {
  readonly label: string;
  readonly syntax: string;
  readonly seriesInstanceUID: string;
  readonly info: InstanceInfo;
  readonly dataSet: Bytes;
  readonly reference: Picture;
  /** How far a sample may be off. */
  readonly loss: number;
}

interface Window {
  readonly center: number;
  readonly width: number;
}

interface File {
  readonly syntax: string;
  readonly path: () => string;
  readonly window?: Window;
  readonly by?: 'dcmj2pnm' | 'dcml2pnm';
  /** 0 by default: what has no loss is drawn as DCMTK draws it, to the last bit. */
  readonly loss?: number;
  /** The frame is put into `syntax` here, which DCMTK cannot read; its picture is that of the file before. */
  readonly encoded?: (frame: Bytes, image: OpenImage) => Bytes | Promise<Bytes>;
}

/** Steps of one between values and greys: nothing is there to round. */
const CT: Window = { center: 40, width: 256 };
const MR: Window = { center: 600, width: 256 };
/** What is lost of values is less of greys here. */
const WIDE: Window = { center: 100, width: 1600 };
/** The inverse cosine transform and the colours of JPEG may be rounded one way or the other. */
const ROUNDING = 1;
/** What the lossy encoders of `encode.ts` lose. */
const WAVELETS = 6;

const ct = (): string => sample('CT_small');
const grey = (): string => converted('dcmscale', ['+Sxv', '128'], sample('image_dfl'));
const asItIs = (frame: Bytes): Bytes => frame;
const deflated = (frame: Bytes): Bytes => Uint8Array.from(deflateRawSync(frame));
const wavelet =
  (syntax: string) =>
  (frame: Bytes, { description }: OpenImage): Promise<Bytes> =>
    encode(syntax, frame, description);

/** Neighbours look different: a picture that is still that of the file before is told from the one that is wanted. */
const FILES: readonly File[] = [
  { syntax: UID.ImplicitVRLittleEndian, path: () => sample('MR_small_implicit'), window: MR },
  { syntax: UID.ExplicitVRLittleEndian, path: ct, window: CT },
  { syntax: UID.ExplicitVRLittleEndian, path: () => sample('SC_ybr_full_422_uncompressed'), loss: ROUNDING },
  { syntax: UID.ExplicitVRBigEndian, path: () => sample('MR_small_bigendian'), window: MR },
  { syntax: UID.ExplicitVRBigEndian, path: () => sample('ExplVR_BigEnd') },
  { syntax: UID.DeflatedExplicitVRLittleEndian, path: () => converted('dcmconv', ['+td'], ct()), window: CT },
  { syntax: UID.RLELossless, path: () => sample('MR_small_RLE'), window: MR },
  { syntax: UID.RLELossless, path: () => sample('SC_rgb_rle') },
  { syntax: UID.EncapsulatedUncompressedExplicitVRLittleEndian, path: ct, window: CT, encoded: asItIs },
  { syntax: UID.JPEGBaseline8Bit, path: () => sample('SC_rgb_jpeg_dcmtk'), loss: ROUNDING },
  { syntax: UID.JPEGBaseline8Bit, path: () => converted('dcmcjpeg', ['+eb'], grey()), loss: ROUNDING },
  { syntax: UID.DeflatedImageFrameCompression, path: ct, window: CT, encoded: deflated },
  {
    syntax: UID.JPEGExtended12Bit,
    path: () => converted('dcmcjpeg', ['+ee', '+be'], grey()),
    loss: ROUNDING,
  },
  {
    syntax: UID.JPEGLossless,
    path: () => converted('dcmcjpeg', ['+el', '+sv', '6'], sample('MR_small')),
    window: MR,
  },
  { syntax: UID.JPEGLosslessSV1, path: () => converted('dcmcjpeg', ['+e1'], ct()), window: CT },
  { syntax: UID.JPEGLosslessSV1, path: () => sample('SC_rgb_jpeg_gdcm') },
  { syntax: UID.JPEGLSLossless, path: () => sample('MR_small_jpeg_ls_lossless'), window: MR, by: 'dcml2pnm' },
  { syntax: UID.JPEGLSNearLossless, path: () => converted('dcmcjpls', ['+en'], grey()), by: 'dcml2pnm' },
  { syntax: UID.JPEG2000Lossless, path: ct, window: CT, encoded: wavelet(UID.JPEG2000Lossless) },
  {
    syntax: UID.JPEG2000,
    path: () => sample('MR_small'),
    window: WIDE,
    encoded: wavelet(UID.JPEG2000),
    loss: WAVELETS,
  },
  { syntax: UID.HTJ2KLossless, path: ct, window: CT, encoded: wavelet(UID.HTJ2KLossless) },
  {
    syntax: UID.HTJ2KLosslessRPCL,
    path: () => sample('MR_small'),
    window: MR,
    encoded: wavelet(UID.HTJ2KLosslessRPCL),
  },
  { syntax: UID.HTJ2K, path: ct, window: WIDE, encoded: wavelet(UID.HTJ2K), loss: WAVELETS },
];

/** All of them. */
export function drawables(): Promise<Drawable[]> {
  return Promise.all(FILES.map((file, i) => drawable(file, i + 1)));
}

async function drawable(file: File, number: number): Promise<Drawable> {
  const { syntax, window, by, loss = 0 } = file;
  const path = file.path();
  const options = window === undefined ? [] : ['+Ww', String(window.center), String(window.width)];
  const uids = uidsOf(number);
  const { info, dataSet } = await (file.encoded
    ? encodedHere(file, path, uids)
    : written(path, uids, window));
  const reference = pictureOf(path, 0, ['-O', ...options], by);
  const label = `${number}: ${uidName(syntax)}`;
  return { label, syntax, seriesInstanceUID: uids.SeriesInstanceUID, info, dataSet, reference, loss };
}

const uidsOf = (number: number) => ({
  StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: `1.2.3.${number}`,
  SOPInstanceUID: `1.2.3.${number}.1`,
  SeriesNumber: String(number),
  PatientID: 'PICTURES',
  PatientName: 'Every^Syntax',
});

type Uids = ReturnType<typeof uidsOf>;

/** The same file with other keys, written by DCMTK: pixels stay as they are. */
async function written(path: string, uids: Uids, window: Window | undefined) {
  const copy = join(temporaryFolder(), 'written.dcm');
  copyFileSync(path, copy);
  const keys = { ...uids, ...(window && { WindowCenter: window.center, WindowWidth: window.width }) };
  const changes = Object.entries(keys).flatMap(([key, value]) => ['-i', `${key}=${value}`]);
  const { status, stderr } = spawnSync(program('dcmodify')!, ['-q', '-nb', ...changes, copy]);
  if (status !== 0)
    throw new Error(`dcmodify ${changes.join(' ')} ${path}: exit ${status} ${String(stderr)}`);
  const bytes = new Uint8Array(readFileSync(copy));
  const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
  return { info, dataSet: bytes.slice(dataSetOffset) };
}

async function encodedHere({ syntax, window, encoded }: File, path: string, uids: Uids) {
  const image = await open(path);
  const frame = await encoded!(image.encoded(0), image);
  const even = frame.length % 2 === 0 ? frame : new Uint8Array([...frame, 0]);
  const { rows, columns, bitsAllocated, bitsStored, highBit, signed, frames } = image.description;
  const { slope, intercept } = frames[0]!.rescale;
  const keys = {
    ...uids,
    SOPClassUID: UID.SecondaryCaptureImageStorage,
    Rows: rows,
    Columns: columns,
    BitsAllocated: bitsAllocated,
    BitsStored: bitsStored,
    HighBit: highBit,
    PixelRepresentation: signed ? 1 : 0,
    RescaleSlope: String(slope),
    RescaleIntercept: String(intercept),
    WindowCenter: String(window!.center),
    WindowWidth: String(window!.width),
  };
  const info = {
    sopClassUID: keys.SOPClassUID,
    sopInstanceUID: uids.SOPInstanceUID,
    transferSyntaxUID: syntax,
    callingAETitle: '',
  };
  return { info, dataSet: encapsulatedBytes(keys, [even]) };
}
