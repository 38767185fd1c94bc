/** The page's decoders in Node: the same packages, their wasm files read from disk. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Decoders } from '../../core/image/index.ts';
import { decodersWith } from '../../web/codec/decoders.ts';
import type { WasmSource } from '../../web/codec/emscripten.ts';

const { resolve } = createRequire(import.meta.url);

function wasm(name: string): WasmSource {
  return () => readFile(resolve(`@cornerstonejs/${name}`));
}

export const DECODERS: Decoders = decodersWith({
  jpeg: wasm('codec-libjpeg-turbo-8bit/decodewasm'),
  jpegLS: wasm('codec-charls/decodewasm'),
  jpeg2000: wasm('codec-openjpeg/decodewasm'),
  htj2k: wasm('codec-openjph/wasm'),
});
