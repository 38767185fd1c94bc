/** Frames as JPEG and PNG: the viewer's own way from samples to colours, then the browser's encoder. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { RenderRequest } from '../../core/dicomweb/index.ts';
import type { Size } from '../../core/dicomweb/picture-size.ts';
import { pictureSize } from '../../core/dicomweb/picture-size.ts';
import type { Decoders } from '../../core/image/index.ts';
import { decodeFrame, render } from '../../core/image/index.ts';

/** Decodes, draws and encodes. @throws DicomError of bytes that are no picture, CODEC_FAILED where none can be made. */
export function renderer(decoders: Decoders): (request: RenderRequest) => Promise<Bytes> {
  return async ({ image, frame: index, view, mediaType, quality, viewport }) => {
    const frame = await decodeFrame(image, index, decoders);
    const { description } = image;
    const rgba = render(frame, description, view);
    const { rows, columns } = frame;
    const drawn = canvas({ width: columns, height: rows });
    contextOf(drawn).putImageData(new ImageData(rgba, columns, rows), 0, 0);
    const sized = scaled(drawn, pictureSize({ width: columns, height: rows * description.aspect }, viewport));
    const type = { type: mediaType, ...(quality !== undefined && { quality: quality / 100 }) };
    const blob = await sized.convertToBlob(type);
    return new Uint8Array(await blob.arrayBuffer());
  };
}

function scaled(drawn: OffscreenCanvas, size: Size): OffscreenCanvas {
  if (drawn.width === size.width && drawn.height === size.height) return drawn;
  const target = canvas(size);
  const context = contextOf(target);
  context.imageSmoothingQuality = 'high';
  context.drawImage(drawn, 0, 0, size.width, size.height);
  return target;
}

function canvas({ width, height }: Size): OffscreenCanvas {
  return new OffscreenCanvas(width, height);
}

function contextOf(drawn: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = drawn.getContext('2d');
  if (context !== null) return context;
  throw new DicomError('CODEC_FAILED', 'This browser makes no picture of that size.');
}
