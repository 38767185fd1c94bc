/** The codec packages have no types of their own; this is as much of them as we use. */
/* oxlint-disable typescript/consistent-type-imports -- a file that imports declares no modules of others */

declare module '*/decodewasmjs' {
  const factory: import('./emscripten.ts').Factory;
  export default factory;
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const factory: import('./emscripten.ts').Factory;
  export default factory;
}
declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    /** Bits of a sample, and how many rows were reached. */
    readonly precision?: number;
    readonly yLoc: number;
    /** `bytesPerSample` 1 or 2; rows of samples, colours by pixel. */
    decode(
      buffer: ArrayBuffer,
      offset: number,
      length: number,
      bytesPerSample: number,
    ): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  }
}
