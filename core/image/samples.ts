/** Bytes of a frame as samples: stored values with their sign, unused bits taken off (PS3.5 8.1.1). */
import type { Bytes } from '../bytes/index.ts';
import { unsupported } from './errors.ts';
import type { PixelFormat, Samples } from './types.ts';

/** How samples lie in bytes. */
export interface SampleLayout {
  readonly bitsAllocated: number;
  /** Bits that count. */
  readonly bits: number;
  /** How far above bit 0 they lie. */
  readonly shift: number;
  readonly signed: boolean;
  readonly kind: PixelFormat['kind'];
  readonly littleEndian: boolean;
}

/** Samples in a buffer of their own. `count` samples are in `bytes`; 1-bit ones begin at `bitOffset`. */
export function samplesOf(bytes: Bytes, layout: SampleLayout, count: number, bitOffset = 0): Samples {
  const { kind, bitsAllocated, littleEndian } = layout;
  if (kind !== 'integer') return floats(bytes, kind, littleEndian);
  if (bitsAllocated === 1) return bits(bytes, count, bitOffset);
  if (bitsAllocated === 8) return trimmed(bytes.slice(0, count), layout, Int8Array);
  if (bitsAllocated === 16) {
    const ordered = inOrder(bytes, 2, littleEndian);
    return trimmed(new Uint16Array(ordered.buffer), layout, Int16Array);
  }
  if (bitsAllocated === 32) {
    const ordered = inOrder(bytes, 4, littleEndian);
    return trimmed(new Uint32Array(ordered.buffer), layout, Int32Array);
  }
  throw unsupported(`samples in ${bitsAllocated} bits`, { bitsAllocated });
}

function floats(bytes: Bytes, kind: 'float' | 'double', littleEndian: boolean): Samples {
  return kind === 'float'
    ? new Float32Array(inOrder(bytes, 4, littleEndian).buffer)
    : new Float64Array(inOrder(bytes, 8, littleEndian).buffer);
}

/** The first pixel in the lowest bit (PS3.5 8.1.1). */
function bits(bytes: Bytes, count: number, offset: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = offset + i;
    out[i] = (bytes[at >> 3]! >> (at & 7)) & 1;
  }
  return out;
}

/** A copy in the order of this machine: little endian, as every engine's typed arrays are today. */
function inOrder(bytes: Bytes, size: number, littleEndian: boolean): Bytes {
  const copy = bytes.slice();
  if (!littleEndian) {
    for (let at = 0; at + size <= copy.length; at += size) copy.subarray(at, at + size).reverse();
  }
  return copy;
}

type Unsigned = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
type Signed = Int8Array<ArrayBuffer> | Int16Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** In place: the bits are moved to the top, which cuts off those above, then back down, with the sign or without. */
function trimmed(
  stored: Unsigned,
  { bitsAllocated, bits: count, shift, signed }: SampleLayout,
  Same: new (buffer: ArrayBuffer) => Signed,
): Samples {
  const samples: Unsigned | Signed = signed ? new Same(stored.buffer) : stored;
  if (count === bitsAllocated) return samples;
  const up = 32 - count - shift;
  const down = 32 - count;
  if (signed) for (let i = 0; i < samples.length; i++) samples[i] = (samples[i]! << up) >> down;
  else for (let i = 0; i < samples.length; i++) samples[i] = (samples[i]! << up) >>> down;
  return samples;
}
