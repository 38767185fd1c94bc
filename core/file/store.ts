/** Where instances are kept: the contract that memory, disk and browser stores fulfil (PS3.10). */
import { DicomError } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';

/** What C-STORE tells before the data set comes (PS3.7 9.1.1). */
export interface InstanceInfo {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  /** Of the presentation context: the data set arrives and is kept in it, bit by bit. */
  readonly transferSyntaxUID: string;
  /** Who sent it; becomes Source Application Entity Title (0002,0016). */
  readonly callingAETitle: string;
}

/** An instance that is kept whole. */
export interface Stored extends InstanceInfo {
  /** Bytes of the data set, without file meta information. */
  readonly bytes: number;
  /** The attributes that the index and the page need, read from the head of the data set; no pixel data. */
  readonly header: DataSet;
  /** Where it lies, for people: a path on disk. Absent in memory. */
  readonly file?: string;
}

/** Bytes of a data set, from `start` up to `end`: `start <= end`, and neither lies behind its last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Takes one data set in pieces; nothing is visible to others before `commit`. */
export interface InstanceSink {
  /** A returned promise holds the sender back until it settles. `bytes` is only valid during the call's work. */
  write(bytes: Bytes): void | Promise<void>;
  /** Makes the instance visible under its SOP Instance UID; the last commit of a UID wins. */
  commit(): Promise<Stored>;
  /** Forgets what was written. */
  abort(): Promise<void>;
}

/** Keeps instances by SOP Instance UID. */
export interface InstanceStore {
  /** @throws DicomError STORE_FULL where no room is left, STORE_FAILED where the store cannot write. */
  put(info: InstanceInfo): InstanceSink | Promise<InstanceSink>;
  has(sopInstanceUID: string): Promise<boolean>;
  /** Rejects with STORE_FAILED where there is none. The data set, or a part of it, streams without file meta information. */
  open(
    sopInstanceUID: string,
    range?: ByteRange,
  ): Promise<{ readonly info: Stored; readonly dataSet: ReadableStream<Bytes> }>;
  /**
   * As `open`, for who is done with each piece when it asks for the next one: a store that takes new memory for none of them.
   */
  lend?(sopInstanceUID: string): Promise<{ readonly info: Stored; readonly dataSet: AsyncIterable<Bytes> }>;
  delete(sopInstanceUID: string): Promise<void>;
  entries(): AsyncIterable<Stored>;
  /** Calls back after each commit and delete, from here or elsewhere. Returns how to stop. */
  watch(onChange: (change: StoreChange) => void): () => void;
}

/**
 * Whether a store that failed so takes nothing else either: full, or by the system's word (`details.reason`)
 * read-only or gone. One unusable instance is another matter.
 */
export function isStoreFailure(error: unknown): error is DicomError {
  if (!(error instanceof DicomError)) return false;
  return (
    error.code === 'STORE_FULL' || (error.code === 'STORE_FAILED' && error.details['reason'] !== undefined)
  );
}

/** What `watch` tells. */
export type StoreChange =
  | { readonly kind: 'stored'; readonly instance: Stored }
  | { readonly kind: 'deleted'; readonly sopInstanceUID: string };
