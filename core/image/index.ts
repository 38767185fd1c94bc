/** Images: description, frames, decoding, rendering (PS3.3 C.7.6.3, C.11; PS3.5 8, A.4, G). */
export type { Codestream } from './codestream.ts';
export { codestreamOf } from './codestream.ts';
export { canDecode, decodeFrame } from './decode.ts';
export { describeImage } from './describe.ts';
export { invalid as invalidImage, unsupported as unsupportedImage } from './errors.ts';
export type { ImageLimits } from './limits.ts';
export { IMAGE_LIMITS } from './limits.ts';
export type { OpenImage } from './open.ts';
export { openImage } from './open.ts';
export type { Place } from './order.ts';
export { placeOf, seriesOrder } from './order.ts';
export type { WindowPreset } from './presets.ts';
export { windowPresets } from './presets.ts';
export { render } from './render.ts';
export * from './types.ts';
export { fullVOI, initialVOI, valueAt } from './voi.ts';
