/** A file under a temporary name, written in large pieces. */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import { storeError } from './disk-error.ts';
import { closeFile, openFile, writeAll } from './file-calls.ts';
import { alive, temporaryName } from './own-names.ts';

/** Bytes of one write call: while one piece is written the next comes in. */
const PIECE = 256 << 10;
/**
 * Pieces that wait for the next file. A new one for each file costs more than writing it: it has to be cleared, its memory
 * fetched, and collected.
 */
const SPARE = 16;

const spare: Bytes[] = [];

function takePiece(): Bytes {
  return spare.pop() ?? new Uint8Array(PIECE);
}

function givePiece(piece: Bytes): void {
  if (spare.length < SPARE) spare.push(piece);
}

/** Writes one after the other: the caller waits for each promise it is given. Opened while the first piece comes in. */
export class DiskFile {
  readonly #name = temporaryName();
  readonly #path: string;
  #piece: Bytes | undefined;
  #filled = 0;
  /** From the first bytes on; who writes is told where it fails. */
  #opening: Promise<number> | undefined;
  /** The piece that is being written, which nothing may overtake; it never fails, but leaves `#failure`. */
  #writing: Promise<void> | undefined;
  /** What nobody was told yet. */
  #failure: unknown;
  /** After a failed write pieces are missing: then only `discard` is left to do. */
  #state: 'open' | 'closed' | 'ended' = 'open';

  constructor(folder: string) {
    this.#path = join(folder, this.#name);
  }

  /**
   * Takes bytes, or returns a promise where a piece has to be written first.
   *
   * @throws DicomError STORE_FULL or STORE_FAILED where a piece before could not be written, and so do its promises.
   */
  write(bytes: Bytes): void | Promise<void> {
    this.#check();
    if (this.#opening === undefined) this.#open();
    let rest = bytes.subarray(this.#fill(bytes));
    while (rest.length > 0) {
      if (this.#writing !== undefined) return this.#writing.then(() => this.#goOn(rest));
      this.#writePiece();
      rest = rest.subarray(this.#fill(rest));
    }
  }

  /** Writes the rest and closes; returns the temporary path. */
  async finish(): Promise<string> {
    this.#check();
    this.#state = 'closed';
    await this.#writing;
    this.#rethrow();
    this.#checkKept();
    this.#writePiece();
    await this.#writing;
    this.#rethrow();
    this.#checkKept();
    await this.#close().catch((error: unknown) => {
      throw writeError(error);
    });
    return this.#path;
  }

  /** The file has its final name now and is no longer ours to remove. */
  handedOver(): void {
    this.#end();
  }

  /** Closes and removes the file, unless it was handed over. Never fails: what is left is removed at the next opening. */
  async discard(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    await this.#writing;
    await this.#close().catch(() => undefined);
    if (alive.has(this.#name)) await unlink(this.#path).catch(() => undefined);
    this.#end();
  }

  #end(): void {
    this.#state = 'ended';
    alive.delete(this.#name);
    if (this.#piece !== undefined) givePiece(this.#piece);
    this.#piece = undefined;
  }

  /** What came while a piece was being written; nothing is left to do where the file was discarded meanwhile. */
  #goOn(rest: Bytes): void | Promise<void> {
    return this.#state === 'ended' ? undefined : this.write(rest);
  }

  /** Copies what there is room for; how much. */
  #fill(bytes: Bytes): number {
    this.#piece ??= takePiece();
    const length = Math.min(bytes.length, PIECE - this.#filled);
    this.#piece.set(bytes.subarray(0, length), this.#filled);
    this.#filled += length;
    return length;
  }

  #writePiece(): void {
    const piece = this.#piece ?? takePiece();
    const done = (failure?: unknown): void => {
      this.#failure = failure;
      this.#writing = undefined;
      givePiece(piece);
    };
    this.#writing = this.#put(piece.subarray(0, this.#filled)).then(() => done(), done);
    this.#piece = undefined;
    this.#filled = 0;
  }

  async #put(bytes: Bytes): Promise<void> {
    if (this.#opening === undefined) this.#open();
    await writeAll(await this.#opening!, bytes); // just opened, or before
  }

  #open(): void {
    alive.add(this.#name);
    this.#opening = openFile(this.#path, 'wx');
    this.#opening.catch(() => undefined);
  }

  #check(): void {
    this.#rethrow();
    if (this.#state !== 'open')
      throw new DicomError('USAGE', 'this instance is committed, aborted or failed already');
  }

  /** Discarded while something was waited for, the file is closed: its number may be another's by now. */
  #checkKept(): void {
    if (this.#state === 'ended') throw new DicomError('USAGE', 'this instance was aborted meanwhile');
  }

  #rethrow(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    this.#failure = undefined;
    this.#state = 'closed';
    throw writeError(failure);
  }

  async #close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined; // before anything is waited for: closed twice, its number may be another's by then
    const file = await opening?.catch(() => undefined);
    if (file !== undefined) await closeFile(file);
  }
}

function writeError(error: unknown): DicomError {
  return storeError(error, 'an instance could not be written');
}
