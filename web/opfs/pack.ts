/** A file of data sets back to back, those of one series or a single long one. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import type { AccessFile, Folder } from './disk.ts';
import type { Placed } from './log.ts';
import { cutBack, readAt, storeError, writeAll } from './disk.ts';

/** An instance and the pack that holds it. */
export interface Entry extends Placed {
  readonly file: Pack;
}

export class Pack {
  readonly name: string;
  /** Bytes up to the end of the last data set. */
  size: number;
  /** What lies in it and is still wanted. */
  readonly entries: Set<Entry> = new Set();
  /** Bytes of these. */
  live = 0;
  /** Streams that read from it: it is not removed under them. */
  readers = 0;
  readonly #folder: Folder;
  #file: AccessFile | undefined;
  #source: Promise<ByteSource> | undefined;
  #dirty = false;

  /** `file`: opened, empty; without it the pack is sealed, and only read. */
  constructor(folder: Folder, name: string, size: number, file?: AccessFile) {
    this.#folder = folder;
    this.name = name;
    this.size = size;
    this.#file = file;
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /**
   * Returns the offset of the bytes.
   *
   * @throws DicomError STORE_FULL or STORE_FAILED; then the pack is as it was before.
   */
  append(bytes: Bytes): number {
    if (this.#file === undefined) throw new DicomError('USAGE', 'this pack is sealed');
    const offset = this.size;
    writeAll(this.#file, bytes, offset);
    this.size += bytes.length;
    this.#dirty = true;
    return offset;
  }

  /** An instance that lies in it is wanted. */
  add(entry: Entry): void {
    this.entries.add(entry);
    this.live += entry.stored.bytes;
  }

  /** It is no longer wanted; its bytes stay. */
  forget(entry: Entry): void {
    if (this.entries.delete(entry)) this.live -= entry.stored.bytes;
  }

  /** Takes back what was appended last. */
  cut(offset: number): void {
    this.size = offset;
    if (this.#file !== undefined) cutBack(this.#file, offset);
  }

  flush(): void {
    if (this.#dirty) this.#file?.flush();
    this.#dirty = false;
  }

  /** Flushed and closed, for good. */
  seal(): void {
    try {
      this.flush();
    } finally {
      this.#file?.close();
      this.#file = undefined;
    }
  }

  async read(start: number, end: number): Promise<Bytes> {
    try {
      if (this.#file !== undefined) return readAt(this.#file, start, end);
      this.#source ??= this.#folder.source(this.name);
      const bytes = await (await this.#source).read(start, end);
      if (bytes.length === end - start) return bytes;
    } catch (error) {
      this.#source = undefined;
      throw storeError(error, 'a file of the archive cannot be read');
    }
    throw new DicomError('STORE_FAILED', 'a file of the archive is shorter than it was');
  }
}
