/** What the facade stands on: an archive, and the peer behind it, if there is one. */
import type { Archive } from '../archive/index.ts';
import type { DataSet } from '../data/index.ts';
import type { Query } from '../service/index.ts';

/** Where answers come from. */
export interface DicomWebOptions {
  /** What has been retrieved; what is found and retrieved without a peer. */
  readonly archive: Archive;
  /** Path in front of all resources, as `/dicomweb`; none by default. */
  readonly path?: string;
  /** C-FIND of the peer; without it the archive is searched. */
  readonly find?: (query: Query, signal: AbortSignal) => AsyncIterable<DataSet>;
  /** Told what went wrong and was answered as a mistake of ours. */
  readonly onError?: (error: Error) => void;
}
