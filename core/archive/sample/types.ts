/** What a sample study consists of. */
import type { Bytes } from '../../bytes/index.ts';
import type { KeyValue } from '../../data/index.ts';

/** Attributes by keyword. */
export type Keys = Readonly<Record<string, KeyValue>>;

export interface SampleImage {
  readonly keys: Keys;
  readonly pixels: Bytes;
}

export interface SampleSeries {
  readonly number: number;
  readonly modality: string;
  readonly sopClassUID: string;
  readonly description: string;
  /** The same in all its images. */
  readonly keys: Keys;
  /** Drawn as they are asked for. */
  images(): Iterable<SampleImage>;
}

export interface SamplePatient {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string;
  readonly sex: string;
}

export interface SampleStudy {
  /** Source of its UIDs: never changes. */
  readonly name: string;
  readonly patient: SamplePatient;
  readonly daysAgo: number;
  readonly time: string;
  readonly id: string;
  readonly accessionNumber: string;
  readonly description: string;
  readonly series: readonly SampleSeries[];
}
