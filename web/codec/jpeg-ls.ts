/** JPEG-LS by CharLS (ISO/IEC 14495-1). */
import factory from '@cornerstonejs/codec-charls/decodewasmjs';
import type { Decoder } from '../../core/image/index.ts';
import type { WasmSource } from './emscripten.ts';
import { WasmCodec } from './emscripten.ts';

export function jpegLS(source: WasmSource): Decoder {
  const codec = new WasmCodec(factory, 'JpegLSDecoder', source);
  return (encoded, format) => codec.decode(encoded, format);
}
