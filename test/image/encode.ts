/** Frames compressed by the encoders that come with the page's decoders: nobody else here writes these syntaxes. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Bytes } from '../../core/bytes/index.ts';
import { UID } from '../../core/dict/index.ts';
import type { PixelFormat } from '../../core/image/index.ts';

interface Encoder {
  getDecodedBuffer(info: object): Uint8Array;
  setQuality(lossless: boolean, quality: number): void;
  setProgressionOrder(order: number): void;
  setCompressionRatio?(ratio: number): void;
  encode(): void;
  getEncodedBuffer(): ArrayBufferView;
}
type Factory = (options: object) => Promise<Readonly<Record<string, new () => Encoder>>>;

const require = createRequire(import.meta.url);
const LOSSLESS: readonly string[] = [UID.JPEG2000Lossless, UID.HTJ2KLossless, UID.HTJ2KLosslessRPCL];
/** Resolution, position, component, layer. */
const RPCL = 2;
/** Of the steps between values that OpenJPH keeps, and how much smaller OpenJPEG makes it. */
const STEP = 0.0002;
const RATIO = 3;

/** One native frame in another transfer syntax. */
export async function encode(syntax: string, frame: Bytes, format: PixelFormat): Promise<Bytes> {
  const classic = syntax === UID.JPEG2000Lossless || syntax === UID.JPEG2000;
  const [script, wasm] = classic
    ? ['codec-openjpeg/wasmjs', 'codec-openjpeg/wasm']
    : ['codec-openjph', 'codec-openjph/wasm'];
  const factory = require(`@cornerstonejs/${script}`) as Factory;
  const wasmBinary = await readFile(require.resolve(`@cornerstonejs/${wasm}`));
  const print = (): void => {};
  const classes = await factory({ wasmBinary, print, printErr: print });
  const encoder = new classes[classic ? 'J2KEncoder' : 'HTJ2KEncoder']!();
  const { rows: height, columns: width, samplesPerPixel, bitsStored, signed } = format;
  const info = {
    width,
    height,
    componentCount: samplesPerPixel,
    bitsPerSample: bitsStored,
    isSigned: signed,
    isUsingColorTransform: samplesPerPixel === 3,
  };
  encoder.getDecodedBuffer(info).set(frame);
  const lossless = LOSSLESS.includes(syntax);
  encoder.setQuality(lossless, lossless ? 0 : STEP);
  if (!lossless) encoder.setCompressionRatio?.(RATIO);
  encoder.setProgressionOrder(RPCL);
  encoder.encode();
  const { buffer, byteOffset, byteLength } = encoder.getEncodedBuffer();
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}
