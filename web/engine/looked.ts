/** What the engine tells of one instance of the page's own store. Everything here survives a structured clone. */
import type { ErrorCode, ErrorDetails } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { InstanceInfo } from '../../core/file/index.ts';
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
