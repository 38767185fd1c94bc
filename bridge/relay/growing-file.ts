/** A file that grows while others read it: what is appended is whole for every reader, and who waits for more is told. */
import { closeSync, fstatSync, ftruncateSync, read as readDescriptor, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const read = promisify(readDescriptor);

export class GrowingFile {
  readonly #descriptor: number;
  readonly #waiting = new Set<() => void>();
  #size: number;
  #closed = false;

  /** Takes a file that is open for reading and appending. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /** All of it, or nothing: then it throws what the system says, as ENOSPC. */
  append(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor, bytes, done);
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#size);
      throw error;
    }
    this.#size += bytes.length;
    this.#wake();
  }

  /** Bytes from `start` on, up to `end`: what is there of them. */
  async read(start: number, end: number): Promise<Buffer> {
    const buffer = Buffer.alloc(Math.max(0, Math.min(end, this.#size) - start));
    if (buffer.length === 0 || this.#closed) return buffer.subarray(0, 0);
    const { bytesRead } = await read(this.#descriptor, buffer, 0, buffer.length, start);
    return buffer.subarray(0, bytesRead);
  }

  /** Resolves once the file is longer than `size`, or closed, or the signal aborts. */
  async longerThan(size: number, signal: AbortSignal): Promise<void> {
    while (this.#size <= size && !this.#closed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
  }

  close(): void {
    this.#closed = true;
    this.#wake();
    closeSync(this.#descriptor);
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
