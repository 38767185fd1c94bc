/** The engine's end of the decoders: a table for `decodeFrame`, and a worker behind it that is started when needed. */
import type { Clock } from '../../core/bytes/index.ts';
import { DicomError, SYSTEM_CLOCK } from '../../core/bytes/index.ts';
import type { DecodedFrame, Decoder, Decoders } from '../../core/image/index.ts';
import { startWorker } from '../engine/start-worker.ts';
import codecUrl from './codec-worker.ts?worker&url';
import type { CodecPort, DecodeAnswer } from './protocol.ts';
import { DECODED_SYNTAXES } from './syntaxes.ts';

/**
 * How long the worker may go without an answer while frames wait for one, in milliseconds. The largest real frames take
 * 3 s on a slow machine; bytes made to keep a decoder busy for ever end here.
 */
const PATIENCE = 30_000;

interface Call {
  readonly resolve: (decoded: DecodedFrame) => void;
  readonly reject: (error: DicomError) => void;
}

/** Starts the worker of the decoders. */
export function startCodecWorker(): CodecPort {
  return startWorker(new URL(codecUrl, import.meta.url).href);
}

/** Decoders that run in a worker of their own, one frame after the other. */
export class CodecClient {
  /** For `decodeFrame` of core/image. */
  readonly decoders: Decoders;
  readonly #start: () => CodecPort;
  readonly #clock: Clock;
  readonly #calls = new Map<number, Call>();
  #port: CodecPort | undefined;
  #lastId = 0;
  #stopWaiting: () => void = () => {};

  constructor(start: () => CodecPort = startCodecWorker, clock: Clock = SYSTEM_CLOCK) {
    this.#start = start;
    this.#clock = clock;
    this.decoders = Object.fromEntries(DECODED_SYNTAXES.map((syntax) => [syntax, this.#decode]));
  }

  /** Ends the worker; it starts again with the next frame. Frames that are waited for fail with CANCELLED. */
  close(): void {
    this.#end(new DicomError('CANCELLED', 'the image is no longer wanted'));
  }

  readonly #decode: Decoder = (encoded, format) =>
    new Promise<DecodedFrame>((resolve, reject) => {
      const port = this.#opened();
      const id = ++this.#lastId;
      this.#calls.set(id, { resolve, reject });
      if (this.#calls.size === 1) this.#wait();
      // A copy: the bytes are a view of the whole instance, which stays here.
      const own = encoded.slice();
      port.postMessage({ id, encoded: own, format }, [own.buffer]);
    });

  /** @throws DicomError CODEC_FAILED where the browser refuses the worker at once; others say so later. */
  #opened(): CodecPort {
    if (this.#port !== undefined) return this.#port;
    try {
      const port = this.#start();
      port.addEventListener('message', ({ data }) => this.#answered(data));
      port.addEventListener('error', () => {
        if (port === this.#port) this.#end(failed(NOT_STARTED));
      });
      return (this.#port = port);
    } catch (error) {
      throw failed(NOT_STARTED, error);
    }
  }

  #answered(answer: DecodeAnswer): void {
    const call = this.#calls.get(answer.id);
    this.#calls.delete(answer.id);
    this.#wait();
    if (call === undefined) return;
    if ('decoded' in answer) return call.resolve(answer.decoded);
    const { code, message, details } = answer.failure;
    call.reject(new DicomError(code, message, details));
  }

  /** From now on the next answer may take so long. */
  #wait(): void {
    this.#stopWaiting();
    if (this.#calls.size === 0) return;
    this.#stopWaiting = this.#clock.after(PATIENCE, () =>
      this.#end(failed(`the decoder of this image gave no answer in ${PATIENCE / 1000} seconds`)),
    );
  }

  #end(error: DicomError): void {
    this.#stopWaiting();
    this.#port?.terminate();
    this.#port = undefined;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { reject } of calls) reject(error);
  }
}

const NOT_STARTED = 'the decoders of images could not be started, or broke';

function failed(message: string, cause?: unknown): DicomError {
  return new DicomError('CODEC_FAILED', message, {}, cause);
}
