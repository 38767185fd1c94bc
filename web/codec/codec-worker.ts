/**
 * The worker of the decoders. It is a script of its own because WebAssembly needs 'wasm-unsafe-eval' in the content
 * security policy: the bridge sends that with this script alone, by its name, and with nothing else of the page.
 */
import jpegLSWasm from '@cornerstonejs/codec-charls/decodewasm?url';
import jpegWasm from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm?url';
import jpeg2000Wasm from '@cornerstonejs/codec-openjpeg/decodewasm?url';
import htj2kWasm from '@cornerstonejs/codec-openjph/wasm?url';
import { DicomError } from '../../core/bytes/index.ts';
import { decodersWith } from './decoders.ts';
import type { DecodeAnswer, DecodeFailure, DecodeRequest } from './protocol.ts';

const decoders = decodersWith({
  jpeg: () => fetched(jpegWasm),
  jpegLS: () => fetched(jpegLSWasm),
  jpeg2000: () => fetched(jpeg2000Wasm),
  htj2k: () => fetched(htj2kWasm),
});

async function fetched(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (response.ok) return response.arrayBuffer();
  throw new DicomError('CODEC_FAILED', 'the decoder of this image could not be loaded', {
    httpStatus: response.status,
  });
}

addEventListener('message', (event: MessageEvent<DecodeRequest>) => void answer(event.data));

async function answer({ id, encoded, format }: DecodeRequest): Promise<void> {
  try {
    const decoded = await decoders[format.transferSyntaxUID]!(encoded, format);
    send({ id, decoded }, [decoded.bytes.buffer]);
  } catch (error) {
    send({ id, failure: failureOf(error) }, []);
  }
}

function send(message: DecodeAnswer, transfer: Transferable[]): void {
  postMessage(message, { transfer });
}

function failureOf(error: unknown): DecodeFailure {
  if (error instanceof DicomError) {
    const { code, message, details } = error;
    return { code, message, details };
  }
  return { code: 'CODEC_FAILED', message: 'the decoder of this image broke', details: {} };
}
