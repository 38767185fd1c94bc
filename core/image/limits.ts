/** What an image may ask for at most, checked on the numbers before anything is allocated. */
export interface ImageLimits {
  /** Pixels of one frame; the largest mammograms and scanned films have 50 million. Drawn, a pixel takes 4 bytes. */
  readonly pixels: number;
  /** Bytes of one frame's samples, as decoded: an RGB frame of the most pixels, 8 bits a sample. */
  readonly frameBytes: number;
  /** Frames of one instance; a whole-slide image has some tens of thousands. */
  readonly frames: number;
}

/** The limits where no others are passed in. */
export const IMAGE_LIMITS: ImageLimits = Object.freeze({
  pixels: 128 << 20,
  frameBytes: 384 << 20,
  frames: 200_000,
});
