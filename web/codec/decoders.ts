/** Which codec decodes which transfer syntax; each is fetched when its first frame comes. */
import { DicomError } from '../../core/bytes/index.ts';
import type { Decoder, Decoders } from '../../core/image/index.ts';
import { codestreamOf, invalidImage } from '../../core/image/index.ts';
import type { WasmSource } from './emscripten.ts';
import { HTJ2K_SYNTAXES, JPEG_2000_SYNTAXES, JPEG_SYNTAXES } from './syntaxes.ts';

/** The wasm files, by codec. */
export interface WasmFiles {
  readonly jpeg: WasmSource;
  readonly jpegLS: WasmSource;
  readonly jpeg2000: WasmSource;
  readonly htj2k: WasmSource;
}

/** Every decoder that the page has. */
export function decodersWith(wasm: WasmFiles): Decoders {
  const jpegLossless = onDemand(async () => (await import('./jpeg-lossless.ts')).jpegLossless);
  const jpeg = onDemand(async () => (await import('./jpeg.ts')).jpeg(wasm.jpeg));
  const jpegLS = onDemand(async () => (await import('./jpeg-ls.ts')).jpegLS(wasm.jpegLS));
  const jpeg2000 = onDemand(async () => (await import('./jpeg-2000.ts')).jpeg2000(wasm.jpeg2000));
  const htj2k = onDemand(async () => (await import('./htj2k.ts')).htj2k(wasm.htj2k));
  const byFamily: Decoder = (encoded, format) => {
    const family = codestreamOf(encoded)?.family;
    if (family === 'jpeg') return jpeg(encoded, format);
    if (family === 'jpeg-lossless') return jpegLossless(encoded, format);
    if (family === 'jpeg-ls') return jpegLS(encoded, format);
    throw invalidImage('a frame is not JPEG, as its transfer syntax says');
  };
  return {
    ...table(JPEG_SYNTAXES, byFamily),
    ...table(JPEG_2000_SYNTAXES, jpeg2000),
    ...table(HTJ2K_SYNTAXES, htj2k),
  };
}

function table(syntaxes: readonly string[], decoder: Decoder): Decoders {
  return Object.fromEntries(syntaxes.map((syntax) => [syntax, decoder]));
}

/** A codec that is loaded once; where that failed, with the next frame again. */
function onDemand(load: () => Promise<Decoder>): Decoder {
  let loading: Promise<Decoder> | undefined;
  const loaded = async (): Promise<Decoder> => {
    try {
      return await (loading ??= load());
    } catch (error) {
      loading = undefined;
      throw new DicomError('CODEC_FAILED', 'the decoder of this image could not be loaded', {}, error);
    }
  };
  return async (encoded, format) => (await loaded())(encoded, format);
}
