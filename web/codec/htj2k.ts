/** High-Throughput JPEG 2000 by OpenJPH (ISO/IEC 15444-15). */
import factory from '@cornerstonejs/codec-openjph/wasmjs';
import type { Decoder } from '../../core/image/index.ts';
import type { WasmSource } from './emscripten.ts';
import { WasmCodec } from './emscripten.ts';
import { withoutTransform } from './transform.ts';

export function htj2k(source: WasmSource): Decoder {
  const codec = new WasmCodec(factory, 'HTJ2KDecoder', source);
  return async (encoded, format) => withoutTransform(await codec.decode(encoded, format));
}
