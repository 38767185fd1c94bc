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

/** One instance of a series, in the order in which it is scrolled. */
export interface StackItem {
  readonly sopInstanceUID: string;
  /** Number of Frames (0028,0008), at least 1. */
  readonly frames: number;
}

/** A value of which the engine is asked for the beginning. */
export interface ValueWanted {
  readonly sopInstanceUID: string;
  /** As in `LeftOut`. */
  readonly path: string;
  /** Bytes. */
  readonly limit: number;
}
