import type { Bytes } from '../../core/bytes/index.ts';
import { Random } from './random.ts';

/** Every protocol test runs with its bytes delivered in each of these ways. */
export const SPLITS = ['whole', 'one at a time', 'random'] as const;
export type Split = (typeof SPLITS)[number];

/** Cuts bytes as a network might. */
export function split(bytes: Bytes, how: Split, seed = 1): Bytes[] {
  if (how === 'whole') return [bytes];
  const random = new Random(seed);
  const pieces: Bytes[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = how === 'one at a time' ? 1 : 1 + random.int(Math.max(1, Math.min(4096, bytes.length)));
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}
