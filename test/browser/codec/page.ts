/** A page with nothing but the decoders: decodes what a test hands in, by the worker that the page has. */
import { decodeFrame, openImage } from '../../../core/image/index.ts';
import { asError, DicomError } from '../../../core/bytes/index.ts';
import { fromBase64 } from '../../../core/data/index.ts';
import { CodecClient, startCodecWorker } from '../../../web/codec/client.ts';
import type { CodecPort } from '../../../web/codec/protocol.ts';

/** What a test asks for: a data set in base64, and another script for the worker where it wants one. */
export interface Wanted {
  readonly dataSet: string;
  readonly transferSyntaxUID: string;
  readonly workerUrl?: string;
}

/** SHA-256 of the samples' bytes in hexadecimal, or the code of what went wrong. */
export type Got = { readonly digest: string } | { readonly code: string; readonly message: string };

async function decode({ dataSet, transferSyntaxUID, workerUrl }: Wanted): Promise<Got> {
  const start = (): CodecPort =>
    workerUrl === undefined ? startCodecWorker() : new Worker(workerUrl, { type: 'module' });
  const codecs = new CodecClient(start);
  try {
    const image = openImage(fromBase64(dataSet), transferSyntaxUID);
    const { samples } = await decodeFrame(image, 0, codecs.decoders);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', samples));
    return { digest: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  } catch (error) {
    const { message } = asError(error);
    return { code: error instanceof DicomError ? error.code : 'UNEXPECTED', message };
  } finally {
    codecs.close();
  }
}

Object.assign(window, { decode });
