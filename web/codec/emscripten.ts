/** Decoders compiled to WebAssembly by Emscripten, all of one shape. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { DecodedFrame, EncodedFormat } from '../../core/image/index.ts';
import { invalidImage } from '../../core/image/index.ts';

/** What each of them tells of a decoded frame. */
interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
}

/** The encoded bytes go into its memory, the decoded ones are read from it; both are views. */
export interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): ArrayBufferView;
  decode(): void;
  getFrameInfo(): FrameInfo;
  getInterleaveMode?(): number;
  delete(): void;
}

type Classes = Readonly<Record<string, new () => WasmDecoder>>;

interface Options {
  readonly instantiateWasm: (
    imports: WebAssembly.Imports,
    ready: (instance: WebAssembly.Instance) => void,
  ) => object;
  readonly print: () => void;
  readonly printErr: () => void;
}

/** Makes an instance of the module; what a package exports. */
export type Factory = (options: Options) => Promise<Classes>;

/** Gives the bytes of a wasm file. */
export type WasmSource = () => Promise<BufferSource>;

/** The smallest module that there is: its header alone. */
const NO_MODULE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** A package, instantiated when it is first needed, and anew after a failure: its memory may be in any state then. */
export class WasmCodec {
  readonly #factory: Factory;
  readonly #className: string;
  readonly #source: WasmSource;
  #module: Promise<WebAssembly.Module> | undefined;
  #classes: Promise<Classes> | undefined;

  constructor(factory: Factory, className: string, source: WasmSource) {
    this.#factory = factory;
    this.#className = className;
    this.#source = source;
  }

  /**
   * Decodes one frame.
   * @throws DicomError CODEC_BLOCKED, CODEC_FAILED; IMAGE_INVALID where the codec does not take the bytes
   */
  async decode(encoded: Bytes, format: EncodedFormat): Promise<DecodedFrame> {
    const classes = await (this.#classes ??= this.#instantiate());
    try {
      return decodeBy(new classes[this.#className]!(), encoded, format);
    } catch (error) {
      this.#classes = undefined;
      throw refused(error);
    }
  }

  async #instantiate(): Promise<Classes> {
    try {
      const module = await (this.#module ??= compile(this.#source));
      return await new Promise<Classes>((resolve, reject) => {
        const instantiateWasm: Options['instantiateWasm'] = (imports, ready) => {
          WebAssembly.instantiate(module, imports).then(ready, reject);
          return {};
        };
        const print = (): void => {};
        this.#factory({ instantiateWasm, print, printErr: print }).then(resolve, reject);
      });
    } catch (error) {
      this.#classes = undefined;
      this.#module = undefined;
      if (error instanceof DicomError) throw error;
      throw new DicomError('CODEC_FAILED', 'the decoder of this image could not be started', {}, error);
    }
  }
}

async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  checkAllowed();
  return WebAssembly.compile(await source());
}

/** @throws DicomError CODEC_BLOCKED where the content security policy, or the browser, lets no WebAssembly run. */
function checkAllowed(): void {
  try {
    void new WebAssembly.Module(NO_MODULE);
  } catch (error) {
    throw new DicomError(
      'CODEC_BLOCKED',
      "this image needs a decoder in WebAssembly, which the page's content security policy does not allow",
      {},
      error,
    );
  }
}

function decodeBy(decoder: WasmDecoder, encoded: Bytes, format: EncodedFormat): DecodedFrame {
  try {
    decoder.getEncodedBuffer(encoded.length).set(encoded);
    decoder.decode();
    const { width, height, componentCount } = decoder.getFrameInfo();
    const { buffer, byteOffset, byteLength } = decoder.getDecodedBuffer();
    const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice();
    const samples = width * height * componentCount;
    return {
      rows: height,
      columns: width,
      samplesPerPixel: componentCount,
      bitsAllocated: samples === 0 ? 0 : (8 * bytes.length) / samples,
      // 0: component by component (ISO/IEC 14495-1 C.2.3); the other codecs give them by pixel.
      planarConfiguration: componentCount > 1 && decoder.getInterleaveMode?.() === 0 ? 1 : 0,
      photometricInterpretation: format.photometricInterpretation,
      bytes,
    };
  } finally {
    decoder.delete();
  }
}

/** What a codec throws is a number, a text or an error of its own; none of it is for people. */
function refused(error: unknown): DicomError {
  return invalidImage('its compressed pixels are broken', {}, error);
}
