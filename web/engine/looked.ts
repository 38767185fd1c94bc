/** What the engine tells of one instance of the page's own store. Everything here survives a structured clone. */
import type { ErrorCode, ErrorDetails } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { InstanceInfo } from '../../core/file/index.ts';
import type { PixelSpacing, VOI, VOIWindow, WindowPreset } from '../../core/image/index.ts';
import type { Report, WaveformGroup } from '../../core/object/index.ts';

/** A value that stayed in the engine: it is long, or pixel data. */
export interface LeftOut {
  /** `7FE00010`, `54000100[0].54001010`. */
  readonly path: string;
  readonly vr: string;
  /** Bytes. */
  readonly length: number;
}

/** What the pane shows of an instance. */
export type ContentKind = 'image' | 'report' | 'waveform' | 'document' | 'other';

export interface Looked {
  readonly info: InstanceInfo & { readonly bytes: number };
  readonly kind: ContentKind;
  /** Without the values in `left`. */
  readonly dataSet: DataSet;
  readonly left: readonly LeftOut[];
  /** Why elements are missing at the end, where some are. */
  readonly failure?: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
  readonly report?: Report;
  readonly waveforms?: readonly WaveformGroup[];
}

/** Unique keys by keyword, as far as they are named. */
export interface StackKeys {
  readonly PatientID?: string | undefined;
  /** Of a patient without an ID. */
  readonly PatientName?: string | undefined;
  readonly StudyInstanceUID?: string | undefined;
  readonly SeriesInstanceUID?: string | undefined;
  readonly SOPInstanceUID?: string | undefined;
}

/** A series as far as it is in the store, and what else of its study is there. */
export interface Stack {
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  /** In the order in which they are scrolled. */
  readonly items: readonly StackItem[];
  /** All series of the study, by number. */
  readonly series: readonly SeriesBrief[];
}

export interface StackItem {
  readonly sopInstanceUID: string;
  /** Number of Frames (0028,0008), at least 1. */
  readonly frames: number;
}

export interface SeriesBrief {
  readonly seriesInstanceUID: string;
  /** Series Number (0020,0011) as text; '' where there is none. */
  readonly number: string;
  readonly modality: string;
  readonly description: string;
  readonly instances: number;
}

/** A value of which the engine is asked for the beginning. */
export interface ValueWanted {
  readonly sopInstanceUID: string;
  /** As in `LeftOut`. */
  readonly path: string;
  /** Bytes. */
  readonly limit: number;
}

/** Which frame is to be drawn, and how. */
export interface PictureWanted {
  readonly sopInstanceUID: string;
  /** From 0. */
  readonly frame: number;
  /** Absent: as the data set says. */
  readonly voi?: VOI | undefined;
  readonly invert?: boolean | undefined;
}

/** What is told of a picture beside it. */
export interface PictureView {
  readonly rows: number;
  readonly columns: number;
  /** Height of a pixel divided by its width. */
  readonly aspect: number;
  /** A window has no effect. */
  readonly colour: boolean;
  /** What it was drawn with. */
  readonly voi: VOI;
  /** Where that is a table: a window over all its values, to begin with another. */
  readonly range?: VOI;
  /** Those that the data set has for this frame. */
  readonly windows: readonly VOIWindow[];
  readonly presets: readonly WindowPreset[];
  readonly lossy: boolean;
  readonly spacing?: PixelSpacing;
  /** How long the frame stays in cine. */
  readonly milliseconds?: number;
}

/** A picture as it crosses to the page, without being copied. */
export interface DrawnPicture extends PictureView {
  readonly bitmap: ImageBitmap;
}
