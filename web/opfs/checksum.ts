/** Tells bytes that were written whole from those that a crash cut off or left empty. */
import type { Bytes } from '../../core/bytes/index.ts';

const START = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * 32 bits over 4 bytes at a time, several GB/s: no defence against intent. A long text is summed up piece by piece, where
 * all but the last piece have a multiple of 4 bytes.
 */
export function checksum(bytes: Bytes, before: number = START): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = bytes.length & ~3;
  let sum = before;
  for (let at = 0; at < words; at += 4) {
    sum = Math.imul(sum ^ view.getUint32(at, true), PRIME);
    sum ^= sum >>> 15;
  }
  for (let at = words; at < bytes.length; at++) sum = Math.imul(sum ^ bytes[at]!, PRIME);
  return sum >>> 0;
}
