/**
 * Images as values (PS3.3 C.7.6.3, C.7.6.16, C.8.9, C.11). All of them are plain: they cross to a worker as they are.
 * Frames count from 0 everywhere in this room; the standard counts from 1.
 */
import type { Bytes } from '../bytes/index.ts';

/** What the samples of a frame are, one element a sample. */
export type Samples =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** What Pixel Data says about itself (Image Pixel Module, PS3.3 C.7.6.3). */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** As the data set names it: `MONOCHROME2`, `YBR_FULL_422`. */
  readonly photometricInterpretation: string;
  /** 0: colour by pixel, 1: colour by plane (0028,0006). */
  readonly planarConfiguration: 0 | 1;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  /** Pixel Representation 1: two's complement. */
  readonly signed: boolean;
  /** Float Pixel Data (7FE0,0008) and Double Float Pixel Data (7FE0,0009) are of their own kinds. */
  readonly kind: 'integer' | 'float' | 'double';
}

/** An image, all its frames, without pixels. */
export interface ImageDescription extends PixelFormat {
  readonly modality: string;
  readonly sopClassUID: string;
  readonly numberOfFrames: number;
  /** One for each frame; frames that share everything share the object. */
  readonly frames: readonly FrameDescription[];
  /** Where Photometric Interpretation is PALETTE COLOR (PS3.3 C.7.6.3.1.5). */
  readonly palette?: Palette;
  /** Stored values that are no picture: padding of the scanner (0028,0120), up to the limit (0028,0121). */
  readonly padding?: { readonly from: number; readonly to: number };
  /** Milliseconds that each frame stays in cine, from Frame Time, its vector, or a rate; absent where none is told. */
  readonly frameTimes?: readonly number[];
  /** Height of a pixel divided by its width, from the spacing or Pixel Aspect Ratio (0028,0034). */
  readonly aspect: number;
  readonly overlays: readonly Overlay[];
  /** `LossyImageCompression` (0028,2110) is 01: to be told beside the picture. */
  readonly lossy: boolean;
}

/** What may differ from frame to frame: functional groups of the enhanced classes, or the data set's own attributes. */
export interface FrameDescription {
  /** To modality units (PS3.3 C.11.1); slope 1 and intercept 0 where nothing is told. */
  readonly rescale: Rescale;
  /** Modality LUT Sequence; goes before `rescale`. */
  readonly modalityLUT?: LookupTable;
  /** In the order of the data set. */
  readonly windows: readonly VOIWindow[];
  /** As told; else LINEAR, and LINEAR_EXACT of floats. */
  readonly voiFunction: VOIFunction;
  /** VOI LUT Sequence, in the order of the data set. */
  readonly voiLUTs: readonly LookupTable[];
  /** Millimetres between the centres of pixels; absent where nothing tells a length. */
  readonly spacing?: PixelSpacing;
  /** Image Position (Patient) in millimetres: the centre of the first pixel. */
  readonly position?: readonly [number, number, number];
  /** Image Orientation (Patient): direction cosines of the row, then of the column. */
  readonly orientation?: readonly number[];
}

/** From stored values to modality units (PS3.3 C.11.1.1.2). */
export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
  /** Rescale Type (0028,1054): `HU`, `US`; '' where it is not told. */
  readonly type: string;
}

/** A window in modality units (PS3.3 C.11.2.1.2). */
export interface VOIWindow {
  readonly center: number;
  /** 1 at least for LINEAR, more than 0 otherwise. */
  readonly width: number;
  /** Window Center & Width Explanation (0028,1055); '' where there is none. */
  readonly explanation: string;
}

/** VOI LUT Function (0028,1056), PS3.3 C.11.2.1.3. */
export type VOIFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** A table of Modality LUT, VOI LUT or Palette Color (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5). */
export interface LookupTable {
  /** The input that the first entry belongs to. What is below takes the first entry, what is above the last. */
  readonly first: number;
  readonly entries: Uint16Array<ArrayBuffer>;
  /** Bits of an entry, 8 to 16. */
  readonly bits: number;
  /** LUT Explanation (0028,3003), or Modality LUT Type (0028,3004); '' where there is none. */
  readonly explanation: string;
}

/** 8 bits for each of the colours, whatever width the data set has them in. */
export interface Palette {
  /** The stored value that the first entry belongs to. */
  readonly first: number;
  readonly red: Uint8Array<ArrayBuffer>;
  readonly green: Uint8Array<ArrayBuffer>;
  readonly blue: Uint8Array<ArrayBuffer>;
}

/** How long a pixel is, and where (PS3.3 10.7). */
export interface PixelSpacing {
  /** Millimetres from one row to the next. */
  readonly row: number;
  /** Millimetres from one column to the next. */
  readonly column: number;
  /**
   * `patient`: in the patient, as cross-sectional images tell it. `calibrated`: corrected for magnification, by the
   * means of Pixel Spacing Calibration Type. `detector`: on the detector, larger than in the patient (Imager Pixel
   * Spacing, or Pixel Spacing that only repeats it). `nominal`: as printed or scanned. `region`: in the sections of an
   * ultrasound image, not in the writing around them.
   */
  readonly kind: 'patient' | 'calibrated' | 'detector' | 'nominal' | 'region';
}

/** A plane of graphics or of a region of interest (PS3.3 C.9.2), one bit a pixel. */
export interface Overlay {
  /** 6000, 6002, … as `6000`. */
  readonly group: string;
  readonly rows: number;
  readonly columns: number;
  /** The row and column of the image, from 0, that its first pixel lies on. May be negative. */
  readonly row: number;
  readonly column: number;
  readonly type: 'graphics' | 'roi';
  readonly label: string;
  /** The first frame it belongs to, and how many have a plane each. An overlay of one plane in a single-frame image: 0, 1. */
  readonly firstFrame: number;
  readonly frames: number;
  /** The bits, first pixel lowest, one plane after the other with no gap. */
  readonly bits: Bytes;
}

/** A decoded frame. */
export interface Frame {
  /** Its place in the image, from 0. */
  readonly index: number;
  readonly rows: number;
  readonly columns: number;
  /** 1 in the three kinds with one sample, 3 in RGB. */
  readonly samplesPerPixel: 1 | 3;
  /** What the samples mean now: YBR of any kind has become RGB. */
  readonly photometricInterpretation: 'MONOCHROME1' | 'MONOCHROME2' | 'PALETTE COLOR' | 'RGB';
  /** Bits of a sample that count, for integers. */
  readonly bits: number;
  /** Stored values with their sign, unused bits taken off; colours by pixel. */
  readonly samples: Samples;
}

/** What a decoder is told about a frame beside its bytes. */
export interface EncodedFormat extends PixelFormat {
  readonly transferSyntaxUID: string;
}

/** What a decoder gives back. */
export interface DecodedFrame {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** 8, 16 or 32: how wide a sample is in `bytes`, little endian. */
  readonly bitsAllocated: number;
  readonly planarConfiguration: 0 | 1;
  /** What the samples mean now, where the decoder has changed it: `RGB` out of YBR. */
  readonly photometricInterpretation: string;
  readonly bytes: Bytes;
}

/**
 * Decodes one frame. Core has checked that the header of `encoded` agrees with `format`, and checks what comes back.
 * @throws DicomError IMAGE_INVALID, IMAGE_UNSUPPORTED, CODEC_BLOCKED, CODEC_FAILED
 */
export type Decoder = (encoded: Bytes, format: EncodedFormat) => DecodedFrame | Promise<DecodedFrame>;

/** Decoders by transfer syntax UID, handed in from outside: core has none but RLE's. */
export type Decoders = Readonly<Record<string, Decoder>>;

/** What maps values to grey. */
export type VOI =
  | { readonly center: number; readonly width: number; readonly function?: VOIFunction }
  /** One of the frame's `voiLUTs`, by its place. */
  | { readonly lut: number };

/** How a frame is drawn. */
export interface View {
  /** In modality units; absent: what `initialVOI` says of each frame. Without effect on colour. */
  readonly voi?: VOI | undefined;
  readonly invert?: boolean | undefined;
  /** Draws the overlays white over the picture. */
  readonly overlays?: boolean | undefined;
}
