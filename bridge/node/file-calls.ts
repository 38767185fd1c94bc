/**
 * System calls on open files, as promises but for one. A number is cheaper than Node's FileHandle by a third of what it costs to
 * keep a small instance.
 */
import fs from 'node:fs';
import type { Bytes } from '../../core/bytes/index.ts';

type Settle<T> = (error: Error | null, value: T) => void;

function settled<T>(call: (settle: Settle<T>) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    call((error, value) => (error === null ? resolve(value) : reject(error))),
  );
}

/** A file descriptor; `flags` are `r`, `wx` for a new file, or those of open(2). */
export function openFile(path: string, flags: 'r' | 'wx' | number): Promise<number> {
  return settled<number>((settle) => fs.open(path, flags, settle));
}

/** Reads up to so many bytes from `position` of the file into the beginning of `into`; how many came. */
export function readAt(file: number, into: Bytes, length: number, position: number): Promise<number> {
  return settled<number>((settle) => fs.read(file, into, 0, length, position, settle));
}

/** Writes all bytes behind what was written before. */
export async function writeAll(file: number, bytes: Bytes): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await settled<number>((settle) => fs.write(file, bytes, at, bytes.length - at, null, settle));
  }
}

export async function closeFile(file: number): Promise<void> {
  await settled<void>((settle) => fs.close(file, (error) => settle(error ?? null)));
}

/**
 * Closes a file that was only read, in place: it has nothing to write, and to wake a thread for it takes longer. No reading of
 * it may be under way: its number is another's at once.
 */
export function closeRead(file: number): void {
  fs.closeSync(file);
}
