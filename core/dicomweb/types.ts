/** What the facade stands on: an archive, and the peer behind it, if there is one. */
import type { Archive } from '../archive/index.ts';
import type { Bytes, Clock } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import type { InstanceInfo, InstanceSink } from '../file/index.ts';
import type { OpenImage, View } from '../image/index.ts';
import type { RetrieveReport } from '../peer/index.ts';
import type { Query, RetrieveRequest } from '../service/index.ts';

/** Where answers come from. */
export interface DicomWebOptions {
  /** What has been retrieved; what is found and retrieved without a peer. */
  readonly archive: Archive;
  /** Path in front of all resources, as `/dicomweb`; none by default. */
  readonly path?: string;
  /** C-FIND of the peer; without it the archive is searched. */
  readonly find?: (query: Query, signal: AbortSignal) => AsyncIterable<DataSet>;
  /**
   * C-GET, or C-MOVE to us: brings what the archive's store lacks into it. One series at a time is asked for, once
   * for all requests that need it. Without it what the archive has is all there is.
   */
  readonly retrieve?: (request: RetrieveRequest) => Promise<Retrieved>;
  /** C-STORE to the peer, or wherever else; without it the archive's store keeps what is stored. */
  readonly store?: (info: InstanceInfo) => Storing | Promise<Storing>;
  /** Decodes, draws and encodes a frame; without it there are no pictures. */
  readonly render?: (request: RenderRequest) => Promise<Bytes>;
  /** As what it encodes, the preferred first: JPEG and PNG by default. */
  readonly draws?: readonly RenderRequest['mediaType'][];
  /** Told what went wrong and was answered as a mistake of ours. */
  readonly onError?: (error: Error) => void;
  readonly clock?: Clock;
}

/** A picture of a frame that is asked for. */
export interface RenderRequest {
  readonly image: OpenImage;
  /** From 0. */
  readonly frame: number;
  readonly view: View;
  readonly mediaType: 'image/jpeg' | 'image/png';
  /** Of JPEG, 1 to 100; undefined where nothing is said. */
  readonly quality: number | undefined;
  /** What the picture must fit into, in pixels, with its aspect kept; undefined: as many as it has. */
  readonly viewport: { readonly width: number; readonly height: number } | undefined;
  /** Aborts where who asked has gone. */
  readonly signal: AbortSignal;
}

/** Takes one instance that is stored. */
export interface Storing extends Pick<InstanceSink, 'write' | 'abort'> {
  /** Resolves when it is kept. @throws StatusError with the status of the peer, which becomes the failure reason. */
  commit(): Promise<unknown>;
  /** The peer's status where it kept the instance with a warning (PS3.4 B.2.3); told behind `commit`. */
  readonly warning?: number | undefined;
}

/** How a retrieve came out. */
export type Retrieved = Pick<RetrieveReport, 'verdict' | 'status' | 'missing' | 'error'>;
