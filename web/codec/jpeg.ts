/** JPEG with 8 bits a sample by libjpeg-turbo (ISO/IEC 10918-1, baseline, extended and progressive). */
import factory from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import type { Decoder } from '../../core/image/index.ts';
import { codestreamOf, unsupportedImage } from '../../core/image/index.ts';
import type { WasmSource } from './emscripten.ts';
import { WasmCodec } from './emscripten.ts';
import { tellingColours } from './jpeg-colour.ts';

export function jpeg(source: WasmSource): Decoder {
  const codec = new WasmCodec(factory, 'JPEGDecoder', source);
  return async (encoded, format) => {
    const bits = codestreamOf(encoded)?.bits;
    if (bits !== 8) {
      throw unsupportedImage(`JPEG with loss of ${bits} bits a sample; there is a decoder for 8 bits only`, {
        bits,
      });
    }
    const decoded = await codec.decode(tellingColours(encoded, format), format);
    // Three components come out as RGB, whatever they went in as.
    return format.samplesPerPixel === 3 ? { ...decoded, photometricInterpretation: 'RGB' } : decoded;
  };
}
