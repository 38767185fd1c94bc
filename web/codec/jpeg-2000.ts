/** JPEG 2000 by OpenJPEG (ISO/IEC 15444-1). */
import factory from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import type { Decoder } from '../../core/image/index.ts';
import type { WasmSource } from './emscripten.ts';
import { WasmCodec } from './emscripten.ts';
import { withoutTransform } from './transform.ts';

export function jpeg2000(source: WasmSource): Decoder {
  const codec = new WasmCodec(factory, 'J2KDecoder', source);
  return async (encoded, format) => withoutTransform(await codec.decode(encoded, format));
}
