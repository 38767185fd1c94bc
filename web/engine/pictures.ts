/** Frames of the store's instances as pictures: decoded in the worker of the decoders, drawn here. */
import { DicomError } from '../../core/bytes/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import type { Decoders, Frame, OpenImage, View } from '../../core/image/index.ts';
import {
  decodeFrame,
  fullVOI,
  initialVOI,
  openImage,
  render,
  windowPresets,
} from '../../core/image/index.ts';
import { bytesOf } from './bytes-of.ts';
import { Kept } from './kept.ts';
import type { DrawnPicture, PictureWanted } from './looked.ts';

/** Bytes of decoded frames that are kept for the next time: some 500 CT slices. */
const DECODED_LIMIT = 256 << 20;
/** Bytes of instances that are kept open, so that their next frame needs no reading. */
const OPEN_LIMIT = 64 << 20;
/** Bytes of an instance that is opened at all; what is larger would not fit beside what arrives. */
const INSTANCE_LIMIT = 1 << 30;

/** What a picture is made of where it can be handed over without being copied. */
export type MakeBitmap = (
  rgba: Uint8ClampedArray<ArrayBuffer>,
  columns: number,
  rows: number,
) => Promise<ImageBitmap>;

export class Pictures {
  readonly #store: InstanceStore;
  readonly #decoders: Decoders;
  readonly #bitmap: MakeBitmap;
  readonly #open: Kept<OpenImage> = new Kept(OPEN_LIMIT);
  readonly #frames: Kept<Frame> = new Kept(DECODED_LIMIT);
  /** One object for views alike: tables are kept for it. */
  #view: { readonly key: string; readonly view: View } = { key: '', view: {} };

  constructor(store: InstanceStore, decoders: Decoders, bitmap: MakeBitmap) {
    this.#store = store;
    this.#decoders = decoders;
    this.#bitmap = bitmap;
    store.watch((change) => {
      const uid = change.kind === 'stored' ? change.instance.sopInstanceUID : change.sopInstanceUID;
      this.#open.forget((key) => key === uid);
      this.#frames.forget((key) => key.startsWith(`${uid} `));
    });
  }

  /**
   * Draws a frame.
   * @throws DicomError STORE_FAILED, LIMIT_EXCEEDED, and what core/image says of bytes that are no picture
   */
  async draw({ sopInstanceUID, frame: index, voi, invert }: PictureWanted): Promise<DrawnPicture> {
    const image = await this.#image(sopInstanceUID);
    const frame = await this.#frame(sopInstanceUID, image, index);
    const { description } = image;
    const used = voi ?? initialVOI(frame, description);
    const rgba = render(frame, description, this.#viewOf({ voi: used, invert, overlays: true }));
    const { rows, columns } = frame;
    const of = description.frames[index]!;
    const milliseconds = description.frameTimes?.[index] ?? description.frameTimes?.[0];
    return {
      bitmap: await this.#bitmap(rgba, columns, rows),
      rows,
      columns,
      aspect: description.aspect,
      colour: frame.samplesPerPixel === 3 || frame.photometricInterpretation === 'PALETTE COLOR',
      voi: used,
      windows: of.windows,
      presets: windowPresets(description.modality),
      lossy: description.lossy,
      ...('lut' in used && { range: fullVOI(frame, description) }),
      ...(of.spacing && { spacing: of.spacing }),
      ...(milliseconds !== undefined && { milliseconds }),
    };
  }

  /** Decodes a frame that will be wanted soon. */
  async prepare({ sopInstanceUID, frame }: PictureWanted): Promise<void> {
    await this.#frame(sopInstanceUID, await this.#image(sopInstanceUID), frame);
  }

  /** Read and opened once, however many frames are wanted meanwhile: an instance may take a gigabyte. */
  #image(uid: string): Promise<OpenImage> {
    return this.#open.getOr(uid, async () => {
      const { info, bytes } = await bytesOf(this.#store, uid, INSTANCE_LIMIT);
      if (info.bytes > INSTANCE_LIMIT) throw tooLong(info.bytes);
      return { value: openImage(bytes, info.transferSyntaxUID), bytes: bytes.length };
    });
  }

  #frame(uid: string, image: OpenImage, index: number): Promise<Frame> {
    return this.#frames.getOr(`${uid} ${index}`, async () => {
      const frame = await decodeFrame(image, index, this.#decoders);
      return { value: frame, bytes: frame.samples.byteLength };
    });
  }

  #viewOf(view: View): View {
    const key = JSON.stringify(view);
    if (this.#view.key !== key) this.#view = { key, view };
    return this.#view.view;
  }
}

function tooLong(length: number): DicomError {
  const message = `the instance has ${length} bytes, more than the ${INSTANCE_LIMIT} that are opened here`;
  return new DicomError('LIMIT_EXCEEDED', message, { length, limit: INSTANCE_LIMIT });
}
