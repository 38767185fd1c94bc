/** What crosses between the page's engine and the worker of the decoders. */
import type { Bytes, ErrorCode, ErrorDetails } from '../../core/bytes/index.ts';
import type { DecodedFrame, EncodedFormat } from '../../core/image/index.ts';

export interface DecodeRequest {
  readonly id: number;
  readonly encoded: Bytes;
  readonly format: EncodedFormat;
}

export type DecodeAnswer =
  | { readonly id: number; readonly decoded: DecodedFrame }
  | { readonly id: number; readonly failure: DecodeFailure };

export interface DecodeFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** What the client needs of a Worker. */
export interface CodecPort {
  postMessage(message: DecodeRequest, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { data: DecodeAnswer }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
  terminate(): void;
}
