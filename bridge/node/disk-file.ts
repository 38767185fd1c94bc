/** A file under a temporary name, written in large pieces. */
import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';

/** Bytes of one write call. */
const PIECE = 1 << 20;
/** A buffer starts so small and grows to a piece: most instances of a structured report are a few kB. */
const FIRST_BUFFER = 64 << 10;

/** `.webdimse-PID-RANDOM.part` */
const TEMPORARY = /^\.webdimse-(\d+)-[0-9a-f]+\.part$/;

/** Names of this process that are being written. */
const alive = new Set<string>();

/** The process that a temporary file belongs to, or undefined where the name is none of ours. */
function writerOf(name: string): number | undefined {
  const found = TEMPORARY.exec(name);
  return found === null ? undefined : Number(found[1]);
}

export function isTemporary(name: string): boolean {
  return writerOf(name) !== undefined;
}

/** Whether nobody will complete this temporary file: its process is gone, or is we and knows nothing of it. */
export function isStale(name: string): boolean {
  const pid = writerOf(name);
  if (pid === undefined) return false;
  return pid === process.pid ? !alive.has(name) : !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'; // there, but somebody else's
  }
}

/** Writes one after the other: the caller waits for each promise it is given. Opened at the first full piece. */
export class DiskFile {
  readonly #name = `.webdimse-${process.pid}-${randomBytes(8).toString('hex')}.part`;
  readonly #path: string;
  #buffer: Bytes = new Uint8Array(FIRST_BUFFER);
  #filled = 0;
  #handle: FileHandle | undefined;
  /** The write under way, which `discard` may not overtake. */
  #writing: Promise<void> | undefined;
  /** After a failed write pieces are missing: then only `discard` is left to do. */
  #state: 'open' | 'closed' | 'ended' = 'open';

  constructor(folder: string) {
    this.#path = join(folder, this.#name);
  }

  /** Takes bytes into the buffer, or returns a promise where it has to be written first. */
  write(bytes: Bytes): void | Promise<void> {
    this.#check();
    if (this.#filled + bytes.length <= PIECE) return this.#buffered(bytes);
    this.#writing = this.#writeThrough(bytes);
    return this.#writing;
  }

  /** Writes the rest and closes; returns the temporary path. */
  async finish(): Promise<string> {
    this.#check();
    this.#state = 'closed';
    this.#writing = this.#flush();
    await this.#writing;
    await this.#close();
    return this.#path;
  }

  /** The file has its final name now and is no longer ours to remove. */
  handedOver(): void {
    this.#state = 'ended';
    alive.delete(this.#name);
  }

  /** Closes and removes the file, unless it was handed over. Never fails: what is left is removed at the next opening. */
  async discard(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    await this.#writing?.catch(() => undefined);
    await this.#close().catch(() => undefined);
    if (alive.has(this.#name)) await unlink(this.#path).catch(() => undefined);
    alive.delete(this.#name);
  }

  async #writeThrough(bytes: Bytes): Promise<void> {
    try {
      await this.#flush();
      if (bytes.length >= PIECE) await this.#put(bytes);
      else this.#buffered(bytes);
    } catch (error) {
      this.#state = 'closed';
      throw error;
    }
  }

  #buffered(bytes: Bytes): void {
    const needed = this.#filled + bytes.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(PIECE, Math.max(needed, this.#buffer.length * 4)));
      larger.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled = needed;
  }

  async #flush(): Promise<void> {
    const bytes = this.#buffer.subarray(0, this.#filled);
    this.#filled = 0;
    await this.#put(bytes);
  }

  async #put(bytes: Bytes): Promise<void> {
    alive.add(this.#name);
    this.#handle ??= await open(this.#path, 'wx');
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at);
      at += bytesWritten;
    }
  }

  #check(): void {
    if (this.#state !== 'open')
      throw new DicomError('USAGE', 'this instance is committed, aborted or failed already');
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
